"""The breakage drill: the demo market changes its layout; what is read is right, or its state or coverage says that it isn't."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from spiders.demo.behaviour import Behaviour
from spiders.demo.routes import Asked, Stand, answer
from spiders.demo.search import Index
from spiders.demo.world import make_world
from spiders.discover import marketplaces
from spiders.page import Page, ParsedPage
from spiders.pipelines.feed import is_filled
from spiders.spec import CrawlSpec
from tracker.domain.listing import PageState

BASE = "http://127.0.0.1:9"
CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NAMES = ("ebay", "leboncoin", "kleinanzeigen")


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(make_world())


def results(index: Index, name: str, *changes: str, search: str = "nvidia tesla") -> ParsedPage:
    """The first result page of a site that was redesigned in these ways, as its spider reads it."""
    base = f"{BASE}/de" if name == "ebay" else BASE
    spider = marketplaces()[name](spec=CrawlSpec(name, Path(), Path(), base_url=base, ways=("html",)))
    address = spider.search_url(search, 1)
    target = address.removeprefix(f"{urlsplit(address).scheme}://{urlsplit(address).netloc}")
    stand = Stand(name, index, index.world.last, BASE, Behaviour(changes=frozenset(changes)))
    given = answer(stand, Asked(target))
    return spider.read(Page(address, given.text.encode(), CAPTURED, given.status))


def priced(parsed: ParsedPage) -> float:
    return sum(is_filled(listing, "price") for listing in parsed.listings) / len(parsed.listings)


@pytest.mark.parametrize("name", NAMES)
def test_before_the_redesign_all_is_read(index, name):
    parsed = results(index, name)
    assert parsed.state is PageState.LISTINGS
    assert len(parsed.listings) > 5
    assert priced(parsed) > 0.8


@pytest.mark.parametrize("name", NAMES)
def test_renamed_classes_are_a_state_and_nothing_is_made_up(index, name):
    parsed = results(index, name, "classes")
    assert (parsed.state, parsed.listings) == (PageState.LAYOUT_UNKNOWN, ())
    assert parsed.detail


@pytest.mark.parametrize("name", NAMES)
def test_a_moved_price_lets_its_coverage_fall_and_no_other_number_takes_its_place(index, name):
    before, after = results(index, name), results(index, name, "price")
    assert [listing.key for listing in after.listings] == [listing.key for listing in before.listings]
    assert priced(after) == 0
    shipping = [listing.shipping for listing in before.listings]
    # Without a price nobody knows of which currency a free delivery's zero is.
    known = [None if name == "ebay" and cost and cost.minor == 0 else cost for cost in shipping]
    assert [listing.shipping for listing in after.listings] == known


def test_a_divider_of_another_kind_still_divides(index):
    before, after = results(index, "ebay"), results(index, "ebay", "divider")
    loose = [listing.loose for listing in before.listings]
    assert True in loose
    assert False in loose
    assert [listing.loose for listing in after.listings] == loose


@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_sells_is_really_empty_or_only_loose(index, name):
    parsed = results(index, name, search="harpsichord zither")
    assert parsed.state is PageState.EMPTY or all(listing.loose for listing in parsed.listings)
