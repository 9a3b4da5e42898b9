"""A part's price history: each day's figures, the trend and its steps; no figure for a day that was not observed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.domain.errors import UsageError
from tracker.domain.history import DayFigures, PartHistory, PastPrice
from tracker.domain.money import Money
from tracker.domain.said import Said
from tracker.services.trend import trend_of
from tracker.storage import tables
from tracker.storage.bulk import table
from tracker.storage.engine import Database
from tracker.storage.exchange import DatedRates, load_rates
from tracker.storage.meta import recall
from tracker.storage.rollups import DAILY, OBSERVED, filtered, observed_days

_EXTERNAL = table(tables.ExternalPrice)
_AMOUNTS = ("minimum", "lowest", "p10", "p25", "median", "p75", "mean_lowest_five", "sold_median")
_STALE = timedelta(days=7)
_MIXED = Said("no trend: several models are counted together")


def part_history(  # noqa: PLR0913 - each keyword is a filter of the command and of the web page
    database: Database,
    part_id: str,
    *,
    name: str = "",
    since: date | None = None,
    until: date | None = None,
    country: str | None = None,
    condition: str | None = None,
    marketplace: str | None = None,
    model: str | None = None,
    currency: str | None = None,
    asked_in: str | None = None,
    with_trend: bool = True,
) -> PartHistory:
    """Every calendar day from `since` (None: the part's first) to `until`, at most the last that was observed.

    Figures are in the user's currency; `currency` converts them at each day's rate. `asked_in` takes only offers in that
    currency, unconverted. One filter reads a roll-up; several, and a model, are computed from listings. Figures of several
    models together show no trend. Raises StorageError, UsageError.
    """
    if asked_in and currency and asked_in != currency:
        raise UsageError(f"prices asked in {asked_in} are not converted", mend="leave one of the two currencies out")
    with database.reading() as connection:
        own = asked_in or recall(connection, "currency") or currency or "EUR"
        first = since or _first_day(connection, part_id) or date.max
        last = min(until or date.max, _last_day(connection) or date.min)
        filters = {"marketplace": marketplace, "country": country, "condition": condition, "model": model,
                   "currency": asked_in}  # fmt: skip
        rows = _rows(connection, part_id, {name: value for name, value in filters.items() if value}, own, first, last)
        observed = observed_days(connection, first, last, marketplace) if first <= last else []
        shown, rates = currency or own, load_rates(connection) if currency and currency != own else None
        if rates and rows and rates.convert(1, own, shown, last) is None:
            raise UsageError(f"no exchange rate from {own} to {shown} is kept", mend="name one of the ECB's currencies")
        notes, elsewhere = _notes(connection, part_id, last), _elsewhere(connection, part_id)
    days = tuple(_days(part_id, {row["day"]: row for row in rows}, set(observed), first, last, own, shown, rates))
    history = PartHistory(part_id, name or part_id, shown, days, None, notes, elsewhere, model)
    if history.is_mixed:
        return replace(history, notes=(*notes, _MIXED))
    return replace(history, trend=trend_of(days, shown)) if with_trend else history


def _rows(
    connection: Connection, part: str, filters: Mapping[str, str], own: str, first: date, last: date
) -> list[dict[str, Any]]:
    """The figures under the filters: a roll-up where there is one of them, else computed from listings."""
    if len(filters) > 1 or "model" in filters:
        scope = f"currency:{filters['currency']}" if "currency" in filters else "all"
        wanted = {name: value for name, value in filters.items() if name != "currency"}
        return filtered(connection, part, scope, own, since=first, wanted=wanted)
    scope = next((f"{name}:{value}" for name, value in filters.items()), "all")
    c = DAILY.c
    query = select(DAILY).where(c.part == part, c.scope == scope, c.day.between(first, last))
    return [dict(row) for row in connection.execute(query).mappings()]


def _first_day(connection: Connection, part: str) -> date | None:
    day: date | None = connection.execute(
        select(func.min(DAILY.c.day)).where(DAILY.c.part == part, DAILY.c.scope == "all")
    ).scalar()
    return day


def _last_day(connection: Connection) -> date | None:
    day: date | None = connection.execute(select(func.max(OBSERVED.c.day))).scalar()
    return day


def _days(
    part: str, rows: Mapping[date, dict[str, Any]], observed: set[date], first: date, last: date, own: str,
    shown: str, rates: DatedRates | None,
) -> Iterable[DayFigures]:  # fmt: skip
    """One DayFigures a calendar day; on an observed day without a row nobody offered the part."""
    for number in range((last - first).days + 1 if first <= last else 0):
        day = first + timedelta(days=number)
        row = rows.get(day)
        if row is None:
            yield DayFigures(part, day, 0, observed=day in observed)
            continue
        amounts: dict[str, Any] = {
            name: _money(row[name], row["currency"] if row["currency"] == own else own, shown, day, rates)
            for name in _AMOUNTS
        }
        counts = {name: row[name] for name in ("n", "new", "gone", "sold", "unbelieved")}
        yield DayFigures(part, day, observed=day in observed, **counts, **amounts)


def _money(minor: int | None, own: str, shown: str, day: date, rates: DatedRates | None) -> Money | None:
    if minor is None or rates is None:
        return None if minor is None else Money(minor, own)
    converted = rates.convert(minor, own, shown, day)
    return None if converted is None else Money(converted, shown)


def _notes(connection: Connection, part: str, last: date) -> tuple[str, ...]:
    """What a reader must know: sources not read lately, prices that could not be converted."""
    notes = []
    newest = select(OBSERVED.c.marketplace, func.max(OBSERVED.c.day)).group_by(OBSERVED.c.marketplace)
    for marketplace, day in connection.execute(newest.order_by(OBSERVED.c.marketplace)):
        if last != date.min and last - day > _STALE:
            notes.append(
                Said(
                    "%(source)s was last read on %(day)s: its offers count as open since then",
                    source=marketplace,
                    day=day,
                )
            )
    c = DAILY.c
    lost = connection.execute(
        select(c.unconverted).where(c.part == part, c.scope == "all", c.day <= last).order_by(c.day.desc()).limit(1)
    ).scalar()
    if lost:
        notes.append(
            Said("%(n)s prices are in a currency without an exchange rate: counted, in no other figure", n=lost)
        )
    return tuple(notes)


def _elsewhere(connection: Connection, part: str) -> tuple[PastPrice, ...]:
    """Imported past prices, oldest first, in the currency that they were told in."""
    c = _EXTERNAL.c
    rows = connection.execute(select(_EXTERNAL).where(c.part == part).order_by(c.day, c.source, c.price_minor))
    return tuple(
        PastPrice(row.day, Money(row.price_minor, row.price_currency), row.source, row.condition, row.note)
        for row in rows
    )
