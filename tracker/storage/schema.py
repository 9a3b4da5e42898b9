"""The schema's version: what the database has, what this program wants, and the way up (Alembic)."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from tracker.domain.errors import StorageError
from tracker.storage.views import VIEWS

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0005"  # the newest file in migrations/versions; a test holds the two together
_FIGURES = "0003"  # daily figures kept by an older schema mean something else
_UPGRADE_LOCK = 0x52534355  # "RSCU": one process at a time migrates a PostgreSQL


def bring_up(engine: Engine, *, upgrade: bool) -> None:
    """Migrate an older or empty database to HEAD, after a backup of what it held.

    Raises StorageError where it is newer than this program, no database of ours, or (without `upgrade`) not at HEAD.
    """
    with engine.connect() as connection:
        found = _version(connection)
    if found == HEAD:
        return
    _refuse_foreign(engine, found)
    if not upgrade:
        raise StorageError(f"the database has schema {found or 'none'}, not {HEAD}", mend="run `rigscout db upgrade`")
    if found is not None:
        _back_up(engine, found)
    with engine.connect() as connection:
        _migrate(
            connection.execution_options(rigscout_write=True), has_old_figures=found is not None and found < _FIGURES
        )


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _refuse_foreign(engine: Engine, found: str | None) -> None:
    place = engine.url.render_as_string(hide_password=True)
    if found is None:
        with engine.connect() as connection:
            strangers = set(inspect(connection).get_table_names())
        if strangers:
            raise StorageError(
                f"the database {place} holds tables of another program ({', '.join(sorted(strangers)[:3])})",
                mend="give Rigscout a database of its own",
            )
    elif found not in {file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}:
        raise StorageError(
            f"the database {place} has schema {found}, newer than this program ({HEAD})",
            mend="upgrade Rigscout, or restore the backup made before its upgrade",
        )


def _migrate(connection: Connection, *, has_old_figures: bool) -> None:
    from alembic import command
    from alembic.config import Config

    from tracker.storage.meta import recall
    from tracker.storage.rollups import rebuild

    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        _drop_views(connection)
        command.upgrade(config, "head")
        for name, query in VIEWS.items():
            connection.execute(text(f"CREATE VIEW {name} AS {query}"))
        if has_old_figures:
            rebuild(connection, recall(connection, "currency") or "EUR")


def _drop_views(connection: Connection) -> None:
    """Views say nothing of their own: they are made anew after each migration."""
    for name in set(inspect(connection).get_view_names()) & VIEWS.keys():
        connection.execute(text(f"DROP VIEW {name}"))


def _back_up(engine: Engine, found: str) -> None:
    """Copy a SQLite file beside itself before it changes; a PostgreSQL server's backups are its owner's matter."""
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        return
    target = Path(f"{file}.before-{HEAD}-was-{found}")
    target.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
