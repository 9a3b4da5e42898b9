"""Killed alone, a run leaves no crawl behind: the next one would ask the same sites beside it."""

from pathlib import Path

import psutil

from spiders.demo.server import DemoMarket
from spiders.demo.world import make_world
from tests.jobs.test_stopping import configure, lines_in, start, wait_until


def test_a_killed_run_s_crawls_end_within_seconds_and_their_lines_stay(tmp_path: Path) -> None:
    feeds = tmp_path / "data" / "feeds"
    with DemoMarket(make_world(days=3, listings=40)) as market:
        configure(tmp_path, market.url("ebay"))
        process = start(tmp_path, "run")
        wait_until(lambda: lines_in(feeds, "*.part") > 0)
        market.behaviour["ebay"].delay = 120
        crawls = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
        _, alive = psutil.wait_procs(crawls, timeout=14)
    assert crawls
    assert not alive
    assert lines_in(feeds, "*.part") + lines_in(feeds, "*.jsonl") > 0
    assert not any(file.stat().st_mode & 0o077 for file in feeds.iterdir())
