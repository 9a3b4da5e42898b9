"""How far a crawl has come: each search's pages, listings and state; what the CrawlOutcome is made of."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scrapy.exceptions import CannotResolveHostError

from spiders.page import ParsedPage
from spiders.spec import CrawlSpec
from tracker.domain.crawl import SearchOutcome
from tracker.domain.listing import PageState

# Requests in a row without an answer after which a site counts as out of reach, and is asked no more.
SILENT = 2
# A search that ended in one of these was read to where it ended.
_READ = frozenset({PageState.LISTINGS, PageState.EMPTY})


def clock_of(spec: CrawlSpec | None) -> datetime:
    """Now, or the time that the crawl is told it is (the demo simulates days). Aware UTC."""
    if spec is not None and spec.seen_at is not None:
        return spec.seen_at
    return datetime.now(UTC)


def _state_of(error: BaseException, words: str) -> PageState:
    if isinstance(state := getattr(error, "page_state", None), PageState):
        return state
    if "robots.txt" in words:  # Scrapy's IgnoreRequest says it in words only
        return PageState.ROBOTS
    return PageState.TOO_LARGE if "download max size" in words else PageState.UNREACHABLE


def _words_of(error: BaseException) -> str:
    # Twisted wraps what broke a connection into a list of its own failures.
    reasons = getattr(error, "reasons", None)
    cause = reasons[0].value if reasons else error
    return str(cause).strip() or type(cause).__name__


@dataclass(slots=True)
class SearchProgress:
    """One search so far. UNREACHABLE until its first page has come."""

    state: PageState = PageState.UNREACHABLE
    pages: int = 0
    listings: int = 0
    complete: bool = False
    detail: str = "not reached before the crawl ended"


@dataclass(slots=True)
class CrawlProgress:
    """Every search of a crawl, and the counters of the pages read."""

    searches: dict[str, SearchProgress] = field(default_factory=dict)
    stats: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    kept: int = 0  # listings in the feed
    coverage: dict[str, float] = field(default_factory=dict)
    blocked: str = ""  # why the site refused, once it has
    retry_after: datetime | None = None  # when the site said to come back
    unanswered: int = 0  # requests in a row to which nothing came back
    silence: str = ""  # why, where it is known

    def begin(self, search: str) -> None:
        """A search is about to be asked for."""
        self.searches.setdefault(search, SearchProgress())

    def page(self, search: str, parsed: ParsedPage, *, is_last: bool) -> None:
        """A page was read. A later page that is empty only ends the search; any other failure is the search's state."""
        entry = self.searches.setdefault(search, SearchProgress())
        entry.pages += 1
        entry.listings += len(parsed.listings)
        self.pages += 1
        self.unanswered = 0
        self.stats.update(parsed.stats)
        self.stats[f"page/{parsed.state}"] += 1
        if entry.pages == 1 or parsed.state is not PageState.EMPTY:
            entry.state, entry.detail = parsed.state, parsed.detail
        entry.complete = is_last and parsed.state in _READ

    def end(self, search: str, state: PageState, detail: str) -> None:
        """A search ended without a page: no keys, no budget, not allowed, unreachable."""
        entry = self.searches.setdefault(search, SearchProgress())
        entry.state, entry.detail, entry.complete = state, detail, False

    def failure(self, search: str, failure: Any) -> None:
        """A request ended in an exception (a Twisted Failure)."""
        words = _words_of(failure.value)
        state = _state_of(failure.value, words)
        # A name without an address is as good as several requests without an answer.
        self.unanswered += (
            SILENT if isinstance(failure.value, CannotResolveHostError) else state is PageState.UNREACHABLE
        )
        self.end(search, state, words[:300])

    def outcomes(self) -> tuple[SearchOutcome, ...]:
        """The searches as they ended, in the order they were begun."""
        return tuple(
            SearchOutcome(search, e.state, e.pages, e.listings, complete=e.complete, detail=e.detail)
            for search, e in self.searches.items()
        )
