"""From one database into another, row by row: SQLite → PostgreSQL and back."""

from collections.abc import Callable
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from tracker.domain.errors import StorageError
from tracker.storage.engine import Database
from tracker.storage.tables import ALL

_ROWS = 5000


def copy_database(source: Database, target: Database, *, on_table: Callable[[str, int], None] = lambda *_: None) -> int:
    """Copy every row into an empty database in one transaction, then read both back and compare. Returns the rows.

    Raises StorageError where the target is not empty, or a row came out otherwise; then the target is as it was.
    """
    total = 0
    with source.reading() as origin, target.writing() as copy:
        for each in ALL:
            if copy.execute(select(func.count()).select_from(each)).scalar():
                raise StorageError(f"the database {target.place} is not empty", mend="copy into a new one")
        for each in ALL:
            rows = _copy_table(origin, copy, each)
            _compare(origin, copy, each)
            on_table(each.name, rows)
            total += rows
        if not target.is_sqlite:
            for name in ("listing", "crawl"):
                copy.execute(text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608 - names of ours
                ))  # fmt: skip
    return total


def _copy_table(origin: Connection, copy: Connection, each: Table) -> int:
    count = 0
    for rows in origin.execute(select(each).order_by(*each.primary_key)).mappings().partitions(_ROWS):
        copy.execute(insert(each), [dict(row) for row in rows])
        count += len(rows)
    return count


def _compare(origin: Connection, copy: Connection, each: Table) -> None:
    query: Any = select(each).order_by(*each.primary_key)
    for ours, theirs in zip_longest(origin.execute(query), copy.execute(query)):
        if ours is None or theirs is None or tuple(ours) != tuple(theirs):
            raise StorageError(f"table {each.name}: a row came out otherwise: {theirs!r} in place of {ours!r}")
