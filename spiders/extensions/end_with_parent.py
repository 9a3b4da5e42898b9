"""End a crawl whose caller has died: the next run may ask the same site, and one at a time is the rule."""

import os

from scrapy.crawler import Crawler

from spiders.extensions.watch import Watch


class EndWithParent(Watch):
    """Always on."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._parent = os.getppid()

    def reason(self) -> str | None:
        """Another process has taken this one in."""
        return "the caller ended" if os.getppid() != self._parent else None
