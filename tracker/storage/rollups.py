"""The daily figures of each part: rolled up from listings and observations, in part or (the same) as a whole.

A listing is open on a day when the observation in force at the day's end says so: first_seen ≤ day < gone_at, gaps left
out. Only observed days are counted; a sale counts on the day that the marketplace names.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, delete, exists, func, literal_column, select

from tracker.domain.match import line_of
from tracker.storage import tables
from tracker.storage.bulk import chunks, insert_new, insert_rows, table
from tracker.storage.column_types import OPEN_END
from tracker.storage.exchange import FX, DatedRates, load_rates
from tracker.storage.listings import LISTING, observations
from tracker.storage.locks import lock_history
from tracker.storage.tally import ASKED_KINDS, NOT_WORKING, Days, Place, Tally, counts

DAILY = table(tables.Daily)
OBSERVED = table(tables.ObservedDay)
_PART_CHUNK = 8  # parts in memory at once in a rebuild


class Dirty(dict[str, date]):
    """Each part whose figures may be others now, and since which UTC day."""

    def add(self, part: str | None, day: date) -> None:
        """Figures of `part` (None: of nothing) may be others since `day`."""
        if part is not None:
            self[part] = min(day, self.get(part, day))

    def add_life(self, listing: Mapping[str, Any], *parts: str | None) -> None:
        """All figures of `parts` that a listing ever counted in may be others: from its first day, or a sale before it."""
        first_seen, sold_at = listing["first_seen"], listing["sold_at"]
        for part in parts:
            self.add(part, min(first_seen, sold_at or first_seen).date())


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
    """Compute again what may have changed: each part's figures since its day, and all parts' on new days.

    The caller holds `lock_history` or `lock_everything`.
    """
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
        _keep(connection, some, last, _newest(connection, currency, rates, some, last))
    for some in chunks(older, _PART_CHUNK):
        first = min(since[part] for part in some)
        days = Days(tuple(day for day in observed if day >= first), first)
        _keep(connection, some, first, _whole(connection, currency, rates, some, days))


def rebuild(connection: Connection, currency: str) -> None:
    """Compute all figures anew."""
    lock_history(connection)
    connection.execute(delete(DAILY))
    refresh(connection, currency, dict.fromkeys(_parts_open(connection, date.min), date.min))


def _parts_open(connection: Connection, day: date) -> list[str]:
    """The parts with a listing open on `day` or later, from one to the next by the index, however many listings each has."""
    part = LISTING.c.price_part
    known = select(func.min(part).label("part")).cte("known", recursive=True)
    following = select(func.min(part)).where(part > known.c.part).scalar_subquery()
    known = known.union_all(select(following).where(known.c.part.is_not(None)))
    is_open = exists().where(part == known.c.part, LISTING.c.end_day >= day)
    return list(connection.execute(select(known.c.part).where(known.c.part.is_not(None), is_open)).scalars())


def _keep(connection: Connection, parts: Sequence[str], since: date, tally: Tally) -> None:
    """Put the figures of `parts` since a day in place of those kept."""
    connection.execute(delete(DAILY).where(DAILY.c.part.in_(parts), DAILY.c.day >= since))
    insert_rows(connection, DAILY, list(tally.figures()))


def _whole(
    connection: Connection,
    currency: str,
    rates: DatedRates,
    parts: Sequence[str],
    days: Days,
    *only: ColumnElement[bool],
) -> Tally:
    """Listings with all that they ever asked, counted into `days`."""
    listings = _listings(connection, parts, LISTING.c.end_day >= days.since, *only)
    past = observations(connection, [row["id"] for row in listings])
    tally = Tally(currency, rates, days)
    for row in listings:
        tally.add(row, past[row["id"]])
    return tally


def _newest(connection: Connection, currency: str, rates: DatedRates, parts: Sequence[str], day: date) -> Tally:
    """The newest day: what open listings ask now, and those that ended on it. Reads one narrow index, not their past."""
    tally = Tally(currency, rates, Days((day,), day))
    for group in connection.execute(_open_now(connection, parts, day)):
        place = Place(group.price_part, day, group.marketplace, group.country, group.condition, group.price_currency)
        shipping = _numbers(group.shippings)
        if group.shipping_currency not in (None, group.price_currency):
            shipping = [rates.convert(s, group.shipping_currency, group.price_currency, day) or 0 for s in shipping]
        tally.add_group(place, group.units, map(add, _numbers(group.prices), shipping), new=group.new)
    for row in _listings(connection, parts, LISTING.c.end_day >= day, LISTING.c.end_day < OPEN_END):
        if row["end_day"] > day and counts(row):
            tally.add_open(row, row, day)
        tally.add_events(row)
    return tally


def _open_now(connection: Connection, parts: Sequence[str], day: date) -> Select[Any]:
    """The open offers of `parts` by what they share: their prices and shippings as arrays, and how many began on `day`."""
    c = LISTING.c
    shared = (c.price_part, c.marketplace, c.country, c.condition, c.price_currency, c.shipping_currency, c.units)
    is_new = (c.first_seen >= datetime.combine(day, time(), UTC)) & c.line_id.is_(None)
    array = func.json_group_array if connection.dialect.name == "sqlite" else func.array_agg
    return (
        select(
            *shared,
            array(c.price_minor).label("prices"),
            array(func.coalesce(c.shipping_minor, 0)).label("shippings"),
            func.sum(case((is_new, 1), else_=0)).label("new"),
        )
        .where(
            c.price_part.in_(parts),
            c.end_day == literal_column(f"'{OPEN_END}'"),  # spelt out: the index is of the open ones alone
            c.price_kind.in_(ASKED_KINDS),
            c.price_minor.is_not(None),
            c.condition != NOT_WORKING,
        )
        .group_by(*shared)
    )


def _numbers(array: str | list[int]) -> list[int]:
    numbers: list[int] = json.loads(array) if isinstance(array, str) else array
    return numbers


def _listings(connection: Connection, parts: Sequence[str], *conditions: ColumnElement[bool]) -> list[dict[str, Any]]:
    c = LISTING.c
    columns = (c.id, c.price_part, c.units, c.marketplace, c.country, c.first_seen, c.gone_at, c.end_day, c.sold_at,
               c.line_id, c.relisted, c.price_minor, c.price_currency, c.price_kind, c.shipping_minor,
               c.shipping_currency, c.condition)  # fmt: skip
    query = select(*columns).where(c.price_part.in_(parts), *conditions)
    # Plain dicts: a RowMapping is ten times slower to read from, and each row is read thirty times.
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]


def filtered(
    connection: Connection, part: str, scope: str, currency: str, *, since: date, wanted: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The daily figures of a scope over filters that no roll-up holds: from listings, so slower.

    `wanted` are a marketplace, country or condition, and a model.
    """
    days = Days(tuple(observed_days(connection, since, date.max, wanted.get("marketplace"))), since)
    place = {name: value for name, value in wanted.items() if name != "model"}
    only = [LISTING.c.sells == line_of(part, wanted["model"])] if "model" in wanted else []
    tally = _whole(connection, currency, load_rates(connection), [part], days, *only)
    return list(tally.filtered(scope, place))


def observed_days(connection: Connection, since: date, until: date, marketplace: str | None = None) -> list[date]:
    """The days on which `marketplace` (None: any) was read, ascending."""
    query = select(OBSERVED.c.day).distinct().where(OBSERVED.c.day.between(since, until)).order_by(OBSERVED.c.day)
    if marketplace:
        query = query.where(OBSERVED.c.marketplace == marketplace)
    return list(connection.execute(query).scalars())
