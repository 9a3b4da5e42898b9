"""The page that needs JavaScript: without a browser it shows nothing, in one it becomes the real results."""

import shutil

import pytest

from spiders.demo.behaviour import Behaviour
from spiders.demo.server import DemoMarket
from spiders.demo.sites import MARKETPLACES
from spiders.demo.world import World
from spiders.discover import marketplaces
from spiders.page import Page
from tracker.domain.listing import PageState

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# The fetched page stands once its own title does: the shell's is the marketplace's bare name.
FILLED = "document.title.includes('gtx')"


@pytest.mark.browser
@pytest.mark.parametrize("marketplace", MARKETPLACES)
def test_a_browser_fills_the_shell(world: World, marketplace: str) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    spider = marketplaces()[marketplace]()
    with DemoMarket(world) as market, sync_api.sync_playwright() as playwright:
        market.behaviour[marketplace] = Behaviour(needs_script=True)
        spider.base_url = market.url(marketplace)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.goto(spider.search_url("gtx", 1))
        tab.wait_for_function(FILLED)
        body = tab.content().encode()
        browser.close()
        wanted = market.index.search(marketplace, "gtx", market.day)
    parsed = spider.read(Page(spider.search_url("gtx", 1), body, world.moment(world.last)))
    assert parsed.state is PageState.LISTINGS
    shown = {listing.external_id for listing in parsed.listings if not listing.loose}
    assert shown
    assert shown <= {ad.external_id for ad in wanted.exact}
