"""One hash over the whole history, independent of row ids, of the order of writing, and of when the run happened.

Days are counted from the first day that anything was seen; times of day, URLs (a demo's port) and the ids of rows are left
out. Equal histories give equal digests, on SQLite and PostgreSQL.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from tracker.storage import tables
from tracker.storage.bulk import table
from tracker.storage.column_types import OPEN_END
from tracker.storage.listings import LISTING, OBSERVATION, PART

_LISTING_COLUMNS = (
    "marketplace", "external_id", "title", "price_minor", "price_currency", "price_max_minor", "price_kind",
    "buy_now_minor", "best_offer", "shipping_minor", "shipping_currency", "pickup_only", "condition", "sold",
    "reserved", "wanted", "loose", "quantity", "location", "country", "seller", "first_seen", "last_seen", "gone_at",
    "sold_at", "match_kind", "decision", "confidence", "defect", "match_wanted", "reason", "flags", "facts",
    "overridden", "price_part", "units", "relisted", "mark",
)  # fmt: skip
_DAY_IN_KEY = re.compile(r"\d{4}-\d\d-\d\d")
_VOLATILE = ("url",)


def digest(connection: Connection) -> str:
    """The hash of all listings, observations, matches, roll-ups, builds and sent reports."""
    start = connection.execute(select(func.min(LISTING.c.first_seen))).scalar()
    origin = start.date() if start else date(1970, 1, 1)
    total = hashlib.sha256()
    for name, query in _queries().items():
        lines = sorted(json.dumps(_plain(row, origin), ensure_ascii=True) for row in connection.execute(query))
        total.update(f"{name}\n".encode())
        for line in lines:
            total.update(line.encode() + b"\n")
    return total.hexdigest()


def _queries() -> dict[str, Select[Any]]:
    key = (LISTING.c.marketplace, LISTING.c.external_id)
    first, same = LISTING.alias("first"), LISTING.alias("same")
    daily, build, outbox = table(tables.Daily), table(tables.BuildDay), table(tables.Outbox)
    told, watched = table(tables.DealTold), table(tables.WatchTold)
    observed = table(tables.ObservedDay)
    asked = [column for column in OBSERVATION.c if column.name != "listing_id"]
    parts = (PART.c.position, PART.c.part, PART.c.qty, PART.c.model)
    return {
        "listings": select(*(LISTING.c[name] for name in _LISTING_COLUMNS), first.c.external_id, same.c.external_id)
        .outerjoin(first, first.c.id == LISTING.c.line_id)
        .outerjoin(same, same.c.id == LISTING.c.same_as),
        "observations": select(*key, *asked).join_from(OBSERVATION, LISTING, OBSERVATION.c.listing_id == LISTING.c.id),
        "parts": select(*key, *parts).join_from(PART, LISTING, PART.c.listing_id == LISTING.c.id),
        "days": select(observed),
        "daily": select(daily),
        "builds": select(
            build.c.target, build.c.day, build.c.status, build.c.total_minor, build.c.currency, build.c.detail
        ),
        "reports": select(outbox.c.report_key, outbox.c.recipient, outbox.c.state),
        "told": select(*key, told.c.report_key, told.c.landed_minor, told.c.landed_currency).join_from(
            told, LISTING, told.c.listing_id == LISTING.c.id
        ),
        "watches": select(
            watched.c.watch, watched.c.subject, watched.c.report_key, watched.c.landed_minor, watched.c.landed_currency
        ),
    }


def _plain(row: Any, origin: date) -> list[Any]:
    return [_value(name, value, origin) for name, value in zip(row._fields, row, strict=True)]


def _value(name: str, value: Any, origin: date) -> Any:
    if isinstance(value, datetime):
        return (value.date() - origin).days
    if isinstance(value, date):
        return None if value == OPEN_END else (value - origin).days
    if name == "report_key":
        return _DAY_IN_KEY.sub(lambda found: str((date.fromisoformat(found[0]) - origin).days), value)
    if name == "detail":
        return _without(json.loads(value))
    return round(value, 9) if isinstance(value, float) else value


def _without(value: Any) -> Any:
    """A JSON value without what differs between two runs of the same history."""
    if isinstance(value, dict):
        return {name: _without(item) for name, item in value.items() if name not in _VOLATILE}
    return [_without(item) for item in value] if isinstance(value, list) else value


def row_counts(connection: Connection) -> Iterator[tuple[str, int]]:
    """Each table and its rows."""
    for each in tables.ALL:
        yield each.name, connection.execute(select(func.count()).select_from(each)).scalar_one()
