"""The error tree, and the exit codes that each branch ends in.

RigscoutError                 1  something failed; the message says what, where and how to mend it
├── UsageError                2  the command was called wrongly
├── ConfigError               2  a config or catalog file is wrong; carries every problem found
├── LockedError               4  another run holds the lock
└── StorageError              1  the database can't be opened, is newer than this program, …
No error: a run that was done in part, because some sources failed, ends in 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class RigscoutError(Exception):
    """A failure that a user can understand: `message` says what and where, `mend` how to put it right."""

    exit_code = 1

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message}\n  mend: {self.mend}" if self.mend else self.message


class UsageError(RigscoutError):
    """The command was called wrongly."""

    exit_code = 2


class LockedError(RigscoutError):
    """Another run holds the lock."""

    exit_code = 4


class StorageError(RigscoutError):
    """The database can't be opened, written, or is newer than this program."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a config or catalog file: where it stands, what is wrong, how to mend it."""

    file: Path
    key: str
    message: str
    mend: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.key}: {self.message}" + (f" (mend: {self.mend})" if self.mend else "")


class ConfigError(RigscoutError):
    """One or more config files are wrong; all problems are collected, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
