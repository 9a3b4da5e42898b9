"""EBay's sold results in the demo market, as its spider reads them."""

from pathlib import Path

import pytest

from spiders.demo.routes import Asked, Stand, answer
from spiders.demo.search import Index
from spiders.discover import load
from spiders.page import Page
from spiders.spec import CrawlSpec
from tracker.domain.listing import PageState

BASE = "http://127.0.0.1:9"


@pytest.mark.parametrize("country", ["com", "uk", "de", "fr"])
def test_sold_results_tell_when_and_for_how_much_unless_an_offer_was_accepted(index: Index, country: str) -> None:
    spec = CrawlSpec("ebay", Path(), Path(), base_url=f"{BASE}/{country}", ways=("html",), options={"sold": True})
    spider = load("ebay")(spec)
    address = spider.search_url("sold: gtx", 1)
    world = index.world
    given = answer(Stand("ebay", index, world.last, BASE), Asked(address.removeprefix(BASE)))
    parsed = spider.read(Page(address, given.text.encode(), world.moment(world.last)))
    assert parsed.state is PageState.LISTINGS
    for listing in parsed.listings:
        ad = world.ad("ebay", listing.external_id)
        assert ad is not None
        assert listing.sold
        assert not listing.loose
        assert listing.sold_at is not None
        assert abs((listing.sold_at.date() - world.date_of(ad.sold_on or 0)).days) <= 1
        assert listing.price == (None if ad.terms.best_offer else ad.price_on(ad.sold_on or 0))
        assert listing.best_offer == ad.terms.best_offer
    assert any(listing.price is None for listing in parsed.listings) or country != "de"
