"""Keep every fetched page in the archive, so that a mended spider can read again what a broken one missed."""

from datetime import UTC, datetime, timedelta
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from spiders.archive import ArchiveWriter, Limits
from spiders.families.crawling import FETCHED_AT, CrawlingSpider, page_of
from spiders.families.progress import clock_of
from spiders.spec import CrawlSpec


class Archive:
    """Downloader middleware in front of the decompression: bodies are archived as they came."""

    def __init__(self, crawler: Crawler, writer: ArchiveWriter) -> None:
        self._crawler = crawler
        self._writer = writer
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured where the crawl keeps no archive."""
        spec: CrawlSpec = crawler.settings["RIGSCOUT_SPEC"]
        if spec.archive_dir is None:
            raise NotConfigured
        limits = Limits(total_bytes=spec.archive_bytes, age=timedelta(days=spec.archive_days))
        return cls(crawler, ArchiveWriter(spec.archive_dir, spec.marketplace, datetime.now(UTC), limits))

    def process_response(self, request: Request, response: Response) -> Response:
        """Write the response unless it holds a token, came out of the cache, or is no page."""
        spider = self._crawler.spider
        is_page = "search" in request.meta and not request.meta.get("no_archive") and "cached" not in response.flags
        if is_page and isinstance(spider, CrawlingSpider):
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ]
            request.meta[FETCHED_AT] = moment = clock_of(spider.spec)
            self._writer.write(page_of(response, moment), headers, str(request.meta["search"]))
        return response

    def _close(self) -> None:
        self._writer.close()
