"""A database that another program locks for a minute: the run waits, loses nothing, and ends as an undisturbed one does."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from tests.soak.test_disk import SMALL, rigscout

LOCKED_S = 60.0


def test_a_minute_s_lock(tmp_path: Path) -> None:
    free, locked = tmp_path / "free", tmp_path / "locked"
    assert rigscout(free, "demo", "--out", str(free), *SMALL).returncode == 0
    assert rigscout(locked, "db", "upgrade").returncode == 0
    with closing(sqlite3.connect(locked / "rigscout.sqlite3", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(LOCKED_S, other.execute, ["COMMIT"])
        timer.start()
        done = rigscout(locked, "demo", "--out", str(locked), *SMALL)
        timer.join()
    assert done.returncode == 0, done.stderr
    assert rigscout(locked, "db", "check", "--digest").stdout == rigscout(free, "db", "check", "--digest").stdout
