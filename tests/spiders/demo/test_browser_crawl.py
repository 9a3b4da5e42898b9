"""A crawl by the browser in the demo market: pages that need JavaScript, within bounds, and nothing left behind."""

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from spiders.demo.behaviour import Behaviour
from spiders.demo.server import DemoMarket
from spiders.demo.world import World
from spiders.families.browser_page import aborts, browser_settings, find_chromium
from spiders.run import run_crawl
from spiders.spec import CrawlSpec
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


def test_one_context_one_page_no_pictures() -> None:
    spec = CrawlSpec(NAME, Path(), Path(), ways=("browser",))
    settings = browser_settings(spec)
    assert (settings["PLAYWRIGHT_MAX_CONTEXTS"], settings["PLAYWRIGHT_MAX_PAGES_PER_CONTEXT"]) == (1, 1)
    is_aborted = aborts(spec)

    class Asked:
        def __init__(self, kind: str, url: str = "https://img.leboncoin.fr/x") -> None:
            self.resource_type, self.url = kind, url

    assert [is_aborted(Asked(kind)) for kind in ("image", "font", "media", "stylesheet", "document", "script")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
    assert is_aborted(Asked("document", "http://169.254.169.254/latest"))
