"""Price history: a listing as kept, its observations, a day's figures, and deals."""

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from tracker.domain.listing import RawListing
from tracker.domain.match import Match, is_mixed
from tracker.domain.money import Money

# The word of people who collected such listings: trust nothing below 35 to 40 % of the usual price.
BELIEVED_FROM = Fraction(38, 100)


@dataclass(frozen=True, slots=True)
class StoredListing:
    """The ad as kept: what was last seen of it, and its life. `gone_at` is None while it is open."""

    id: int
    raw: RawListing
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None = None
    sold_at: datetime | None = None
    match: Match | None = None
    mark: str | None = None  # "bought", "ignore", "wrong"
    same_as: int | None = None  # the ad that counts for this one, where it is a copy


@dataclass(frozen=True, slots=True)
class Observation:
    """One price of a listing from `at` on; the next one starts where something changed."""

    listing_id: int
    at: datetime
    price: Money | None
    shipping: Money | None
    condition: str
    available: bool


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One part's asking prices on one day, in the user's currency, over every working single-part offer open that day.

    Prices are per unit, shipping included where known. `observed` is False for a day on which nothing was crawled:
    its figures are None, never carried over. `sold` counts those seen sold, `gone` those that ended that day.

    `minimum`, the quantiles and `n` are of all offers. `lowest` and `mean_lowest_five` stand for the market's low, and leave
    out what is too cheap to be true: below BELIEVED_FROM of the day's median, where four prices or more make one. `unbelieved`
    counts those.
    """

    part: str
    day: date
    n: int
    minimum: Money | None = None
    lowest: Money | None = None
    p10: Money | None = None
    p25: Money | None = None
    median: Money | None = None
    p75: Money | None = None
    mean_lowest_five: Money | None = None
    new: int = 0
    gone: int = 0
    sold: int = 0
    sold_median: Money | None = None
    observed: bool = True
    unbelieved: int = 0

    @property
    def spread(self) -> Money | None:
        """From the lower to the upper quartile: how far the middle half of the prices lies apart."""
        return None if self.p25 is None or self.p75 is None else self.p75 - self.p25


@dataclass(frozen=True, slots=True)
class Trend:
    """Theil-Sen slope in money a week with its 95 % interval, over `days` observed days; and the dated steps."""

    slope_per_week: Money
    low: Money
    high: Money
    days: int
    steps: tuple[tuple[date, Money, Money], ...] = ()  # (day, level before, level after)


@dataclass(frozen=True, slots=True)
class TimeToSell:
    """How long offers of a part stay (Kaplan-Meier): half are gone, sold or withdrawn, within `median_days`.

    `low` and `high` bound the median by the curve's 95 % interval; None: not within what was observed. Over `n` offers,
    of which `ended` are gone. `at_most` is the unit price that they asked at most; None: any.
    """

    n: int
    ended: int
    median_days: float | None = None
    low: float | None = None
    high: float | None = None
    at_most: Money | None = None


@dataclass(frozen=True, slots=True)
class PastPrice:
    """A past price from elsewhere, imported with its source and day; in no figure of ours."""

    day: date
    price: Money
    source: str
    condition: str = "unknown"
    note: str = ""


@dataclass(frozen=True, slots=True)
class PartHistory:
    """What `rigscout history PART` answers. `model` is the board's model or the memory's sort that it was narrowed to."""

    part: str
    name: str
    currency: str
    days: tuple[DayFigures, ...]
    trend: Trend | None = None
    notes: tuple[str, ...] = ()
    elsewhere: tuple[PastPrice, ...] = ()
    model: str | None = None

    @property
    def is_mixed(self) -> bool:
        """Whether it holds unlike things together: then its medians move with the mix, and show no trend."""
        return self.model is None and is_mixed(self.part)


@dataclass(frozen=True, slots=True)
class Deal:
    """An offer below its own part's usual price: `percentile` (0..100) of `n` comparable prices of the last weeks."""

    listing: StoredListing
    part: str
    name: str
    landed: Money
    median: Money
    percentile: float
    n: int
    confidence: float
    why: str = ""
    cautions: tuple[str, ...] = ()
    extraordinary: bool = False
    facts: tuple[str, ...] = field(default_factory=tuple)
