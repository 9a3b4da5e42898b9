"""What a spider saw: RawListing, the states a page or a crawl can end in, and their JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from tracker.domain.money import Money


class PriceKind(StrEnum):
    """How a price is meant."""

    FIXED = "fixed"
    AUCTION = "auction"  # `price` is the current bid
    NEGOTIABLE = "negotiable"  # "VB"; `price` may be None
    FREE = "free"
    RANGE = "range"  # a variation listing: `price` to `price_max`


class Condition(StrEnum):
    """The condition a marketplace states in a field of its own; titles are matching's matter."""

    NEW = "new"
    OPEN_BOX = "open_box"
    REFURBISHED = "refurbished"
    USED = "used"
    FOR_PARTS = "for_parts"
    UNKNOWN = "unknown"


class PageState(StrEnum):
    """The one state that every page, and every crawl, ends in."""

    LISTINGS = "listings"
    EMPTY = "empty"
    BLOCKED = "blocked"
    LAYOUT_UNKNOWN = "layout_unknown"
    NOT_RENDERED = "not_rendered"
    UNREACHABLE = "unreachable"
    ROBOTS = "robots_disallowed"
    KEYS_MISSING = "keys_missing"
    BUDGET_SPENT = "budget_spent"
    TOO_LARGE = "too_large"


@dataclass(slots=True)  # not frozen: that would take eight times as long to make, and pages hold hundreds
class RawListing:
    """One listing as a spider saw it once, decided about nothing: what is not known is None, never 0 or a guess.

    `texts` keeps what was seen beside the parsed values, under the same names ("price": "EUR 96,00 VB").
    Times are aware UTC. `url` is absolute http(s). Nobody changes one: `dataclasses.replace` makes another.
    """

    marketplace: str
    external_id: str
    title: str
    url: str
    seen_at: datetime
    price: Money | None = None
    price_max: Money | None = None
    price_kind: PriceKind = PriceKind.FIXED
    buy_now: Money | None = None  # an auction's buy-it-now price
    bids: int | None = None
    ends_at: datetime | None = None
    best_offer: bool = False
    shipping: Money | None = None  # None: unknown; zero: free
    pickup_only: bool | None = None
    condition: Condition = Condition.UNKNOWN
    sold: bool = False
    sold_at: datetime | None = None
    reserved: bool = False
    wanted: bool = False
    loose: bool = False  # stands after a "fewer words" divider: not what was asked
    sponsored: bool | None = None
    quantity: int | None = None  # units available, where stated
    location: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    seller: str | None = None
    seller_is_business: bool | None = None
    listed_at: datetime | None = None
    description: str | None = None
    category: str | None = None  # the marketplace's own category id
    image: str | None = None
    search: str | None = None  # the search term that showed it: only a complete run of the same may let it become gone
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the listing for ever: (marketplace, external id)."""
        return self.marketplace, self.external_id


_MONEY = ("price", "price_max", "buy_now", "shipping")
_TIMES = ("seen_at", "ends_at", "sold_at", "listed_at")
_NAMES = tuple(f.name for f in fields(RawListing))  # asking a dataclass for them takes as long as the rest
_values_of = attrgetter(*_NAMES)
# The value that a record leaves out: None; for two fields "no"; for two that are always told, nothing at all.
_LEFT_OUT = tuple({"price": ..., "shipping": ..., "best_offer": False, "reserved": False}.get(name) for name in _NAMES)


def to_record(listing: RawListing) -> dict[str, Any]:
    """The JSON form of `rigscout parse` and of the feed: unknown optional fields are left out."""
    # By identity: an auction with 0 bids is not one without a count.
    record: dict[str, Any] = {
        name: value
        for name, value, left_out in zip(_NAMES, _values_of(listing), _LEFT_OUT, strict=True)
        if value is not left_out
    }
    for name in _MONEY:
        if (amount := record.get(name)) is not None:
            record[name] = amount.as_record()
    for name in _TIMES:
        if name in record:
            record[name] = _in_utc(record[name])
    record["texts"] = dict(listing.texts)
    return record


@lru_cache(maxsize=256)  # the listings of a page were all seen at one time
def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def from_record(record: Mapping[str, Any]) -> RawListing:
    """Read the JSON form back. Raises KeyError, TypeError or ValueError where it is none of ours."""
    values = {name: value for name, value in record.items() if name in _NAMES and value is not None}
    for name in _MONEY:
        if name in values:
            values[name] = Money.from_record(values[name])
    for name in _TIMES:
        if name in values:
            values[name] = _aware(values[name])
    values["price_kind"] = PriceKind(values.get("price_kind", PriceKind.FIXED))
    values["condition"] = Condition(values.get("condition", Condition.UNKNOWN))
    return RawListing(**values)


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
