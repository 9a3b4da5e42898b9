"""Drop what is no listing that can be kept, and say why by a counter."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from tracker.domain.listing import RawListing

_LONGEST_TITLE, _LONGEST_ID, _LONGEST_URL = 500, 100, 2000


def flaw_of(listing: RawListing) -> str | None:
    """The name of the first thing wrong with a listing; None for a sound one."""
    checks = (
        ("invalid_id", bool(listing.external_id.strip()) and len(listing.external_id) <= _LONGEST_ID),
        ("invalid_title", bool(listing.title.strip()) and len(listing.title) <= _LONGEST_TITLE),
        ("invalid_url", listing.url.startswith(("https://", "http://")) and len(listing.url) <= _LONGEST_URL),
        ("invalid_price", all(money is None or money.minor >= 0 for money in (listing.price, listing.price_max))),
        ("invalid_shipping", listing.shipping is None or listing.shipping.minor >= 0),
        ("invalid_time", listing.seen_at.tzinfo is not None),
    )
    return next((name for name, is_sound in checks if not is_sound), None)


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
