"""The loopback server: addresses, pages that follow one another, the API, and every kind of misbehaviour."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, RemoteDisconnected
from time import monotonic
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from spiders.demo.behaviour import Behaviour
from spiders.demo.pages.ebay_api import SEARCH_PATH, TOKEN, TOKEN_PATH
from spiders.demo.pages.view import MARKER
from spiders.demo.server import DemoMarket
from spiders.demo.sites import MARKETPLACES
from spiders.demo.world import World
from spiders.discover import marketplaces
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState


@pytest.fixture(scope="module")
def running(world: World) -> Iterator[DemoMarket]:
    with DemoMarket(world) as market:
        yield market


@pytest.fixture
def market(running: DemoMarket) -> DemoMarket:
    running.day = running.world.last
    running.behaviour = {name: Behaviour() for name in MARKETPLACES}
    return running


def get(url: str, headers: dict[str, str] | None = None, data: bytes | None = None) -> tuple[int, bytes]:
    try:
        with urlopen(Request(url, data, headers or {}), timeout=10) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def crawl(market: DemoMarket, site: str, search: str) -> list[ParsedPage]:
    spider = marketplaces()[site.partition(".")[0]]()
    spider.base_url = market.url(site)
    url: str | None = spider.search_url(search, 1)
    pages = []
    while url:
        status, body = get(url)
        pages.append(spider.read(Page(url, body, market.world.moment(market.day), status)))
        url = pages[-1].next_url
    return pages


@pytest.mark.parametrize(("site", "search", "least"), [
    ("ebay", "graphics card", 2), ("ebay", "gtx 1080 ti", 1), ("ebay.de", "tesla", 1), ("ebay.fr", "x99", 1), ("ebay.co.uk", "gtx", 1),
    ("leboncoin", "carte graphique", 2), ("kleinanzeigen", "grafikkarte", 3), ("kleinanzeigen", "x99", 1),
])  # fmt: skip
def test_a_search_is_followed_to_its_last_page(market: DemoMarket, site: str, search: str, least: int) -> None:
    pages = crawl(market, site, search)
    exact = [listing.external_id for page in pages for listing in page.listings if not listing.loose]
    assert all(page.state is PageState.LISTINGS for page in pages)
    assert len(pages) >= least
    wanted = market.index.search(site, search, market.day).exact
    assert sorted(exact) == sorted(ad.external_id for ad in wanted)
    assert {page.reported for page in pages} == {len(exact)} or site == "kleinanzeigen"


def test_the_day_decides_what_is_on_offer(market: DemoMarket) -> None:
    market.day = 0
    first = {listing.external_id for page in crawl(market, "leboncoin", "x99") for listing in page.listings}
    market.day = 60
    later = {listing.external_id for page in crawl(market, "leboncoin", "x99") for listing in page.listings}
    assert first
    assert later
    assert not first & later


def test_every_listing_s_address_leads_to_its_page(market: DemoMarket) -> None:
    for site in ("ebay", "ebay.fr", "leboncoin", "kleinanzeigen"):
        listing = crawl(market, site, "x99")[0].listings[0]
        status, body = get(listing.url)
        assert status == 200
        assert MARKER.encode() in body
        assert get(listing.url.replace(listing.external_id, "1"))[0] == 404


def test_the_api_wants_a_token_and_pages_by_offset(market: DemoMarket) -> None:
    base = market.url("ebay")
    status, body = get(base + TOKEN_PATH, data=b"grant_type=client_credentials")
    token = json.loads(body)["access_token"]
    assert (status, token) == (200, TOKEN)
    assert get(f"{base}{SEARCH_PATH}?q=gpu")[0] == 401
    url, numbers, total = f"{base}{SEARCH_PATH}?{urlencode({'q': 'gpu', 'limit': 50})}", [], None
    while url:
        answer = json.loads(get(url, {"Authorization": f"Bearer {token}"})[1])
        numbers += [item["legacyItemId"] for item in answer["itemSummaries"]]
        total, url = answer["total"], answer.get("next")
    assert len(numbers) == len(set(numbers)) == total > 60


def test_an_unknown_token_ends_in_keys_missing(market: DemoMarket) -> None:
    status, body = get(f"{market.url('ebay')}{SEARCH_PATH}?q=k80", {"Authorization": "Bearer no"})
    assert status == 401
    assert marketplaces()["ebay"]().read_body(
        Page(market.url("ebay"), body, market.world.moment(1), 200, "application/json")
    ).state is PageState.KEYS_MISSING  # fmt: skip


@pytest.mark.parametrize("site", MARKETPLACES)
@pytest.mark.parametrize(
    ("behaviour", "states"),
    [
        (Behaviour(blocked=True), {PageState.BLOCKED}),
        (Behaviour(empty=True), {PageState.NOT_RENDERED}),
        (Behaviour(needs_script=True), {PageState.NOT_RENDERED, PageState.LAYOUT_UNKNOWN}),
        (Behaviour(changes=frozenset({"classes"})), {PageState.LAYOUT_UNKNOWN}),
    ],
)
def test_misbehaviour_is_read_as_its_state(
    market: DemoMarket, site: str, behaviour: Behaviour, states: set[PageState]
) -> None:
    market.behaviour[site] = behaviour
    pages = crawl(market, site, "tesla")
    assert {page.state for page in pages} <= states
    assert not [listing for page in pages for listing in page.listings]


def test_a_slow_site_answers_late_and_one_that_is_down_not_at_all(market: DemoMarket) -> None:
    market.behaviour["leboncoin"] = Behaviour(delay=0.05)
    before = monotonic()
    assert get(f"{market.url('leboncoin')}/recherche?text=k80")[0] == 200
    assert monotonic() - before >= 0.05
    market.behaviour["leboncoin"] = Behaviour(down=True)
    with pytest.raises(RemoteDisconnected):
        get(f"{market.url('leboncoin')}/recherche?text=k80")


@pytest.mark.parametrize("site", MARKETPLACES)
def test_robots_txt_is_its_own_on_every_site(market: DemoMarket, site: str) -> None:
    assert b"Disallow: /\n" not in get(f"{market.url(site)}/robots.txt")[1]
    market.behaviour[site].disallowed = True
    assert b"Disallow: /\n" in get(f"{market.url(site)}/robots.txt")[1]


@pytest.mark.parametrize(
    "target", ["//[", "/itm/1?%", "/sch/i.html?_pgn=99999999999999999999&_nkw=x", "/s-seite:0/x/k0", "*"]
)
def test_an_address_of_no_sense_is_answered_too(market: DemoMarket, target: str) -> None:
    connection = HTTPConnection(market.url("ebay").removeprefix("http://"), timeout=10)
    connection.request("GET", target)
    answer = connection.getresponse()
    assert answer.status in (200, 404)
    assert answer.read()
    connection.close()


def test_what_no_site_knows_is_not_found(market: DemoMarket) -> None:
    for path in ("/", "/sch/", "/recherche/..", "/s-anzeige/x/1", "/itm/1", "/%00%ff", "/sch/i.html/x"):
        assert get(market.url("ebay") + path)[0] == 404
    assert get(f"{market.url('ebay')}/sch/i.html?_pgn=x&_nkw=k80&_ipg=-3")[0] == 200
