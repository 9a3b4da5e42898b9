"""Copies of a SQLite database while others read and write it, and the way back."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from tracker.domain.errors import StorageError
from tracker.storage.engine import Database


def back_up(database: Database, target: Path) -> Path:
    """Copy the whole database, as of one moment, into a new file with mode 0600. Raises StorageError.

    A half-written copy never bears the name: it is made beside it and renamed when it is whole and sound.
    """
    if not database.is_sqlite:
        raise StorageError(
            "this database is on a PostgreSQL server", mend="back it up there: pg_dump, or rigscout db copy"
        )
    if target.exists():
        raise StorageError(f"{target} exists already", mend="name another file")
    half = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(str(database.url.database))) as source, closing(sqlite3.connect(half)) as copy:
            source.backup(copy)
            verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise StorageError(
                f"the copy is damaged: {verdict}", mend="check the disk; the database itself is untouched"
            )
        half.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"no backup could be written to {target}: {error}", mend="check the folder and its space"
        ) from error
    finally:
        half.unlink(missing_ok=True)
    return target
