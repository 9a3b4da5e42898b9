"""Write the crawl's feed: JSON lines into a .part file, on disk and under its real name only when it is whole."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Self, TextIO

from scrapy.crawler import Crawler

from tracker.domain.listing import Condition, RawListing, to_record

# Fields whose coverage is watched: a redesign shows first as one of them falling.
WATCHED = ("price", "shipping", "condition", "location", "seller", "listed_at", "image", "description")


class Feed:
    """Item pipeline: the last. `spider.progress` gets the count and the coverage."""

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self._crawler = crawler
        self._path = path
        self._part = path.with_suffix(".part")
        self._stream: TextIO | None = None
        self._filled: Counter[str] = Counter()
        self._count = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The path comes in the settings."""
        return cls(crawler, Path(crawler.settings["RIGSCOUT_FEED"]))

    def open_spider(self) -> None:
        """Begin the file."""
        # Line by line, so that a process that is killed leaves the lines it had.
        self._stream = self._part.open("w", encoding="utf-8", buffering=1)

    def process_item(self, item: RawListing) -> RawListing:
        """One line."""
        assert self._stream is not None
        self._stream.write(json.dumps(to_record(item), ensure_ascii=False) + "\n")
        self._count += 1
        self._filled.update(name for name in WATCHED if is_filled(item, name))
        return item

    def close_spider(self) -> None:
        """Close the file, and give it its name."""
        assert self._stream is not None
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._part.replace(self._path)
        progress = self._crawler.spider.progress  # type: ignore[union-attr] # ours is a CrawlingSpider
        progress.kept = self._count
        progress.coverage = {name: self._filled[name] / self._count for name in WATCHED} if self._count else {}


def is_filled(listing: RawListing, name: str) -> bool:
    """Whether a listing carries a watched field."""
    value = getattr(listing, name)
    return value is not Condition.UNKNOWN if name == "condition" else value not in (None, "")
