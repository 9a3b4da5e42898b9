"""Shipping, condition, duration, Retry-After, block pages, eBay's lines: short texts to values."""

from datetime import UTC, datetime, timedelta

import pytest

from spiders.extract.block import block_reason
from spiders.extract.condition import condition_of, condition_of_id, condition_of_schema
from spiders.extract.duration import parse_duration
from spiders.extract.shipping import is_shipping, parse_shipping
from spiders.families.json_api import embedded, loads
from spiders.layouts import ebay_lines, ebay_market
from spiders.middlewares.block_page import retry_after
from tracker.domain.listing import Condition
from tracker.domain.money import Money

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "cost", "pickup_only"),
    [
        ("+$9.95 delivery", Money(995, "USD"), False),
        ("Free delivery in 2-4 days", Money(0, "USD"), False),
        ("Kostenlose Lieferung", Money(0, "USD"), False),
        ("Envío internacional gratis", Money(0, "USD"), False),
        ("送料無料", Money(0, "USD"), False),
        ("＋見積り送料 15,549 円", Money(15549, "JPY"), False),
        ("+12,00 EUR (livraison)", Money(1200, "EUR"), False),
        ("Envío no especificado", None, False),
        ("Freight", None, False),
        ("Free local pickup", None, True),
        ("Nur Abholung", None, True),
    ],
)
def test_shipping(text, cost, pickup_only):
    assert is_shipping(text)
    reading = parse_shipping(text, "USD")
    assert (reading.cost, reading.pickup_only) == (cost, pickup_only)


@pytest.mark.parametrize(
    "text", ["Free returns", "返品無料", "Devoluciones gratis", "Buy It Now", "Located in United States"]
)
def test_not_shipping(text):
    assert not is_shipping(text)


@pytest.mark.parametrize(
    ("label", "condition"),
    [
        ("Brand New", "new"), ("Neu | Gewerblich", "new"), ("Totalmente nuevo · Lenovo", "new"), ("真新しい新品", "new"),
        ("New (Other)", "open_box"), ("Open Box", "open_box"), ("Nuevo (otro) · Talla US M 6", "open_box"), ("開封済み", "open_box"),
        ("新品 (その他)", "open_box"), ("Caja abierta · Sanrio", "open_box"), ("Neu: Sonstige", "open_box"),
        ("Excellent - Refurbished", "refurbished"), ("Certified - Refurbished", "refurbished"), ("Reconditionné", "refurbished"),
        ("Generalüberholt | Privat", "refurbished"),
        ("Pre-Owned", "used"), ("De segunda mano · Lenovo", "used"), ("Occasion", "used"), ("中古品", "used"), ("Très bon état", "used"),
        ("Parts Only", "for_parts"), ("Para repuestos solamente", "for_parts"), ("Als Ersatzteil / defekt", "for_parts"),
        ("Pour pièces détachées", "for_parts"), ("Per parti di ricambio", "for_parts"), ("For parts or not working", "for_parts"),
        ("", "unknown"), ("Limited Promotion 15% off", "unknown"), ("Brand New! Free Shipping!", "unknown"),
        ("A subtitle of the seller's own that goes on about how new and how good everything is here", "unknown"),
    ],
)  # fmt: skip
def test_condition_label(label, condition):
    assert condition_of(label) == condition


@pytest.mark.parametrize(
    ("number", "condition"),
    [("1000", "new"), (1500, "open_box"), ("2020", "refurbished"), ("3000", "used"), ("7000", "for_parts"), ("9", "unknown"),
     (None, "unknown"), ("x", "unknown")],
)  # fmt: skip
def test_condition_id(number, condition):
    assert condition_of_id(number) == condition


def test_condition_of_schema_org():
    assert condition_of_schema("https://schema.org/RefurbishedCondition") is Condition.REFURBISHED
    assert condition_of_schema(None) is Condition.UNKNOWN


@pytest.mark.parametrize(
    ("text", "hours"),
    [("1d 4h left", 28), ("Quedan 1 d 8 h", 32), ("Noch 2T 5Std", 53), ("5 T 9 Std", 129), ("2 j 5 h", 53), ("Quedan 3 min", 0.05),
     ("残り3日 4時間", 76), ("19h 8m", 19 + 8 / 60)],
)  # fmt: skip
def test_duration(text, hours):
    assert parse_duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "soon", "12 widgets"])
def test_no_duration(text):
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", NOW + timedelta(seconds=120)),
        ("Fri, 20 Nov 2026 13:00:00 GMT", NOW + timedelta(hours=1)),
        ("999999999", NOW + timedelta(days=7)),
        ("Fri, 20 Nov 2020 13:00:00 GMT", None),
        ("", None),
        ("soon", None),
        ("9" * 400, None),
    ],
)
def test_retry_after(header, expected):
    assert retry_after(header, NOW) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"<title>Pardon Our Interruption...</title>",
        b"<html><head><title>Just a moment...</title></head>",
        b"<title>Access Denied</title>",
        b"<title>leboncoin.fr</title><script src='https://geo.captcha-delivery.com/captcha/?x'>",
        b"<title>Security Measure</title>",
        "<title>Mesure de sécurité | eBay</title>".encode(),
        b"<title>Access to this page has been denied</title>",
        b"<title>Un instant...</title>",
        b"<title>Toegang geweigerd</title>",
        b"<title>429 Too Many Requests</title>",
        b"<title>blocked</title><p>This IP has been automatically blocked.",
        b"<title>Reddit</title><h1>whoa there, pardner!</h1>",
    ],
)
def test_block_page(body):
    assert block_reason(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<title>Challenge coin for sale | eBay</title>" + b"<p>x</p>" * 20_000,
        b"<title>Blocked drain pump | eBay</title>" + b"<p>x</p>" * 20_000,
        b"<title>Challenge coin for sale | eBay</title>",
        b"<title>Tesla P40 | eBay</title><script>x='/splashui/captcha?'</script>" + b"<p>x</p>" * 20_000,
        b"",
    ],
)
def test_no_block_page(body):
    assert block_reason(body) is None


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("circuit_cellar 99.8% positive (1.3K)", ("seller", "circuit_cellar")),
        ("jobus_72 (43) 100%", ("seller", "jobus_72")),
        ("b2b.inc 98.8% positive (957)Top Rated Plus", ("seller", "b2b.inc")),
        ("boutique_31 99,8% d'évaluations positives (1 234)", ("seller", "boutique_31")),
        ("Extra 10% off with coupon", ("nothing", None)),
        ("Save up to 20% when you buy more", ("nothing", None)),
        ("0 ofertas de subasta · Tiempo restante 6 d 3 h", ("bids", 0)),
        ("1,204 bids", ("bids", 1204)),
        ("11 Gebote", ("bids", 11)),
        ("入札 3件", ("bids", 3)),
        ("o Mejor oferta", ("best_offer", None)),
        ("aus Großbritannien", ("place", "Großbritannien")),
        ("発送元 米国", ("place", "米国")),
        ("Last one", ("left", 1)),
        ("残り1点", ("left", 1)),
        ("1,139 sold", ("nothing", None)),
        ("Oct-27 21:07", ("listed", None)),
    ],
)
def test_line_of_an_ebay_card(line, meaning):
    assert ebay_lines.meaning_of(line) == meaning


@pytest.mark.parametrize(
    ("kind", "text", "is_loose"),
    [
        ("srp-river-answer--REWRITE_START", "Results matching fewer words", True),
        ("srp-river-answer--REWRITE_START", "Ergebnisse für weniger Suchbegriffe", True),
        ("srp-river-answer--REWRITE_START", "words of a language that no table has", True),
        ("srp-river-answer--SOMETHING_NEW", "Résultats correspondant à moins de mots", True),
        ("srp-river-answer--REWRITE_START", "Simplificamos tus resultados de búsqueda", False),
        ("srp-river-answer--REWRITE_START", "検索結果を整理し、最適な出品を表示しています。", False),
        ("srp-river-answer--START_LISTING_BANNER", "Have one to sell?", False),
    ],
)
def test_divider(kind, text, is_loose):
    assert ebay_lines.is_loose_divider(kind, text) is is_loose


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://www.ebay.com/itm/355000000001?hash=x", "355000000001"),
        ("https://www.ebay.co.uk/itm/Some-Title-64GB/184105770612?hash=y", "184105770612"),
        ("/itm/355000000001", "355000000001"),
        ("https://www.ebay.com/p/230012345?iid=355000000001&rt=nc", "355000000001"),
        ("https://www.ebay.com/sch/i.html?_nkw=p40", None),
    ],
)
def test_item_id(address, number):
    assert ebay_market.item_id(address) == number


def test_market_by_host_and_country():
    assert ebay_market.market_of("http://127.0.0.1/x", "https://www.ebay.de/itm/1").currency == "EUR"
    assert ebay_market.market_of_host("notebay.com") is None
    assert ebay_market.site_url("GB") == "https://www.ebay.co.uk"
    assert ebay_market.site_url("XX") == "https://www.ebay.com"


def test_json_without_what_no_database_takes():
    assert loads(r'["a\u0000b", "\ud83d\ude00 \ud83d", "\\u0000"]') == ["ab", "😀 ", "\\u0000"]


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "", b"\xff\xfe\x00", "nonsense"])
def test_no_json(text):
    assert loads(text) is None


def test_embedded_json():
    page = '<script data-x="1" id="__NEXT_DATA__" type="application/json">{"a": 1}</script>'
    assert embedded(page, "__NEXT_DATA__") == {"a": 1}
    assert embedded(page[:-20], "__NEXT_DATA__") is None
    assert embedded(page, "other") is None
