"""The captured pages in ../shared: counts and truths of their manifest, and facts read in them by eye."""

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from spiders.discover import marketplaces
from spiders.page import Page
from spiders.read import read_saved
from tracker.domain.listing import Condition, PageState, PriceKind, RawListing

SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "pages"
pytestmark = pytest.mark.shared

MANIFEST = (
    {
        entry["file"]: entry
        for entry in map(json.loads, (SHARED / "MANIFEST.jsonl").read_text(encoding="utf-8").splitlines())
    }
    if SHARED.is_dir()
    else {}
)
# What the manifest counts and what a page sells are not the same everywhere: posts hold several offers, products several
# variants, and the count of a 2017 page or of a subreddit without offers is none at all.
COUNTED = [
    file
    for file, entry in MANIFEST.items()
    if entry["site"] in marketplaces() and entry["site"] not in ("reddit", "shopify") and entry["listings"] is not None
]


def listings_of(file: str) -> tuple[RawListing, ...]:
    (saved,) = read_saved(SHARED / file)
    return saved.parsed.listings


@pytest.mark.skipif(not MANIFEST, reason="../shared/pages is not there")
@pytest.mark.parametrize("file", COUNTED)
def test_count_is_the_manifests(file):
    (saved,) = read_saved(SHARED / file)
    entry = MANIFEST[file]
    assert saved.marketplace == entry["site"], "a saved page tells whose it is"
    assert len(saved.parsed.listings) == entry["listings"]
    assert saved.parsed.state is not PageState.LAYOUT_UNKNOWN


TRUTHS = [file for file, entry in MANIFEST.items() if entry.get("truth") and entry["site"] == "ebay"]


@pytest.mark.skipif(not MANIFEST, reason="../shared/pages is not there")
@pytest.mark.parametrize("file", TRUTHS)
def test_hand_labelled_item_page(file):
    truth = MANIFEST[file]["truth"]
    (listing,) = listings_of(file)
    assert listing.price.amount == Decimal(truth["price"][0])
    assert listing.price.currency == "GBP"
    assert listing.external_id == truth["sku"][0]


@pytest.mark.skipif(not MANIFEST, reason="../shared/pages is not there")
class TestEbay:
    """Facts seen in the pages; ids and figures only."""

    def test_loose_begins_at_the_divider(self):
        loose = [listing.loose for listing in listings_of("ebay/search/14.html")]
        assert loose == [False] + [True] * 59

    def test_all_are_loose_under_a_heading_of_none(self):
        assert all(listing.loose for listing in listings_of("ebay/sold/03.html"))

    @pytest.mark.parametrize("name", ["search/01", "search/07", "search/09", "search/15", "sold/01", "sold/05"])
    def test_none_is_loose_where_results_were_only_tidied(self, name):
        assert not any(listing.loose for listing in listings_of(f"ebay/{name}.html"))

    @pytest.mark.parametrize(
        ("name", "currency"),
        [("search/01", "USD"), ("search/07", "PEN"), ("search/13", "EUR"), ("search/15", "JPY"), ("sold/05", "JPY")],
    )
    def test_currency_is_the_one_shown(self, name, currency):
        assert {listing.price.currency for listing in listings_of(f"ebay/{name}.html") if listing.price} == {currency}

    @pytest.mark.parametrize(
        ("name", "count"), [("search/01", 60), ("search/02", 34), ("search/07", 9), ("search/14", 1)]
    )
    def test_auctions(self, name, count):
        auctions = [one for one in listings_of(f"ebay/{name}.html") if one.price_kind is PriceKind.AUCTION]
        assert len(auctions) == count
        assert all(listing.ends_at is not None for listing in auctions)

    def test_a_thousand_with_a_narrow_space(self):
        by_id = {listing.external_id: listing for listing in listings_of("ebay/search/02.html")}
        assert str(by_id["226896826977"].price) == "2332.00 USD"
        assert by_id["396920223846"].shipping is None, "not specified is not free"
        assert by_id["396920223846"].condition is Condition.FOR_PARTS
        assert by_id["326719417357"].bids == 37

    @pytest.mark.parametrize(
        ("name", "count"), [("search/04", 2), ("search/09", 5), ("search/13", 23), ("search/15", 2)]
    )
    def test_ranges(self, name, count):
        ranges = [one for one in listings_of(f"ebay/{name}.html") if one.price_kind is PriceKind.RANGE]
        assert len(ranges) == count
        assert all(listing.price < listing.price_max for listing in ranges)

    def test_sold_ended_and_best_offer_accepted(self):
        found = listings_of("ebay/search/04.html")
        by_id = {listing.external_id: listing for listing in found}
        assert Counter(listing.sold for listing in found) == {True: 56, False: 4}
        ended = by_id["406307126070"]
        assert (ended.sold, str(ended.price), ended.ends_at.date().isoformat()) == (False, "250.00 USD", "2025-10-27")
        accepted = by_id["297576927757"]
        assert (accepted.sold, accepted.price, accepted.best_offer) == (True, None, True)
        assert accepted.texts["price"] == "$34.99"
        old_price = by_id["226083814011"]
        assert (str(old_price.price), str(old_price.price_max)) == ("45.49 USD", "50.77 USD")
        assert old_price.texts["old_price"] == "$56.86"

    def test_prices_paid_are_unknown_only_where_struck(self):
        assert sum(listing.price is None for listing in listings_of("ebay/sold/01.html")) == 11
        assert sum(listing.price is None for listing in listings_of("ebay/sold/05.html")) == 6

    def test_no_ghost_gets_through(self):
        for file in COUNTED:
            if file.startswith("ebay/"):
                assert not any(listing.title.startswith("Shop on eBay") for listing in listings_of(file))

    def test_titles_carry_no_words_of_the_page(self):
        for file in COUNTED:
            if file.startswith(("ebay/search", "ebay/sold")):
                titles = " ".join(listing.title for listing in listings_of(file))
                assert "new window" not in titles
                assert "neuem Fenster" not in titles
                assert "ventana nueva" not in titles

    def test_api_variations_conversions_and_auctions(self):
        converted = listings_of("ebay/api/01.json")
        assert sum(listing.price_kind is PriceKind.RANGE for listing in converted) == 96
        assert str(converted[0].price) == "0.75 USD"
        assert converted[0].texts["price_converted_from"] == "0.99 CAD"
        auction = next(
            one for one in listings_of("ebay/api/hw_amd-radeon-rx-590.json") if one.price_kind is PriceKind.AUCTION
        )
        assert (str(auction.price), str(auction.buy_now), auction.bids) == ("155.00 USD", "204.99 USD", 0)
        assert auction.shipping is None, "calculated is not known"
        old = listings_of("ebay/api/03.json")
        assert old[0].external_id == "184105770612", "the legacy id out of the address"

    def test_pickup_only(self):
        assert listings_of("ebay/api/hw_amd-radeon-rx-590.json")[0].pickup_only is True


@pytest.mark.skipif(not MANIFEST, reason="../shared/pages is not there")
@pytest.mark.parametrize(
    "file", [file for file in MANIFEST if file.startswith(("ebay/", "kleinanzeigen/", "leboncoin/"))]
)
def test_every_listing_is_sound(file):
    from spiders.pipelines.validate import flaw_of

    body = (SHARED / file).read_bytes()
    parsed = marketplaces()[MANIFEST[file]["site"]]().read(Page("", body, datetime(2026, 1, 1, tzinfo=UTC)))
    assert [flaw_of(listing) for listing in parsed.listings if flaw_of(listing)] == []
    assert not any(name.startswith("row_broken") for name in parsed.stats)
