"""A look every other second at what may end a crawl early: the base of the extensions beside this file."""

import asyncio
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.internet.task import LoopingCall

_LOOK_SECONDS = 2.0


class Watch:
    """Closes the spider, in good order, as soon as `reason` gives one."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._look = LoopingCall(self._check)
        self._closing: asyncio.Future[None] | None = None
        crawler.signals.connect(self._start, signal=signals.engine_started)
        crawler.signals.connect(self._stop, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Bound to the crawl's own life."""
        return cls(crawler)

    def reason(self) -> str | None:
        """Why the crawl must end; None while it may go on."""
        raise NotImplementedError

    def _start(self) -> None:
        self._look.start(_LOOK_SECONDS, now=False)

    def _stop(self) -> None:
        if self._look.running:
            self._look.stop()

    def _check(self) -> None:
        reason = self.reason()
        if reason and self._crawler.engine is not None:
            self._stop()
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))
