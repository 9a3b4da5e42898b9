"""A crawl by the browser in the demo market: pages that need JavaScript, within bounds, and nothing left behind."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from spiders.demo.behaviour import Behaviour
from spiders.demo.server import DemoMarket
from spiders.demo.world import World
from spiders.families.browser_page import browser_settings, find_chromium, is_unneeded
from spiders.run import run_crawl
from spiders.spec import CrawlSpec
from tests.spiders.loopback_site import site
from tracker.domain.listing import PageState

NAME = "leboncoin"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed"),
]


def spec_of(market: DemoMarket, folder: Path) -> CrawlSpec:
    return CrawlSpec(
        NAME,
        feed_dir=folder / "feeds",
        state_dir=folder / "state",
        searches=("gtx",),
        base_url=market.url(NAME),
        ways=("browser",),
        max_pages=2,
        delay=0,
        timeout=60,
        seen_at=market.world.moment(market.world.last),
        allow_loopback=True,
    )


def browsers() -> list[str]:
    return [child.name() for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]


def test_pages_that_need_scripts_are_read_by_the_browser_way(world: World, tmp_path: Path) -> None:
    with DemoMarket(world) as market:
        market.behaviour[NAME] = Behaviour(needs_script=True)
        rendered = run_crawl(spec_of(market, tmp_path))
        wanted = {ad.external_id for ad in market.index.search(NAME, "gtx", world.last).exact}
    assert rendered.state is PageState.LISTINGS
    assert 0 < rendered.listings <= len(wanted)
    assert browsers() == []


def test_too_much_memory_ends_it_in_good_order(world: World, tmp_path: Path) -> None:
    with DemoMarket(world) as market:
        market.behaviour[NAME] = Behaviour(needs_script=True, delay=1.5)
        outcome = run_crawl(replace(spec_of(market, tmp_path), max_memory=1, searches=("gtx", "rtx", "tesla")))
    assert outcome.state is PageState.UNREACHABLE, "the searches that were not reached before the crawl ended"
    assert browsers() == []


def test_a_challenge_is_no_matter_for_the_browser(world: World, tmp_path: Path) -> None:
    with DemoMarket(world) as market:
        market.behaviour[NAME] = Behaviour(blocked=True)
        outcome = run_crawl(spec_of(market, tmp_path))
        assert market.requests[NAME] == 2, "robots.txt and one page"
    assert outcome.state is PageState.BLOCKED
    assert outcome.retry_at is not None


def test_a_redirect_leads_the_browser_nowhere_inside(tmp_path: Path) -> None:
    with site(lambda _path: (200, {}, b"secret")) as inner:
        there = f"http://localhost:{inner.url.rpartition(':')[2]}/"
        with site(lambda _path: (302, {"Location": there}, b"")) as told:
            spec = CrawlSpec(NAME, tmp_path, tmp_path, ("gtx",), base_url=told.url, ways=("browser",), timeout=30)
            outcome = run_crawl(spec)
    assert len(told.paths()) == 1, "what the crawl was told to ask is asked"
    assert inner.asked == []
    assert outcome.state is PageState.UNREACHABLE


def test_one_context_one_page_no_pictures() -> None:
    settings = browser_settings()
    assert (settings["PLAYWRIGHT_MAX_CONTEXTS"], settings["PLAYWRIGHT_MAX_PAGES_PER_CONTEXT"]) == (1, 1)
    kinds = ("image", "font", "media", "stylesheet", "document", "script")
    asked = [SimpleNamespace(resource_type=kind) for kind in kinds]
    assert [is_unneeded(request) for request in asked] == [True, True, True, True, False, False]
