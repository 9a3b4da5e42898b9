"""Recognise a refusal, note what the site says about when to come back, and ask it nothing more in this crawl."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response

from spiders.extract.block import block_reason
from spiders.families.crawling import CrawlingSpider
from spiders.families.progress import SILENT, clock_of
from tracker.domain.listing import PageState

_REFUSALS = frozenset({403, 418, 429})
_BUSY = 503
_LONGEST_WAIT = timedelta(days=7)


class BlockedError(IgnoreRequest):
    """Not asked: the site refused an earlier page of this crawl."""

    page_state = PageState.BLOCKED


class SilentError(IgnoreRequest):
    """Not asked: the site answered none of the requests before."""

    page_state = PageState.UNREACHABLE


def retry_after(header: str, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date; at most a week away; None where it names none."""
    try:
        moment = now + timedelta(seconds=int(header)) if header.strip().isdigit() else parsedate_to_datetime(header)
    except (TypeError, ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(moment, now + _LONGEST_WAIT) if moment > now else None


class BlockPage:
    """Downloader middleware over the spider's own progress."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The spider is known when the first request comes."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy's signature
        """After a refusal, or no answer again and again, nothing more is asked."""
        if reason := self._spider.progress.blocked:
            raise BlockedError(f"not asked: {reason}")
        if self._spider.progress.unanswered >= SILENT:
            raise SilentError(f"not asked: {self._spider.progress.silence or 'no answer to the requests before'}")

    def process_response(self, request: Request, response: Response) -> Response:
        """Note a refusal; the response goes on to the spider, which gives it its state."""
        if request.url.endswith("/robots.txt"):
            return response
        progress = self._spider.progress
        if response.status in _REFUSALS or response.status == _BUSY:
            header = (response.headers.get("Retry-After") or b"").decode("latin-1")
            progress.retry_after = retry_after(header, clock_of(self._spider.spec)) or progress.retry_after
        if response.status in _REFUSALS:
            progress.blocked = f"HTTP {response.status}"
        elif reason := block_reason(response.body):
            progress.blocked = reason
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002 - Scrapy's signature
        """A name without an address, robots.txt's too, means that no page of the site can be had."""
        if isinstance(exception, CannotResolveHostError):
            self._spider.progress.unanswered = SILENT
            self._spider.progress.silence = str(exception)

    @property
    def _spider(self) -> CrawlingSpider:
        assert isinstance(self._crawler.spider, CrawlingSpider)
        return self._crawler.spider
