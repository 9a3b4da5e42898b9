"""Every page of the demo market is read back to the truth of its world, by the spiders that read the live sites."""

from dataclasses import replace

import pytest

from spiders.demo.ads import Ad
from spiders.demo.pages import ebay, ebay_api, items, kleinanzeigen, leboncoin
from spiders.demo.pages.view import MARKER, View, paged
from spiders.demo.world import World
from spiders.discover import marketplaces
from spiders.page import Page, ParsedPage
from tests.spiders.demo.expectation import differences, expected, of_api, of_kleinanzeigen_item
from tracker.domain.listing import PageState, PriceKind

BASE = "http://127.0.0.1:8080"
DAYS = (0, 31, 57, 89)
RESULTS = [
    ("ebay", "en", ebay.result_page, "/sch/i.html?_nkw=q&_ipg=60&_pgn=1"),
    ("ebay", "de", ebay.result_page, "/sch/i.html?_nkw=q&_ipg=60&_pgn=1"),
    ("ebay", "fr", ebay.result_page, "/sch/i.html?_nkw=q&_ipg=60&_pgn=1"),
    ("leboncoin", "fr", leboncoin.result_page, "/recherche?text=q"),
    ("kleinanzeigen", "de", kleinanzeigen.result_page, "/s-q/k0"),
]
ITEMS = [
    ("ebay", "en", items.ebay_page, "/itm/"),
    ("ebay", "de", items.ebay_page, "/itm/"),
    ("ebay", "fr", items.ebay_page, "/itm/"),
    ("leboncoin", "fr", leboncoin.item_page, "/ad/accessoires_informatique/"),
    ("kleinanzeigen", "de", items.kleinanzeigen_page, "/s-anzeige/x/"),
]


def view_of(world: World, day: int, language: str, ads: tuple[Ad, ...]) -> View:
    return View(world, day, BASE, language, "q", ads, total=len(ads))


def read(marketplace: str, path: str, text: str, view: View) -> ParsedPage:
    assert MARKER in text
    return marketplaces()[marketplace]().read(Page(BASE + path, text.encode(), view.now))


@pytest.mark.parametrize(("marketplace", "language", "render", "path"), RESULTS)
@pytest.mark.parametrize("day", DAYS)
def test_a_result_page_is_read_back_whole(world: World, marketplace, language, render, path, day) -> None:
    ads = tuple(world.open_on(day, marketplace))
    view = view_of(world, day, language, ads)
    parsed = read(marketplace, path, render(view), view)
    assert parsed.state is PageState.LISTINGS
    assert [listing.external_id for listing in parsed.listings] == [ad.external_id for ad in ads]
    for listing, ad in zip(parsed.listings, ads, strict=True):
        assert not differences(listing, expected(world, ad, day, language)), ad.title
        assert listing.url.startswith(BASE)


@pytest.mark.parametrize("day", DAYS)
def test_the_api_is_read_back_whole(world: World, day: int) -> None:
    ads = tuple(world.open_on(day, "ebay"))
    view = view_of(world, day, "en", ads)
    parsed = read("ebay", ebay_api.SEARCH_PATH, ebay_api.search_answer(view, 200, 0), view)
    assert len(parsed.listings) == len(ads)
    for listing, ad in zip(parsed.listings, ads, strict=True):
        wanted = of_api(world, ad, day)
        assert not differences(listing, wanted), ad.title


@pytest.mark.parametrize(("marketplace", "language", "render", "path"), ITEMS)
def test_an_item_page_says_what_the_result_page_says(world: World, marketplace, language, render, path) -> None:
    for ad in world.open_on(40, marketplace)[:60]:
        view = view_of(world, 40, language, ())
        (listing,) = read(marketplace, path + ad.external_id, render(view, ad), view).listings
        wanted = expected(world, ad, 40, language) | {"price_max": None}
        if marketplace == "kleinanzeigen":
            wanted |= of_kleinanzeigen_item(world, ad, 40)
        assert not differences(listing, wanted), ad.title


def test_an_auction_ends_when_its_time_left_says(world: World) -> None:
    auctions = [ad for ad in world.open_on(57, "ebay") if ad.terms.price_kind is PriceKind.AUCTION]
    view = view_of(world, 57, "de", tuple(auctions))
    parsed = read("ebay", "/sch/i.html?_nkw=q", ebay.result_page(view), view)
    assert auctions
    for listing, ad in zip(parsed.listings, auctions, strict=True):
        left = world.ends_at(ad, 57) - listing.ends_at
        assert 0 <= left.total_seconds() < 3600


def test_what_follows_the_divider_is_loose(world: World) -> None:
    ads = tuple(world.open_on(20, "ebay"))
    view = replace(view_of(world, 20, "fr", ads[:3]), loose=ads[3:8])
    parsed = read("ebay", "/sch/i.html?_nkw=q", ebay.result_page(view), view)
    assert [listing.loose for listing in parsed.listings] == [False] * 3 + [True] * 5
    assert parsed.reported == 3


@pytest.mark.parametrize(("marketplace", "language", "render", "path"), RESULTS)
def test_nothing_found_is_really_empty(world: World, marketplace, language, render, path) -> None:
    view = replace(view_of(world, 3, language, ()), query="nothing <of> the & kind")
    assert read(marketplace, path, render(view), view).state is PageState.EMPTY


@pytest.mark.parametrize(("marketplace", "language", "render", "path"), RESULTS)
def test_renamed_classes_are_an_unknown_layout(world: World, marketplace, language, render, path) -> None:
    ads = tuple(world.open_on(9, marketplace))
    view = replace(view_of(world, 9, language, ads), changes=frozenset({"classes"}))
    parsed = read(marketplace, path, render(view), view)
    assert parsed.state is PageState.LAYOUT_UNKNOWN
    assert not parsed.listings


@pytest.mark.parametrize(("marketplace", "language", "render", "path"), RESULTS)
def test_a_moved_price_leaves_the_field_empty_and_no_wrong_price(
    world: World, marketplace, language, render, path
) -> None:
    ads = tuple(ad for ad in world.open_on(9, marketplace) if ad.terms.price_kind is PriceKind.FIXED)
    view = replace(view_of(world, 9, language, ads), changes=frozenset({"price"}))
    listings = read(marketplace, path, render(view), view).listings
    right = {ad.external_id: ad.price_on(9) for ad in ads}
    assert all(listing.price in (None, right[listing.external_id]) for listing in listings)
    assert sum(listing.price is None for listing in listings) > 0.9 * len(ads)


@pytest.mark.parametrize(("count", "pages", "last"), [(0, 1, 0), (25, 1, 25), (26, 2, 1), (75, 3, 25)])
def test_results_are_paged(world: World, count: int, pages: int, last: int) -> None:
    ads = world.ads[:count]
    shown, number = paged(ads, pages, 25)
    assert (number, len(shown)) == (pages, last)
    assert paged(ads, pages + 1, 25)[0] == ()
