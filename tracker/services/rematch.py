"""All stored listings matched again with today's catalog; what people said stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from tracker.domain.match import Match
from tracker.domain.ports import Matcher
from tracker.services.keep import match_listing
from tracker.storage.bulk import chunks
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, change, parts_of, replace_parts
from tracker.storage.locks import lock_everything
from tracker.storage.meta import recall
from tracker.storage.overrides import overrides_of
from tracker.storage.rollups import Dirty, refresh
from tracker.storage.rows import match_values, part_rows

_CHUNK = 2000


@dataclass(slots=True)
class RematchResult:
    """How many listings were matched again, how many came out otherwise, and how many a person had decided."""

    matched: int = 0
    changed: int = 0
    overridden: int = 0


def rematch(database: Database, matcher: Matcher, *, everything: bool = False) -> RematchResult:
    """Match the listings of other catalog versions again (or `everything`), and bring the daily figures up to date.

    One transaction: a reader sees the old matches or the new ones. Raises StorageError.
    """
    result = RematchResult()
    dirty = Dirty()
    with database.writing() as connection:
        lock_everything(connection)
        due = select(LISTING.c.id).order_by(LISTING.c.id)
        if not everything:
            due = due.where(LISTING.c.match_version.is_distinct_from(matcher.version))
        for ids in chunks(connection.execute(due).scalars().all(), _CHUNK):
            _rematch(connection, matcher, ids, result, dirty)
        refresh(connection, recall(connection, "currency") or "EUR", dirty)
    return result


def _rematch(connection: Connection, matcher: Matcher, ids: Sequence[int], result: RematchResult, dirty: Dirty) -> None:
    rows = [row for some in chunks(ids) for row in connection.execute(_whole(some)).mappings()]
    overrides = overrides_of(connection, [row["id"] for row in rows if row["overridden"]])
    parts = parts_of(connection, ids)
    updates: list[dict[str, Any]] = []
    other_parts: dict[int, Match] = {}
    for row in rows:
        number = row["id"]
        match = overrides.get(number) or match_listing(matcher, row["marketplace"], dict(row))
        values = match_values(
            match, version=matcher.version, raw_wanted=row["wanted"], condition=row["condition"],
            is_override=number in overrides, mark=row["mark"],
        )  # fmt: skip
        updates.append({"id": number, **values})
        if match.parts != parts.get(number, ()):
            other_parts[number] = match
        if (row["price_part"], row["units"]) != (values["price_part"], values["units"]):
            for part in (row["price_part"], values["price_part"]):
                dirty.add(part, min(row["first_seen"], row["sold_at"] or row["first_seen"]).date())
        is_other = any(row[name] != value for name, value in values.items() if name != "match_version")
        result.changed += is_other or number in other_parts
    result.matched += len(rows) - len(overrides)
    result.overridden += len(overrides)
    change(connection, updates)
    replace_parts(connection, list(other_parts), [p for number, m in other_parts.items() for p in part_rows(number, m)])


def _whole(ids: Sequence[int]) -> Select[Any]:
    return select(LISTING).where(LISTING.c.id.in_(ids))
