"""The pass lock: one run, crawl, rematch or upgrade at a time for one database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tracker.domain.errors import LockedError

# A machine that lost its power holds the lock until the server misses it: after a minute and a half, not two hours.
_KEEPALIVE = "-c tcp_keepalives_idle=60 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
# Any number that no other program uses on the same PostgreSQL: "rigscout" read as base 36, cut to 63 bits.
_ADVISORY_KEY = int("rigscout", 36) % 2**63
_MEND = "wait for it to end, or look for a hanging `rigscout` process"


@contextmanager
def pass_lock(data: Path, database_url: str) -> Iterator[None]:
    """Hold the lock of this data folder and, on PostgreSQL, of the whole database; the system frees both at a crash.

    Raises LockedError (exit 4) at once where another run holds it, StorageError where the server can't be asked.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(data / "pass.lock", timeout=0, mode=0o600):
            if database_url.startswith("postgres"):
                with _advisory(database_url):
                    yield
            else:
                yield
    except Timeout as error:
        raise LockedError(f"another run works on {data}", mend=_MEND) from error


@contextmanager
def _advisory(database_url: str) -> Iterator[None]:
    import psycopg

    from tracker.storage.failures import failure_of

    url = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(url, autocommit=True, options=_KEEPALIVE) as connection:
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_KEY]).fetchone()
            if row is None or not row[0]:
                raise LockedError("another machine runs on the same database", mend=_MEND)
            yield
    except psycopg.Error as error:
        raise failure_of(str(error), "of RIGSCOUT_DATABASE_URL") from error
