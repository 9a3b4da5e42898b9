"""All stored listings matched again with today's catalog; what people said stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from tracker.domain.match import Match
from tracker.domain.ports import Matcher
from tracker.services.copy_links import relink
from tracker.services.keep import match_listing
from tracker.services.price_judging import judge, parts_sold
from tracker.services.price_sense import PRICE_FLAGS
from tracker.storage.bulk import chunks
from tracker.storage.column_types import OPEN_END
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

    Where any was matched again, all prices are judged again: other matches are other histories of prices.
    One transaction: a reader sees the old matches or the new ones. Raises StorageError.
    """
    work = _Rematch(matcher)
    with database.writing() as connection:
        lock_everything(connection)
        due = select(LISTING.c.id).order_by(LISTING.c.id)
        if not everything:
            due = due.where(LISTING.c.match_version.is_distinct_from(matcher.version))
        for ids in chunks(connection.execute(due).scalars().all(), _CHUNK):
            work.match(connection, ids)
        work.judge(connection)
        relink(connection, parts_sold(connection, OPEN_END), work.dirty)
        refresh(connection, recall(connection, "currency") or "EUR", work.dirty)
    return RematchResult(work.matched, len(work.changed), work.overridden)


class _Rematch:
    """The work of one rematch: words first, then prices; who has changed in the end is counted once."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._flagged: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}  # judged before: (row, values by words)
        self.dirty = Dirty()
        self.changed: set[int] = set()
        self.matched = self.overridden = 0

    def match(self, connection: Connection, ids: Sequence[int]) -> None:
        """Match these listings by their words."""
        rows = [dict(row) for some in chunks(ids) for row in connection.execute(_whole(some)).mappings()]
        overrides = overrides_of(connection, [row["id"] for row in rows if row["overridden"]])
        parts = parts_of(connection, ids)
        updates: list[dict[str, Any]] = []
        other_parts: dict[int, Match] = {}
        for row in rows:
            number = row["id"]
            match = overrides.get(number) or match_listing(self._matcher, row["marketplace"], row)
            values = match_values(
                match, version=self._matcher.version, raw_wanted=row["wanted"], condition=row["condition"],
                is_override=number in overrides, mark=row["mark"], same_as=row["same_as"],
            )  # fmt: skip
            updates.append({"id": number, **values})
            if match.parts != parts.get(number, ()):
                other_parts[number] = match
                self.changed.add(number)
            self._compare(row, values)
        self.matched += len(rows) - len(overrides)
        self.overridden += len(overrides)
        change(connection, updates)
        new_parts = [part for number, match in other_parts.items() for part in part_rows(number, match)]
        replace_parts(connection, list(other_parts), new_parts)

    def judge(self, connection: Connection) -> None:
        """Judge all prices, and settle who has changed."""
        if not (self.matched or self.overridden):
            return
        everything = dict.fromkeys(parts_sold(connection, date.min), date.min)
        for verdict in judge(connection, self._matcher, (), everything, self.dirty):
            number = verdict.before["id"]
            before, _ = self._flagged.pop(number, (verdict.before, None))
            if _differs(before, verdict.now):
                self.changed.add(number)
        self.changed.update(number for number, (row, values) in self._flagged.items() if _differs(row, values))

    def _compare(self, row: dict[str, Any], values: dict[str, Any]) -> None:
        if any(flag in row["flags"] for flag in PRICE_FLAGS):
            self._flagged[row["id"]] = row, values
        elif _differs(row, values):
            self.changed.add(row["id"])
        if (row["price_part"], row["units"]) != (values["price_part"], values["units"]):
            self.dirty.add_life(row, row["price_part"], values["price_part"])


def _differs(row: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return any(row[name] != value for name, value in values.items() if name != "match_version")


def _whole(ids: Sequence[int]) -> Select[Any]:
    return select(LISTING).where(LISTING.c.id.in_(ids))
