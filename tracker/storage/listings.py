"""Listings in bulk: looked up, inserted and updated by the thousand inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, text

from tracker.domain.history import StoredListing
from tracker.domain.match import MatchedPart
from tracker.storage import tables
from tracker.storage.bulk import chunks, insert_rows, table, update_by_id, upsert
from tracker.storage.rows import LIFE_COLUMNS, MATCH_COLUMNS, RAW_COLUMNS, listing_of

LISTING = table(tables.Listing)
OBSERVATION = table(tables.ObservationRow)
PART = table(tables.ListingPart)

Key = tuple[str, str]
_STATE = [LISTING.c[name] for name in ("id", "marketplace", "external_id", "mark", "same_as", *RAW_COLUMNS, *LIFE_COLUMNS,
                                       *MATCH_COLUMNS)]  # fmt: skip

_NAMES = [column.name for column in LISTING.c]
_STATE_NAMES = [column.name for column in _STATE]


def stored(connection: Connection, keys: Iterable[Key], *, lock: bool = False) -> dict[Key, dict[str, Any]]:
    """The rows of these (marketplace, external id), with what an ingest needs; locked, in key order, on PostgreSQL."""
    by_marketplace: dict[str, list[str]] = defaultdict(list)
    for marketplace, external_id in sorted(keys):
        by_marketplace[marketplace].append(external_id)
    found: dict[Key, dict[str, Any]] = {}
    for marketplace, names in by_marketplace.items():
        for some in chunks(names):
            query = select(*_STATE).where(LISTING.c.marketplace == marketplace, LISTING.c.external_id.in_(some))
            if lock:
                query = query.order_by(LISTING.c.external_id).with_for_update()
            for row in connection.execute(query):
                found[marketplace, row.external_id] = dict(zip(_STATE_NAMES, row, strict=True))
    return found


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert new listings; `id` is filled in. The caller holds their marketplaces' lock."""
    for row, number in zip(rows, _free_ids(connection, len(rows)), strict=True):
        row["id"] = number
    insert_rows(connection, LISTING, rows)


def _free_ids(connection: Connection, count: int) -> list[int]:
    if connection.dialect.name == "sqlite":
        highest = connection.execute(select(func.max(LISTING.c.id))).scalar() or 0
        return list(range(highest + 1, highest + 1 + count))
    series = text("SELECT nextval(pg_get_serial_sequence('listing', 'id')) FROM generate_series(1, :count)")
    return list(connection.execute(series, {"count": count}).scalars())


def change(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Update listings: each row holds `id` and the same other columns as the first one."""
    update_by_id(connection, LISTING, rows)


def observe(connection: Connection, rows: Sequence[dict[str, Any]], removed: Sequence[tuple[int, datetime]]) -> None:
    """Keep observations, and delete those that a late sighting made redundant."""
    if removed:
        gone = delete(OBSERVATION).where(
            OBSERVATION.c.listing_id == bindparam("old_id"), OBSERVATION.c.at == bindparam("old_at")
        )
        connection.execute(gone, [{"old_id": number, "old_at": at} for number, at in removed])
    upsert(connection, OBSERVATION, rows)


def replace_parts(connection: Connection, ids: Sequence[int], rows: Sequence[dict[str, Any]]) -> None:
    """Set the parts of these listings."""
    for some in chunks(ids):
        connection.execute(delete(PART).where(PART.c.listing_id.in_(some)))
    insert_rows(connection, PART, rows)


def observations(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """All observations of these listings, oldest first."""
    names = [column.name for column in OBSERVATION.c]
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for some in chunks(ids):
        query = select(OBSERVATION).where(OBSERVATION.c.listing_id.in_(some))
        for row in connection.execute(query.order_by(OBSERVATION.c.listing_id, OBSERVATION.c.at)):
            found[row.listing_id].append(dict(zip(names, row, strict=True)))
    return found


def parts_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[MatchedPart, ...]]:
    """The parts in the sale of each of these listings."""
    found: dict[int, list[MatchedPart]] = defaultdict(list)
    for some in chunks(ids):
        query = select(PART).where(PART.c.listing_id.in_(some)).order_by(PART.c.listing_id, PART.c.position)
        for row in connection.execute(query).mappings():
            found[row["listing_id"]].append(MatchedPart(row["part"], row["qty"], row["model"]))
    return {number: tuple(parts) for number, parts in found.items()}


def load(connection: Connection, condition: Any) -> list[StoredListing]:
    """The listings that meet a SQL condition on LISTING, whole, by id."""
    return list(each(connection, condition))


def each(connection: Connection, condition: Any) -> Iterator[StoredListing]:
    """The same one after another, some in memory at once: of all that is open there may be a hundred thousand."""
    ids = connection.execute(select(LISTING.c.id).where(condition).order_by(LISTING.c.id)).scalars().all()
    for some in chunks(ids):
        query = select(LISTING).where(LISTING.c.id.in_(some)).order_by(LISTING.c.id)
        parts = parts_of(connection, some)
        for values in connection.execute(query):
            row = dict(zip(_NAMES, values, strict=True))
            yield listing_of(row, parts.get(row["id"], ()))
