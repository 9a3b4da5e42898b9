"""Write the crawl's feed: JSON lines into a .part file, on disk and under its real name only when it is whole."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import IO, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from spiders.families.progress import CrawlProgress
from tracker.domain.listing import Condition, PageState, RawListing, to_record

# Fields whose coverage is watched: a redesign shows first as one of them falling.
WATCHED = ("price", "shipping", "condition", "location", "seller", "listed_at", "image", "description")

# json.dumps makes an encoder a call, and records hold no circles: looking for them takes half of the time.
encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


class Feed:
    """Item pipeline: the last. `spider.progress` gets the count and the coverage.

    Where the disk is full, the lines before are kept, and no search counts as read: what is not in the feed is not gone.
    """

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self._crawler = crawler
        self._path = path
        self._part = path.with_suffix(".part")
        self._stream: IO[bytes] | None = None
        self._filled: Counter[str] = Counter()
        self._count = 0
        self._whole = 0  # bytes of whole lines
        self._trouble = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The path comes in the settings."""
        return cls(crawler, Path(crawler.settings["RIGSCOUT_FEED"]))

    def open_spider(self) -> None:
        """Begin the file."""
        # Without a buffer, so that a process that is killed leaves the lines it had.
        self._stream = self._part.open("wb", buffering=0)

    def process_item(self, item: RawListing) -> RawListing:
        """One line. Raises DropItem once the disk has refused one."""
        if not self._trouble:
            try:
                self._write(f"{encode(to_record(item))}\n".encode())
            except OSError as error:
                self._trouble = f"the feed {self._path.name} can't be written: {error.strerror}"
        if self._trouble:
            raise DropItem(self._trouble)
        self._count += 1
        self._filled.update(name for name in WATCHED if is_filled(item, name))
        return item

    def close_spider(self) -> None:
        """Close the file, and give it its name."""
        assert self._stream is not None
        progress: CrawlProgress = self._crawler.spider.progress  # type: ignore[union-attr] # ours is a CrawlingSpider
        if self._trouble:
            self._stream.truncate(self._whole)
            for search in progress.searches:
                progress.end(search, PageState.UNREACHABLE, self._trouble)
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._part.replace(self._path)
        progress.kept = self._count
        progress.coverage = {name: self._filled[name] / self._count for name in WATCHED} if self._count else {}

    def _write(self, line: bytes) -> None:
        assert self._stream is not None
        rest = memoryview(line)
        while rest:
            rest = rest[self._stream.write(rest) :]
        self._whole += len(line)


def is_filled(listing: RawListing, name: str) -> bool:
    """Whether a listing carries a watched field."""
    value = getattr(listing, name)
    return value is not Condition.UNKNOWN if name == "condition" else value not in (None, "")
