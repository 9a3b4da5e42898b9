"""Count every request before it is made: against the crawl's own cap, and an API's daily budget that outlives the run."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from spiders.families.crawling import CrawlingSpider
from spiders.families.progress import clock_of
from tracker.domain.listing import PageState


class BudgetSpentError(IgnoreRequest):
    """Not asked: the crawl's cap or the day's calls are spent."""

    page_state = PageState.BUDGET_SPENT


class CallBudget:
    """Downloader middleware: the last before the network, so that only what is really asked is counted."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._asked = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The spider is known when the first request comes."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise BudgetSpentError where nothing is left."""
        spider = self._crawler.spider
        assert isinstance(spider, CrawlingSpider)
        assert spider.spec is not None
        if self._asked >= spider.spec.max_requests:
            raise BudgetSpentError(f"the crawl's cap of {spider.spec.max_requests} requests is reached")
        budget = spider.spec.daily_calls or spider.daily_calls
        state = spider.state if request.meta.get("is_api_call") else None
        # By the real clock: the API counts its days by it, whatever day the demo is at.
        if state is not None and budget and not state.spend_call(clock_of(None), budget):
            raise BudgetSpentError(f"today's {budget} API calls are spent")
        self._asked += 1
