"""Drop what is no listing that can be kept, and say why by a counter."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from tracker.domain.listing import RawListing

_LONGEST_TITLE, _LONGEST_ID, _LONGEST_URL = 500, 100, 2000


def flaw_of(listing: RawListing) -> str | None:
    """The name of the first thing wrong with a listing; None for a sound one."""
    if not 0 < len(listing.external_id.strip()) <= _LONGEST_ID:
        return "invalid_id"
    if not 0 < len(listing.title.strip()) <= _LONGEST_TITLE:
        return "invalid_title"
    if not listing.url.startswith(("https://", "http://")) or len(listing.url) > _LONGEST_URL:
        return "invalid_url"
    if (listing.price and listing.price.minor < 0) or (listing.price_max and listing.price_max.minor < 0):
        return "invalid_price"
    if listing.shipping and listing.shipping.minor < 0:
        return "invalid_shipping"
    return None if listing.seen_at.tzinfo else "invalid_time"


class Validate:
    """Item pipeline over `flaw_of`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the counters."""
        return cls(crawler)

    def process_item(self, item: RawListing) -> RawListing:
        """Pass a sound listing on. Raises DropItem for others."""
        if flaw := flaw_of(item):
            assert self._crawler.stats is not None
            self._crawler.stats.inc_value(f"rigscout/{flaw}")
            raise DropItem(flaw)
        return item
