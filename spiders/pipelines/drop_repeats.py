"""One listing a crawl: several searches show the same ad, and advertised ads stand on every page."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from tracker.domain.listing import RawListing


class DropRepeats:
    """Item pipeline: the first sight of an ad stays, unless it was a loose one and a search really asks for it later."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._seen: dict[tuple[str, str], bool] = {}  # key → whether only seen as loose

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the counters."""
        return cls(crawler)

    def process_item(self, item: RawListing) -> RawListing:
        """Pass a new listing on. Raises DropItem for a repeat."""
        was_loose = self._seen.get(item.key)
        if was_loose is None or (was_loose and not item.loose):
            self._seen[item.key] = item.loose
            return item
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value("rigscout/dropped_repeat")
        raise DropItem("repeat")
