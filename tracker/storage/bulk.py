"""Statements of many rows at once, straight to the driver.

SQLAlchemy's own executemany spends more time on each row's parameters than SQLite does on writing it (measured: 17 of 30 µs),
so these build the statement once and hand tuples to the driver; names of tables and columns come out of our metadata only.
PostgreSQL, which would take one statement a row, gets all rows as one JSON text (measured: a fifth of the time).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Boolean, Column, Connection, Date, Table
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

Item = TypeVar("Item")
Row = dict[str, Any]
_CHUNK = 500  # names in one IN (…): far below SQLite's and PostgreSQL's limits


def table(model: type[SQLModel]) -> Table:
    """The Core table of a SQLModel class: what bulk statements are made of."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def chunks(items: Sequence[Item], size: int = _CHUNK) -> Iterator[Sequence[Item]]:
    """`items` in runs of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_rows(connection: Connection, target: Table, rows: Sequence[Row], *, after: str = "") -> None:
    """Insert rows, each with the columns of the first one; a column that is not named becomes NULL."""
    if rows:
        names = list(rows[0])
        columns = ", ".join(f'"{name}"' for name in names)
        values = f"SELECT {columns} FROM {_given(target)}"  # noqa: S608 - names of our metadata
        if connection.dialect.name == "sqlite":
            values = f"VALUES ({', '.join('?' * len(names))})"
        _execute(connection, f'INSERT INTO "{target.name}" ({columns}) {values}{after}', target, names, rows)


def insert_new(connection: Connection, target: Table, rows: Sequence[Row]) -> None:
    """Insert the rows whose key is not there yet."""
    insert_rows(connection, target, rows, after=" ON CONFLICT DO NOTHING")


def upsert(connection: Connection, target: Table, rows: Sequence[Row]) -> None:
    """Insert the rows, or write them over those of the same primary key, each of which stands in `rows` once."""
    if not rows:
        return
    keys = [column.name for column in target.primary_key]
    others = ", ".join(f'"{name}" = excluded."{name}"' for name in rows[0] if name not in keys)
    names = ", ".join(f'"{name}"' for name in keys)
    insert_rows(connection, target, rows, after=f" ON CONFLICT ({names}) DO UPDATE SET {others}")


def update_by_id(connection: Connection, target: Table, rows: Sequence[Row]) -> None:
    """Update rows by their `id`, each once and with the columns of the first one."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    if connection.dialect.name == "sqlite":
        values, source, number = ", ".join(f'"{name}" = ?' for name in names), "", "?"
    else:
        values = ", ".join(f'"{name}" = given."{name}"' for name in names)
        source, number = f" FROM {_given(target)} AS given", 'given."id"'
    statement = f'UPDATE "{target.name}" SET {values}{source} WHERE "{target.name}"."id" = {number}'  # noqa: S608 - names of our metadata
    _execute(connection, statement, target, [*names, "id"], rows)


def _given(target: Table) -> str:
    """The rows as PostgreSQL reads them: out of the one parameter, by the names and types of the table's columns."""
    return f'json_populate_recordset(NULL::"{target.name}", %s)'


def _execute(connection: Connection, statement: str, target: Table, names: list[str], rows: Sequence[Row]) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(statement, (json.dumps(rows, default=str),))
        return
    columns = [list(map(itemgetter(name), rows)) for name in names]
    for place, convert in _converters([target.c[name] for name in names]):
        # Each value once: moments repeat from listing to listing, and there are two truth values.
        told = {cell: None if cell is None else convert(cell) for cell in set(columns[place])}
        columns[place] = list(map(told.__getitem__, columns[place]))
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _converters(columns: list[Column[Any]]) -> list[tuple[int, Callable[[Any], Any]]]:
    """What SQLite's driver does not know, by place: moments and days, as SQLAlchemy writes and reads them."""
    found: list[tuple[int, Callable[[Any], Any]]] = []
    for place, column in enumerate(columns):
        if isinstance(column.type, UTCDateTime):
            found.append((place, _moment))
        elif isinstance(column.type, Date):
            found.append((place, str))
        elif isinstance(column.type, Boolean):
            found.append((place, int))  # the driver takes a bool for a stranger and looks for adapters each time
    return found


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "microseconds")[:26]
