"""Price texts to money: every form that the marketplaces show, and what must stay unknown."""

import pytest

from spiders.extract.price import parse_money, parse_price
from tracker.domain.listing import PriceKind
from tracker.domain.money import Money

ONE_AMOUNT = [
    ("EUR 96,00", None, "96.00 EUR"),
    ("$1,234.50", "USD", "1234.50 USD"),
    ("1.299,00 €", None, "1299.00 EUR"),
    ("1.299,- €", None, "1299.00 EUR"),
    ("1.299,– €", None, "1299.00 EUR"),
    ("1 234,56 €", None, "1234.56 EUR"),
    ("1\u202f234,56\u00a0€", None, "1234.56 EUR"),
    ("1\u00a0234,56\u00a0EUR", None, "1234.56 EUR"),
    ("S/. 1,234.56", "USD", "1234.56 PEN"),
    ("S/. 5.32", None, "5.32 PEN"),
    ("1,234円", None, "1234 JPY"),
    ("8,916 円", "USD", "8916 JPY"),
    ("＋送料3,391 円", None, "3391 JPY"),
    ("¥1,200", "JPY", "1200 JPY"),
    ("C $29.99", "CAD", "29.99 CAD"),
    ("C $29.99", "USD", "29.99 CAD"),
    ("CA$12.50", None, "12.50 CAD"),
    ("29,99 $ C", "CAD", "29.99 CAD"),
    ("29,99 $ US", "CAD", "29.99 USD"),
    ("AU $29.99", "USD", "29.99 AUD"),
    ("A$ 12", None, "12.00 AUD"),
    ("US $1,200.00", "EUR", "1200.00 USD"),
    ("USD2 332.00", None, "2332.00 USD"),
    ("MXN $1,000", "USD", "1000.00 MXN"),
    ("ARS1.000,00", "USD", "1000.00 ARS"),
    ("£5", None, "5.00 GBP"),
    ("GBP 0.99", None, "0.99 GBP"),
    ("kr 1 200", "SEK", "1200.00 SEK"),
    ("12,50 zł", None, "12.50 PLN"),
    ("R$ 12,50", None, "12.50 BRL"),
    ("CHF 1'234.50", None, "1234.50 CHF"),
    ("1\u2019234.50 CHF", None, "1234.50 CHF"),
    ("+$9.95 delivery by Sat, Nov. 1", "USD", "9.95 USD"),
    ("+ ca. EUR 12,96 Versand", None, "12.96 EUR"),
    ("EUR 1,234", None, "1234.00 EUR"),
    ("1.234 €", None, "1234.00 EUR"),
    ("1.23 €", None, "1.23 EUR"),
    ("0 €", None, "0.00 EUR"),
]


@pytest.mark.parametrize(("text", "local", "money"), ONE_AMOUNT)
def test_one_amount(text, local, money):
    reading = parse_price(text, local)
    assert str(reading.price) == money
    assert reading.price_max is None
    assert reading.kind is PriceKind.FIXED


@pytest.mark.parametrize(
    ("text", "local", "low", "high"),
    [
        ("$1,234.50 to $2,000.00", "USD", "1234.50 USD", "2000.00 USD"),
        ("€1,234.50 to €2,000.00", None, "1234.50 EUR", "2000.00 EUR"),
        ("EUR 17,72 bis EUR 18,66", None, "17.72 EUR", "18.66 EUR"),
        ("10,00 EUR à 20,00 EUR", None, "10.00 EUR", "20.00 EUR"),
        ("USD10.00 a USD20.00", None, "10.00 USD", "20.00 USD"),
        ("3,858 円 ～ 13,507 円", None, "3858 JPY", "13507 JPY"),
        ("10,000円 から 20,000円", None, "10000 JPY", "20000 JPY"),
        ("$1,234.50–$2,000", "USD", "1234.50 USD", "2000.00 USD"),
        ("10 - 20 €", None, "10.00 EUR", "20.00 EUR"),
    ],
)
def test_range_keeps_both_ends(text, local, low, high):
    reading = parse_price(text, local)
    assert (str(reading.price), str(reading.price_max), reading.kind) == (low, high, PriceKind.RANGE)


@pytest.mark.parametrize(
    ("text", "price", "kind"),
    [
        ("VB", None, PriceKind.NEGOTIABLE),
        ("1.200 € VB", Money(120000, "EUR"), PriceKind.NEGOTIABLE),
        ("prix à débattre", None, PriceKind.NEGOTIABLE),
        ("Zu verschenken", Money(0, "EUR"), PriceKind.FREE),
        ("Gratis", Money(0, "EUR"), PriceKind.FREE),
        ("Free", Money(0, "EUR"), PriceKind.FREE),
        ("See price", None, PriceKind.FIXED),
        ("", None, PriceKind.FIXED),
    ],
)
def test_words_tell_the_kind(text, price, kind):
    reading = parse_price(text, "EUR")
    assert (reading.price, reading.kind) == (price, kind)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "$5",
        "kr 1 200",
        "1.5k €",
        "¥1,200",
        "-5 €",
        "−5 €",
        "10% off",
        "BTC 1",
        "99999999999999999999 €",
        "€",
        "1" * 5000 + " €",
    ],
)
def test_what_is_not_known_is_none(text):
    assert parse_money(text) is None


def test_free_without_a_currency_has_no_amount():
    assert parse_price("Free").price is None


def test_two_currencies_make_no_range():
    reading = parse_price("EUR 10 to USD 20")
    assert reading.kind is PriceKind.FIXED
    assert reading.price_max is None
