"""What the web pages show beside the day's report: parts, a listing's life, past reports, and slices of long lists."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar

from tracker.domain.history import DayFigures, Observation, StoredListing

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """`items` of a list of `total`, from `offset` on."""

    items: tuple[Item, ...]
    total: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part and its newest day that has figures."""

    part: str
    name: str
    figures: DayFigures | None = None


@dataclass(frozen=True, slots=True)
class ListingLife:
    """A listing, every price it was seen at (oldest first), and whether the page archive has it."""

    listing: StoredListing
    observations: tuple[Observation, ...] = ()
    archived: bool = False
    also_at: tuple[StoredListing, ...] = ()  # the other open ads of the same thing
    relisting: str = ""  # what the seller asked for it before, in words


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """A page as it was fetched: the last one of the archive that shows a listing."""

    url: str
    fetched_at: datetime
    body: bytes
    media_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Filters:
    """Of which offers: of one marketplace, from one country, in one condition, of one model; None: of any."""

    marketplace: str | None = None
    country: str | None = None
    condition: str | None = None
    model: str | None = None


EVERY_OFFER = Filters()


@dataclass(frozen=True, slots=True)
class Choices:
    """The marketplaces, countries, conditions and models that a part was ever offered at, from, in and as."""

    marketplaces: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceVitals:
    """How the last crawl of a marketplace ended."""

    marketplace: str
    state: str
    finished_at: datetime
    pages: int
    listings: int
    last_good_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a monitor watches: open listings, how they were decided, the newest day with figures, and each source."""

    listings_open: int
    accepted: int
    rejected: dict[str, int] = field(default_factory=dict)
    newest_day: date | None = None
    sources: tuple[SourceVitals, ...] = ()


@dataclass(frozen=True, slots=True)
class PastReport:
    """A report that was made: its key ("daily:2026-11-21") and subject."""

    key: str
    day: date
    subject: str
