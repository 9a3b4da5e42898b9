"""Past prices from elsewhere, imported with their source and day; kept apart from what was observed here."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from babel.numbers import is_currency
from sqlalchemy import func, select

from tracker.catalog import find_part
from tracker.domain.errors import ConfigError, Problem, RigscoutError, UsageError
from tracker.domain.listing import Condition
from tracker.domain.money import Money
from tracker.domain.part import Catalog
from tracker.storage import tables
from tracker.storage.bulk import insert_new, table
from tracker.storage.engine import Database

PRICE = table(tables.ExternalPrice)
_NEEDED = ("part", "day", "price", "currency", "source")
_COLUMNS = "part,day,price,currency,source[,condition,note]"


def import_prices(database: Database, file: Path, catalog: Catalog) -> int:
    """Store the prices of a CSV file with a header (part, day, price, currency, source, perhaps condition and note).

    A part may be named loosely ("p40"). Returns how many are new: the same file twice adds nothing. All or none: raises
    ConfigError with every wrong line, RigscoutError where the file can't be read, StorageError.
    """
    problems: list[Problem] = []
    rows = list(_rows(file, catalog, problems))
    if problems:
        raise ConfigError(problems)
    with database.writing() as connection:
        before = connection.execute(select(func.count()).select_from(PRICE)).scalar_one()
        insert_new(connection, PRICE, rows)
        return connection.execute(select(func.count()).select_from(PRICE)).scalar_one() - before


def _rows(file: Path, catalog: Catalog, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                message = f"no column {', '.join(missing)}"
                problems.append(Problem(file, "header", message, f"the first line names {_COLUMNS}", line=1))
                return
            for line in reader:
                try:
                    yield _row(line, catalog)
                except (ValueError, UsageError) as error:
                    reason = error.message if isinstance(error, UsageError) else str(error)
                    problems.append(Problem(file, "line", reason, "correct or remove the line", line=reader.line_num))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RigscoutError(f"{file} can't be read: {error}", mend=f"give a UTF-8 CSV with {_COLUMNS}") from error


def _row(line: Mapping[str | None, Any], catalog: Catalog) -> dict[str, Any]:
    """One line as a row. Raises ValueError or UsageError with what is wrong."""
    if None in line or any(line[name] is None for name in _NEEDED):
        raise ValueError("it has not as many cells as the header")
    currency, source = line["currency"].strip().upper(), line["source"].strip()
    if not is_currency(currency):
        raise ValueError(f"{currency!r} is no ISO currency")
    if not source:
        raise ValueError("its source is empty")
    price = Money.of(line["price"].strip(), currency)
    if price.minor <= 0:
        raise ValueError(f"{line['price']!r} is no price")
    condition = Condition((line.get("condition") or "unknown").strip())
    return {
        "part": find_part(catalog, line["part"]).id, "day": date.fromisoformat(line["day"].strip()), "source": source,
        "condition": condition.value, "price_minor": price.minor, "price_currency": currency,
        "note": (line.get("note") or "").strip(),
    }  # fmt: skip
