"""docs/history.md: its examples run as they stand, on Datasette, DuckDB and pandas; its views are the database's."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from tests.services.market import NOW, TinyMatcher, crawl, day, listing
from tracker.services.export import columns_of
from tracker.services.ingest import ingest_feed
from tracker.storage.views import VIEWS

PAGE = (Path(__file__).parent.parent / "docs" / "history.md").read_text(encoding="utf-8")


def example(language: str) -> str:
    """The last example of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[-1]


@pytest.fixture
def folder(sqlite_database, tmp_path, monkeypatch):
    """A working folder with two days of P40 prices in rigscout.sqlite3."""
    for number, price in ((0, 100), (1, 90)):
        raws = [listing(each, day(number), price + 10 * each) for each in range(5)]
        ingest_feed(sqlite_database, raws, matcher=TinyMatcher(), now=NOW, outcome=crawl(day(number)))
    sqlite_database.close()
    place = tmp_path / "data"
    place.mkdir()
    shutil.copyfile(sqlite_database.url.database, place / "rigscout.sqlite3")
    monkeypatch.chdir(place)
    return place


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_and_column_it_names_is_there(sqlite_database, view):
    (line,) = re.findall(rf"^\| `{view}` \|.*\|(.*)\|$", PAGE, re.MULTILINE)
    named = {name.strip() for name in line.partition(":")[0].split(",")}
    assert named <= set(columns_of(sqlite_database, view))


def test_datasette(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Datasette's own
        from datasette.app import Datasette

        async def ask(path: str):
            served = Datasette([], immutables=[str(folder / "rigscout.sqlite3")])
            return (await served.client.get(path)).json()

        rows = asyncio.run(ask("/rigscout/v_daily.json?_shape=array&part=gpu:tesla-p40&scope=all"))
        query = asyncio.run(
            ask("/rigscout.json?_shape=array&sql=" + example("sql").replace("\n", " ").replace(" ", "+"))
        )
    assert [(row["day"], row["median"]) for row in rows] == [("2026-08-01", 120.0), ("2026-08-02", 110.0)]
    assert query == [{"day": "2026-08-01", "n": 5, "lowest": 100.0, "median": 120.0},
                     {"day": "2026-08-02", "n": 5, "lowest": 90.0, "median": 110.0}]  # fmt: skip


def test_duckdb(folder):
    import duckdb

    arguments = re.findall(r"rigscout (export .*)", PAGE)[0].split()
    environment = {**os.environ, "RIGSCOUT_DATA": str(folder)}
    subprocess.run([sys.executable, "-m", "tracker.cli", *arguments], env=environment, check=True, capture_output=True)
    ((part, latest, change),) = duckdb.sql(example("duckdb")).fetchall()
    assert (part, latest, change) == ("gpu:tesla-p40", 110.0, pytest.approx(-1 / 12))


def test_pandas(folder):
    names: dict = {}
    exec(compile(example("python"), "docs/history.md", "exec"), names)
    assert names["weekly"].to_dict() == {("gpu:tesla-p40", names["pandas"].Timestamp("2026-08-02")): 115.0}
