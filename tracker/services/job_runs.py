"""When each scheduled job last went well: from this, start-up makes up what was missed."""

from datetime import datetime

from sqlalchemy import select

from tracker.storage import tables
from tracker.storage.bulk import table, upsert
from tracker.storage.engine import Database

JOB = table(tables.JobRun)


def last_good(database: Database, job: str) -> datetime | None:
    """When `job` last went well; None: never."""
    with database.reading() as connection:
        found: datetime | None = connection.execute(select(JOB.c.last_good_at).where(JOB.c.job == job)).scalar()
    return found


def last_good_runs(database: Database) -> dict[str, datetime]:
    """When each job that ever went well last did."""
    query = select(JOB.c.job, JOB.c.last_good_at).where(JOB.c.last_good_at.is_not(None))
    with database.reading() as connection:
        return {row.job: row.last_good_at for row in connection.execute(query)}


def note_run(database: Database, job: str, at: datetime, *, error: str = "") -> None:
    """Note that `job` was tried at `at`, and how it failed; without an error it went well."""
    row = {"job": job, "last_tried_at": at, "error": error[:500]} | ({} if error else {"last_good_at": at})
    with database.writing() as connection:
        upsert(connection, JOB, [row])
