"""Keep the pace that a site's robots.txt names (Crawl-delay), where it is slower than ours."""

from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.robotstxt import RobotParser

# Waits vary, but never under what was asked for: from 1 to 1.5 times as long.
_DELAY, _JITTER = 1.25, 0.2


class CrawlDelay:
    """Hears every robots.txt as soon as it is read, which is before the first page is asked for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._slow_down, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Always on."""
        return cls(crawler)

    def _slow_down(self, robotparser: RobotParser, request: Request) -> None:
        seconds = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"]) or 0
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(request))
        if slot is None or seconds <= slot.delay * (1 - slot.jitter):
            return
        slot.delay, slot.jitter = seconds * _DELAY, _JITTER
        assert self._crawler.extensions is not None
        for extension in self._crawler.extensions.middlewares:
            if isinstance(extension, AutoThrottle):  # it goes faster again where a site answers quickly
                extension.mindelay = slot.delay
