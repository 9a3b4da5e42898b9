"""What the web pages show beside the day's report: parts, a listing's life, past reports, and slices of long lists."""

from dataclasses import dataclass
from datetime import date
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
class PastReport:
    """A report that was made: its key ("daily:2026-11-21") and subject."""

    key: str
    day: date
    subject: str
