"""The real crawl, Scrapy in a child process over HTTP, collects what the quick past says of the same day."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from spiders.demo.past import Past
from spiders.demo.server import DemoMarket
from spiders.demo.sites import MARKETPLACES, MAX_PAGES
from spiders.demo.world import World
from spiders.run import run_crawl
from spiders.spec import CrawlSpec
from tracker.domain.listing import PageState, RawListing, from_record, to_record

SEARCHES = ("gtx", "x99", "nothing of the kind")


def through_a_feed(listing: RawListing) -> RawListing:
    """As a feed keeps it; which of two searches shows an ad first is the shuffle's choice."""
    return replace(from_record(to_record(listing)), search=None)


@pytest.mark.parametrize("marketplace", MARKETPLACES)
def test_a_crawled_day_is_the_quick_one(world: World, tmp_path: Path, marketplace: str) -> None:
    with DemoMarket(world) as market:
        spec = CrawlSpec(
            marketplace=marketplace,
            feed_dir=tmp_path / "feeds",
            state_dir=tmp_path / "state",
            searches=SEARCHES,
            base_url=market.url(marketplace),
            ways=("html",),
            max_pages=MAX_PAGES,
            delay=0,
            seen_at=world.moment(world.last),
            allow_loopback=True,
        )
        outcome = run_crawl(spec)
        past = Past(market.index, marketplace, market.url(marketplace), SEARCHES, MAX_PAGES)
        expected = {listing.external_id: through_a_feed(listing) for listing in past.listings(world.last)}
        searches = past.outcomes(world.last)
    assert outcome.state is PageState.LISTINGS, outcome.detail
    assert outcome.feed is not None
    lines = outcome.feed.read_text(encoding="utf-8").splitlines()
    crawled = {listing.external_id: listing for listing in (from_record(json.loads(line)) for line in lines)}
    assert {number: replace(listing, search=None) for number, listing in crawled.items()} == expected
    found = {
        search.search: (search.state, search.pages, search.listings, search.complete) for search in outcome.searches
    }
    assert found == {one.search: (one.state, one.pages, one.listings, one.complete) for one in searches}
