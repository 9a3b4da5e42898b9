"""Crawls side by side, and those with a browser alone, after the others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from spiders.spec import CrawlSpec
from spiders.state import SourceState
from tracker.domain.listing import PageState
from tracker.jobs.crawling import crawl, spec_of
from tracker.sources import SourceConfig
from tracker.workspace import Workspace


def test_outcomes_in_the_specs_order_with_the_browsers_last(tmp_path: Path) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    names = ("leboncoin", "ebay", "vinted")
    for name in names:  # a source that rests starts no process
        SourceState(tmp_path, name).rest_until(later)
    ways = {"leboncoin": ("browser",)}
    specs = [CrawlSpec(name, tmp_path, tmp_path, ways=ways.get(name, ("html",))) for name in names]
    told: list[str] = []
    outcomes = crawl(specs, told=lambda outcome: told.append(outcome.marketplace), at_once=1)
    assert [outcome.marketplace for outcome in outcomes] == list(names)
    assert {outcome.state for outcome in outcomes} == {PageState.BLOCKED}
    assert told == ["ebay", "vinted", "leboncoin"]


def test_the_settings_say_how_much_of_the_page_archive_is_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[keep]\npages_days = 7\npages_mb = 100\n")
    spec = spec_of(Workspace(tmp_path, tmp_path / "data"), "ebay", SourceConfig())
    assert (spec.archive_days, spec.archive_bytes) == (7, 100 * 2**20)
