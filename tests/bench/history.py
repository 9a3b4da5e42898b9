"""`history` of one part over one year, and the roll-up of 10,000 changed listings, at 10^5, 10^6 and 10^7 observations.

One year, 100 parts; only the number of listings grows, each open for 20 days with 4 observations. The rows are written by
SQL; the daily figures are those that such a year has (100 parts, 365 days, 12 scopes), with made-up amounts.
Cold: a new connection, and the file dropped from the page cache. `python -m tests.bench.history [sizes]`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from tests.bench.storage import Ready
from tracker.domain.listing import Condition, RawListing
from tracker.domain.match import Decision, Kind, Match, MatchedPart
from tracker.domain.money import Money
from tracker.services.ingest import ingest_feed
from tracker.services.price_history import part_history
from tracker.storage.engine import Database, open_database

PARTS, DAYS, OBSERVATIONS_EACH, LIFE = 100, 365, 4, 20
FIRST = date(2025, 11, 21)
LAST = FIRST + timedelta(days=DAYS - 1)
PART = "gpu:tesla-p40"
CHANGED = 10_000

_NUMBERS = "WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < :last)"
_PART_OF = f"CASE WHEN i % {PARTS} = 0 THEN '{PART}' ELSE 'gpu:card-' || (i % {PARTS}) END"
# Births are spread evenly over the year; hashing by a prime keeps neighbours apart.
_BORN = f"((i * 7919) % {DAYS})"


def fill(database: Database, observations: int) -> None:
    """Listings, observations and daily figures of one year."""
    listings = observations // OBSERVATIONS_EACH
    day = f"date('{FIRST}', '+' || {_BORN} || ' days')"
    end = f"date('{FIRST}', '+' || ({_BORN} + {LIFE}) || ' days')"
    gone = f"{_BORN} + {LIFE} < {DAYS}"
    statements = (
        f"""{_NUMBERS} INSERT INTO listing (id, marketplace, external_id, title, url, price_minor, price_currency,
            price_kind, best_offer, condition, sold, reserved, wanted, loose, country, texts, first_seen, last_seen,
            gone_at, end_day, missed, relisted, match_version, match_kind, decision, confidence, defect, match_wanted,
            flags, facts, evidence, overridden, price_part, units)
            SELECT i + 1, 'ebay', i, 'NVIDIA Tesla card ' || i, 'https://www.example.org/' || i, 10000 + (i * 31) % 9000,
            'EUR', 'fixed', 0, 'used', 0, 0, 0, 0, 'DE', '{{}}', {day} || ' 09:00:00.000000',
            CASE WHEN {gone} THEN {end} ELSE '{LAST}' END || ' 08:00:00.000000',
            CASE WHEN {gone} THEN {end} || ' 09:00:00.000000' END, CASE WHEN {gone} THEN {end} ELSE '9999-12-31' END,
            0, 0, 'bench', 'part', 'accept', 0.95, 0, 0, '[]', '{{}}', '[]', 0, {_PART_OF}, 1 FROM number""",
        f"""{_NUMBERS} INSERT INTO listing_part (listing_id, position, part, qty)
            SELECT i + 1, 0, {_PART_OF}, 1 FROM number""",
        *(f"""{_NUMBERS} INSERT INTO observation (listing_id, at, price_minor, price_currency, price_kind, condition, available)
            SELECT i + 1, date('{FIRST}', '+' || ({_BORN} + {step * 5}) || ' days') || ' 09:00:00.000000',
            10000 + (i * 31) % 9000 - {step} * 100, 'EUR', 'fixed', 'used', 1 FROM number"""
          for step in range(OBSERVATIONS_EACH)),
    )  # fmt: skip
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement), {"last": listings - 1})
        connection.execute(text(f"""WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < {PARTS - 1}),
            day(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM day WHERE d < {DAYS - 1}),
            scope(s) AS (VALUES ('all'), ('marketplace:ebay'), ('marketplace:leboncoin'), ('marketplace:kleinanzeigen'),
              ('country:DE'), ('country:FR'), ('country:IT'), ('condition:used'), ('condition:new'),
              ('condition:unknown'), ('currency:EUR'), ('currency:USD'))
            INSERT INTO daily (part, scope, day, currency, n, lowest, p10, p25, median, p75, mean_lowest_five, new, gone, sold, unconverted)
            SELECT {_PART_OF}, s, date('{FIRST}', '+' || d || ' days'), 'EUR', 100, 9000, 9500, 10000,
            12000 - d * 5 + (d * 37) % 200, 14000, 9300, 3, 3, 0, 0 FROM number, day, scope"""))  # fmt: skip
        connection.execute(
            text(f"""WITH RECURSIVE day(d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM day WHERE d < {DAYS - 1})
            INSERT INTO observed_day (day, marketplace) SELECT date('{FIRST}', '+' || d || ' days'), 'ebay' FROM day""")
        )
        connection.execute(text("INSERT INTO meta VALUES ('currency', 'EUR')"))
        connection.exec_driver_sql("ANALYZE")
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def query(database: Database) -> float:
    """Milliseconds of one query, trend and steps included."""
    started = time.perf_counter()
    history = part_history(database, PART, since=FIRST, until=LAST)
    seconds = time.perf_counter() - started
    assert len(history.days) == DAYS
    assert history.trend
    return 1000 * seconds


def drop_cache(file: Path) -> None:
    """Make the kernel forget the file's pages."""
    for path in file.parent.glob(f"{file.name}*"):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


class Changing(Ready):
    """The bench's matches, by the part that stands in the category."""

    def match(self, title: str, *, category: str | None = None, **_: object) -> Match:
        """The match that is ready."""
        return Match(Kind.PART, Decision.ACCEPT, 0.95, (MatchedPart(str(category)),))


def changed(database: Database, observations: int, day: date) -> float:
    """Seconds to ingest 10,000 new prices on one new day: of open listings, and of new ones where fewer are open."""
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    with database.reading() as connection:
        query = "SELECT id - 1 FROM listing WHERE end_day = '9999-12-31' AND marketplace = 'ebay' LIMIT :most"
        numbers = list(connection.execute(text(query), {"most": CHANGED}).scalars())
    numbers += range(observations, observations + CHANGED - len(numbers))
    listings = [
        RawListing(
            "ebay", str(number), f"NVIDIA Tesla card {number}", f"https://www.example.org/{number}", at,
            price=Money(7_000 + number % 977 + day.day, "EUR"), condition=Condition.USED, country="DE",
            category=PART if number % PARTS == 0 else f"gpu:card-{number % PARTS}",
        )
        for number in numbers
    ]  # fmt: skip
    started = time.perf_counter()
    ingest_feed(database, listings, matcher=Changing(), now=at)
    return time.perf_counter() - started


def _open(observations: int) -> int:
    return observations // OBSERVATIONS_EACH * LIFE // DAYS


def measure(observations: int, folder: Path) -> tuple[float, float]:
    """Print the figures of one size; (warm, cold) in ms."""
    file = folder / "rigscout.sqlite3"
    database = open_database(f"sqlite:///{file}")
    started = time.perf_counter()
    fill(database, observations)
    size = file.stat().st_size / 2**20
    print(
        f"{observations:>10,} observations: filled in {time.perf_counter() - started:.0f} s, {size:.0f} MB", flush=True
    )
    query(database)
    warm = statistics.median(query(database) for _ in range(31))
    colds = []
    for _ in range(9):
        database.close()
        drop_cache(file)
        database = open_database(f"sqlite:///{file}")
        colds.append(query(database))
    cold = statistics.median(colds)
    database.close()
    environment = os.environ | {"RIGSCOUT_DATA": str(folder)}
    command = [sys.executable, "-m", "tracker.cli", "history", PART, "--since", "1y", "--format", "json"]
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    wall = time.perf_counter() - started
    database = open_database(f"sqlite:///{file}")
    first = changed(database, observations, LAST + timedelta(days=1))
    again = changed(database, observations, LAST + timedelta(days=2))
    database.close()
    print(
        f"  history of one part, one year: warm {warm:.1f} ms, cold {cold:.1f} ms (aim 50); the command {wall:.2f} s",
        flush=True,
    )
    print(f"  open listings: {_open(observations):,}")
    print(
        f"  {CHANGED:,} changed listings, stored and rolled up on a new day: {first:.2f} s, the day after {again:.2f} s",
        flush=True,
    )
    return warm, cold


def main() -> None:
    """Every size; growth from the first to the last."""
    sizes = [int(float(size)) for size in sys.argv[1:]] or [10**5, 10**6, 10**7]
    found = []
    query_imports()
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            found.append(measure(size, Path(folder)))
    warm, cold = (found[-1][kind] / found[0][kind] for kind in (0, 1))
    print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: warm {warm:.2f}, cold {cold:.2f} (aim under 1.5)")


def query_imports() -> None:
    """What a process imports once: not the query's time."""
    import ruptures  # noqa: F401 - only its import is wanted
    from scipy.stats import theilslopes  # noqa: F401 - only its import is wanted


if __name__ == "__main__":
    main()
