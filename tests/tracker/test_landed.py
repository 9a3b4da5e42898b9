"""Landed cost: what is stated stays stated, what is estimated says so, and customs follow country and day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tracker.domain.build import LandedCost
from tracker.domain.errors import ConfigError
from tracker.domain.listing import RawListing
from tracker.domain.money import Money, NoRateError, Rates
from tracker.landed import NoCostError, landed_cost, load_import_rules, shipped_rules
from tracker.settings import Settings, load_settings, shipped_config

RATES = Rates(date(2026, 11, 20), {"USD": Decimal("1.25"), "GBP": Decimal("0.80"), "CHF": Decimal("1.00")})
TODAY = date(2026, 11, 21)
RAW = RawListing(
    marketplace="demo",
    external_id="1",
    title="Tesla P40",
    url="https://market.example/1",
    seen_at=datetime(2026, 11, 21, tzinfo=UTC),
    price=Money.of(100, "EUR"),
    shipping=Money.of(10, "EUR"),
    country="FR",
)


def settings(country: str = "FR", currency: str = "EUR", **cost: object) -> Settings:
    base = load_settings((shipped_config(),))
    return base.model_copy(update={"country": country, "currency": currency, "cost": base.cost.model_copy(update=cost)})


def landed(raw: RawListing, *, user: Settings | None = None, category: str = "gpu", today: date = TODAY) -> LandedCost:
    return landed_cost(raw, settings=user or settings(), rates=RATES, category=category, today=today)


def terms(cost: LandedCost) -> dict[str, str]:
    return {term.name: str(term.amount) for term in cost.terms}


def test_at_home_price_and_stated_shipping_are_all() -> None:
    cost = landed(RAW)
    assert terms(cost) == {"price": "100.00 EUR", "shipping": "10.00 EUR"}
    assert cost.total == Money.of(110, "EUR")
    assert not cost.estimated


def test_free_shipping_is_stated_and_stays_zero() -> None:
    assert terms(landed(replace(RAW, shipping=Money(0, "EUR"))))["shipping"] == "0.00 EUR"


@pytest.mark.parametrize(
    ("category", "expected"), [("gpu", "12.00 EUR"), ("system", "35.00 EUR"), ("odd", "35.00 EUR")]
)
def test_shipping_that_is_not_stated_is_estimated_and_marked(category: str, expected: str) -> None:
    """A category without an estimate takes the dearest."""
    cost = landed(replace(RAW, shipping=None), category=category)
    shipping = next(term for term in cost.terms if term.name == "shipping")
    assert (str(shipping.amount), shipping.estimated) == (expected, True)
    assert cost.estimated


def test_what_is_picked_up_ships_for_nothing() -> None:
    assert terms(landed(replace(RAW, shipping=None, pickup_only=True))) == {"price": "100.00 EUR"}


def test_within_the_eu_nothing_is_added() -> None:
    assert "import_vat" not in terms(landed(replace(RAW, country="DE")))


def test_a_small_parcel_into_the_eu_pays_three_euro_and_vat_on_all_of_it() -> None:
    """100 + 10 + 3 = 113; 20 % of that is 22.60."""
    cost = landed(replace(RAW, country="US"))
    assert terms(cost) == {
        "price": "100.00 EUR",
        "shipping": "10.00 EUR",
        "duty": "3.00 EUR",
        "import_vat": "22.60 EUR",
    }
    assert [term.estimated for term in cost.terms] == [False, False, True, True]


@pytest.mark.parametrize(
    ("today", "duty"), [(date(2026, 6, 30), None), (date(2026, 7, 1), "3.00 EUR"), (date(2028, 7, 1), None)]
)
def test_the_item_duty_has_its_days(today: date, duty: str | None) -> None:
    assert terms(landed(replace(RAW, country="GB"), today=today)).get("duty") == duty


def test_over_150_euro_the_carrier_declares_it_for_a_fee_and_parts_are_free_of_duty() -> None:
    """200 + 10; 19 % of 210 is 39.90; the fee of the settings."""
    cost = landed(replace(RAW, price=Money.of(200, "EUR"), country="US"), user=settings("DE"))
    assert terms(cost) == {
        "price": "200.00 EUR",
        "shipping": "10.00 EUR",
        "import_vat": "39.90 EUR",
        "import_handling": "15.00 EUR",
    }


def test_150_euro_is_still_small_and_is_measured_without_shipping() -> None:
    at_limit = landed(replace(RAW, price=Money.of(150, "EUR"), shipping=Money.of(50, "EUR"), country="US"))
    above = landed(replace(RAW, price=Money.of("150.01", "EUR"), country="US"))
    assert "duty" in terms(at_limit)
    assert "import_handling" in terms(above)


def test_other_currencies_are_converted_term_by_term_and_name_the_rate_s_day() -> None:
    cost = landed(replace(RAW, price=Money.of(125, "USD"), shipping=Money.of(25, "USD")))
    assert terms(cost) == {"price": "100.00 EUR", "shipping": "20.00 EUR"}
    assert "125.00 USD" in cost.terms[0].note
    assert "2026-11-20" in cost.terms[0].note


def test_a_british_buyer_pays_british_vat() -> None:
    cost = landed(replace(RAW, country="DE"), user=settings("GB", "GBP"))
    assert terms(cost) == {"price": "80.00 GBP", "shipping": "8.00 GBP", "import_vat": "17.60 GBP"}


def test_a_small_swiss_import_is_free() -> None:
    assert "import_vat" not in terms(
        landed(replace(RAW, price=Money.of(50, "CHF"), country="DE"), user=settings("CH", "CHF"))
    )
    assert "import_vat" in terms(
        landed(replace(RAW, price=Money.of(90, "CHF"), country="DE"), user=settings("CH", "CHF"))
    )


def test_the_user_s_own_vat_rate_wins() -> None:
    user = settings(import_vat_percent=Decimal(10))
    assert terms(landed(replace(RAW, country="US"), user=user))["import_vat"] == "11.30 EUR"


@pytest.mark.parametrize(("country", "user"), [(None, "FR"), ("DE", "JP")])
def test_what_is_not_known_of_an_import_is_said_not_guessed(country: str | None, user: str) -> None:
    cost = landed(replace(RAW, country=country), user=settings(user))
    vat = next(term for term in cost.terms if term.name == "import_vat")
    assert (vat.unknown, vat.estimated) == (True, False)
    assert "not" in vat.note
    assert cost.unknown == (vat,)
    assert cost.total == Money.of(110, "EUR")


def test_a_marketplace_s_buyer_fee_comes_from_the_user_s_file(tmp_path: Path) -> None:
    (tmp_path / "import.toml").write_text('[buyer_fee.demo]\npercent = "5"\nfixed = "0.70"\ncurrency = "EUR"\n')
    rules = load_import_rules((shipped_config(), tmp_path))
    cost = landed_cost(RAW, settings=settings(), rates=RATES, category="gpu", today=TODAY, rules=rules)
    assert terms(cost)["buyer_fee"] == "5.70 EUR"
    assert rules.vat == shipped_rules().vat


def test_without_a_price_or_a_rate_there_is_no_cost() -> None:
    with pytest.raises(NoCostError):
        landed(replace(RAW, price=None))
    with pytest.raises(NoRateError):
        landed(replace(RAW, price=Money.of(100, "XAU")))
    with pytest.raises(NoCostError, match="shipping"):
        landed(replace(RAW, shipping=None), user=settings(shipping_estimate={}))


def test_a_wrong_rule_is_named(tmp_path: Path) -> None:
    (tmp_path / "import.toml").write_text(
        '[vat]\nFR = "a fifth"\n[area.EU]\nitem_duty_from = "July"\n[area.XX]\nmembers = "XX"\n'
    )
    with pytest.raises(ConfigError) as caught:
        load_import_rules((shipped_config(), tmp_path))
    problems = {(problem.key, problem.line) for problem in caught.value.problems}
    assert {("vat.FR", 2), ("area.EU.item_duty_from", 4), ("area.XX.members", 6), ("area.XX.currency", 5)} <= problems
    (tmp_path / "import.toml").write_text('[area.EU]\nitem_dutty = "5"\n[vatt]\nFR = "20"\n')
    with pytest.raises(ConfigError, match=r"import\.toml:2: area\.EU\.item_dutty.*did you mean 'item_duty'") as caught:
        load_import_rules((shipped_config(), tmp_path))
    assert "did you mean 'vat'?" in str(caught.value)
