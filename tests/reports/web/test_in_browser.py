"""The web pages in a real Chromium over HTTP: no error, nothing too wide, sliders, keys, the figures under the pointer."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from reports.web.app import create_app
from tests.reports.test_browser import CHROMIUM, QUIET
from tests.reports.web.site import Reads, Writes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PAGES = ("/", "/machines/p40-box", "/deals", "/parts", "/parts/gpu%3Atesla-p40", "/listings/ebay/900", "/sources",
         "/rent-or-buy?target=p40-box", "/review", "/archive", "/nothing")  # fmt: skip


@pytest.fixture(scope="module")
def writes() -> Writes:
    return Writes()


@pytest.fixture(scope="module")
def address(writes: Writes) -> Iterator[str]:
    """The site on a free port of loopback."""
    app = create_app(Reads(), writes=writes, clock=iter(range(10_000_000)).__next__)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none"))
    ready = threading.Event()
    serve = server.startup

    async def startup(sockets: object = None) -> None:
        await serve(sockets)  # type: ignore[arg-type]
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def opened(browser: "Browser", url: str, *, width: int = 1200, **more: object) -> "tuple[Page, list[str]]":
    page = browser.new_page(viewport={"width": width, "height": 800}, **more)  # type: ignore[arg-type]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url)
    return page, said


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_and_says_nothing_on_the_console(browser: "Browser", address: str, path: str) -> None:
    for width in (380, 1200):
        page, said = opened(browser, address + path, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [line for line in said if "404" not in line or path != "/nothing"] == []
        page.close()


def test_sliders_answer_at_once(browser: "Browser", address: str) -> None:
    page, said = opened(browser, address + "/rent-or-buy?target=p40-box")
    assert page.inner_text(".answer strong") == "Buy"
    page.locator("input[name=hours_per_week]").fill("8")
    page.locator(".answer strong", has_text="Rent").wait_for()  # no wait_for_function: our policy forbids eval
    assert "A year at 8 hours a week costs €128.00 owned and €64.00 rented for the same work" in page.inner_text(
        "[data-why]"
    )
    assert page.inner_text("[data-cloud]") == "€64.00"
    page.locator("input[name=months]").fill("24")
    page.locator("[data-cloud]", has_text="€128.00").wait_for()
    assert "24 mo" in page.inner_text("[data-picture]")
    assert "months=24" in page.url
    assert said == []
    page.close()


def test_without_scripts_the_form_does_the_same(browser: "Browser", address: str) -> None:
    page, _ = opened(browser, address + "/rent-or-buy?target=p40-box", java_script_enabled=False)
    page.locator("input[name=hours_per_week]").fill("8")
    page.click("text=Work it out")
    assert page.inner_text(".answer strong") == "Rent"
    page.close()


def test_the_day_under_the_pointer_is_read_out(browser: "Browser", address: str) -> None:
    page, _ = opened(browser, address + "/parts/gpu%3Atesla-p40?span=all")
    page.locator("[data-history]").focus()
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("[data-readout]").startswith("20 Nov 2026: median €")
    box = page.locator("[data-history] .wide svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 78, box["y"] + 60)
    assert page.inner_text("[data-readout]").startswith("21 Nov 2026")
    page.mouse.move(box["x"] + 57, box["y"] + 60)
    assert page.inner_text("[data-readout]").startswith("24 Aug 2026")
    page.close()


def test_filters_and_zoom_answer_at_once(browser: "Browser", address: str) -> None:
    page, said = opened(browser, address + "/parts/gpu%3Atesla-p40?span=all")
    page.select_option("select[name=country]", "FR")
    page.wait_for_url("**country=FR**")
    whole = page.locator("tr[data-day]").count()
    box = page.locator("[data-history] .wide svg").bounding_box()
    assert box
    page.mouse.move(box["x"] + 400, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 700, box["y"] + 80, steps=4)
    assert page.locator(".picked").count() == 1
    page.mouse.up()
    page.locator(f"tr[data-day]:nth-child({whole})").wait_for(state="detached")
    assert 10 < page.locator("tr[data-day]").count() < whole / 2
    assert page.input_value("select[name=country]") == "FR"
    page.locator("[data-history]").focus()
    page.keyboard.press("-")
    page.locator(f"tr[data-day]:nth-child({whole // 2})").wait_for(state="attached")
    assert said == []
    page.close()


def test_without_scripts_the_filters_are_a_form(browser: "Browser", address: str) -> None:
    page, _ = opened(browser, address + "/parts/gpu%3Atesla-p40", java_script_enabled=False)
    page.select_option("select[name=marketplace]", "ebay")
    page.fill("input[name=since]", "2026-11-15")
    page.click("button:has-text('Show')")
    assert "marketplace=ebay" in page.url
    assert page.locator("tr[data-day]").count() == 7
    page.close()


def test_the_review_by_keyboard(browser: "Browser", address: str, writes: Writes) -> None:
    page, _ = opened(browser, address + "/review")
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("y")
    assert writes.done[-1] == ("decide", 901, True)
    page.close()


def test_a_mark_by_its_button(browser: "Browser", address: str, writes: Writes) -> None:
    page, _ = opened(browser, address + "/listings/ebay/905")
    with page.expect_navigation():
        page.click("button:has-text('Ignore')")
    assert writes.done[-1] == ("mark", 905, "ignore")
    page.close()


def test_a_past_report_opens(browser: "Browser", address: str) -> None:
    page, said = opened(browser, address + "/archive/daily%3A2026-11-21")
    assert page.locator("h1").inner_text().startswith("K80 box")
    assert said == []
    page.close()


# Fewer rows than a reader gets: the same elements, in a tenth of the time.
JUDGED = [*PAGES[:4], "/parts/gpu%3Atesla-p40?span=30&offset=112", *PAGES[5:8], "/review?offset=112", *PAGES[9:]]


@pytest.mark.parametrize("path", JUDGED)
def test_no_violation_of_axe(browser: "Browser", address: str, path: str) -> None:
    """Judged by axe-core, in the light and wide and in the dark and narrow."""
    axe = pytest.importorskip(
        "axe_playwright_python", reason="axe-playwright-python, which brings axe-core, is missing"
    )
    # bypass_csp: our own policy keeps the judge's script out, as it should.
    page = browser.new_page(viewport={"width": 1200, "height": 800}, color_scheme="light", bypass_csp=True)
    page.goto(address + path)
    page.evaluate((Path(next(iter(axe.__path__))) / "axe.min.js").read_text(encoding="utf-8"))
    for width, scheme in ((1200, "light"), (380, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        assert [(scheme, item["id"], item["nodes"][0]["html"][:120]) for item in found] == []
    page.close()
