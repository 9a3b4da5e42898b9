"""The pass lock: one holder, exit code 4 for the next, and free again when its holder dies, however it dies."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tracker.cli.main import run
from tracker.domain.errors import LockedError, StorageError
from tracker.jobs.lock import pass_lock

AWAY = "postgresql://me:hunter22@127.0.0.1:1"
HOLD = """
import sys, threading
from pathlib import Path
from tracker.jobs.lock import pass_lock
with pass_lock(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    threading.Event().wait(60)
"""


def held(folder: Path, url: str) -> subprocess.Popen[str]:
    """Another process that holds the lock."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder), url], stdout=subprocess.PIPE, text=True)
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    return holder


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_the_lock_of_a_killed_run_is_stale(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """On PostgreSQL it is the database's: another machine's data folder meets it too."""
    url = request.getfixturevalue("postgres_url") if kind == "postgres" else "sqlite:///x"
    mine, its = tmp_path, tmp_path / "another machine" if kind == "postgres" else tmp_path
    with held(its, url) as holder:
        with pytest.raises(LockedError), pass_lock(mine, url):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert (its / "pass.lock").exists()
        deadline = time.monotonic() + 20
        while not _is_free(mine, url):  # a server notices its client's death a moment later
            assert time.monotonic() < deadline
            threading.Event().wait(0.02)


def _is_free(folder: Path, url: str) -> bool:
    try:
        with pass_lock(folder, url):
            return True
    except LockedError:
        return False


@pytest.mark.parametrize("command", ["run", "crawl", "rematch", "db upgrade", "db copy sqlite:///other.sqlite3"])
def test_what_works_on_everything_ends_with_exit_code_4(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pass_lock(tmp_path, "sqlite:///x"):
        assert run(command.split()) == 4
    assert "another run works on" in capsys.readouterr().err


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="can't be reached") as told, pass_lock(tmp_path, f"{AWAY}/rigscout"):
        pass
    assert "hunter22" not in str(told.value)
