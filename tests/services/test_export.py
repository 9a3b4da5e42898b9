"""Export: every table in every format, and nothing that a spreadsheet would run."""

import csv
import io
import json
import os
import subprocess
import sys

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.services.market import NOW, TinyMatcher, crawl, day, euros, listing
from tracker.domain.errors import UsageError
from tracker.domain.match import Decision, Kind, Match, MatchedPart
from tracker.services.export import (
    column_types,
    columns_of,
    rows_of,
    safe_cell,
    tables,
    write_csv,
    write_json,
    write_parquet,
)
from tracker.services.ingest import ingest_feed
from tracker.services.marks import decide, mark, owned_parts
from tracker.services.price_history import part_history
from tracker.services.rematch import rematch
from tracker.storage.listings import LISTING, load


@pytest.fixture
def market(database):
    raws = [
        listing(1, day(0), 100, title="=cmd|'/c calc'!A1 p40", shipping=euros(5)),
        listing(2, day(0), None, title="2x p40"),
    ]
    ingest_feed(database, raws, matcher=TinyMatcher(), now=NOW, outcome=crawl(day(0)))
    return database


def test_every_table_in_every_format(market, tmp_path):
    for name in tables():
        rows = list(rows_of(market, name))
        text, lines = io.StringIO(newline=""), io.StringIO()
        columns = columns_of(market, name)
        assert write_csv(rows, text, columns) == write_json(rows, lines) == len(rows)
        header, *cells = csv.reader(text.getvalue().splitlines())
        assert (tuple(header), len(cells)) == (columns, len(rows))
        assert all(json.loads(line) for line in lines.getvalue().splitlines())
        file = tmp_path / f"{name}.parquet"
        with file.open("wb") as stream:
            write_parquet(rows, stream, column_types(name), columns)
        kept = pq.read_table(file)
        assert (kept.to_pylist(), tuple(kept.column_names)) == (rows, columns)


def test_the_command_knows_the_tables_themselves(tmp_path):
    """In a process of its own: there only what the command imports is known."""
    environment = {**os.environ, "RIGSCOUT_DATA": str(tmp_path)}
    command = [sys.executable, "-m", "tracker.cli", "export"]
    names = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert {"v_daily", "listing", "observation", "crawl", "external_price"} <= set(names)


def test_duckdb_reads_an_export(market, tmp_path):
    file = tmp_path / "listings.parquet"
    with file.open("wb") as stream:
        write_parquet(rows_of(market, "v_listings"), stream, column_types("v_listings"))
    query = f"SELECT external_id, price + shipping FROM '{file}' WHERE price IS NOT NULL"
    assert duckdb.sql(query).fetchall() == [("1", 105.0)]


def test_no_cell_is_a_formula(market):
    text = io.StringIO()
    write_csv(rows_of(market, "v_listings"), text)
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for row in csv.reader(text.getvalue().splitlines()) for cell in row
    )
    assert "'=cmd" in text.getvalue()


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1", "'=1"), ("+1", "'+1"), ("@a", "'@a"), ("\tx", "'\tx"), (-5, -5), ("a=1", "a=1"), (None, None)],
)
def test_cells(value, cell):
    assert safe_cell(value) == cell


@pytest.mark.parametrize("name", ["nothing", "listing; DROP TABLE listing", "sqlite_master", ""])
def test_only_tables_of_ours(sqlite_database, name):
    with pytest.raises(UsageError):
        list(rows_of(sqlite_database, name))


def one(database, number=1):
    with database.reading() as connection:
        return load(connection, LISTING.c.external_id == str(number))[0]


def test_marks(market):
    matcher = TinyMatcher()
    assert mark(market, "ebay:2", "bought", matcher=matcher) == one(market, 2).id
    assert owned_parts(market) == (MatchedPart("gpu:tesla-p40", 2),)
    mark(market, "https://example.org/1", "wrong", matcher=matcher)
    assert one(market).match.decision is Decision.REVIEW
    rematch(market, matcher, everything=True)
    assert one(market).match.decision is Decision.REVIEW
    assert part_history(market, "gpu:tesla-p40").days == ()
    mark(market, "1", None, matcher=matcher)
    assert one(market).match.decision is Decision.ACCEPT
    assert part_history(market, "gpu:tesla-p40").days[0].n == 1


@pytest.mark.parametrize(
    ("name", "word"), [("ebay:9", "bought"), ("ebay:1", "nice"), ("", "bought"), ("9" * 30, "bought")]
)
def test_marks_of_nothing(market, name, word):
    with pytest.raises(UsageError):
        mark(market, name, word, matcher=TinyMatcher())


def test_a_name_of_several(market):
    ingest_feed(
        market,
        [listing(1, day(1), marketplace="leboncoin", url="https://example.org/x")],
        matcher=TinyMatcher(),
        now=NOW,
    )
    with pytest.raises(UsageError, match="several"):
        mark(market, "1", "bought", matcher=TinyMatcher())


def test_what_a_person_said_stands_against_every_later_matching(market):
    said = Match(Kind.PART, Decision.ACCEPT, 1.0, (MatchedPart("gpu:tesla-k80"),))
    decide(market, "ebay:1", said, matcher=TinyMatcher(), now=NOW)
    assert rematch(market, TinyMatcher(version="2")).overridden == 1
    ingest_feed(market, [listing(1, day(1), 90, title="now a m40")], matcher=TinyMatcher(), now=NOW)
    assert one(market).match.parts == said.parts
    assert [figures.n for figures in part_history(market, "gpu:tesla-k80").days] == [1, 1]
    assert rematch(market, TinyMatcher(version="2")).matched == 0
