"""What a card's price buys, from offers: figures C5, lots by the piece, unknown facts left unknown."""

from datetime import date
from decimal import Decimal

import pytest

from tracker.catalog import load_catalog
from tracker.cloud import load_cloud
from tracker.domain.build import Offer
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money, Rates
from tracker.domain.report import CardValue
from tracker.rental.value import card_values
from tracker.settings import shipped_config

LAYERS = (shipped_config(),)
CATALOG, CLOUD = load_catalog(LAYERS), load_cloud(LAYERS)
RATES = Rates(date(2026, 11, 20), {"USD": Decimal("1.25")})


def offer(name: str, price: int, *parts: MatchedPart, currency: str = "USD") -> Offer:
    return Offer(name, parts, Money.of(price, currency))


def card(part: str, qty: int = 1) -> MatchedPart:
    return MatchedPart(f"gpu:{part}", qty)


def values(*offers: Offer, currency: str = "USD") -> dict[str, CardValue]:
    lines = card_values(offers, CATALOG, cloud=CLOUD, rates=RATES, currency=currency)
    return {line.part: line for line in lines}


def test_c5_a_1080_ti_for_900_against_a_1080_for_650() -> None:
    """11 GB against 8 GB, 30 % faster: dearer by the GB, and nearly the same by the TFLOP."""
    table = values(offer("a", 900, card("gtx-1080-ti")), offer("b", 650, card("gtx-1080")))
    ti, plain = table["gpu:gtx-1080-ti"], table["gpu:gtx-1080"]
    assert (str(ti.per_gb_vram), str(plain.per_gb_vram)) == ("81.82 USD", "81.25 USD")
    assert (str(ti.per_tflop), str(plain.per_tflop)) == ("79.37 USD", "73.28 USD")
    assert (str(ti.per_gbs), str(plain.per_gbs)) == ("1.86 USD", "2.03 USD")
    assert str(ti.per_a10g) == "1470.59 USD"  # 0.612 of an A10G
    assert plain.per_a10g is None  # not measured: unknown


def test_the_cheapest_offer_of_a_card_counts_and_a_lot_by_the_piece() -> None:
    table = values(offer("a", 170, card("tesla-p40")), offer("b", 410, card("tesla-p40", 3)))
    assert table["gpu:tesla-p40"].price == Money.of("136.67", "USD")


def test_bundles_and_other_parts_are_no_card() -> None:
    bundle = offer("a", 100, card("tesla-p40"), MatchedPart("psu:850", 1))
    assert values(bundle, offer("b", 10, MatchedPart("cpu:xeon-e5-2680-v4", 1)), offer("c", 1)) == {}


def test_unknown_memory_has_no_price_per_gb_and_stands_last() -> None:
    lines = card_values(
        [offer("a", 60, card("tesla-m40")), offer("b", 900, card("rtx-3090"))],
        CATALOG,
        cloud=CLOUD,
        rates=RATES,
        currency="USD",
    )
    assert [line.part for line in lines] == ["gpu:rtx-3090", "gpu:tesla-m40"]
    assert lines[1].per_gb_vram is None


@pytest.mark.parametrize(("currency", "expected"), [("USD", "100.00 EUR"), ("XAU", None)])
def test_other_currencies_are_converted_or_left_out(currency: str, expected: str | None) -> None:
    table = values(offer("a", 125, card("tesla-p40"), currency=currency), currency="EUR")
    assert (str(table["gpu:tesla-p40"].price) if table else None) == expected
