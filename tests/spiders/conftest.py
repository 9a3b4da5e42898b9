"""What the tests of crawls share."""

import pytest

from spiders.spec import CrawlSpec


@pytest.fixture
def spec(tmp_path) -> CrawlSpec:
    return CrawlSpec(
        "ebay",
        feed_dir=tmp_path / "feeds",
        state_dir=tmp_path / "state",
        archive_dir=tmp_path / "archive",
        searches=("tesla p40",),
        ways=("html",),
        delay=0,
        allow_loopback=True,
        timeout=60,
    )
