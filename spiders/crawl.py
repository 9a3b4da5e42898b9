"""The child process: read a CrawlSpec from stdin, crawl, leave a feed and an outcome. Run as `python -m spiders.crawl`."""

import os
import random
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scrapy.crawler import CrawlerProcess

from spiders.discover import load
from spiders.families.crawling import CrawlingSpider
from spiders.outcome import outcome_of, write_outcome
from spiders.settings import scrapy_settings
from spiders.spec import CrawlSpec


def crawl(spec: CrawlSpec, feed: Path) -> None:
    """Crawl in this process, once in its life (Twisted's reactor does not start twice)."""
    started = spec.seen_at or datetime.now(UTC)
    searches = list(spec.searches)
    random.Random(spec.seed).shuffle(searches)  # noqa: S311 - no secret: the order of searches
    spec = replace(spec, searches=tuple(searches))
    process = CrawlerProcess(scrapy_settings(spec, feed))
    crawler = process.create_crawler(load(spec.marketplace))
    process.crawl(crawler, spec=spec)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, CrawlingSpider)
    assert crawler.stats is not None
    dropped = {
        name.removeprefix("rigscout/"): value
        for name, value in crawler.stats.get_stats().items()
        if name.startswith("rigscout/")
    }
    finished = spec.seen_at or datetime.now(UTC)
    outcome = outcome_of(spec.marketplace, started, finished, feed, spider.progress, dropped)
    write_outcome(outcome, feed.with_suffix(".outcome.json"))


def _end_with(caller: int) -> None:
    """A crawl whose caller was killed ends soon after: the next pass asks the same site, and takes what this one left."""
    while os.getppid() == caller:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(8)  # a request on its way is waited for no longer
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    os.umask(0o077)  # feed, pages and cache are for their owner only
    threading.Thread(target=_end_with, args=[int(sys.argv[2])], daemon=True).start()
    crawl(CrawlSpec.from_json(sys.stdin.read()), Path(sys.argv[1]))
