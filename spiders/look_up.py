"""Look single listings up once more by their own pages, in one child process a marketplace; what can't be read tells nothing."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from spiders.run import run_crawl
from spiders.spec import CrawlSpec
from tracker.domain.crawl import CrawlOutcome
from tracker.domain.listing import PageState, RawListing, from_record

READS_ITEMS = frozenset({"craigslist", "ebay", "kleinanzeigen", "leboncoin", "product_page"})
_GONE = ("HTTP 404", "HTTP 410")


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a listing's own address answered: the listing as it is now; None where the site has no such page any more."""

    listing: RawListing | None = None


def look_up(spec: CrawlSpec) -> Mapping[str, LookedUp]:
    """What the addresses `spec.items` answer; one that was not allowed, not reached or not understood is not among them.

    The source's own rules hold: robots.txt, its pace, and the rest after a refusal. It ends within the spec's time.
    """
    if spec.marketplace not in READS_ITEMS or not spec.items:
        return {}
    with tempfile.TemporaryDirectory(prefix="rigscout-") as folder:
        outcome = run_crawl(replace(spec, feed_dir=Path(folder), archive_dir=None, ways=("html",), max_pages=1))
        return dict(_answers(outcome))


def _answers(outcome: CrawlOutcome) -> Iterator[tuple[str, LookedUp]]:
    for page in outcome.searches:
        if page.state is PageState.UNREACHABLE and page.detail in _GONE:
            yield page.search, LookedUp()
    if outcome.feed is not None and outcome.feed.is_file():
        for line in outcome.feed.read_text(encoding="utf-8").splitlines():
            listing = from_record(json.loads(line))
            yield listing.search or "", LookedUp(listing)
