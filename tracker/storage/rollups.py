"""The daily figures of each part: rolled up from listings and observations, in part or (the same) as a whole.

A listing is open on a day when the observation in force at the day's end says so: first_seen ≤ day < gone_at, gaps left
out. Only observed days are counted; a sale counts on the day that the marketplace names.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from tracker.storage import tables
from tracker.storage.bulk import chunks, insert_new, insert_rows, table
from tracker.storage.exchange import FX, DatedRates, load_rates
from tracker.storage.listings import LISTING, observations
from tracker.storage.locks import lock_figures
from tracker.storage.tally import Days, Tally, figures

DAILY = table(tables.Daily)
OBSERVED = table(tables.ObservedDay)
_PART_CHUNK = 8  # parts in memory at once in a rebuild


class Dirty(dict[str, date]):
    """Each part whose figures may be others now, and since which UTC day."""

    def add(self, part: str | None, day: date) -> None:
        """Figures of `part` (None: of nothing) may be others since `day`."""
        if part is not None:
            self[part] = min(day, self.get(part, day))


def mark_observed(connection: Connection, days: Iterable[tuple[str, date]]) -> set[date]:
    """Note that marketplaces were read on these days. Returns the days that no marketplace had been read on."""
    days = sorted(set(days))
    rows = [{"marketplace": marketplace, "day": day} for marketplace, day in days]
    wanted = {day for _, day in days}
    known = set(connection.execute(select(OBSERVED.c.day).where(OBSERVED.c.day.in_(wanted))).scalars())
    insert_new(connection, OBSERVED, rows)
    return wanted - known


def first_converted(connection: Connection, day: date) -> set[date]:
    """The first day whose figures the newly kept exchange rates of `day` may change; empty where there is none."""
    # Days before the oldest rates take the oldest: new oldest ones concern them too.
    oldest = connection.execute(select(func.min(FX.c.day))).scalar()
    bounds = select(func.min(DAILY.c.day), func.max(DAILY.c.day))
    first, last = connection.execute(bounds).one()
    if first is not None and oldest == day:
        return {first}
    return set() if first is None or last < day else {max(day, first)}


def refresh(connection: Connection, currency: str, changed: Mapping[str, date], new_days: Iterable[date] = ()) -> None:
    """Compute again what may have changed: each part's figures since its day, and all parts' on new days."""
    lock_figures(connection)
    since = dict(changed)
    for first in sorted(new_days)[:1]:
        for part in _parts_open(connection, first):
            since[part] = min(first, since.get(part, first))
    if not since:
        return
    observed = tuple(connection.execute(select(OBSERVED.c.day).distinct().order_by(OBSERVED.c.day)).scalars())
    last = observed[-1] if observed else date.min
    rates = load_rates(connection)
    recent = sorted(part for part, day in since.items() if day >= last)
    older = sorted(since.keys() - set(recent))
    for some in chunks(recent):
        _roll_up(connection, currency, rates, some, Days((last,), last), with_past=False)
    for some in chunks(older, _PART_CHUNK):
        first = min(since[part] for part in some)
        days = Days(tuple(day for day in observed if day >= first), first)
        _roll_up(connection, currency, rates, some, days, with_past=True)


def rebuild(connection: Connection, currency: str) -> None:
    """Compute all figures anew."""
    connection.execute(delete(DAILY))
    parts = connection.execute(select(LISTING.c.price_part).distinct().where(LISTING.c.price_part.is_not(None)))
    refresh(connection, currency, dict.fromkeys(parts.scalars().all(), date.min))


def _parts_open(connection: Connection, day: date) -> list[str]:
    query = select(LISTING.c.price_part).distinct().where(LISTING.c.price_part.is_not(None), LISTING.c.end_day >= day)
    return list(connection.execute(query).scalars())


def _roll_up(
    connection: Connection, currency: str, rates: DatedRates, parts: Sequence[str], days: Days, *, with_past: bool
) -> None:
    """Write the figures of `parts` since `days.since`. Without the past, what a listing asks now is taken for all days."""
    listings = _listings(connection, parts, days.since)
    past = observations(connection, [row["id"] for row in listings]) if with_past else {}
    tally = Tally(currency, rates, days)
    for row in listings:
        tally.add(row, past[row["id"]] if with_past else None)
    connection.execute(delete(DAILY).where(DAILY.c.part.in_(parts), DAILY.c.day >= days.since))
    insert_rows(connection, DAILY, [figures(key, bucket, currency) for key, bucket in tally.buckets.items()])


def _listings(
    connection: Connection, parts: Sequence[str], since: date, *filters: ColumnElement[bool]
) -> list[dict[str, Any]]:
    c = LISTING.c
    columns = (c.id, c.price_part, c.units, c.marketplace, c.country, c.first_seen, c.gone_at, c.sold_at, c.line_id,
               c.relisted, c.price_minor, c.price_currency, c.price_kind, c.shipping_minor, c.shipping_currency,
               c.condition)  # fmt: skip
    query = select(*columns).where(c.price_part.in_(parts), c.end_day >= since, *filters)
    # Plain dicts: a RowMapping is ten times slower to read from, and each row is read thirty times.
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]


def filtered(
    connection: Connection, part: str, scope: str, currency: str, *, since: date, marketplace: str | None,
    country: str | None, condition: str | None,
) -> list[dict[str, Any]]:  # fmt: skip
    """The daily figures over several filters at once, which no roll-up holds: computed from listings, so slower."""
    filters = [LISTING.c.marketplace == marketplace] if marketplace else []
    if country:
        filters.append(LISTING.c.country == country)
    days = Days(tuple(observed_days(connection, since, date.max, marketplace)), since)
    tally = Tally(currency, load_rates(connection), days, condition)
    listings = _listings(connection, [part], since, *filters)
    past = observations(connection, [row["id"] for row in listings])
    for row in listings:
        tally.add(row, past[row["id"]])
    return [figures(key, bucket, currency) for key, bucket in tally.buckets.items() if key[1] == scope]


def observed_days(connection: Connection, since: date, until: date, marketplace: str | None = None) -> list[date]:
    """The days on which `marketplace` (None: any) was read, ascending."""
    query = select(OBSERVED.c.day).distinct().where(OBSERVED.c.day.between(since, until)).order_by(OBSERVED.c.day)
    if marketplace:
        query = query.where(OBSERVED.c.marketplace == marketplace)
    return list(connection.execute(query).scalars())
