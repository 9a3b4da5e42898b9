"""Eight processes ingesting overlapping feeds: nothing is lost, nothing doubled, the figures equal a rebuild."""

import multiprocessing
import random

import pytest
from sqlalchemy import text

from tests.conftest import emptied
from tests.services.market import NOW, TinyMatcher, day, listing
from tracker.services.ingest import ingest_feed
from tracker.storage.engine import Database, open_database
from tracker.storage.invariants import broken_rules

PROCESSES, FEEDS, LISTINGS = 8, 4, 60


def feeds_of(process: int) -> list[list]:
    """Each process sees most listings, some of them earlier or later than the others do."""
    dice = random.Random(process)
    titles = ("p40", "k80", "2x p40", "phone")
    return [
        [listing(number, day(feed + process / 10), 100 + (number + feed) % 7, title=titles[number % 4], seller=f"s{number % 5}")
         for number in dice.sample(range(LISTINGS), 45)]
        for feed in range(FEEDS)
    ]  # fmt: skip


def ingest_all(url: str, process: int) -> None:
    database = open_database(url)
    for feed in feeds_of(process):
        ingest_feed(database, feed, matcher=TinyMatcher(), now=NOW)
    database.close()


def check(database: Database) -> None:
    seen = {raw.external_id: [] for process in range(PROCESSES) for feed in feeds_of(process) for raw in feed}
    for process in range(PROCESSES):
        for feed in feeds_of(process):
            for raw in feed:
                seen[raw.external_id].append(raw.seen_at)
    with database.reading() as connection:
        rows = connection.execute(text("SELECT external_id, count(*) FROM listing GROUP BY external_id")).all()
        assert sorted(map(tuple, rows)) == sorted((name, 1) for name in seen)
    with database.session() as session:
        from sqlmodel import select

        from tracker.storage.tables import Listing

        lives = {row.external_id: (row.first_seen, row.last_seen) for row in session.exec(select(Listing))}
    assert lives == {name: (min(times), max(times)) for name, times in seen.items()}
    with database.engine.connect() as connection:
        assert list(broken_rules(connection)) == []


def run(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=ingest_all, args=(url, number)) for number in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES


@pytest.mark.postgres
def test_on_postgresql(postgres_database, postgres_url):
    emptied(postgres_database)
    run(postgres_url)
    check(postgres_database)


def test_on_sqlite(sqlite_database):
    run(f"sqlite:///{sqlite_database.url.database}")
    check(sqlite_database)
