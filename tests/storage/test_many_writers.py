"""Eight processes ingesting overlapping feeds: nothing is lost, nothing doubled, the figures equal a rebuild.

And two marketplaces at the same moment: what they come to is what they come to one after the other.
"""

import multiprocessing
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from tests.conftest import emptied
from tests.services.market import NOW, TinyMatcher, day, listing
from tracker.services.ingest import ingest_feed
from tracker.storage.digest import digest
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
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
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


class Waiting(TinyMatcher):
    """A matcher whose first match waits until the other ingest is as far: each has read, and neither has written."""

    def __init__(self, barrier: Barrier) -> None:
        super().__init__()
        self._barrier, self._waits = barrier, True

    def match(self, title, **named):
        if self._waits:
            self._waits = False
            self._barrier.wait(30)
        return super().match(title, **named)


def markets(feed: int) -> list[list]:
    """The same sellers on two marketplaces, next to prices that only both together tell to be usual."""
    return [
        [listing(f"{name}{number}", day(feed + number / 10), price + feed, marketplace=name, title="Tesla P40", seller=f"s{number}")
         for number, price in enumerate(prices)]
        for name, prices in (("ebay", (200, 210, 190, 205, 215)), ("leboncoin", (200, 212, 195, 30, 199)))
    ]  # fmt: skip


@pytest.mark.postgres
def test_two_marketplaces_at_once_come_to_what_they_come_to_one_after_the_other(sqlite_database, postgres_database):
    for database in (sqlite_database, emptied(postgres_database)):
        ingest_feed(database, [listing(1, day(-1), 205)], matcher=TinyMatcher(), now=NOW)  # who is first waits for none
    for feed in range(2):
        for listings in markets(feed):
            ingest_feed(sqlite_database, listings, matcher=TinyMatcher(), now=NOW)
        barrier = Barrier(2)
        with ThreadPoolExecutor() as pool:
            work = [
                pool.submit(ingest_feed, postgres_database, listings, matcher=Waiting(barrier), now=NOW)
                for listings in markets(feed)
            ]
            [each.result() for each in work]
        with sqlite_database.reading() as one, postgres_database.reading() as other:
            assert digest(one) == digest(other)
