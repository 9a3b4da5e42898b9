"""Digest, invariants, backup and copy: on a history with everything in it."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.conftest import emptied
from tests.services.market import NOW, TinyMatcher, crawl, day, euros, listing
from tracker.domain.build import BoughtOffer, Build, Offer, Solution, Status
from tracker.domain.errors import StorageError
from tracker.domain.match import MatchedPart
from tracker.domain.report import Message
from tracker.services.builds_kept import keep_solution
from tracker.services.ingest import ingest_feed
from tracker.services.outbox import enqueue
from tracker.storage.backup import back_up
from tracker.storage.copying import copy_database
from tracker.storage.digest import digest, row_counts
from tracker.storage.engine import Database, open_database
from tracker.storage.invariants import broken_rules


def history(database: Database, *, shift: timedelta = timedelta(0), port: int = 1, backwards: bool = False) -> None:
    """Five days of a small market, a build and a report; at another time, on another port, or written in another order."""
    for number in range(5):
        now = day(number) + shift
        raws = [
            listing(each, now, 100 + each - number * (each == 2), url=f"http://127.0.0.1:{port}/{each}", seller="anna",
                    title=("p40", "2x p40", "phone", "p40")[each % 4])
            for each in range(12) if (each + number) % 5
        ]  # fmt: skip
        ingest_feed(database, raws[::-1] if backwards else raws, matcher=TinyMatcher(), now=now, outcome=crawl(now))
    offer = Offer("ebay:1", (MatchedPart("gpu:tesla-p40"),), euros(90), title="p40", url=f"http://127.0.0.1:{port}/1")
    build = Build("p40-box", euros(300), (BoughtOffer(offer),))
    last = day(4) + shift
    keep_solution(database, Solution("p40-box", Status.OPTIMAL, (build,)), day=last.date(), at=last)
    enqueue(database, Message("s", "h", "t", report_key=f"daily:{last.date()}"), ["anna@example.org"], now=last)


def digest_of(database: Database) -> str:
    with database.reading() as connection:
        return digest(connection)


def broken(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return list(broken_rules(connection))


@pytest.fixture
def another(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'another.sqlite3'}")
    yield database
    database.close()


def test_equal_histories_have_equal_digests(sqlite_database, another):
    history(sqlite_database)
    history(another, shift=timedelta(days=30, hours=3), port=2, backwards=True)
    assert digest_of(sqlite_database) == digest_of(another)


@pytest.mark.postgres
def test_the_digest_is_the_same_on_postgresql(sqlite_database, postgres_database):
    history(sqlite_database)
    history(emptied(postgres_database))
    assert digest_of(sqlite_database) == digest_of(postgres_database)


@pytest.mark.parametrize("change", [
    "UPDATE listing SET title = 'x' WHERE id = 1", "UPDATE observation SET price_minor = 1 WHERE listing_id = 2",
    "DELETE FROM listing_part WHERE listing_id = 1", "UPDATE daily SET n = n + 1 WHERE day = (SELECT max(day) FROM daily)",
    "UPDATE build_day SET total_minor = 1", "UPDATE outbox SET state = 'sent'", "UPDATE listing SET decision = 'review' WHERE id = 1",
])  # fmt: skip
def test_any_other_history_has_another_digest(database, change):
    history(database)
    before = digest_of(database)
    with database.writing() as connection:
        connection.execute(text(change))
    assert digest_of(database) != before


def test_a_sound_database_breaks_no_rule(database):
    history(database)
    assert broken(database) == []


@pytest.mark.parametrize(("damage", "rule"), [
    ("DELETE FROM observation WHERE listing_id = 1", "every listing has an observation"),
    ("UPDATE daily SET median = median + 1", "daily figures equal a rebuild"),
    ("UPDATE listing SET price_minor = 1 WHERE id = 1", "what an open listing asks is its last observation"),
    ("UPDATE listing SET price_currency = NULL WHERE id = 1", "an amount has a currency"),
    ("UPDATE listing SET line_id = 999 WHERE id = 1", "a relisting's line exists"),
])  # fmt: skip
def test_a_broken_rule_is_named(database, damage, rule):
    history(database)
    with database.writing() as connection:
        connection.execute(text(damage))
    found = broken(database)
    assert any(line.startswith(rule) for line in found)
    before = digest_of(database)
    assert digest_of(database) == before  # looking has changed nothing


def test_a_backup_made_amid_a_write_is_whole_and_can_be_opened(sqlite_database, tmp_path):
    history(sqlite_database)
    before = digest_of(sqlite_database)
    with sqlite_database.writing() as connection:
        connection.execute(text("UPDATE listing SET title = 'half'"))
        copy = back_up(sqlite_database, tmp_path / "backups" / "one.sqlite3")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = open_database(f"sqlite:///{copy}")
    assert digest_of(restored) == before
    assert broken(restored) == []
    restored.close()
    with pytest.raises(StorageError, match="exists already"):
        back_up(sqlite_database, copy)


@pytest.mark.postgres
def test_a_copy_to_postgresql_and_back_is_the_same(sqlite_database, postgres_database, another):
    history(sqlite_database)
    emptied(postgres_database)
    rows = copy_database(sqlite_database, postgres_database)
    assert rows == copy_database(postgres_database, another)
    with sqlite_database.reading() as one, another.reading() as two:
        assert list(row_counts(one)) == list(row_counts(two))
    assert digest_of(sqlite_database) == digest_of(postgres_database) == digest_of(another)
    ingest_feed(postgres_database, [listing(99, NOW)], matcher=TinyMatcher(), now=NOW)
    with pytest.raises(StorageError, match="not empty"):
        copy_database(sqlite_database, postgres_database)
    with pytest.raises(StorageError, match="PostgreSQL server"):
        back_up(postgres_database, another.url.database)


def test_a_program_of_its_own_copies_into_a_schema_that_is_there(sqlite_database, sqlite_template, tmp_path):
    """Nothing migrates here, which would import the tables by the way."""
    history(sqlite_database)
    with sqlite_database.reading() as connection:
        rows = sum(count for _, count in row_counts(connection))
    target = shutil.copyfile(sqlite_template, tmp_path / "target.sqlite3")
    command = [sys.executable, "-m", "tracker.cli", "db", "copy", f"sqlite:///{target}"]
    environment = os.environ | {"RIGSCOUT_DATA": str(tmp_path), "RIGSCOUT_DATABASE_URL": str(sqlite_database.url)}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stderr
    assert f"{rows} rows" in told


def test_the_views_open_in_sqlite_pandas_and_duckdb(sqlite_database):
    import duckdb
    import pandas as pd

    history(sqlite_database)
    file = str(sqlite_database.url.database)
    with closing(sqlite3.connect(file)) as plain:  # as Datasette does
        frame = pd.read_sql("SELECT day, n, median FROM v_daily WHERE part = 'gpu:tesla-p40' AND scope = 'all'", plain)
        (price,) = plain.execute("SELECT price FROM v_listings WHERE external_id = '11'").fetchone()
    assert frame["median"].max() > 50
    assert price == 111.0
    assert duckdb.sql("SELECT count(*) FROM frame WHERE n > 0").fetchall() == [(5,)]
