"""Politeness as a site sees it: what is asked, when, how often, and what is not asked again."""

import json
import random
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from spiders.run import run_crawl
from spiders.state import SourceState
from tests.spiders.loopback_site import html, site
from tracker.domain.listing import PageState

# One page of results and no page after it.
LAST_PAGE = "s_card_ja.html"
DAY = "Wed, 18 Nov 2026 10:00:00 GMT"


def test_a_page_that_did_not_change_is_not_sent_again(spec):
    def answer(_path: str):
        status, headers, body = html(LAST_PAGE)
        if ebay.asked[-1][1].get("if-none-match") == '"v1"':
            return 304, {"ETag": '"v1"'}, b""
        return status, {**headers, "ETag": '"v1"', "Last-Modified": DAY, "Cache-Control": "max-age=3600"}, body

    with site(answer) as ebay:
        first = run_crawl(replace(spec, base_url=ebay.url))
        second = run_crawl(replace(spec, base_url=ebay.url))
        searches = [headers for path, headers in ebay.asked if path != "/robots.txt"]
    assert [headers.get("if-none-match") for headers in searches] == [None, '"v1"'], "asked after, not believed"
    assert searches[1]["if-modified-since"] == DAY
    assert (first.listings, second.listings) == (2, 2)
    seen = [json.loads(line)["seen_at"] for line in second.feed.read_text(encoding="utf-8").splitlines()]
    assert all(datetime.fromisoformat(moment) >= second.started_at for moment in seen)
    assert len(list(spec.archive_dir.glob("*.warc.gz"))) == 1, "the same page is archived once"


def test_a_busy_site_is_left_alone_until_it_said(spec):
    busy = (503, {"Content-Type": "text/html", "Retry-After": "7200"}, b"<title>later</title>")
    with site(lambda _path: busy) as ebay:
        outcome = run_crawl(replace(spec, base_url=ebay.url))
        asked = len(ebay.asked)
        again = run_crawl(replace(spec, base_url=ebay.url))
        assert len(ebay.asked) == asked, "it said when to come back"
    assert outcome.state is PageState.UNREACHABLE
    assert 7000 < (outcome.retry_at - datetime.now(UTC)).total_seconds() <= 7200
    assert again.retry_at == outcome.retry_at
    assert SourceState(spec.state_dir, "ebay").paused_until(datetime.now(UTC)) == outcome.retry_at


def test_one_request_at_a_time_with_a_delay_that_varies_in_an_order_that_varies(spec):
    moments: list[float] = []
    at_once: list[int] = []
    most: list[int] = []

    def answer(_path: str):
        at_once.append(1)
        most.append(len(at_once))
        moments.append(time.monotonic())
        at_once.pop()
        return html(LAST_PAGE)

    with site(answer) as ebay:
        run_crawl(replace(spec, base_url=ebay.url, searches=tuple("abcde"), delay=0.2, seed=1))
    expected = list("abcde")
    random.Random(1).shuffle(expected)
    assert [path.partition("_nkw=")[2][0] for path in ebay.paths()] == expected != sorted(expected)
    gaps = [after - before for before, after in pairwise(moments)]
    assert max(most) == 1
    assert sum(gaps) >= 0.4, "half of the delay at least, each time"
    assert max(gaps) - min(gaps) > 0.01, "no two waits are alike"


def test_robots_txt_may_ask_for_a_slower_pace(spec):
    moments: list[float] = []

    def answer(_path: str):
        moments.append(time.monotonic())
        return html(LAST_PAGE)

    robots = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: 0.5\nAllow: /\n")
    with site(answer, robots) as ebay:
        run_crawl(replace(spec, base_url=ebay.url, searches=("a", "b", "c", "d"), delay=0.05))
    assert min(after - before for before, after in pairwise(moments)) >= 0.5
    assert len(moments) == 4
