"""Any table or view as CSV, JSON lines or Parquet; cells that a spreadsheet would run are made text."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import IO, Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    String,
    bindparam,
    select,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from tracker.domain.errors import UsageError
from tracker.storage import tables as schema
from tracker.storage.column_types import MOMENT
from tracker.storage.engine import Database
from tracker.storage.views import VIEWS

FORMATS = ("csv", "json", "parquet")
_TABLES = schema.Listing.metadata.tables  # all of them: they are defined in one module
_ROWS = 5000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP: what makes a spreadsheet run a cell

# Where a table keeps what a filter asks under another name.
_FILTERED = {
    "part": ("price_part",), "since": ("day", "at", "last_seen", "finished_at"), "marketplace": ("scope",),
    "country": ("scope",), "condition": ("scope",),
}  # fmt: skip

# What a view's columns hold: SQLite itself doesn't know. All others are text.
_VIEW_TYPES: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(("first_seen", "last_seen", "gone_at", "sold_at", "at"), MOMENT),
    **dict.fromkeys(("defect", "available"), Boolean()),
    **dict.fromkeys(("id", "listing_id", "units", "qty", "n", "new", "gone", "sold", "unconverted",
                     "unbelieved"), Integer()),
    **dict.fromkeys(("price", "shipping", "confidence", "minimum", "lowest", "p10", "p25", "median", "p75", "mean_lowest_five",
                     "sold_median", "spread", "total"), Float()),
    "day": Date(),
}  # fmt: skip


def tables() -> list[str]:
    """What can be exported, the views first."""
    return [*VIEWS, *sorted(_TABLES)]


def rows_of(database: Database, table: str, filters: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a table or view; a table's in the order of its key.

    `filters` are a part, a marketplace, a country, a condition, or a day `since`. Raises UsageError for an unknown table, or a
    filter for which it has no column; StorageError.
    """
    columns = columns_of(database, table)
    return _read(database, _query(table, [_filter(table, columns, *each) for each in (filters or {}).items()]))


def columns_of(database: Database, table: str) -> tuple[str, ...]:
    """The columns of a table or view, also where it has no rows. Raises UsageError for an unknown name, StorageError."""
    with database.reading() as connection:
        return tuple(connection.execute(_query(table)).keys())


def _read(database: Database, query: Any) -> Iterator[dict[str, Any]]:
    with database.reading() as connection:
        for rows in connection.execute(query).mappings().partitions(_ROWS):
            yield from (dict(row) for row in rows)


def _query(table: str, filters: Sequence["_Filter"] = ()) -> Any:
    words = [f"{each.column} {each.compared} :{each.name}" for each in filters]
    values = [bindparam(each.name, each.value, type_=each.kind) for each in filters]
    if len({each.column for each in filters}) < len(filters):
        raise UsageError(f"a row of {table} is of one scope", mend="use one of country, condition and marketplace")
    if table in VIEWS:
        where = f" WHERE {' AND '.join(words)}" if words else ""
        view = text(f"SELECT * FROM {table}{where}")  # noqa: S608 - names of ours; values are bound
        return view.bindparams(*values).columns(**_VIEW_TYPES)
    if table not in _TABLES:
        raise UsageError(f"there is no table {table!r}", mend=f"choose of: {', '.join(tables())}")
    found = _TABLES[table]
    query = select(found).order_by(*found.primary_key)
    return query.where(text(" AND ".join(words)).bindparams(*values)) if words else query


class _Filter(NamedTuple):
    """One condition: a filter's name, the column it asks, how, and for what."""

    name: str
    column: str
    compared: str
    value: Any
    kind: TypeEngine[Any]


def _filter(table: str, columns: Sequence[str], name: str, value: Any) -> _Filter:
    """A filter on the column that has its matter."""
    has = next((column for column in (name, *_FILTERED.get(name, ())) if column in columns), None)
    if has is None:
        raise UsageError(f"{table} can't be filtered by {name}", mend="use another table or view (v_prices knows all)")
    kind = column_types(table).get(has, String())
    if has == "scope":
        value = f"{name}:{value}"
    elif isinstance(kind, UTCDateTime):
        value = datetime.combine(value, time(), UTC)
    return _Filter(name, has, ">=" if name == "since" else "=", value, kind)


def column_types(table: str) -> Mapping[str, TypeEngine[Any]]:
    """What the columns of a table or view hold; a column that is not named is text."""
    if table in VIEWS:
        return _VIEW_TYPES
    return {column.name: column.type for column in _TABLES[table].c}


def write_csv(rows: Iterable[Mapping[str, Any]], stream: IO[str], columns: Sequence[str] = ()) -> int:
    """Write rows as CSV; returns how many. A text that a spreadsheet would run gets a leading apostrophe.

    The header is `columns`, else the first row's.
    """
    writer = csv.writer(stream, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    count = 0
    for row in rows:
        count += 1
        if count == 1 and not columns:
            writer.writerow(row)
        writer.writerow([safe_cell(value) for value in row.values()])
    return count


def safe_cell(value: Any) -> Any:
    """A value as a CSV cell: moments in ISO form, and no text that a spreadsheet would take for a formula."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def write_json(rows: Iterable[Mapping[str, Any]], stream: IO[str]) -> int:
    """Write rows as JSON lines; returns how many."""
    count = 0
    for row in rows:
        count += 1
        stream.write(json.dumps(row, ensure_ascii=False, default=_iso) + "\n")
    return count


def write_parquet(
    rows: Iterable[Mapping[str, Any]],
    stream: IO[bytes],
    types: Mapping[str, TypeEngine[Any]],
    columns: Sequence[str] = (),
) -> int:
    """Write rows as Parquet, some thousand at a time; returns how many. `types` are those of `column_types`.

    Without rows the file has the `columns` alone.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    count = 0
    for some in _runs(rows):
        if writer is None:
            shape = pa.schema([(name, _arrow_type(types.get(name))) for name in columns or some[0]])
            writer = pq.ParquetWriter(stream, shape)
        writer.write_table(pa.Table.from_pylist(some, schema=writer.schema))
        count += len(some)
    if writer is None:
        pq.write_table(pa.schema([(name, _arrow_type(types.get(name))) for name in columns]).empty_table(), stream)
    else:
        writer.close()
    return count


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _runs(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    run: list[Mapping[str, Any]] = []
    for row in rows:
        run.append(row)
        if len(run) == _ROWS:
            yield run
            run = []
    if run:
        yield run


def _arrow_type(kind: TypeEngine[Any] | None) -> Any:
    import pyarrow as pa

    known = kind.impl if isinstance(kind, TypeDecorator) else kind
    names = ((DateTime, pa.timestamp("us", tz="UTC")), (Date, pa.date32()), (Boolean, pa.bool_()),
             (Integer, pa.int64()), (Float, pa.float64()))  # fmt: skip
    return next((arrow for sort, arrow in names if isinstance(known, sort)), pa.string())
