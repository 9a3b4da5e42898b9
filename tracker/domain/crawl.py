"""What one crawl of one marketplace came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tracker.domain.listing import PageState


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """How one search term of a crawl ended. Only a `complete` search may let listings become gone."""

    search: str
    state: PageState
    pages: int = 0
    listings: int = 0
    complete: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CrawlOutcome:
    """One crawl: its worst page state decides `state` (LISTINGS where every search was read).

    `coverage` is the share (0..1) of listings that carry each field; `stats` are the named counters of the
    pipelines (dropped_repeat, invalid_price, …); `feed` is the JSON-lines file of what was collected.
    """

    marketplace: str
    started_at: datetime
    finished_at: datetime
    state: PageState
    detail: str = ""
    feed: Path | None = None
    pages: int = 0
    listings: int = 0
    searches: tuple[SearchOutcome, ...] = ()
    coverage: Mapping[str, float] = field(default_factory=dict)
    stats: Mapping[str, int] = field(default_factory=dict)
    retry_at: datetime | None = None  # a blocked or spent source rests until then

    @property
    def ok(self) -> bool:
        """Whether the source was read (even if it was really empty)."""
        return self.state in (PageState.LISTINGS, PageState.EMPTY)

    def __str__(self) -> str:
        pages = "1 page" if self.pages == 1 else f"{self.pages} pages"
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.state.value}, {self.listings} listings on {pages}{detail}"
