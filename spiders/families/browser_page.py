"""Pages that need JavaScript, through scrapy-playwright: one headless Chromium, one context, one page, hard bounds.

Any HTML marketplace can be asked this way: `ways = ["browser"]` in its TOML. It is for pages that are empty without
scripts, never an answer to a refusal: those end as blocked here too. Off by default: five trivial pages cost 600 MB.
"""

import contextlib
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_UNNEEDED = frozenset({"image", "font", "media", "stylesheet"})
_LOAD_MS, _SETTLE_MS = 30_000, 8_000


@cache
def find_chromium() -> str | None:
    """The Chromium to use: RIGSCOUT_CHROMIUM, one on the path, else the one that Playwright installed; None for none."""
    named = os.environ.get("RIGSCOUT_CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    installed = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    return found or (str(installed[-1]) if installed else None)


def browser_settings() -> dict[str, Any]:
    """Scrapy's settings for a crawl whose pages a browser fetches; the time and memory of it are bounded."""
    handler = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": find_chromium(),
            "headless": True,
            "timeout": _LOAD_MS,
            # Chromium's own sandbox can't start as root (containers).
            "args": ["--disable-dev-shm-usage", "--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])],
        },
        "PLAYWRIGHT_MAX_CONTEXTS": 1,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": _LOAD_MS,
        "PLAYWRIGHT_ABORT_REQUEST": is_unneeded,
        "EXTENSIONS": {
            "spiders.extensions.memory_bound.MemoryBound": 10,
            "spiders.extensions.browser_guard.BrowserGuard": 11,
        },
    }


def is_unneeded(request: Any) -> bool:
    """Which of a page's own requests are not made: images, fonts, media, styles."""
    return request.resource_type in _UNNEEDED


def browser_meta() -> dict[str, Any]:
    """The meta of a request that the browser makes."""
    from scrapy_playwright.page import PageMethod

    return {
        "playwright": True,
        "playwright_page_goto_kwargs": {"wait_until": "load"},
        "playwright_page_methods": [PageMethod(settle)],
    }


async def settle(page: Any) -> None:
    """Wait until the page's scripts ask for nothing more; a page that never rests is taken as it is."""
    from playwright.async_api import TimeoutError as NotSettledError

    with contextlib.suppress(NotSettledError):
        await page.wait_for_load_state("networkidle", timeout=_SETTLE_MS)
        # A script that writes the document anew has begun another load.
        await page.wait_for_load_state("load", timeout=_SETTLE_MS)
