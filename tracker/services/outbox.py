"""The outbox: a report lies here before the first try, once for each recipient, until a server has answered for it."""

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from tracker.domain.history import Deal
from tracker.domain.report import Message
from tracker.domain.watch import WatchHit
from tracker.services.deals_told import remember_told
from tracker.services.watch_hits import remember_hits
from tracker.storage import tables
from tracker.storage.bulk import insert_new, table
from tracker.storage.engine import Database
from tracker.storage.rows import as_json

OUTBOX = table(tables.Outbox)
NOTES = "notes"  # the recipient that stands for all notification services: their URLs hold keys and are stored nowhere
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message for one recipient, and how often it was tried."""

    recipient: str
    message: Message
    attempts: int = 0
    error: str = ""


def enqueue(
    database: Database,
    message: Message,
    recipients: Iterable[str],
    *,
    now: datetime,
    told: Sequence[Deal] = (),
    hits: Sequence[WatchHit] = (),
) -> int:
    """Lay a message in the outbox, and note the deals and the watches' hits that it tells, in one transaction.

    Returns how many parcels are new: a report that lies there (or was sent) already is not laid again.
    """
    rows = [
        {"report_key": message.report_key, "recipient": recipient, "message": _as_text(message), "created_at": now,
         "state": "pending", "attempts": 0, "next_try_at": now, "error": ""}
        for recipient in sorted(set(recipients))
    ]  # fmt: skip
    with database.writing() as connection:
        query = select(OUTBOX.c.recipient).where(OUTBOX.c.report_key == message.report_key)
        known = set(connection.execute(query).scalars())
        insert_new(connection, OUTBOX, rows)
        remember_told(connection, told, report_key=message.report_key, at=now)
        remember_hits(connection, hits, report_key=message.report_key, at=now)
    return sum(row["recipient"] not in known for row in rows)


def due(database: Database, *, now: datetime) -> list[Parcel]:
    """What is to be sent (again) now, oldest first."""
    c = OUTBOX.c
    query = select(OUTBOX).where(c.state == "pending", c.next_try_at <= now)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(c.created_at, c.report_key, c.recipient)).mappings().all()
    return [Parcel(row["recipient"], _from_text(row["message"]), row["attempts"], row["error"]) for row in rows]


def mark_sent(database: Database, parcel: Parcel, *, now: datetime) -> None:
    """The server has taken it: never sent again."""
    _set(database, parcel, state="sent", sent_at=now, attempts=parcel.attempts + 1, error="")


def mark_failed(database: Database, parcel: Parcel, *, now: datetime, error: str, is_final: bool = False) -> None:
    """It could not be sent: tried again after a pause that doubles, or, where the server refused it for good, never."""
    pause = min(_FIRST_PAUSE * 2**parcel.attempts, _LONGEST_PAUSE)
    state = "refused" if is_final else "pending"
    _set(database, parcel, state=state, next_try_at=now + pause, attempts=parcel.attempts + 1, error=error[:500])


def states_of(database: Database, report_key: str) -> dict[str, str]:
    """Each recipient of a report, and whether it is pending, sent or refused; empty where it was never made."""
    query = select(OUTBOX.c.recipient, OUTBOX.c.state).where(OUTBOX.c.report_key == report_key)
    with database.reading() as connection:
        return {row.recipient: row.state for row in connection.execute(query)}


def _set(database: Database, parcel: Parcel, **values: Any) -> None:
    c = OUTBOX.c
    with database.writing() as connection:
        connection.execute(
            update(OUTBOX)
            .where(c.report_key == parcel.message.report_key, c.recipient == parcel.recipient)
            .values(values)
        )


def _as_text(message: Message) -> str:
    images = {name: base64.b64encode(image).decode() for name, image in message.images.items()}
    return as_json({"subject": message.subject, "html": message.html, "text": message.text, "images": images,
                    "report_key": message.report_key})  # fmt: skip


def _from_text(text: str) -> Message:
    record = json.loads(text)
    images = {name: base64.b64decode(image) for name, image in record.pop("images").items()}
    return Message(**record, images=images)
