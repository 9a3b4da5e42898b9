"""Forward from every schema that ever was on main: a frozen dump of each, with data, comes up whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tracker.storage.engine import open_database
from tracker.storage.invariants import broken_rules
from tracker.storage.listings import LISTING, load
from tracker.storage.schema import HEAD, MIGRATIONS

DUMPS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))


def test_every_schema_has_its_dump():
    versions = {file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}
    assert {file.stem for file in DUMPS} == versions


@pytest.mark.parametrize("dump", DUMPS, ids=lambda file: file.stem)
def test_forward_from(dump, tmp_path):
    file = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(file)) as plain:
        plain.executescript(dump.read_text(encoding="utf-8"))
    database = open_database(f"sqlite:///{file}")
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        assert connection.execute(text("SELECT count(*) FROM v_listings")).scalar() == 12
        listings = {listing.raw.external_id: listing for listing in load(connection, LISTING.c.id > 0)}
    assert listings["4"].mark == "bought"
    assert listings["3"].match.parts[0].part == "gpu:tesla-m40"
    with database.engine.connect() as connection:
        assert list(broken_rules(connection)) == []
    database.close()
    assert bool(list(tmp_path.glob("*.before-*"))) == (dump.stem != HEAD)
