"""What keeps a crawl polite and shut: Scrapy's settings, private addresses, the source's memory, the pipelines."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import TextResponse
from scrapy.utils.test import get_crawler
from twisted.internet.error import ConnectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from spiders.discover import marketplaces
from spiders.families.progress import CrawlProgress
from spiders.middlewares.block_page import BlockPage, SilentError
from spiders.middlewares.private_address import PrivateAddress, PrivateAddressError, is_private
from spiders.pipelines.validate import flaw_of
from spiders.settings import FLOOR_SECONDS, polite_delay, scrapy_settings, user_agent
from spiders.spec import CrawlSpec
from spiders.state import SourceState
from tracker.domain.listing import PageState, RawListing
from tracker.domain.money import Money

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPEC = CrawlSpec("ebay", feed_dir=Path("feeds"), state_dir=Path("state"), contact="me@example.org")


def test_settings_are_polite_and_open_no_port():
    settings = scrapy_settings(SPEC, Path("feed.jsonl"))
    expected = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY_JITTER": 0.5,
        "AUTOTHROTTLE_ENABLED": True,
        "HTTPCACHE_ENABLED": True,
        "DOWNLOAD_MAXSIZE": 16 * 2**20,
    }
    assert {name: settings[name] for name in expected} == expected
    assert 429 not in settings["RETRY_HTTP_CODES"]
    assert "me@example.org" in settings["USER_AGENT"]


def test_scrapy_takes_the_settings_and_runs_neither_console_nor_keeps_cookies():
    crawler = get_crawler(settings_dict=scrapy_settings(SPEC, Path("feed.jsonl")))
    running = {type(extension).__name__ for extension in crawler.extensions.middlewares}
    assert "CloseSpider" in running
    assert not running & {"TelnetConsole", "RemoteControl"}
    assert set(scrapy_settings(SPEC, Path())["DOWNLOAD_HANDLERS_BASE"]) == {"http", "https"}
    middlewares = " ".join(crawler.settings.getwithbase("DOWNLOADER_MIDDLEWARES"))
    assert "robotstxt" in middlewares
    assert "cookies" not in middlewares


def test_nothing_abusive_gets_through():
    assert polite_delay(CrawlSpec("ebay", Path(), Path(), delay=0)) == FLOOR_SECONDS
    assert polite_delay(CrawlSpec("ebay", Path(), Path(), delay=30)) == 30
    assert polite_delay(CrawlSpec("ebay", Path(), Path(), delay=0, allow_loopback=True)) == 0


@pytest.mark.parametrize("contact", ["", "me@example.org", "x\r\nEvil: 1", "éè 日本"])
def test_user_agent_is_one_header_line(contact):
    agent = user_agent(contact)
    assert agent.startswith("rigscout/")
    assert agent.encode("latin-1").isascii() or contact
    assert "\n" not in agent
    assert "\r" not in agent


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "::1",
        "10.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "printer.local",
        "100.64.0.1",
        "LOCALHOST.",
        "127.0.0.1.",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a9fe:a9fe",
        "224.0.0.1",
        "::",
    ],
)
def test_private_hosts(host):
    assert is_private(host)


@pytest.mark.parametrize("host", ["www.ebay.de", "8.8.8.8", "localhost.example.com", "2606:4700::1111"])
def test_public_hosts(host):
    assert not is_private(host)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://[::1]/", "http://localhost/x", "file:///etc/passwd", "ftp://example.org/"]
)
def test_private_requests_are_refused(url):
    with pytest.raises(PrivateAddressError):
        PrivateAddress(SPEC).process_request(Request(url))


def test_the_told_address_is_asked():
    told = CrawlSpec("ebay", Path(), Path(), base_url="http://127.0.0.1:8000")
    PrivateAddress(told).process_request(Request("http://127.0.0.1:8000/sch"))
    with pytest.raises(PrivateAddressError):
        PrivateAddress(told).process_request(Request("http://127.0.0.1:8001/sch"))


def test_blocks_make_growing_pauses(tmp_path):
    state = SourceState(tmp_path, "ebay")
    pauses = [state.block(NOW) - NOW for _ in range(10)]
    assert pauses[:4] == [timedelta(hours=hours) for hours in (1, 2, 4, 8)]
    assert pauses[-1] == timedelta(days=7)
    assert state.paused_until(NOW) == NOW + timedelta(days=7)
    assert state.paused_until(NOW + timedelta(days=8)) is None
    state.answered()
    assert state.paused_until(NOW) is None
    assert state.block(NOW) - NOW == timedelta(hours=1)


def test_retry_after_is_never_undercut(tmp_path):
    state = SourceState(tmp_path, "ebay")
    assert state.block(NOW, NOW + timedelta(days=1)) == NOW + timedelta(days=1)


def test_the_budget_is_counted_by_day_and_kept(tmp_path):
    assert [SourceState(tmp_path, "ebay").spend_call(NOW, 2) for _ in range(3)] == [True, True, False]
    assert SourceState(tmp_path, "ebay").spend_call(NOW + timedelta(days=1), 2)


def test_a_token_is_kept_for_its_client_until_it_expires(tmp_path):
    state = SourceState(tmp_path, "ebay")
    state.keep_token("t", "me", NOW + timedelta(hours=2))
    assert state.token(NOW, "me") == "t"
    assert state.token(NOW, "someone else") is None
    assert state.token(NOW + timedelta(hours=2), "me") is None
    state.drop_token()
    assert state.token(NOW, "me") is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"pause_until": 3, "calls": [], "blocks": "x", "token": 1}', b"\xff"]
)
def test_a_broken_memory_is_none(tmp_path, content):
    (tmp_path / "ebay.json").write_bytes(content)
    state = SourceState(tmp_path, "ebay")
    assert state.paused_until(NOW) is None
    assert state.token(NOW, "me") is None
    assert state.spend_call(NOW, 1)
    assert json.loads((tmp_path / "ebay.json").read_bytes())["calls"]["spent"] == 1


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({}, None),
        ({"external_id": " "}, "invalid_id"),
        ({"title": ""}, "invalid_title"),
        ({"title": "x" * 501}, "invalid_title"),
        ({"url": "javascript:alert(1)"}, "invalid_url"),
        ({"price": Money(-1, "EUR")}, "invalid_price"),
        ({"shipping": Money(-1, "EUR")}, "invalid_shipping"),
        ({"seen_at": datetime(2026, 1, 1)}, "invalid_time"),  # noqa: DTZ001 - the case itself
    ],
)
def test_flaws_have_names(changes, flaw):
    sound = {
        "marketplace": "ebay",
        "external_id": "1",
        "title": "P40",
        "url": "https://www.ebay.de/itm/1",
        "seen_at": NOW,
    }
    assert flaw_of(RawListing(**{**sound, **changes})) == flaw


def test_a_spec_travels_as_json():
    spec = CrawlSpec(
        "ebay", Path("f"), Path("s"), ("a",), archive_dir=Path("a"), seen_at=NOW, ways=("api",), options={"x": [1]}
    )
    assert CrawlSpec.from_json(spec.to_json()) == spec


def test_a_token_goes_nowhere_but_to_its_api(monkeypatch):
    monkeypatch.setenv("EBAY_CLIENT_ID", "me")
    monkeypatch.setenv("EBAY_CLIENT_SECRET", "secret")
    ebay = marketplaces()["ebay"](spec=CrawlSpec("ebay", Path(), Path(), searches=("p40",), country="FR"))
    assert (ebay.way, ebay.base_url) == ("api", "https://www.ebay.fr")
    assert ebay.search_url("p40", 2).startswith(
        "https://api.ebay.com/buy/browse/v1/item_summary/search?q=p40&limit=200&offset=200"
    )
    body = b'{"itemSummaries": [{"itemId": "v1|355000000001|0", "title": "P40"}], "next": "https://evil.example/steal"}'
    page = TextResponse("https://api.ebay.com/buy/browse/v1/item_summary/search?q=p40", body=body)
    assert [type(found).__name__ for found in ebay.parse(page, "p40", 1)] == ["RawListing"], "no request follows"
    page = TextResponse(page.url, body=body.replace(b"evil.example", b"api.ebay.com"))
    request = list(ebay.parse(page, "p40", 1))[-1]
    assert request.url == "https://api.ebay.com/steal"


def test_a_site_without_an_address_is_asked_nothing_more():
    spec = CrawlSpec("ebay", Path(), Path(), searches=("p40",))
    crawler = get_crawler(settings_dict=scrapy_settings(spec, Path("feed.jsonl")))
    crawler.spider = marketplaces()["ebay"](spec=spec)
    guard = BlockPage(crawler)
    guard.process_request(Request("https://www.ebay.fr/sch"))
    guard.process_exception(Request("https://www.ebay.fr/robots.txt"), CannotResolveHostError("no such name"))
    with pytest.raises(SilentError, match="no such name"):
        guard.process_request(Request("https://www.ebay.fr/sch"))


def test_a_connection_that_was_closed_is_told_in_plain_words():
    progress = CrawlProgress()
    progress.failure("p40", Failure(ResponseNeverReceived([Failure(ConnectionDone())])))
    (search,) = progress.outcomes()
    assert (search.state, search.detail) == (PageState.UNREACHABLE, "Connection was closed cleanly.")
