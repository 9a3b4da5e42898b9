"""Statements of many rows at once, in the words of the database that is open."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

Item = TypeVar("Item")
_CHUNK = 500  # names in one IN (…): far below SQLite's and PostgreSQL's limits


def table(model: type[SQLModel]) -> Table:
    """The Core table of a SQLModel class: what bulk statements are made of."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def chunks(items: Sequence[Item], size: int = _CHUNK) -> Iterator[Sequence[Item]]:
    """`items` in runs of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def insert_new(connection: Connection, target: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose key is not there yet."""
    if rows:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(target).on_conflict_do_nothing(), rows)


def upsert(connection: Connection, target: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows, or write them over those of the same primary key."""
    if not rows:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(target)
    keys = [column.name for column in target.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    if values:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), rows)
    else:
        connection.execute(statement.on_conflict_do_nothing(), rows)
