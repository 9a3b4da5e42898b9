"""A page as fetched or as saved, and what reading it came to: the input and output of every marketplace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.listing import PageState, RawListing


@dataclass(frozen=True, slots=True)
class Page:
    """One response: its final URL, the body's bytes undecoded, and when it was fetched or saved (aware UTC)."""

    url: str
    body: bytes
    fetched_at: datetime
    status: int = 200
    content_type: str = "text/html"
    charset: str | None = None  # from the HTTP header; None: the page's own <meta> decides, else UTF-8


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """What a page holds, in page order. `next_url` is the next page of the same search, `reported` the site's own count."""

    state: PageState
    listings: tuple[RawListing, ...] = ()
    next_url: str | None = None
    reported: int | None = None
    detail: str = ""
    stats: Mapping[str, int] = field(default_factory=dict)  # rows skipped, by name
