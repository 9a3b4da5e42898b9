"""Opening the database: SQLite in a file of one's own, or PostgreSQL; brought to this program's schema."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from tracker.domain.errors import StorageError
from tracker.storage.failures import explained
from tracker.storage.schema import bring_up

# Longer than any transaction of ours: a machine that stalls for a minute must not lose a night's ingest.
BUSY_TIMEOUT_S = 90.0


class Database:
    """An open database. Every way in raises StorageError where a user can mend what went wrong."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.url = engine.url
        self.place = place_of(engine.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database and writes nothing."""
        with explained(self.place), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back whole on any error. SQLite takes its write lock at once."""
        with explained(self.place), self.engine.connect() as connection:
            writer = connection.execution_options(rigscout_write=True)
            with writer.begin():
                yield writer

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A SQLModel session: committed at the end, rolled back whole on any error."""
        with self.writing() as connection, Session(bind=connection) as session:
            yield session
            session.flush()

    @property
    def is_demo(self) -> bool:
        """Whether this database holds the demo market's listings."""
        return self._demo_flag() == "1"

    def claim(self, *, demo: bool) -> None:
        """Make a new database the demo's or the live one; the first claim stands.

        Raises StorageError where a demo database is to serve a live run, or a live one a demo.
        """
        known = self._demo_flag()
        if known is None:
            with self.writing() as connection:
                flag = "INSERT INTO meta (key, value) VALUES ('is_demo', :flag) ON CONFLICT DO NOTHING"
                connection.execute(text(flag), {"flag": "1" if demo else "0"})
            known = self._demo_flag()
        if known != ("1" if demo else "0"):
            held, wanted = ("demo", "live run") if known == "1" else ("live", "demo")
            raise StorageError(
                f"the database {self.place} holds {held} data and refuses a {wanted}",
                mend="use another data folder (RIGSCOUT_DATA, or --out for the demo)",
            )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _demo_flag(self) -> str | None:
        with self.reading() as connection:
            return connection.execute(text("SELECT value FROM meta WHERE key = 'is_demo'")).scalar()


def open_database(url: str, *, upgrade: bool = True, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Database:
    """The database at `url`, its schema brought up to this program's (or, without `upgrade`, only looked at).

    A SQLite file is made with mode 0600 where it is missing. Raises StorageError for a file that is no database, can't be
    written, is locked or newer than this program, and for a server that can't be reached.
    """
    place = _parsed(url)
    if place.get_backend_name() == "sqlite":
        _prepare_file(place)
        engine = create_engine(place, connect_args={"timeout": busy_timeout_s})
        _steer_sqlite(engine)
    else:
        engine = create_engine(place, pool_pre_ping=True, connect_args={"options": "-c timezone=UTC"})
    try:
        with explained(place_of(place)):
            bring_up(engine, upgrade=upgrade)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


def place_of(url: URL) -> str:
    """Where a database is, in words fit for a message: the file, or the server's URL without its password."""
    return (
        url.database or ":memory:" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    )


def _parsed(url: str) -> URL:
    mend = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    try:
        place = make_url(url)
    except (ArgumentError, ValueError) as error:  # the latter for a port that is no number
        raise StorageError("RIGSCOUT_DATABASE_URL is no database URL", mend=mend) from error
    if place.get_backend_name() == "sqlite":
        return place
    if place.get_backend_name() in ("postgresql", "postgres"):
        return place.set(drivername="postgresql+psycopg")
    raise StorageError(f"{place.get_backend_name()!r} is no database that Rigscout knows", mend=mend)


def _prepare_file(url: URL) -> None:
    """Make the file, for its owner only, before SQLite makes it for everyone; say plainly what stands in the way."""
    if not url.database or url.database == ":memory:":
        return
    file = Path(url.database)
    mend = "make the file and its folder writable for this user, or choose another folder (RIGSCOUT_DATA)"
    if file.is_dir():
        raise StorageError(f"the database {file} is a folder", mend="name a file in it")
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageError(f"the database {file} can't be written: {error.strerror}", mend=mend) from error
    if not os.access(file.parent, os.W_OK):
        raise StorageError(f"the folder {file.parent} can't be written", mend=mend)


def _steer_sqlite(engine: Engine) -> None:
    """Foreign keys, a write-ahead log, and transactions begun by us (the driver begins none before a SELECT)."""

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-65536"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        write = connection.get_execution_options().get("rigscout_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
