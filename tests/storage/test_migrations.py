"""Forward from every schema that ever was on main: a frozen dump of each, with data, comes up whole."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Boolean, Date, DateTime, MetaData, create_engine, text
from sqlalchemy.engine import make_url

from tracker.storage.digest import digest
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


@pytest.mark.postgres
@pytest.mark.parametrize("dump", DUMPS, ids=lambda file: file.stem)
def test_forward_on_postgresql_too(dump, tmp_path, postgres_url):
    """The same rows in the same old schema on a server come up to the same history."""
    old, name = tmp_path / "old.sqlite3", f"old{dump.stem}"
    with closing(sqlite3.connect(old)) as plain:
        plain.executescript(dump.read_text(encoding="utf-8"))
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    url = make_url(postgres_url).set(database=name, drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args={"options": "-c timezone=UTC"})
    migrate(engine, dump.stem)
    with closing(sqlite3.connect(old)) as plain, engine.begin() as connection:
        fill(plain, connection)
    engine.dispose()
    found = []
    for place in (url.render_as_string(hide_password=False), f"sqlite:///{old}"):
        database = open_database(place)
        with database.reading() as connection:
            found.append((digest(connection), list(broken_rules(connection))))
        database.close()
    assert found[0] == found[1]
    assert found[0][1] == []
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name}")


def migrate(engine, version):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def fill(plain, connection):
    """Every row of a SQLite file into the tables of a server, in an order that its foreign keys allow."""
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        if table.name == "alembic_version":
            continue
        columns = list(table.columns)
        names = ", ".join(f'"{column.name}"' for column in columns)
        rows = [
            {column.name: value(column.type, cell) for column, cell in zip(columns, row, strict=True)}
            for row in plain.execute(f'SELECT {names} FROM "{table.name}"')
        ]
        if rows:
            connection.execute(table.insert(), rows)


def value(kind, cell):
    """A SQLite cell as the server's type wants it."""
    if cell is None:
        return None
    if isinstance(kind, Boolean):
        return bool(cell)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(cell).replace(tzinfo=UTC)
    return date.fromisoformat(cell) if isinstance(kind, Date) else cell
