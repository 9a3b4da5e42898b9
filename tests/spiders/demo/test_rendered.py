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
def test_a_browser_fills_the_shells(world: World) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with DemoMarket(world) as market, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        for name in MARKETPLACES:
            market.behaviour[name] = Behaviour(needs_script=True)
            spider = marketplaces()[name]()
            spider.base_url = market.url(name)
            address = spider.search_url("gtx", 1)
            tab.goto(address)
            tab.wait_for_function(FILLED)
            parsed = spider.read(Page(address, tab.content().encode(), world.moment(world.last)))
            assert parsed.state is PageState.LISTINGS, name
            shown = {listing.external_id for listing in parsed.listings if not listing.loose}
            assert shown, name
            assert shown <= {ad.external_id for ad in market.index.search(name, "gtx", market.day).exact}, name
        browser.close()
