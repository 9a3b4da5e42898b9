"""Which offers are too cheap to be what they say: bait, an empty box, a heatsink; shown, but never bought by a build.

The price decides about an offer only against its own parts' usual prices, and only from below: unknown parts of a bundle
count as worth nothing, so that it is judged mildly. The floor follows the word of people who collected such listings:
trust nothing below 35 to 40 % of the reference.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from tracker.domain.build import Offer
from tracker.domain.money import Money

FLOOR = 0.38
# Flags of the matcher on prices that are not meant: 1, 123, 9999; a card for less than its box.
_NO_PRICE = frozenset({"price_is_bait", "price_too_low"})
FEWEST = 4  # prices of a part from which a usual one is taken


@dataclass(frozen=True, slots=True)
class Suspect:
    """An offer that is too cheap, and what its known parts usually cost together."""

    offer: Offer
    usual: Money


def usual_prices(offers: Iterable[Offer]) -> dict[str, Money]:
    """The median landed price of one piece of each part, over offers of that part alone; parts with few offers are left out."""
    seen: dict[str, list[Money]] = defaultdict(list)
    for offer in offers:
        if len(offer.parts) == 1:
            part = offer.parts[0]
            seen[part.part].append(Money(offer.landed.minor // part.qty, offer.landed.currency))
    return {part: Money(_middle(prices), prices[0].currency) for part, prices in seen.items() if len(prices) >= FEWEST}


def separate(offers: Sequence[Offer], usual: Mapping[str, Money]) -> tuple[list[Offer], list[Suspect]]:
    """The offers that may be bought, and those that are too cheap for what they say they are."""
    trusted: list[Offer] = []
    suspects: list[Suspect] = []
    for offer in offers:
        worth = sum(usual[part.part].minor * part.qty for part in offer.parts if part.part in usual)
        if offer.landed.minor < FLOOR * worth or not _NO_PRICE.isdisjoint(offer.flags):
            suspects.append(Suspect(offer, Money(worth, offer.landed.currency)))
        else:
            trusted.append(offer)
    return trusted, suspects


def _middle(prices: Iterable[Money]) -> int:
    return median_low(price.minor for price in prices)
