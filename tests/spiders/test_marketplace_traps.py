"""The traps of each marketplace, by name, on the pages in tests/marketplaces/; every other field stands in the JSON there."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.discover import marketplaces, recognise
from spiders.page import Page
from spiders.read import address_in
from spiders.spec import CrawlSpec
from tracker.domain.listing import Condition, PageState, PriceKind
from tracker.domain.money import Money

PAGES = Path(__file__).parent.parent / "marketplaces"
CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def page_of(name, url=None):
    body = (PAGES / name).read_bytes()
    return Page(address_in(body) if url is None else url, body, CAPTURED)


def read(name, url=None, spec=None):
    return marketplaces()[name.partition("/")[0]](spec).read(page_of(name, url))


def listings(name, **kwargs):
    return {listing.external_id: listing for listing in read(name, **kwargs).listings}


def spec_of(name, **options):
    return CrawlSpec(name, Path(), Path(), options=options)


def euros(amount):
    return Money.of(amount, "EUR")


@pytest.mark.parametrize(
    "path",
    sorted(path for path in PAGES.glob("*/*.*") if not path.name.endswith(".expected.json")),
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_saved_page_is_recognised_as_its_own_or_as_nobodys(path):
    spider = recognise(page_of(f"{path.parent.name}/{path.name}"))
    assert spider is None or spider.name in (path.parent.name, "product_page")


class TestLeboncoin:
    def test_paid_lists_are_counted_and_not_results(self):
        parsed = read("leboncoin/search.html")
        assert len(parsed.listings) == 8
        assert (parsed.stats["ads_alu"], parsed.stats["ads_widget"]) == (2, 1)
        assert not any(listing.title.startswith("À la une") for listing in parsed.listings)

    def test_shipping_offered_hand_over_only_and_unknown(self):
        ads = listings("leboncoin/search.html")
        assert [ads[f"270000000{n}"].pickup_only for n in (1, 2, 4)] == [False, True, None]

    def test_shipping_cost_stays_unknown(self):
        assert listings("leboncoin/search.html")["2700000001"].shipping is None

    def test_a_missing_price_is_none_and_a_gift_is_free(self):
        ads = listings("leboncoin/search.html")
        assert (ads["2700000003"].price, ads["2700000003"].price_kind) == (None, PriceKind.FIXED)
        assert (ads["2700000008"].price, ads["2700000008"].price_kind) == (euros(0), PriceKind.FREE)

    def test_professionals_wanted_sold_and_reserved(self):
        ads = listings("leboncoin/search.html")
        assert [ads[f"270000000{n}"].seller_is_business for n in (1, 2)] == [True, False]
        assert ads["2700000005"].sold
        assert ads["2700000005"].condition is Condition.FOR_PARTS
        assert ads["2700000006"].reserved
        assert ads["2700000007"].wanted

    def test_of_an_ads_own_page_similar_ads_never_become_the_ad(self):
        parsed = read("leboncoin/ad_among_similar.html")
        assert ([one.external_id for one in parsed.listings], parsed.stats["similar_ads"]) == (["2700000001"], 2)
        elsewhere = "https://www.leboncoin.fr/accessoires_informatique/2700000077.htm"
        assert read("leboncoin/ad_among_similar.html", url=elsewhere).state is PageState.LAYOUT_UNKNOWN
        search = "https://www.leboncoin.fr/recherche?text=p40"
        assert len(read("leboncoin/ad_among_similar.html", url=search).listings) == 3

    def test_both_forms_of_address(self):
        ads = listings("leboncoin/search.html")
        assert ads["2700000001"].url == "https://www.leboncoin.fr/ad/accessoires_informatique/2700000001"
        assert ads["2700000004"].url == "https://www.leboncoin.fr/accessoires_informatique/2700000004.htm"

    def test_the_state_of_a_page_without_ads(self):
        states = {"empty": PageState.EMPTY, "count_without_ads": PageState.LAYOUT_UNKNOWN, "shell": PageState.NOT_RENDERED,
                  "legacy": PageState.LAYOUT_UNKNOWN, "blocked": PageState.BLOCKED, "cut": PageState.LAYOUT_UNKNOWN}  # fmt: skip
        assert {name: read(f"leboncoin/{name}.html").state for name in states} == states

    def test_a_page_that_streams_its_data(self):
        card, board = listings("leboncoin/streamed.html").values()
        assert (card.price, card.condition, card.description) == (
            euros(180),
            Condition.USED,
            None,
        )  # its text came apart
        assert (board.title, board.description) == ("Carte mère X99 état 😀", 'Il dit : "ça marche" \\o/')

    def test_a_page_past_the_last_is_empty(self):
        assert read(
            "leboncoin/count_without_ads.html", url="https://www.leboncoin.fr/recherche?text=p40&page=9"
        ).state is (PageState.EMPTY)


class TestKleinanzeigen:
    def test_negotiable_with_and_without_a_price(self):
        ads = listings("kleinanzeigen/search_2025.html")
        assert (ads["3100000002"].price, ads["3100000002"].price_kind) == (euros(150), PriceKind.NEGOTIABLE)
        assert (ads["3100000003"].price, ads["3100000003"].price_kind) == (None, PriceKind.NEGOTIABLE)

    def test_nothing_asked_is_no_price(self):
        page = page_of("kleinanzeigen/search_2025.html")
        other = replace(page, body=page.body.replace(b"150 \xe2\x82\xac", b"0 \xe2\x82\xac"))
        found = {one.external_id: one for one in marketplaces()["kleinanzeigen"]().read(other).listings}
        assert (found["3100000002"].price, found["3100000002"].texts["price"]) == (None, "0 € VB")

    def test_giving_away_is_free(self):
        ad = listings("kleinanzeigen/search_2025.html")["3100000004"]
        assert (ad.price, ad.price_kind) == (euros(0), PriceKind.FREE)

    @pytest.mark.parametrize(
        ("number", "price", "old"), [("3100000005", 600, "730 €"), ("3100000006", 1050, "1.299,- €")]
    )
    def test_the_old_price_beside_and_inside_the_new_one(self, number, price, old):
        ad = listings("kleinanzeigen/search_2025.html")[number]
        assert (ad.price, ad.texts["old_price"]) == (euros(price), old)

    def test_a_top_ad_without_text_has_its_title_and_nothing_else(self):
        ad = listings("kleinanzeigen/search_2025.html")["3100000009"]
        assert (ad.title, ad.price, ad.sponsored) == ("Grafikkarten vom Händler", None, True)

    def test_wanted_ads(self):
        assert listings("kleinanzeigen/search_2025.html")["3100000007"].wanted
        assert listings("kleinanzeigen/item_wanted.html")["3047500003"].wanted

    def test_the_layout_of_2026_has_the_same_traps(self):
        parsed, ads = read("kleinanzeigen/search_2026.html"), listings("kleinanzeigen/search_2026.html")
        assert (parsed.reported, parsed.next_url) == (1031, "https://www.kleinanzeigen.de/s-seite:2/tesla-p40/k0")
        shop, drop, wanted, other = (ads[f"350000000{number}"] for number in (1, 3, 4, 7))
        assert (shop.sponsored, shop.seller, shop.seller_is_business, shop.listed_at) == (
            True,
            "Kartenhaus",
            True,
            None,
        )
        assert (drop.title, drop.price, drop.texts["old_price"]) == (
            "Tesla P40 mit Lüfter",
            Money(105050, "EUR"),
            "1.299 €",
        )
        assert (drop.pickup_only, drop.sponsored) == (True, False)
        assert (wanted.wanted, wanted.price, other.loose) == (True, None, True)

    def test_a_wanted_ad_that_was_taken_down(self):
        ad = listings("kleinanzeigen/item_2026.html")["3547500004"]
        assert (ad.wanted, ad.quantity, ad.price_kind) == (True, 0, PriceKind.NEGOTIABLE)
        assert ad.listed_at == datetime(2026, 11, 2, 23, tzinfo=UTC)

    def test_shipping_tags(self):
        ads = listings("kleinanzeigen/search_2025.html")
        assert [ads[f"310000000{n}"].pickup_only for n in (1, 3, 4)] == [False, True, None]

    def test_relative_dates_by_the_time_of_capture(self):
        assert listings("kleinanzeigen/search_2025.html")["3100000002"].listed_at == datetime(
            2026, 11, 19, 21, 50, tzinfo=UTC
        )

    def test_random_ads_for_a_broken_filter_are_loose(self):
        parsed = read("kleinanzeigen/random_ads.html")
        assert [listing.loose for listing in parsed.listings] == [True]
        assert parsed.stats["unrelated_to_query"] == 1

    def test_similar_ads_on_an_item_page_are_not_it(self):
        assert list(listings("kleinanzeigen/item.html")) == ["3047500001"]

    def test_only_visible_labels_of_an_item_count(self):
        ad = listings("kleinanzeigen/item.html")["3047500001"]
        assert (ad.title, ad.reserved, ad.sold) == ("Tesla P40 24GB", True, False)


class TestReddit:
    def test_one_listing_an_item(self):
        posts = listings("reddit/listing.json")
        assert [posts[f"a2-{n}"].title for n in (1, 2, 3)] == ["Tesla K80", "Tesla M40 24GB", "GTX 1080 Ti"]
        assert [posts[f"a2-{n}"].sold for n in (1, 2, 3)] == [True, False, False]
        assert posts["a2-3"].quantity == 2

    def test_moderators_price_checks_and_removed_posts_sell_nothing(self):
        ids = {number.partition("-")[0] for number in listings("reddit/listing.json")}
        assert not ids & {"a9", "b3", "b4"}

    def test_buyers_want(self):
        posts = listings("reddit/listing.json")
        assert [posts[n].wanted for n in ("a5-1", "a8-1")] == [True, True]
        assert posts["a5-1"].price is None

    def test_currency_by_place(self):
        posts = listings("reddit/listing.json")
        assert [posts[n].price.currency for n in ("a1-1", "a3-2", "a4-1")] == ["USD", "CAD", "EUR"]

    def test_flair_closes_a_post(self):
        assert listings("reddit/listing.json")["b1-1"].sold

    def test_other_subreddits_sell_nothing(self):
        parsed = read("reddit/other_subreddit.json")
        assert (parsed.state, parsed.listings) == (PageState.EMPTY, ())

    def test_subreddits_are_the_users(self):
        spider = marketplaces()["reddit"](spec_of("reddit", subreddits=["homelabsales"]))
        assert "/r/homelabsales/search" in spider.search_url("p40", 1)

    def test_with_keys_it_asks_the_api_and_without_the_feed(self, monkeypatch):
        monkeypatch.delenv("REDDIT_CLIENT_ID", raising=False)
        assert marketplaces()["reddit"]().search_url("p40", 1).startswith("https://www.reddit.com/r/hardwareswap+")
        monkeypatch.setenv("REDDIT_CLIENT_ID", "id")
        monkeypatch.setenv("REDDIT_CLIENT_SECRET", "secret")
        assert marketplaces()["reddit"]().search_url("p40", 1).startswith("https://oauth.reddit.com/r/hardwareswap+")

    def test_a_stand_in_for_the_api_gives_the_tokens(self):
        spider = marketplaces()["reddit"](replace(spec_of("reddit"), base_url="http://127.0.0.1:9"))
        assert (
            spider.credentials.request(spider.api_url, ("id", "secret")).url == "http://127.0.0.1:9/api/v1/access_token"
        )


class TestCraigslist:
    def test_posts_without_price_and_for_zero(self):
        posts = listings("craigslist/static.html")
        assert posts["7888000002"].price is None
        assert posts["mf-ChGx8GdfQTDbasSzkQq"].price is None

    def test_nearby_areas_are_loose(self):
        assert [number for number, post in listings("craigslist/static.html").items() if post.loose] == ["7888000003"]
        assert [number for number, post in listings("craigslist/rows_2021.html").items() if post.loose] == [
            "7336000002"
        ]

    @pytest.mark.parametrize(
        ("page", "currency"), [("static", "CAD"), ("static_no_currency", "CAD"), ("rendered", "USD")]
    )
    def test_what_a_dollar_is(self, page, currency):
        first = next(iter(listings(f"craigslist/{page}.html").values()))
        assert first.price.currency == currency

    def test_a_clock_without_a_zone_is_no_time(self):
        assert listings("craigslist/rows_2021.html")["7336000001"].listed_at is None

    def test_every_region_is_asked(self):
        spec = replace(spec_of("craigslist", sites=["newyork", "toronto"]), searches=("p40",))
        spider = marketplaces()["craigslist"](spec)
        urls = [spider.search_url(search, 1) for search in spider.spec.searches]
        assert [url.partition("/search")[0] for url in urls] == [
            "https://newyork.craigslist.org",
            "https://toronto.craigslist.org",
        ]


class TestShopify:
    store = "https://refurb.example"

    def test_the_currency_is_the_stores(self):
        parts = listings(
            "shopify/products.json",
            url=f"{self.store}/products.json",
            spec=spec_of("shopify", stores={self.store: "EUR"}),
        )
        assert parts["11"].price == euros(199)
        assert parts["11"].url == "https://refurb.example/products/tesla-p40?variant=11"

    def test_without_a_currency_there_is_no_price_but_its_text(self):
        part = listings("shopify/products.json")["11"]
        assert (part.price, part.texts["price"]) == (None, "199.00")

    def test_what_is_out_of_stock_is_left_out(self):
        parsed = read("shopify/products.json")
        assert parsed.stats["out_of_stock"] == 1
        assert "23" not in {listing.external_id for listing in parsed.listings}

    def test_a_price_of_zero_is_no_price_and_a_struck_zero_no_discount(self):
        parts = listings("shopify/products.json", url=f"{self.store}/products.json?currency=GBP")
        assert parts["31"].price is None
        assert ["old_price" in parts[n].texts for n in ("11", "21", "41")] == [False, True, False]

    def test_every_store_is_asked(self):
        spider = marketplaces()["shopify"](spec_of("shopify", stores={self.store: "EUR"}))
        assert [spider.search_url(store, 1) for store in spider.spec.searches] == [
            f"{self.store}/products.json?limit=250&page=1"
        ]


class TestProductPage:
    def test_a_price_of_zero_is_no_price(self):
        (part,) = listings("product_page/price_zero.html").values()
        assert (part.price, part.texts["price"]) == (None, "0")

    def test_every_page_is_asked(self):
        spider = marketplaces()["product_page"](spec_of("product_page", urls=["https://shop.example/p40"]))
        assert [spider.search_url(url, 1) for url in spider.spec.searches] == ["https://shop.example/p40"]

    def test_offers_with_addresses_are_listings(self):
        assert [part.price for part in read("product_page/several_offers.html").listings] == [euros(649), euros(699)]

    def test_a_range_is_one_listing(self):
        (part,) = listings("product_page/range.html").values()
        assert (part.price_kind, part.price, part.price_max) == (PriceKind.RANGE, euros(20), euros(80))

    def test_the_first_product_is_the_pages_own(self):
        (part,) = listings("product_page/microdata.html").values()
        assert (part.title, part.price) == ("GTX 1080 Ti", euros("1149.50"))

    def test_sold_out_is_sold(self):
        (part,) = listings("product_page/sold_out.html").values()
        assert (part.sold, part.quantity) == (True, 0)


class TestTheOthers:
    def test_vinted_prices_include_the_buyers_fee(self):
        item = listings("vinted/catalog.json")["71"]
        assert (item.price, item.texts["price"], item.texts["service_fee"]) == (
            euros("126.70"),
            "120.00 EUR",
            "6.70 EUR",
        )

    def test_vinted_reserved_and_promoted(self):
        items = listings("vinted/catalog.json")
        assert (items["72"].sponsored, items["73"].reserved) == (True, True)

    def test_wallapop_promoted_reserved_and_a_card_inside_its_link(self):
        items = listings("wallapop/search.html")
        assert [items[n].sponsored for n in ("1001", "1002")] == [True, False]
        assert items["1003"].reserved
        assert items["1004"].url == "https://es.wallapop.com/item/servicio-1004"

    def test_marktplaats_a_minimum_bid_is_no_price_to_buy_at(self):
        rows = listings("marktplaats/search.html")
        assert [(rows[n].price_kind, rows[n].price) for n in ("m1", "m2", "m3")] == [
            (PriceKind.FIXED, euros(185)),
            (PriceKind.AUCTION, euros(90)),
            (PriceKind.AUCTION, None),
        ]

    def test_marktplaats_reserved_and_sponsored_rows(self):
        rows = listings("marktplaats/search.html")
        assert rows["m5"].reserved
        assert [rows[n].sponsored for n in ("m1", "m7", "a8")] == [False, True, True]


@pytest.mark.parametrize("name", sorted(set(marketplaces()) - {"product_page", "shopify"}))
def test_searches_are_addresses_of_the_site_and_pages_differ(name):
    spider = marketplaces()[name]()
    first, second = spider.search_url("tesla p40 & k80", 1), spider.search_url("tesla p40 & k80", 2)
    assert spider.knows_host(first)
    assert " " not in first
    assert first != second or name in ("reddit", "wallapop")  # their answers link the next page


@pytest.mark.parametrize("name", sorted(set(marketplaces()) - {"ebay"}))
def test_the_base_url_is_a_setting(name):
    spec = replace(spec_of(name), base_url="http://127.0.0.1:9")
    assert marketplaces()[name](spec).base_url == "http://127.0.0.1:9"


def test_every_state_is_a_word_of_the_table():
    found = {json.loads(path.read_text())["state"] for path in PAGES.glob("*/*.expected.json")}
    assert found <= {state.value for state in PageState}


class TestKleinanzeigenSavedByHalf:
    def test_a_next_link_that_leads_nowhere_costs_no_listing(self):
        page = page_of("kleinanzeigen/search_2025.html")
        broken = page.body.replace(b"</body>", b'<a class="pagination-next" href="javascript:void(0)">').replace(
            b'rel="next"', b""
        )
        parsed = marketplaces()["kleinanzeigen"]().read(replace(page, body=broken))
        assert (parsed.next_url, len(parsed.listings)) == (None, len(read("kleinanzeigen/search_2025.html").listings))

    def test_an_item_page_without_head_is_known_by_the_address_it_was_saved_from(self):
        page = page_of("kleinanzeigen/item.html")
        whole = marketplaces()["kleinanzeigen"]().read(page)
        part = replace(page, body=b"<body" + page.body.partition(b"<body")[2])
        assert marketplaces()["kleinanzeigen"]().read(part).listings == whole.listings


def test_wallapops_answer_carries_the_key_of_its_next_page():
    parsed = read("wallapop/api.json", url="https://api.wallapop.com/api/v3/search?keywords=p40")
    assert parsed.next_url == "https://api.wallapop.com/api/v3/search?keywords=p40&next_page=a+key"
    assert [one.sponsored for one in parsed.listings] == [False, True]
