"""`rigscout review` at a real terminal: one key, no Enter. Every wait has an end, and the process is killed at it."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_review import data, waiting  # noqa: F401 - the fixture
from tracker.cli.main import run

pty = pytest.importorskip("pty", reason="no pseudo-terminals on this platform")
termios = pytest.importorskip("termios", reason="no pseudo-terminals on this platform")
_LOCAL_FLAGS = 3  # in termios' list of attributes
_PATIENCE_S = 60  # a busy machine loads the catalog slowly; a run that is stuck ends here


class Terminal:
    """A command at a pseudo-terminal."""

    def __init__(self, *words: str) -> None:
        self._side, other = pty.openpty()
        command = [sys.executable, "-m", "tracker.cli", *words]
        self._process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, close_fds=True)
        os.close(other)
        self._ends = time.monotonic() + _PATIENCE_S
        self.shown = ""

    def press(self, key: str) -> None:
        """Wait for the next prompt and until single keys are waited for (before, a key is lost), press one, wait for its line."""
        self._read(until="> ")
        while termios.tcgetattr(self._side)[_LOCAL_FLAGS] & termios.ICANON and time.monotonic() < self._ends:
            select.select([], [], [], 0.01)
        self.shown = ""
        os.write(self._side, key.encode())
        while "\n" not in self.shown and time.monotonic() < self._ends:
            self._read(until=None, at_most=0.1)

    def close(self) -> int | None:
        """Read to the end; the exit code, or None where the process had to be killed."""
        self._read(until=None)
        try:
            return self._process.wait(timeout=max(0.1, self._ends - time.monotonic()))
        except subprocess.TimeoutExpired:
            return None
        finally:
            self._process.kill()
            self._process.wait(timeout=5)
            os.close(self._side)

    def _read(self, until: str | None, at_most: float = _PATIENCE_S) -> None:
        """Read until the text ends with `until`, the other side is closed, or nothing more came for `at_most` seconds."""
        while (left := self._ends - time.monotonic()) > 0:
            if until is not None and self.shown.endswith(until):
                return
            if not select.select([self._side], [], [], min(left, at_most))[0]:
                return
            try:
                self.shown += os.read(self._side, 4096).decode("utf-8", "replace")
            except OSError:  # Linux: the other side is closed
                return


def test_one_key_an_answer(data: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    terminal = Terminal("review")
    try:
        for key in ("y", "s", "n"):
            terminal.press(key)
    finally:
        code = terminal.close()
    assert code == 0, terminal.shown
    assert waiting(capsys) == ["ebay:2"]


def test_q_leaves_the_rest(data: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    terminal = Terminal("review")
    try:
        terminal.press("q")
    finally:
        code = terminal.close()
    assert code == 0, terminal.shown
    assert len(waiting(capsys)) == 3


def test_without_a_terminal_it_says_how_to_answer(data: Path) -> None:  # noqa: F811
    done = subprocess.run([sys.executable, "-m", "tracker.cli", "review"], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=_PATIENCE_S, check=True)  # fmt: skip
    assert "stdin is no terminal" in done.stderr
    assert "--json" in done.stderr
    assert run(["review", "--list", "--json"]) == 0
