"""The page and the mail in a real Chromium: nothing wider than the screen, links that lead somewhere, nothing fetched, no errors."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reports.kinds.page import render_page
from tests.reports.sample import empty_report, sample_mail, sample_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page, an empty day's, and the mail with its pictures put in as a mail program does."""
    path = tmp_path_factory.mktemp("pages")
    mail = sample_mail()
    html = mail.html
    for cid, png in mail.images.items():
        html = html.replace(f"cid:{cid}", "data:image/png;base64," + base64.b64encode(png).decode())
    for name, text in (
        ("page", sample_page()),
        ("demo", sample_page(is_demo=True)),
        ("empty", render_page(empty_report())),
        ("mail", html),
    ):
        (path / f"{name}.html").write_text(text, encoding="utf-8")
    return path


def opened(browser: "Browser", folder: Path, name: str, width: int, scheme: str = "light") -> "tuple[Page, list[str]]":
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    page.goto((folder / f"{name}.html").as_uri())
    return page, said


@pytest.mark.parametrize("width", [320, 380, 768, 1200])
@pytest.mark.parametrize("name", ["page", "demo", "empty", "mail"])
def test_nothing_is_wider_than_the_screen(browser: "Browser", folder: Path, name: str, width: int) -> None:
    page, said = opened(browser, folder, name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    page.close()


def test_every_chart_is_as_wide_as_its_box_and_seen(browser: "Browser", folder: Path) -> None:
    for width in (380, 1200):
        page, _ = opened(browser, folder, "page", width)
        boxes = page.evaluate(
            "[...document.querySelectorAll('.chart svg')].filter(s => s.checkVisibility()).map(s => s.getBoundingClientRect()).filter(b => b.width > 0).map(b => [b.width, b.height])"
        )
        assert len(boxes) == 8  # machines, one machine's money, deals, four parts, more money
        assert all(box[0] > 250 and box[1] > 120 for box in boxes)
        page.close()


def test_inner_links_and_details_work(browser: "Browser", folder: Path) -> None:
    page, _ = opened(browser, folder, "page", 1200)
    page.click("nav >> text=Deals")
    assert page.evaluate("location.hash") == "#deals"
    assert page.locator("#h-deals").is_visible()
    page.click("#machine-p40-box > summary")
    page.click("#machine-p40-box summary >> text=Alternatives")
    assert page.locator("#machine-p40-box >> text=inkl. Lüfter").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.close()


@pytest.mark.parametrize("name", ["page", "mail"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: "Browser", folder: Path, name: str, scheme: str) -> None:
    """WCAG 2 AA: 4.5 to 1 for every piece of text, in the light and in the dark."""
    page, _ = opened(browser, folder, name, 1200, scheme)
    faint = page.evaluate((Path(__file__).parent / "contrast.js").read_text(encoding="utf-8"))
    assert faint == []
    page.close()
