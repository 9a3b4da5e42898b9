"""The feed: on a disk that is full whole lines stay and no search is complete; a null is a field left out."""

import resource
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.exceptions import DropItem

from spiders.families.progress import CrawlProgress
from spiders.page import ParsedPage
from spiders.pipelines.feed import Feed
from tracker.domain.listing import PageState, RawListing, from_record, to_record

AT = datetime(2026, 11, 21, 7, tzinfo=UTC)


def test_enospc_in_mid_feed(tmp_path: Path) -> None:
    """A limit on the file's size stands in for the full disk: the same failure at the same place."""
    progress = CrawlProgress()
    feed = Feed(SimpleNamespace(spider=SimpleNamespace(progress=progress)), tmp_path / "ebay.jsonl")
    listings = [RawListing("ebay", str(number), "Tesla P40", "https://example.org/1", AT) for number in range(20)]
    progress.page("p40", ParsedPage(PageState.LISTINGS, tuple(listings)), is_last=True)
    feed.open_spider()
    feed.process_item(listings[0])
    line = (tmp_path / "ebay.part").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (line * 3 // 2, hard))
    try:
        with pytest.raises(DropItem, match="can't be written"):
            feed.process_item(listings[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    with pytest.raises(DropItem):  # room again, but what is missing is missing
        feed.process_item(listings[2])
    feed.close_spider()
    assert (tmp_path / "ebay.jsonl").read_bytes().count(b"\n") == progress.kept == 1
    (search,) = progress.outcomes()
    assert not search.complete
    assert search.state is PageState.UNREACHABLE
    assert "can't be written" in search.detail


def test_a_null_in_a_record_is_a_field_left_out():
    listing = RawListing("ebay", "1", "Tesla P40", "https://example.org/1", AT)
    record = to_record(listing)
    assert from_record(record | dict.fromkeys(("sold", "best_offer", "bids", "texts"))) == listing
