"""What the database holds, in a few counts."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import case, func, select

from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING


@dataclass(frozen=True, slots=True)
class Overview:
    """Listings that are open now: how many, how many of them sell a known part, the others by Reason (now: seen of late)."""

    listings_open: int = 0
    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    rejected_now: Counter[str] = field(default_factory=Counter)


def overview(database: Database, since: datetime | None = None) -> Overview:
    """The counts of now; `rejected_now` are those of the rejected that were seen after `since`. Raises StorageError."""
    c = LISTING.c
    seen = func.count() if since is None else func.sum(case((c.last_seen > since, 1), else_=0))
    query = select(c.decision, c.reason, func.count(), seen).where(c.end_day == OPEN_END)
    found = Overview()
    accepted = 0
    with database.reading() as connection:
        for decision, reason, count, now in connection.execute(query.group_by(c.decision, c.reason)):
            if decision == "accept":
                accepted += count
            else:
                found.rejected[reason or decision] += count
                found.rejected_now[reason or decision] += int(now)
    return replace(found, listings_open=accepted + found.rejected.total(), accepted=accepted)


def last_seen(database: Database) -> datetime | None:
    """When anything was last seen; None where nothing is stored. Raises StorageError."""
    with database.reading() as connection:
        found: datetime | None = connection.execute(select(func.max(LISTING.c.last_seen))).scalar()
    return found


def present(database: Database, now: datetime) -> datetime:
    """`now`, or a demo's last moment: its market stands still. Raises StorageError."""
    return last_seen(database) or now if database.is_demo else now
