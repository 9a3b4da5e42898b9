"""Procrastinate's tables, in a PostgreSQL schema of their own beside ours."""

from collections.abc import Sequence

import procrastinate
import psycopg
from procrastinate.schema import SchemaManager

from tracker.domain.errors import StorageError

QUEUE_SCHEMA = "rigscout_queue"
# Any number that no other program locks on the same PostgreSQL.
_LOCK = int("queue", 36)


def make_queue_schema(url: str) -> None:
    """Make the tables where they are missing, and anew for another version: a job only names what is to be done.

    `url` is postgresql://…; safe where several start at once. Raises StorageError.
    """
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            for statement in _statements(_held(connection)):
                connection.execute(statement.encode())
    except psycopg.Error as error:
        mend = "the user of RIGSCOUT_DATABASE_URL must be able to connect, and to make a schema"
        raise StorageError(f"the queue can't be set up: {error}", mend=mend) from error


def _held(connection: "psycopg.Connection[tuple[str | None]]") -> str | None:
    query = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
    row = connection.execute(query, [QUEUE_SCHEMA]).fetchone()
    return row[0] if row else None


def _statements(held: str | None) -> Sequence[str]:
    version = f"procrastinate {'.'.join(procrastinate.__version__.split('.')[:2])}"
    if held == version:
        return ()
    return (
        f"DROP SCHEMA IF EXISTS {QUEUE_SCHEMA} CASCADE",
        f"CREATE SCHEMA {QUEUE_SCHEMA}",
        f"COMMENT ON SCHEMA {QUEUE_SCHEMA} IS '{version}'",
        f"SET LOCAL search_path = {QUEUE_SCHEMA}",
        SchemaManager.get_schema(),
    )
