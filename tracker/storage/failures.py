"""Database failures that a user can mend, put into words; a programmer's mistake passes through as it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from tracker.domain.errors import StorageError

# Part of the driver's message → (what is wrong, how to mend it). SQLite's own words, then PostgreSQL's.
_EXPLANATIONS = (
    ("database is locked", "is locked by another program", "wait for the other run to end, or stop it"),
    ("database table is locked", "is locked by another program", "wait for the other run to end, or stop it"),
    ("readonly database", "can't be written", "make the file and its folder writable for this user"),
    ("unable to open database file", "can't be opened", "check that its folder exists and is writable for this user"),
    ("disk is full", "can't grow: the disk is full", "free some space; nothing that was stored is lost"),
    ("disk i/o error", "can't be read or written: the disk reports an error", "check the disk's space and health"),
    ("file is not a database", "is no database", "name another file, or restore a backup"),
    ("malformed", "is damaged", "restore a backup (rigscout db check says what is wrong)"),
    ("file is encrypted", "is no database", "name another file, or restore a backup"),
    ("no space left", "can't grow: the server's disk is full", "free some space on the server"),
    ("could not extend file", "can't grow: the server's disk is full", "free some space on the server"),
    ("permission denied", "refuses this user", "grant the user all rights on its own database"),
    ("read-only transaction", "is read-only", "name the primary server in RIGSCOUT_DATABASE_URL"),
    ("password authentication failed", "refuses the password", "correct it in RIGSCOUT_DATABASE_URL"),
    ("does not exist", "does not exist", "create it (createdb), or correct RIGSCOUT_DATABASE_URL"),
    ("connection", "can't be reached", "check that the server runs, and RIGSCOUT_DATABASE_URL"),
    ("resolve host", "can't be reached", "correct the host in RIGSCOUT_DATABASE_URL"),
    ("could not translate host name", "can't be reached", "correct the host in RIGSCOUT_DATABASE_URL"),
)


class BusyError(StorageError):
    """PostgreSQL ended one of two transactions that waited for each other: it can simply be done again."""


_OURS = (IntegrityError, ProgrammingError, DataError, NotSupportedError)  # a mistake in this program


def explain(error: DBAPIError, place: str) -> StorageError | None:
    """The failure in words, or None for a mistake of this program. `place` names the database without its password."""
    text = str(error.orig).lower()
    if "deadlock detected" in text:
        return BusyError(f"the database {place} was busy with another run", mend="run it again; nothing is lost")
    if isinstance(error, _OURS) and "permission denied" not in text:
        return None
    return failure_of(str(error.orig), place)


def failure_of(words: str, place: str) -> StorageError:
    """What a driver said of a database, as a failure with its mend."""
    for sign, what, mend in _EXPLANATIONS:
        if sign in words.lower():
            return StorageError(f"the database {place} {what}", mend=mend)
    return StorageError(f"the database {place} failed: {words}", mend="rigscout doctor looks for the cause")


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Raise StorageError in place of the driver's error where a user can mend it."""
    try:
        yield
    except DBAPIError as error:
        failure = explain(error, place)
        if failure is None:
            raise
        raise failure from error
