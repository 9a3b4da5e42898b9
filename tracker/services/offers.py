"""What could be ordered today: the stored listings that are buyable, each with its landed cost."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from tracker.domain.build import LandedCost, Offer
from tracker.domain.errors import RigscoutError
from tracker.domain.history import StoredListing
from tracker.domain.listing import Condition, PriceKind, RawListing
from tracker.domain.match import NO_PRICE, Decision, Match
from tracker.domain.money import Rates
from tracker.domain.part import Catalog
from tracker.domain.place import Place, kilometres, place_of
from tracker.postcodes import Postcodes
from tracker.services.combined_shipping import shares_shipping
from tracker.settings import Settings
from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, each

# Why an accepted, open listing is no offer, as people say it.
NOT_BUYABLE = {
    "seen_too_long_ago": "last seen longer ago than max_offer_age_h", "nothing_named": "with no part named",
    "marked": "marked by you", "wanted": "wanted ads", "defect": "broken", "sold": "sold", "reserved": "reserved",
    "none_left": "with none left", "auction": "auctions at the current bid", "ended": "ended", "price_range": "price ranges",
    "given_away": "given away", "price_too_low": "too cheap to be true", "no_price": "without a price",
    "pickup_only": "to be fetched", "pickup_too_far": "to be fetched from too far",
    "pickup_distance_unknown": "to be fetched from nobody knows how far", "cost_unknown": "whose cost here is unknown",
    "same_as_another": "copies of another ad",
}  # fmt: skip


class Landed(Protocol):
    """What an offer costs at the user's door: tracker.landed.landed_cost."""

    def __call__(
        self, raw: RawListing, *, settings: Settings, rates: Rates, category: str, today: date
    ) -> LandedCost:  # fmt: skip
        """The cost of one unit, term by term, in the user's currency. Raises RigscoutError where it can't be said."""
        ...


@dataclass(frozen=True, slots=True)
class Stock:
    """The offers, and how many open, accepted listings are none, by the first cause."""

    offers: list[Offer]
    left_out: Counter[str] = field(default_factory=Counter)


def offer_stock(
    database: Database,
    *,
    now: datetime,
    settings: Settings,
    catalog: Catalog,
    rates: Rates,
    landed: Landed,
    radius_km: float | None = None,
    postcodes: Postcodes | None = None,
) -> Stock:
    """The offers, and why the other open listings that sell a part are none.

    Buyable is a working, accepted listing with a fixed price (or an auction's buy-it-now), not reserved, sold, gone or
    marked, delivered or within the pickup radius (`radius_km`, or the settings'), last seen within `max_offer_age_h`.
    """
    radius = settings.pickup_radius_km if radius_km is None else radius_km
    home = settings.home or (postcodes.place(settings.country, settings.postcode) if postcodes and radius else None)
    left_out: Counter[str] = Counter()
    offers: list[Offer] = []
    thing_of: dict[str, int] = {}  # ads of one thing share it
    for listing in _open_listings(database):
        cause = _why_not(listing, now, settings)
        raw = _at_fixed_price(listing.raw)
        km = _km(raw, home, postcodes) if raw.pickup_only else None
        cause = cause or _too_far(raw, km, radius)
        if cause:
            left_out[cause] += 1
            continue
        assert listing.match is not None
        try:
            cost = landed(
                raw, settings=settings, rates=rates, category=_category(listing.match, catalog), today=now.date()
            )
        except RigscoutError:
            left_out["cost_unknown"] += 1
            continue
        offers.append(_offer(listing, raw, listing.match, cost, km))
        thing_of[offers[-1].id] = listing.same_as or listing.id
    offers = list(_once(offers, thing_of, left_out))
    offers.sort(key=lambda offer: offer.id)
    return Stock(offers, left_out)


def _once(offers: list[Offer], thing_of: Mapping[str, int], left_out: Counter[str]) -> Iterator[Offer]:
    """Of several ads of one thing the cheapest: nobody can buy it twice."""
    told: set[int] = set()
    for offer in sorted(offers, key=lambda offer: (offer.landed.minor, offer.id)):
        thing = thing_of[offer.id]
        if thing in told:
            left_out["same_as_another"] += 1
        else:
            told.add(thing)
            yield offer


def offer_id(raw: RawListing) -> str:
    """The name of a listing's offer: marketplace and external id."""
    return f"{raw.marketplace}:{raw.external_id}"


def _open_listings(database: Database) -> Iterator[StoredListing]:
    c, leader = LISTING.c, LISTING.alias("leader")
    is_sold = select(leader.c.id).where(leader.c.id == c.same_as, leader.c.sold_at.is_not(None)).exists()
    with database.reading() as connection:
        yield from each(connection, (c.decision == Decision.ACCEPT.value) & (c.end_day == OPEN_END) & ~is_sold)


def _why_not(listing: StoredListing, now: datetime, settings: Settings) -> str:
    """The first cause for which an open, accepted listing is no offer; empty for one that may be."""
    raw, match = listing.raw, listing.match
    if match is None or not match.parts:
        return "nothing_named"
    causes = {
        "marked": listing.mark is not None,
        "wanted": raw.wanted or match.wanted,
        "defect": match.defect or raw.condition is Condition.FOR_PARTS,
        "sold": raw.sold,
        "reserved": raw.reserved,
        "none_left": raw.quantity == 0,
        "auction": raw.price_kind is PriceKind.AUCTION and raw.buy_now is None,
        "ended": raw.ends_at is not None and raw.ends_at <= now,
        "price_range": raw.price_kind is PriceKind.RANGE,
        "given_away": raw.price_kind is PriceKind.FREE,
        "price_too_low": not NO_PRICE.isdisjoint(match.flags),
        "no_price": raw.price is None and raw.buy_now is None,
        "seen_too_long_ago": now - listing.last_seen > timedelta(hours=settings.max_offer_age_h),
    }
    return next((name for name, holds in causes.items() if holds), "")


def _km(raw: RawListing, home: Place | None, postcodes: Postcodes | None) -> float | None:
    """How far a listing is from home; None where the source does not say where it is, or the settings where home is."""
    there = place_of(raw.texts.get("coordinates", ""))
    if there is None and home and postcodes:
        there = postcodes.place(raw.country, raw.location or "")
    return None if home is None or there is None else kilometres(home, there)


def _too_far(raw: RawListing, km: float | None, radius: float) -> str:
    """Why what must be fetched can't be; empty for what is delivered or near enough."""
    if not raw.pickup_only or (km is not None and km <= radius):
        return ""
    if not radius:
        return "pickup_only"
    return "pickup_distance_unknown" if km is None else "pickup_too_far"


def _at_fixed_price(raw: RawListing) -> RawListing:
    """An auction as its buy-it-now: the price at which it can be ordered now."""
    if raw.price_kind is PriceKind.AUCTION and raw.buy_now is not None:
        return replace(raw, price=raw.buy_now, price_kind=PriceKind.FIXED)
    return raw


def _category(match: Match, catalog: Catalog) -> str:
    part = catalog.get(match.parts[0].part)
    return part.category.value if part else match.parts[0].part.partition(":")[0]


def _offer(listing: StoredListing, raw: RawListing, match: Match, cost: LandedCost, km: float | None) -> Offer:
    shipping = next((term.amount for term in cost.terms if term.name == "shipping"), None)
    return Offer(
        id=offer_id(raw),
        parts=match.parts,
        landed=cost.total,
        available=raw.quantity or 1,
        facts=match.facts,
        seller=raw.seller,
        country=raw.country,
        shipping=shipping,
        shipping_shared=shares_shipping(raw),
        url=raw.url,
        title=raw.title,
        marketplace=raw.marketplace,
        condition=raw.condition.value,
        cost=cost,
        distance_km=km,
        first_seen=listing.first_seen,
        last_seen=listing.last_seen,
        flags=match.flags,
    )
