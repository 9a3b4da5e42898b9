"""Scrapy's settings for one crawl: slow, few, honest about who asks, and closed to the outside."""

import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from spiders.spec import CrawlSpec

# Slower than a person clicks. tracker.sources refuses less in a config; this holds whatever the spec says.
FLOOR_SECONDS = 2.0
CACHE_DAYS = 3
_MIDDLEWARES = {
    "spiders.middlewares.private_address.PrivateAddress": 70,
    # Behind robots.txt (100): where that could not be asked for, nothing else is.
    "spiders.middlewares.block_page.BlockPage": 150,
    # Before decompression (590): a page is archived as it came, which costs next to nothing.
    "spiders.middlewares.archive.Archive": 595,
    "spiders.middlewares.call_budget.CallBudget": 950,
}
# Ports that run code, cookies, and protocols that no site speaks: Scrapy loads even what is switched off.
_NOT_LOADED = re.compile(
    r"extensions\.(?:telnet|remote_control)|middlewares\.cookies|handlers\.(?:datauri|file|s3|ftp)"
)
_BASES = ("EXTENSIONS_BASE", "DOWNLOADER_MIDDLEWARES_BASE", "DOWNLOAD_HANDLERS_BASE")
_EXTENSIONS = {
    "spiders.extensions.end_with_parent.EndWithParent": 5,
    "spiders.extensions.crawl_delay.CrawlDelay": 6,
}
_PIPELINES = {
    "spiders.pipelines.validate.Validate": 100,
    "spiders.pipelines.drop_repeats.DropRepeats": 200,
    "spiders.pipelines.feed.Feed": 900,
}


def user_agent(contact: str) -> str:
    """Who asks, and where to complain: "rigscout/0.1.0 (+https://…)"."""
    name = f"rigscout/{version('rigscout')}"
    # A header takes no line break and nothing outside of Latin-1.
    words = "".join(letter for letter in contact if letter.isprintable()).encode("latin-1", "ignore").decode("latin-1")
    return f"{name} (+{words.strip()})" if words.strip() else f"{name} (used-parts price history for one person)"


def polite_delay(spec: CrawlSpec) -> float:
    """Seconds between two requests: the spec's, at least the floor unless only this machine is asked."""
    return spec.delay if spec.allow_loopback else max(spec.delay, FLOOR_SECONDS)


def scrapy_settings(spec: CrawlSpec, feed: Path) -> dict[str, Any]:
    """Every setting that differs from Scrapy's own, the reason beside it where it is not its name."""
    from scrapy.settings import default_settings  # here: who only starts crawls needs no Scrapy

    return {
        "BOT_NAME": "rigscout",
        "RIGSCOUT_SPEC": spec,
        "RIGSCOUT_FEED": str(feed),
        "LOG_LEVEL": os.environ.get("RIGSCOUT_LOG_LEVEL", "WARNING"),
        # What the archive's readers can undo without further packages.
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/json,*/*;q=0.8",
            "Accept-Encoding": "gzip, deflate",
            # A kept page is asked after, never shown as today's: the site answers 304 where nothing changed.
            "Cache-Control": "max-age=0",
        },
        # Refusals must reach the spider, which gives them their state.
        "HTTPERROR_ALLOW_ALL": True,
        "TWISTED_DNS_RESOLVER": "spiders.middlewares.private_address.PublicResolver",
        "DNS_TIMEOUT": 20,
        "DOWNLOADER_MIDDLEWARES": _MIDDLEWARES,
        "EXTENSIONS": _EXTENSIONS,
        "ITEM_PIPELINES": _PIPELINES,
        **_pace(spec),
        **_cache(spec),
        **_browser(spec),
        **{name: _loaded(getattr(default_settings, name)) for name in _BASES},
    }


def _loaded(base: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in base.items() if not _NOT_LOADED.search(f"{key} {value}")}


def _pace(spec: CrawlSpec) -> dict[str, Any]:
    delay = polite_delay(spec)
    return {
        "USER_AGENT": user_agent(spec.contact),
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "rigscout",
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_DELAY_JITTER": 0.5,
        "AUTOTHROTTLE_ENABLED": delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_MAX_DELAY": max(120.0, delay),
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_MAXSIZE": spec.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        # 429 and 503 name a time to come back; asking again at once is what they ask not to do.
        "RETRY_HTTP_CODES": [500, 502, 504, 408, 522, 524],
        "RETRY_TIMES": 1,
        # A name that has no address and a host that refuses will not answer five seconds later either.
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.DownloadTimeoutError",
            "scrapy.exceptions.ResponseDataLossError",
            "twisted.internet.error.ConnectionLost",
        ],
        "REDIRECT_MAX_TIMES": 5,
        "CLOSESPIDER_TIMEOUT": spec.timeout,
    }


def _cache(spec: CrawlSpec) -> dict[str, Any]:
    """Conditional requests by RFC 9111; none in the demo, whose days change behind one address."""
    if spec.seen_at is not None:
        return {"HTTPCACHE_ENABLED": False}
    return {
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.RFC2616Policy",
        "HTTPCACHE_DIR": str(spec.state_dir.absolute() / "httpcache"),
        "HTTPCACHE_GZIP": True,
        "HTTPCACHE_EXPIRATION_SECS": CACHE_DAYS * 86_400,
        "HTTPCACHE_IGNORE_HTTP_CODES": [code for code in range(300, 600) if code != 304],  # noqa: PLR2004 - Not Modified
    }


def _browser(spec: CrawlSpec) -> dict[str, Any]:
    if "browser" not in spec.ways:
        return {}
    from spiders.families.browser_page import browser_settings

    settings = browser_settings()
    return settings | {"EXTENSIONS": _EXTENSIONS | settings["EXTENSIONS"]}
