"""Which ads offer the same thing at the same time: cross-posts and doubled ads, so that history counts it once.

Wrongly taking two things for one hides an offer, so the rules ask for more than alike words:
- Only ads of the same part and count, with near-same titles whose numbers are the same ("24GB" is no "12GB").
- On two marketplaces, at prices that differ by a quarter at most, something personal must tie them: the seller's name, the
  picture, a text of some length; or the place together with the very same price and a title of five words or more.
- On one marketplace only a private seller's ad with the same picture, price and seller is a copy. Two alike cards in two ads
  are common there, and whoever doubles an ad to be seen more often takes the same picture.
- Stock is never a copy: ads for several pieces, and all ads of a seller who has more than two of one part open on one site.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

_NEAR = 88  # of 100, for titles whose words are sorted
_NEAR_TEXT = 90
LONG_TEXT = 80  # characters; shorter ones are a formula
_TEXT_START = 40
_PRICE_RANGE = 1.25
_TITLE_WORDS = 5
STOCK = 2  # ads of one part by one seller on one site; more are several things
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Ad:
    """What tells whether an open ad is another one's copy; `price` is in minor units of `currency`."""

    id: int
    marketplace: str
    external_id: str
    first_seen: datetime
    units: int
    title: str
    price: int
    currency: str
    seller: str | None = None
    is_business: bool | None = None
    quantity: int | None = None
    location: str | None = None
    image: str | None = None
    description: str | None = None


def copies(ads: Sequence[Ad]) -> dict[int, int]:
    """Copy → the ad first seen of the same thing, by id, over ads of one part that are open at the same time."""
    single = _without_stock(ads)
    leader = {ad.id: ad.id for ad in single}
    for one, other in _candidates(single):
        first, second = _root(leader, one.id), _root(leader, other.id)
        if first != second and is_copy(one, other):
            leader[second] = first
    groups: dict[int, list[Ad]] = defaultdict(list)
    for ad in single:
        groups[_root(leader, ad.id)].append(ad)
    found: dict[int, int] = {}
    for group in groups.values():
        first_ad, *others = sorted(group, key=lambda ad: (ad.first_seen, ad.marketplace, ad.external_id))
        found |= {ad.id: first_ad.id for ad in others}
    return found


def is_copy(one: Ad, other: Ad) -> bool:
    """Whether two ads of the same part, neither of them stock, offer one thing."""
    if (one.units, one.currency) != (other.units, other.currency):
        return False
    if max(one.price, other.price) > _PRICE_RANGE * min(one.price, other.price):
        return False
    return _is_tied(one, other) and _is_near(one.title, other.title)


def _is_tied(one: Ad, other: Ad) -> bool:
    """Whether something personal ties two ads: looked at before their words, which take far longer."""
    same_price = one.price == other.price
    same_image, same_seller = _same(one.image, other.image), _same(one.seller, other.seller)
    if one.marketplace == other.marketplace:
        return same_price and same_image and same_seller and not (one.is_business or other.is_business)
    is_near_by = same_price and _same(one.location, other.location) and len(one.title.split()) >= _TITLE_WORDS
    return same_seller or same_image or is_near_by or _is_same_text(one.description, other.description)


def _without_stock(ads: Iterable[Ad]) -> list[Ad]:
    ads = list(ads)
    held = Counter((ad.marketplace, ad.seller) for ad in ads)
    return [
        ad for ad in ads
        if (ad.quantity or 1) == 1 and (not ad.seller or held[ad.marketplace, ad.seller] <= STOCK)
    ]  # fmt: skip


def _candidates(ads: Iterable[Ad]) -> Iterator[tuple[Ad, Ad]]:
    """Pairs that something ties, with near prices and the same numbers in their titles: only they are compared at all."""
    tied: dict[tuple[object, ...], list[Ad]] = defaultdict(list)
    for ad in ads:
        alike = ad.units, ad.currency, *_numbers(ad.title)
        for tie in _ties(ad):
            tied[*tie, *alike].append(ad)
    for group in tied.values():
        group.sort(key=lambda ad: (ad.price, ad.marketplace, ad.external_id))
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if other.price > _PRICE_RANGE * one.price:
                    break
                yield one, other


def _ties(ad: Ad) -> Iterator[tuple[str, str]]:
    if ad.seller:
        yield "seller", ad.seller.casefold()
    if ad.image:
        yield "image", ad.image
    if ad.location:
        yield f"place {ad.price}", ad.location.casefold()
    if ad.description and len(ad.description) >= LONG_TEXT:
        yield "text", default_process(ad.description)[:_TEXT_START]


def _same(one: str | None, other: str | None) -> bool:
    return bool(one) and bool(other) and str(one).casefold() == str(other).casefold()


def _is_near(one: str, other: str) -> bool:
    if _numbers(one) != _numbers(other):
        return False
    return fuzz.token_sort_ratio(one, other, processor=default_process, score_cutoff=_NEAR) > 0


def _numbers(title: str) -> list[str]:
    return sorted(_NUMBERS.findall(title))


def _is_same_text(one: str | None, other: str | None) -> bool:
    if not one or not other or min(len(one), len(other)) < LONG_TEXT:
        return False
    return fuzz.ratio(one, other, processor=default_process, score_cutoff=_NEAR_TEXT) > 0


def _root(leader: dict[int, int], number: int) -> int:
    while leader[number] != number:
        number = leader[number]
    return number
