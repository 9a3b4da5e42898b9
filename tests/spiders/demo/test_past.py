"""The past read without HTTP is what crawling those days over HTTP gives."""

from dataclasses import replace
from urllib.request import urlopen

import pytest

from spiders.demo.past import Past
from spiders.demo.search import Index
from spiders.demo.server import DemoMarket
from spiders.demo.sites import MARKETPLACES
from spiders.demo.world import World
from spiders.discover import marketplaces
from spiders.page import Page
from tracker.domain.listing import PageState, RawListing

SOME = {
    "ebay": ("graphics card", "tesla", "x99", "gtx 1080 ti", "nothing at all"),
    "leboncoin": ("carte graphique", "1080 ti", "x99", "alimentation"),
    "kleinanzeigen": ("grafikkarte", "gtx 1080", "netzteil"),
}
DAYS = (0, 1, 2, 44, 45, 88)


def crawled(market: DemoMarket, marketplace: str, day: int, bound: int) -> dict[str, RawListing]:
    """What the spider reads of every page of every search, an exact find before a loose one."""
    spider = marketplaces()[marketplace]()
    spider.base_url = market.url(marketplace)
    found: dict[str, RawListing] = {}
    for search in SOME[marketplace]:
        url, number = spider.search_url(search, 1), 0
        while url and number < bound:
            with urlopen(url, timeout=10) as answer:
                parsed = spider.read(Page(url, answer.read(), market.world.moment(day)))
            for listing in parsed.listings:
                known = found.get(listing.external_id)
                if known is None or (known.loose and not listing.loose):
                    found[listing.external_id] = replace(listing, search=search)
            url, number = parsed.next_url, number + 1
    return found


@pytest.mark.parametrize("marketplace", MARKETPLACES)
@pytest.mark.parametrize("bound", [1, 9])
def test_both_ways_agree(world: World, marketplace: str, bound: int) -> None:
    with DemoMarket(world) as market:
        past = Past(market.index, marketplace, market.url(marketplace), SOME[marketplace], bound)
        for day in DAYS:
            market.day = day
            quick = {listing.external_id: listing for listing in past.listings(day)}
            slow = crawled(market, marketplace, day, bound)
            assert quick.keys() == slow.keys()
            for number, listing in quick.items():
                assert listing == slow[number]


def test_outcomes_say_which_searches_were_read_to_their_end(world: World, index: Index) -> None:
    past = Past(index, "ebay", "http://127.0.0.1:1", ("gpu", "k80", "nothing at all"), 1)
    gpu, k80, nothing = past.outcomes(40)
    assert (gpu.complete, gpu.pages, gpu.listings) == (False, 1, 60)
    assert (k80.complete, k80.state) == (True, PageState.LISTINGS)
    assert (nothing.complete, nothing.state, nothing.listings) == (True, PageState.EMPTY, 0)
    assert len(list(past.listings(40))) >= k80.listings
