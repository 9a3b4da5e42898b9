"""The breakage drill over three days: a redesign is told, stores nothing wrong, and costs no day once the spider is mended."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import text

from spiders.demo.server import DemoMarket
from spiders.demo.sites import MAX_PAGES
from spiders.demo.world import World, make_world
from spiders.discover import marketplaces
from spiders.layouts.kleinanzeigen_cards import CARD
from spiders.run import run_crawl
from spiders.spec import CrawlSpec
from tracker.domain.crawl import CrawlOutcome
from tracker.domain.listing import PageState
from tracker.domain.report import SourceReport
from tracker.jobs.crawling import ingest_pending
from tracker.jobs.importing import replay_archive
from tracker.services.sources_health import sources_report
from tracker.workspace import Workspace

NAME = "kleinanzeigen"


class _Mended(marketplaces()[NAME]):  # type: ignore[misc] # a class found by its file
    """The spider as somebody mends it on the fourth day: today's layout first, the old one still known."""

    shapes: ClassVar = (
        replace(
            CARD,
            rows='[id^="results"] article.listing-tile',
            texts={name: css.replace("aditem", "listing-tile") for name, css in CARD.texts.items()},
        ),
        replace(CARD, when=".betrag", texts={**CARD.texts, "price": ".betrag", "old_price": ".betrag-alt"}),
        *marketplaces()[NAME].shapes,
    )


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(days=4, listings=250)


def lived(workspace: Workspace, market: DemoMarket, day: int, *changes: str) -> tuple[CrawlOutcome, SourceReport]:
    """One day: the site in the shape of that day is crawled, and the feed stored."""
    market.day = day
    market.behaviour[NAME].changes = frozenset(changes)
    outcome = run_crawl(
        CrawlSpec(
            NAME,
            feed_dir=workspace.data / "feeds",
            state_dir=workspace.data / "state",
            archive_dir=workspace.data / "archive",
            searches=("gtx",),
            base_url=market.url(NAME),
            max_pages=MAX_PAGES,
            delay=0,
            seen_at=market.world.moment(day),
            allow_loopback=True,
        )
    )
    ingest_pending(workspace, market.world.moment(day))
    (report,) = sources_report(workspace.database, now=market.world.moment(day))
    return outcome, report


def stored(workspace: Workspace) -> tuple[int, ...]:
    """How many listings there are, how many of them are gone, and how often one was seen with a new price."""
    counts = "(SELECT count(*) FROM listing), (SELECT count(*) FROM listing WHERE gone_at IS NOT NULL)"
    with workspace.database.reading() as connection:
        return tuple(connection.execute(text(f"SELECT {counts}, (SELECT count(*) FROM observation)")).one())


def seen_on(workspace: Workspace, world: World, day: int, condition: str) -> int:
    """How many observations of a day are so."""
    query = text(f"SELECT count(*) FROM observation WHERE date(at) = :day AND {condition}")
    with workspace.database.reading() as connection:
        return int(connection.execute(query, {"day": f"{world.moment(day):%Y-%m-%d}"}).scalar_one())


def test_renamed_classes_then_a_moved_price_then_a_mend(world: World, tmp_path: Path) -> None:
    workspace = Workspace(data=tmp_path, is_demo=True)
    workspace.database.claim(demo=True)
    with DemoMarket(world) as market:
        lived(workspace, market, 0)
        before, report = lived(workspace, market, 1)
        assert (report.state, report.alarms) == (PageState.LISTINGS, ())
        known = stored(workspace)

        outcome, report = lived(workspace, market, 2, "classes")
        assert (outcome.state, outcome.listings) == (PageState.LAYOUT_UNKNOWN, 0)
        assert report.alarms == ("its pages can't be read: layout unknown",)
        assert stored(workspace) == known, "nothing stored, nothing ended"

        outcome, report = lived(workspace, market, 3, "price")
        assert outcome.listings >= before.listings - 2
        assert any(alarm.startswith("price is filled in 0%") for alarm in report.alarms)
        assert seen_on(workspace, world, 3, "price_minor IS NOT NULL") == 0, "no other number was taken for a price"

    as_broken = seen_on(workspace, world, 3, "price_minor IS NULL")
    marketplaces()[NAME], as_it_was = _Mended, marketplaces()[NAME]
    try:
        pages, found = replay_archive(workspace)
        again = replay_archive(workspace)[1][NAME]
    finally:
        marketplaces()[NAME] = as_it_was
    assert pages >= 4, "a search a day"
    assert found[NAME].changed + found[NAME].listings_new > 0
    assert (again.listings_new, again.changed) == (0, 0), "a second replay changes nothing"
    assert seen_on(workspace, world, 3, "price_minor IS NULL") < as_broken / 4, "the lost prices are there"
    assert seen_on(workspace, world, 2, "price_minor IS NOT NULL") > 0, "and what came on the lost day"
    workspace.close()
