"""Every page judged by axe-core, in the light and wide and in the dark and narrow: no violation at all."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.reports.web.test_in_browser import PAGES, address, browser, writes  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Browser

axe = pytest.importorskip(
    "axe_playwright_python", reason="axe-playwright-python, which brings axe-core, is not installed"
)
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (380, "dark")])
def test_no_violation(browser: "Browser", address: str, path: str, width: int, scheme: str) -> None:  # noqa: F811 - fixtures
    # bypass_csp: our own policy keeps the judge's script out, as it should.
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(address + path)
    page.evaluate((Path(next(iter(axe.__path__))) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [(item["id"], item["nodes"][0]["html"][:120]) for item in found] == []
    context.close()
