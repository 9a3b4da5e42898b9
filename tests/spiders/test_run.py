"""Crawls in child processes against servers on loopback: what each way of failing comes to, and what is kept."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime

import psutil
import pytest

from spiders.discover import load
from spiders.families.browser_page import find_chromium
from spiders.families.ways import why_none
from spiders.outcome import read_outcome
from spiders.read import read_saved, replay
from spiders.run import marketplace_names, run_crawl
from spiders.state import SourceState
from tests.spiders.loopback_site import EBAY, Answer, html, site
from tracker.domain.errors import UsageError
from tracker.domain.listing import PageState, from_record


def test_a_crawl_leaves_a_feed_an_outcome_and_an_archive(spec, tmp_path):
    with site(lambda _path: html("s_card_en.html")) as ebay:
        # The page links its next page at www.ebay.com: max_pages keeps the crawl here.
        outcome = run_crawl(replace(spec, base_url=ebay.url, max_pages=1, contact="me@example.org"))
    assert (outcome.state, outcome.listings, outcome.pages) == (PageState.LISTINGS, 6, 1)
    assert outcome.searches[0].complete is False, "there was another page"
    assert outcome.coverage["price"] == pytest.approx(5 / 6)
    assert ebay.asked[-1][1]["user-agent"].startswith("rigscout/")
    assert "me@example.org" in ebay.asked[-1][1]["user-agent"]
    assert "cookie" not in ebay.asked[-1][1]
    listings = [from_record(json.loads(line)) for line in outcome.feed.read_text(encoding="utf-8").splitlines()]
    assert [listing.external_id[-1] for listing in listings] == list("123456")
    assert {listing.search for listing in listings} == {"tesla p40"}
    assert read_outcome(outcome.feed.with_suffix(".outcome.json")) == outcome
    assert not list(spec.feed_dir.glob("*.part"))

    (archive,) = spec.archive_dir.glob("*.warc.gz")
    (saved,) = read_saved(archive)
    assert (saved.marketplace, len(saved.parsed.listings)) == ("ebay", 6)
    (again,) = replay(spec.archive_dir)
    times = {listing.seen_at for listing in listings}
    assert {listing.seen_at for listing in again.parsed.listings} == times, "a replay has the times of the fetch"
    assert {listing.search for listing in again.parsed.listings} == {"tesla p40"}
    assert not list(replay(spec.archive_dir, since=datetime(2199, 1, 1, tzinfo=UTC)))
    assert not list(replay(spec.archive_dir, names=["leboncoin"]))


def test_pages_are_followed_to_the_last(spec):
    first = html("s_item_fr.html")  # links /sch/i.html?…&_pgn=3 of its own site
    with site(lambda path: html("s_card_ja.html") if "_pgn=3" in path else first) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url))
    assert [search.complete for search in outcome.searches] == [True]
    assert (outcome.pages, outcome.listings) == (2, 6)


def test_a_refusal_stops_the_crawl_and_the_source_rests(spec):
    refusal = (429, {"Content-Type": "text/html", "Retry-After": "86400"}, b"<title>no</title>")
    searches = ("a", "b", "c", "d")
    with site(lambda _path: refusal) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, searches=searches))
        assert outcome.state is PageState.BLOCKED
        assert {search.state for search in outcome.searches} == {PageState.BLOCKED}
        assert len(ebay.paths()) == 1, "nothing more is asked after a refusal"
        assert (outcome.retry_at - outcome.finished_at).total_seconds() == pytest.approx(86400, abs=60)
        again = run_crawl(replace(spec, base_url=ebay.url, searches=searches))
        assert len(ebay.paths()) == 1, "a resting source is not asked at all"
    assert again.state is PageState.BLOCKED
    assert again.retry_at == outcome.retry_at


def test_a_challenge_page_is_a_refusal(spec):
    with site(lambda _path: html("blocked.html")) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url))
    assert outcome.state is PageState.BLOCKED
    assert SourceState(spec.state_dir, "ebay").paused_until(datetime.now(UTC)) is not None


def test_robots_txt_is_obeyed(spec):
    robots = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /sch/\n")
    with site(lambda _path: html("s_card_en.html"), robots) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url))
    assert outcome.state is PageState.ROBOTS
    assert ebay.paths() == []


def test_every_page_has_one_state(spec):
    answers = {
        "empty": (html("empty.html"), PageState.EMPTY),
        "unknown": (html("unknown_layout.html"), PageState.LAYOUT_UNKNOWN),
        "shell": (html("not_rendered.html"), PageState.NOT_RENDERED),
        "gone": ((404, {"Content-Type": "text/html"}, b"<p>gone"), PageState.UNREACHABLE),
        "nothing": ((200, {"Content-Type": "text/html"}, b""), PageState.NOT_RENDERED),
        "listings": (html("s_card_ja.html"), PageState.LISTINGS),
        "large": ((200, {"Content-Type": "text/html"}, b"x" * 40_000), PageState.TOO_LARGE),
    }
    with site(lambda path: answers[path.partition("_nkw=")[2].partition("&")[0]][0]) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, searches=tuple(answers), max_page_bytes=30_000))
    assert {search.search: search.state for search in outcome.searches} == {
        name: state for name, (_, state) in answers.items()
    }
    complete = {search.search for search in outcome.searches if search.complete}
    assert complete == {"empty", "listings"}, "only a search that was read to its end may let listings become gone"
    assert (outcome.state, outcome.listings) == (PageState.UNREACHABLE, 2)


def test_nobody_listens(spec):
    with site(lambda _path: html("empty.html")) as ebay:
        pass
    outcome = run_crawl(replace(spec, base_url=ebay.url))
    assert outcome.state is PageState.UNREACHABLE
    assert outcome.detail


def test_the_cap_of_a_crawl_holds(spec):
    with site(lambda _path: html("s_card_ja.html")) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, searches=("a", "b", "c", "d"), max_requests=3))
    assert len(ebay.asked) == 3
    assert outcome.state is PageState.BUDGET_SPENT
    assert outcome.listings == 2, "what was read before is kept"


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001"], ids=["by its letters", "by what its name resolves to"])
def test_nothing_on_this_machine_is_reached_by_a_redirect(spec, host):
    """The second host is a name to all but the resolver: a public name whose address turns private is the same case."""
    with site(lambda _path: (200, {}, b"secret")) as inner:
        port = inner.url.rpartition(":")[2]
        with site(lambda _path: (302, {"Location": f"http://{host}:{port}/"}, b"")) as ebay:
            outcome = run_crawl(replace(spec, base_url=ebay.url, allow_loopback=False))
    assert inner.paths() == []
    assert len(ebay.paths()) == 1, "only the address that the crawl was told is asked"
    assert (outcome.state, outcome.listings) == (PageState.UNREACHABLE, 0)
    assert outcome.detail.startswith(("refused", "not asked: DNS lookup failed"))


def test_the_api_way(spec, monkeypatch):
    monkeypatch.setenv("EBAY_CLIENT_ID", "me")
    monkeypatch.setenv("EBAY_CLIENT_SECRET", "secret")
    token = json.dumps({"access_token": "t0ken", "expires_in": 7200}).encode()
    answer = (EBAY / "api_list.json").read_bytes()

    def api(path: str) -> Answer:
        return 200, {"Content-Type": "application/json"}, token if path.startswith("/identity") else answer

    spec = replace(spec, ways=("api", "html"), country="DE", daily_calls=1)
    with site(api) as ebay:
        outcomes = [run_crawl(replace(spec, base_url=ebay.url)) for _ in range(2)]
    assert [outcome.state for outcome in outcomes] == [PageState.LISTINGS, PageState.BUDGET_SPENT]
    assert [path for path in ebay.paths() if path.startswith("/identity")] == ["/identity/v1/oauth2/token"], (
        "cached for both"
    )
    _, headers = ebay.asked[-1]
    assert (headers["authorization"], headers["x-ebay-c-marketplace-id"]) == ("Bearer t0ken", "EBAY_DE")
    assert headers["x-ebay-c-enduserctx"] == "contextualLocation=country%3DDE"
    state = spec.state_dir / "ebay.json"
    assert state.stat().st_mode & 0o777 == 0o600
    for archive in spec.archive_dir.glob("*"):
        pages = read_saved(archive)
        assert all("identity" not in saved.page.url for saved in pages), "tokens are not archived"


def test_refused_keys_are_told(spec, monkeypatch):
    monkeypatch.setenv("EBAY_CLIENT_ID", "me")
    monkeypatch.setenv("EBAY_CLIENT_SECRET", "wrong")
    answer = (401, {"Content-Type": "application/json"}, b'{"error": "invalid_client"}')
    with site(lambda _path: answer) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, ways=("api",)))
    assert outcome.state is PageState.KEYS_MISSING
    assert "invalid_client" in outcome.detail
    assert "wrong" not in outcome.detail


def test_without_keys_the_api_alone_is_keys_missing_and_html_is_next(spec, monkeypatch):
    monkeypatch.delenv("EBAY_CLIENT_ID", raising=False)
    alone = run_crawl(replace(spec, base_url="http://127.0.0.1:9", ways=("api",)))
    assert alone.state is PageState.KEYS_MISSING
    assert "EBAY_CLIENT_ID" in alone.detail
    assert load("ebay")(replace(spec, ways=("api", "html"))).way == "html"


def test_a_crawl_ends_when_its_time_is_over_and_keeps_what_it_had(spec):
    wait = threading.Event()

    def slow(path: str) -> Answer:
        wait.wait(2 if "slow" in path else 0)
        return html("s_card_ja.html")

    searches = tuple(f"slow {number}" for number in range(9))
    with site(slow) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, searches=searches, timeout=1))
        wait.set()
    assert outcome.state is PageState.UNREACHABLE
    assert outcome.detail == "not reached before the crawl ended"
    assert outcome.listings == 2
    assert len(ebay.paths()) == 1
    assert len(outcome.searches) == len(searches)


def test_a_child_that_is_told_to_end_keeps_what_it_had(spec):
    asked: list[str] = []

    def telling(path: str) -> Answer:
        asked.append(path)
        if len(asked) == 2:
            next(p for p in psutil.Process().children() if "spiders.crawl" in p.cmdline()).terminate()
        return html("s_card_ja.html")

    with site(telling) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, searches=tuple("abcdefgh")))
    assert outcome.listings == 2
    assert len(asked) < 8
    assert sum(search.complete for search in outcome.searches) == len(asked)


def test_a_child_that_is_killed_leaves_its_lines(spec):
    asked: list[str] = []

    def deadly(path: str) -> Answer:
        asked.append(path)
        if len(asked) == 2:
            child = next(p for p in psutil.Process().children() if "spiders.crawl" in p.cmdline())
            child.kill()
        return html("s_card_ja.html")

    with site(deadly) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url, searches=("a", "b")))
    assert outcome.state is PageState.UNREACHABLE
    assert "ended with code -9" in outcome.detail
    assert outcome.listings == 2
    assert len(outcome.feed.read_text(encoding="utf-8").splitlines()) == 2
    assert not any(search.complete for search in outcome.searches)
    assert read_outcome(outcome.feed.with_suffix(".outcome.json")) == outcome


def test_a_crawl_ends_with_its_caller(spec):
    asked = threading.Event()

    def slow(_path: str) -> Answer:
        asked.set()
        return html("s_card_ja.html")

    with site(slow) as ebay:
        slow_spec = replace(spec, base_url=ebay.url, searches=tuple("abcdefgh"), delay=2)
        code = "import sys; from spiders.run import run_crawl; from spiders.spec import CrawlSpec as C; run_crawl(C.from_json(sys.argv[1]))"
        caller = subprocess.Popen([sys.executable, "-c", code, slow_spec.to_json()])
        assert asked.wait(20)
        (child,) = psutil.Process(caller.pid).children()
        caller.kill()
        caller.wait(10)
        child.wait(15)
    (outcome,) = spec.feed_dir.glob("*.outcome.json")
    assert read_outcome(outcome).listings == 2
    assert len(ebay.paths()) < 8


def test_unknown_marketplace(spec):
    with pytest.raises(UsageError, match="no marketplace"):
        run_crawl(replace(spec, marketplace="nonsense"))


def test_names_come_from_the_folder():
    assert {"ebay", "kleinanzeigen", "leboncoin"} <= set(marketplace_names())
    assert os.sep not in "".join(marketplace_names())


def test_without_a_browser_the_browser_way_says_so(spec, monkeypatch):
    monkeypatch.setenv("RIGSCOUT_CHROMIUM", "/nonexistent/chromium")
    find_chromium.cache_clear()
    spider = load("ebay")(replace(spec, ways=("browser",)))
    find_chromium.cache_clear()
    state, detail = why_none(spider.wanted, spider.credentials)
    assert (spider.way, state) == ("", PageState.UNREACHABLE)
    assert "Chromium" in detail


@pytest.mark.parametrize(
    ("ways", "state", "words"),
    [(("api",), PageState.KEYS_MISSING, "EBAY_CLIENT_ID"), (("rss",), PageState.UNREACHABLE, "can't be asked by rss")],
)
def test_why_no_way_can_be_gone(spec, monkeypatch, ways, state, words):
    monkeypatch.delenv("EBAY_CLIENT_ID", raising=False)
    spider = load("ebay")(replace(spec, ways=ways))
    told, detail = why_none(spider.wanted, spider.credentials)
    assert (spider.way, told) == ("", state)
    assert words in detail
