"""Listings looked up once more by their id: what the marketplace answers is kept at once."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, RowMapping, select

from tracker.services.copy_links import relink
from tracker.services.gone import close
from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, change
from tracker.storage.locks import lock_everything
from tracker.storage.meta import recall
from tracker.storage.relisting import link
from tracker.storage.rollups import Dirty, refresh


class Found(StrEnum):
    """What a look at one listing's own page or record told; a request that failed tells nothing and is not given here."""

    OPEN = "open"
    GONE = "gone"
    SOLD = "sold"
    RESERVED = "reserved"


def record_check(database: Database, answers: Mapping[str, Found], *, at: datetime) -> int:
    """Keep the answers by offer id ("marketplace:id"): still open or reserved (seen `at`), gone, or sold.

    Returns how many can't be bought any more.

    A look at single listings makes no day an observed one. An unknown or already ended listing is passed over. Raises StorageError.
    """
    ended: list[tuple[RowMapping, datetime]] = []
    dirty, reserved = Dirty(), 0
    with database.writing() as connection:
        lock_everything(connection)
        for name, found in sorted(answers.items()):
            row = _open(connection, name, at)
            if row is None:
                continue
            if found in (Found.OPEN, Found.RESERVED):
                seen = {"last_seen": at, "missed": 0, "missing_since": None, "reserved": found is Found.RESERVED}
                change(connection, [{"id": row["id"], **seen}])
                reserved += found is Found.RESERVED
                continue
            if found is Found.SOLD:
                change(connection, [{"id": row["id"], "sold": True, "sold_at": at}])
            ended.append((row, at))
            dirty.add(row["price_part"], at.date())
        close(connection, ended)
        for part, day in link(connection, [row["relist_key"] for row, _ in ended if row["relist_key"] is not None]):
            dirty.add(part, day)
        relink(connection, {row["sells"] for row, _ in ended if row["sells"] is not None}, dirty)
        refresh(connection, recall(connection, "currency") or "EUR", dirty)
    return len(ended) + reserved


def _open(connection: Connection, name: str, at: datetime) -> RowMapping | None:
    """The listing's row where it is open and was not seen after `at`."""
    marketplace, _, external_id = name.partition(":")
    c = LISTING.c
    query = select(LISTING).where(
        c.marketplace == marketplace, c.external_id == external_id, c.end_day == OPEN_END, c.last_seen < at
    )
    return connection.execute(query).mappings().first()
