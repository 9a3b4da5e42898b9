"""What an answer says of the machine it found."""

from dataclasses import replace

from tracker.catalog import load_catalog
from tracker.domain.build import Offer
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.optimiser.solve import solve
from tracker.settings import Settings, shipped_config
from tracker.targets import load_targets

CATALOG = load_catalog((shipped_config(),))


def offer(name: str, euros: int, *parts: MatchedPart, **facts: bool | int) -> Offer:
    return Offer(name, parts, Money(euros * 100, "EUR"), facts=facts)


def test_cards_of_one_part_are_counted_together_whatever_their_ads_say() -> None:
    """One ad says that the card is passive, the other does not: they are different items of one part."""
    offers = [
        offer("plain", 200, MatchedPart("gpu:tesla-p40")),
        offer("said", 200, MatchedPart("gpu:tesla-p40"), passive=True),
        offer(
            "combo", 150, MatchedPart("board:x99", model="asus-x99-deluxe"), MatchedPart("cpu:xeon-e5-2680-v4"), MatchedPart("ram:ddr4:64"),
            modules=4, registered=False,
        ),
        offer("psu", 90, MatchedPart("psu:1000"), eps8=2, pcie8=6),
    ]  # fmt: skip
    target = load_targets((shipped_config(),), Settings(), CATALOG)["cheapest-48gb"]
    (best, *_) = solve(target, offers, CATALOG).builds
    assert best.cards == {"gpu:tesla-p40": 2}
    assert (best.devices, best.vram_gb) == (2, 48)


def test_an_untested_card_is_something_to_verify() -> None:
    """It may be bought, and the answer says to ask first."""
    target = load_targets((shipped_config(),), Settings(), CATALOG)["p40-box"]
    rest = [
        offer("combo", 150, MatchedPart("board:x99", model="asus-x99-deluxe"), MatchedPart("cpu:xeon-e5-2680-v4"),
              MatchedPart("ram:ddr4:64"), modules=4, registered=False),
        offer("psu", 90, MatchedPart("psu:1000"), eps8=2, pcie8=6),
    ]  # fmt: skip
    card = offer("card", 200, MatchedPart("gpu:tesla-p40"))
    verdicts = {}
    for flags in ((), ("untested",)):
        (best, *_) = solve(target, [*rest, replace(card, title="Tesla P40", flags=flags)], CATALOG).builds
        verdicts[flags] = next(rule for rule in best.rules if rule.rule == "condition")
        assert (verdicts[flags] in best.to_verify) is bool(flags)
    assert verdicts["untested",].detail == "ask whether it works: Tesla P40"
