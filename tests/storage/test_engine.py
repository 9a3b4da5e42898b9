"""Opening the database: permissions, versions, and every failure in words with its mend."""

import os
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlmodel import SQLModel, select

from tracker.domain.errors import StorageError
from tracker.storage import schema
from tracker.storage.engine import open_database, place_of
from tracker.storage.tables import Meta, Outbox


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def test_a_new_file_is_for_its_owner_only(tmp_path):
    database = open_database(url(tmp_path / "a.sqlite3"))
    with database.session() as session:
        session.add(Meta(key="a", value="b"))
    for file in tmp_path.glob("a.sqlite3*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    database.close()


def test_the_head_is_the_newest_migration_and_the_models_are_what_it_makes(database):
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.HEAD]
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_a_session_keeps_or_rolls_back_whole(database):
    at = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    with database.session() as session:
        session.add(Outbox(report_key="k", recipient="r", message="m", created_at=at, next_try_at=at))
    with pytest.raises(ZeroDivisionError):
        _half(database)
    with database.session() as session:
        assert session.exec(select(Outbox)).one().created_at == at
        assert session.get(Meta, "half") is None


def _half(database):
    with database.session() as session:
        session.add(Meta(key="half", value="done"))
        session.flush()
        raise ZeroDivisionError


def test_a_newer_database_is_refused_and_untouched(tmp_path):
    file = tmp_path / "a.sqlite3"
    open_database(url(file)).close()
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
        plain.commit()
    with pytest.raises(StorageError, match="newer than this program") as error:
        open_database(url(file))
    assert "upgrade Rigscout" in error.value.mend
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_an_older_database_is_backed_up_before_it_changes(tmp_path):
    file = tmp_path / "a.sqlite3"
    open_database(url(file)).close()
    engine = open_database(url(file)).engine
    schema._back_up(engine, "0000")
    engine.dispose()
    (copy,) = tmp_path.glob("a.sqlite3.before-*")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    open_database(url(copy)).close()


def test_without_upgrade_an_empty_file_is_named(tmp_path):
    with pytest.raises(StorageError, match="schema none") as error:
        open_database(url(tmp_path / "a.sqlite3"), upgrade=False)
    assert "db upgrade" in error.value.mend


def test_another_program_s_database_is_left_alone(tmp_path):
    file = tmp_path / "a.sqlite3"
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("CREATE TABLE photos (id INTEGER)")
    with pytest.raises(StorageError, match="another program"):
        open_database(url(file))


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "a.sqlite3"
    file.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(StorageError, match="is no database"):
        open_database(url(file))
    with pytest.raises(StorageError, match="is a folder"):
        open_database(url(tmp_path))
    with pytest.raises(StorageError, match="can't be written"):
        open_database(url(tmp_path / "none" / "a.sqlite3"))


def test_a_damaged_file(tmp_path):
    file = tmp_path / "a.sqlite3"
    open_database(url(file)).close()
    content = bytearray(file.read_bytes())
    content[100:4096] = os.urandom(3996)
    file.write_bytes(content)
    with pytest.raises(StorageError):
        open_database(url(file))


def test_a_locked_database_says_so_after_its_patience(tmp_path):
    file = tmp_path / "a.sqlite3"
    open_database(url(file)).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        database = open_database(url(file), busy_timeout_s=0.05)
        with pytest.raises(StorageError, match="locked") as error, database.writing():
            pass
        assert "other run" in error.value.mend
        with database.reading() as connection:  # readers do not wait for a writer
            assert connection.execute(text("SELECT count(*) FROM listing")).scalar() == 0
        database.close()


def test_a_full_disk_loses_nothing_and_says_so(tmp_path):
    database = open_database(url(tmp_path / "a.sqlite3"))
    with database.writing() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        connection.rollback()
        connection.close()
    with pytest.raises(StorageError, match="disk is full"), database.writing() as connection:
        connection.execute(text("INSERT INTO meta VALUES ('big', :value)"), {"value": "x" * 10**6})
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM meta WHERE key = 'big'")).scalar() == 0
    database.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="can't be written"):
        open_database(url(tmp_path / "a.sqlite3"))
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("bad", ["", "nonsense", "mysql://a@b/c", "oracle://x"])
def test_urls_that_are_none(bad):
    with pytest.raises(StorageError) as error:
        open_database(bad)
    assert "sqlite:///" in error.value.mend


def test_a_server_that_is_not_there_and_no_password_in_the_message():
    with pytest.raises(StorageError, match="can't be reached") as error:
        open_database("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)


@pytest.mark.postgres
def test_a_database_that_is_not_there(postgres_url):
    from sqlalchemy.engine import make_url

    missing = make_url(postgres_url).set(database="none")
    assert "none" in place_of(missing)
    with pytest.raises(StorageError, match="does not exist"):
        open_database(missing.render_as_string(hide_password=False))


@pytest.mark.parametrize("demo", [True, False])
def test_demo_and_market_never_mix(database, demo):
    assert not database.is_demo
    database.claim(demo=demo)
    database.claim(demo=demo)
    assert database.is_demo == demo
    with pytest.raises(StorageError, match="refuses"):
        database.claim(demo=not demo)
