"""An offer too cheap to be true is left out; a good price is not."""

from dataclasses import replace

from tracker.domain.build import Offer
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.services.price_sense import FEWEST, separate, usual_prices

P40, X99, RAM = "gpu:tesla-p40", "board:x99", "ram:ddr4:128"


def offer(name: str, euros: int, *parts: MatchedPart) -> Offer:
    return Offer(name, parts, Money(euros * 100, "EUR"))


def market() -> list[Offer]:
    return [offer(f"p40-{n}", 180 + n, MatchedPart(P40)) for n in range(5)] + [
        offer(f"x99-{n}", 90 + n, MatchedPart(X99)) for n in range(5)
    ]


def test_a_heatsink_called_p40_is_not_bought_and_a_bargain_is() -> None:
    offers = [*market(), offer("heatsink", 24, MatchedPart(P40)), offer("bargain", 95, MatchedPart(P40))]
    trusted, suspects = separate(offers, usual_prices(offers))
    assert [suspect.offer.id for suspect in suspects] == ["heatsink"]
    assert "bargain" in {each.id for each in trusted}
    assert suspects[0].usual == Money(18100, "EUR")


def test_a_bundle_is_judged_by_the_parts_whose_price_is_known() -> None:
    bait = offer("bait", 13, MatchedPart(X99), MatchedPart(RAM))
    fair = offer("fair", 60, MatchedPart(X99), MatchedPart(RAM))
    _, suspects = separate([bait, fair], usual_prices(market()))
    assert [suspect.offer for suspect in suspects] == [bait]


def test_a_lot_is_judged_by_the_piece() -> None:
    lot = offer("lot", 300, MatchedPart(P40, 4))
    assert separate([lot], usual_prices(market()))[0] == [lot]
    assert separate([offer("lot", 120, MatchedPart(P40, 4))], usual_prices(market()))[1]


def test_few_prices_say_nothing() -> None:
    few = [offer(f"p40-{n}", 180, MatchedPart(P40)) for n in range(FEWEST - 1)]
    assert usual_prices(few) == {}
    assert separate([offer("cheap", 1, MatchedPart(P40))], usual_prices(few))[1] == []


def test_a_price_that_stands_for_none_is_not_bought_whatever_the_parts_cost() -> None:
    """One euro for a workstation, shipping estimated: the seller wants to be asked."""
    bait = replace(offer("z440", 36, MatchedPart("system:hp-z440")), flags=("price_is_bait",))
    assert [suspect.offer for suspect in separate([bait], {})[1]] == [bait]
