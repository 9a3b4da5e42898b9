"""What the database holds, in a few counts."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING


@dataclass(frozen=True, slots=True)
class Overview:
    """Listings that are open now: how many, how many of them sell a known part, and the others by Reason."""

    listings_open: int = 0
    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def overview(database: Database) -> Overview:
    """The counts of now. Raises StorageError."""
    c = LISTING.c
    query = select(c.decision, c.reason, func.count()).where(c.end_day == OPEN_END).group_by(c.decision, c.reason)
    rejected: Counter[str] = Counter()
    accepted = 0
    with database.reading() as connection:
        for decision, reason, count in connection.execute(query):
            if decision == "accept":
                accepted += count
            else:
                rejected[reason or decision] += count
    return Overview(accepted + rejected.total(), accepted, rejected)


def last_seen(database: Database) -> datetime | None:
    """When anything was last seen; None where nothing is stored. Raises StorageError."""
    with database.reading() as connection:
        found: datetime | None = connection.execute(select(func.max(LISTING.c.last_seen))).scalar()
    return found


def present(database: Database, now: datetime) -> datetime:
    """`now`, or a demo's last moment: its market stands still. Raises StorageError."""
    return last_seen(database) or now if database.is_demo else now
