"""The daily figures of each part: rolled up from listings and observations, in part or (the same) as a whole.

A listing is open on a day when the observation in force at the day's end says so: first_seen ≤ day < gone_at, gaps left
out. Only observed days are counted; a sale counts on the day that the marketplace names.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, text

from tracker.storage import tables
from tracker.storage.bulk import chunks, insert_new, table
from tracker.storage.exchange import FX, DatedRates, load_rates
from tracker.storage.figures import half_even, quantile, summary
from tracker.storage.listings import LISTING, observations

DAILY = table(tables.Daily)
OBSERVED = table(tables.ObservedDay)
_LOCK = 0x52534456  # "RSDV": on PostgreSQL one process at a time rolls up, after its own writes
_ASKED_KINDS = frozenset(("fixed", "negotiable"))
_SOLD_KINDS = _ASKED_KINDS | {"auction"}
_PART_CHUNK = 8  # parts in memory at once in a rebuild


@dataclass(slots=True)
class _Bucket:
    """What is gathered for one part, scope and day."""

    prices: list[int] = field(default_factory=list)
    sold_prices: list[int] = field(default_factory=list)
    unconverted: int = 0
    new: int = 0
    gone: int = 0
    sold: int = 0


@dataclass(frozen=True, slots=True)
class _Days:
    """The days to compute, ascending: those observed, and the first of all (sales may fall between)."""

    observed: tuple[date, ...]
    since: date

    def within(self, start: date, stop: date) -> Iterator[date]:
        """The observed days from `start` to the day before `stop`."""
        return (day for day in self.observed if start <= day < stop)


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


def days_since(connection: Connection, day: date) -> set[date]:
    """The observed days whose prices an exchange rate of `day` may convert."""
    # Days before the oldest rate take the oldest: a new oldest one concerns them too.
    oldest = connection.execute(select(func.min(FX.c.day))).scalar()
    query = select(OBSERVED.c.day).distinct()
    return set(connection.execute(query if oldest == day else query.where(OBSERVED.c.day >= day)).scalars())


def refresh(connection: Connection, currency: str, changed: Mapping[str, date], new_days: Iterable[date] = ()) -> None:
    """Compute again what may have changed: each part's figures since its day, and all parts' on new days."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
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
        _roll_up(connection, currency, rates, some, _Days((last,), last), with_past=False)
    for some in chunks(older, _PART_CHUNK):
        first = min(since[part] for part in some)
        days = _Days(tuple(day for day in observed if day >= first), first)
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
    connection: Connection, currency: str, rates: DatedRates, parts: Sequence[str], days: _Days, *, with_past: bool
) -> None:
    """Write the figures of `parts` since `days.since`. Without the past, what a listing asks now is taken for all days."""
    buckets: dict[tuple[str, str, date], _Bucket] = {}
    listings = _listings(connection, parts, days.since)
    past = observations(connection, [row["id"] for row in listings]) if with_past else {}
    tally = _Tally(currency, rates, days, buckets)
    for row in listings:
        tally.add(row, past[row["id"]] if with_past else None)
    connection.execute(delete(DAILY).where(DAILY.c.part.in_(parts), DAILY.c.day >= days.since))
    rows = [_figures(key, bucket, currency) for key, bucket in buckets.items()]
    if rows:
        connection.execute(insert(DAILY), rows)


def _listings(connection: Connection, parts: Sequence[str], since: date) -> Sequence[RowMapping]:
    c = LISTING.c
    columns = (c.id, c.price_part, c.units, c.marketplace, c.country, c.first_seen, c.gone_at, c.sold_at, c.line_id,
               c.relisted, c.price_minor, c.price_currency, c.price_kind, c.shipping_minor, c.shipping_currency,
               c.condition)  # fmt: skip
    query = select(*columns).where(c.price_part.in_(parts), c.end_day >= since)
    return connection.execute(query).mappings().all()


class _Tally:
    """Puts listings into the buckets of the days that they were open, new, gone or sold on."""

    def __init__(
        self, currency: str, rates: DatedRates, days: _Days, buckets: dict[tuple[str, str, date], _Bucket]
    ) -> None:
        self._currency = currency
        self._rates = rates
        self._days = days
        self._observed = frozenset(days.observed)
        self._buckets = buckets

    def add(self, row: RowMapping, past: Sequence[RowMapping] | None) -> None:
        """Count one listing."""
        begin, ended = row["first_seen"].date(), row["gone_at"]
        end_day = ended.date() if ended else date.max
        if past is None:
            for day in self._days.within(begin, end_day):
                self._open(row, row, day)
        else:
            self._open_days(row, past)
        seen_open = ended is None or row["first_seen"] < ended
        if seen_open and row["line_id"] is None and begin in self._observed:
            self._event(row, past, begin, "new")
        if ended and seen_open and not row["relisted"] and end_day in self._observed:
            self._event(row, past, end_day, "gone")
        if row["sold_at"] and row["sold_at"].date() >= self._days.since:
            self._sold(row, row["sold_at"].date())

    def _open_days(self, row: RowMapping, past: Sequence[RowMapping]) -> None:
        for asked, following in zip(past, [*past[1:], None], strict=True):
            if asked["available"]:
                stop = following["at"].date() if following else date.max
                for day in self._days.within(asked["at"].date(), stop):
                    self._open(row, asked, day)

    def _open(self, row: RowMapping, asked: RowMapping, day: date) -> None:
        if not _counts(asked):
            return
        price = self._unit_price(row["units"], asked, day, self._currency)
        for bucket in self._scopes(row, asked, day):
            if price is None:
                bucket.unconverted += 1
            else:
                bucket.prices.append(price)
        own = self._unit_price(row["units"], asked, day, asked["price_currency"])
        if own is not None:
            self._bucket(row["price_part"], f"currency:{asked['price_currency']}", day).prices.append(own)

    def _event(self, row: RowMapping, past: Sequence[RowMapping] | None, day: date, name: str) -> None:
        asked = row if past is None else _in_force(past, day)
        if not _counts(asked):
            return
        for bucket in (*self._scopes(row, asked, day), self._own(row, asked, day)):
            setattr(bucket, name, getattr(bucket, name) + 1)

    def _sold(self, row: RowMapping, day: date) -> None:
        if row["price_kind"] not in _SOLD_KINDS or row["price_minor"] is None:
            return
        price = self._unit_price(row["units"], row, day, self._currency)
        own = self._unit_price(row["units"], row, day, row["price_currency"])
        in_scope = [(bucket, price) for bucket in self._scopes(row, row, day)]
        for bucket, amount in (*in_scope, (self._own(row, row, day), own)):
            bucket.sold += 1
            if amount is not None:
                bucket.sold_prices.append(amount)

    def _unit_price(self, units: int, asked: RowMapping, day: date, currency: str) -> int | None:
        """One unit's price with shipping where known, or None where a rate is missing."""
        price = self._rates.convert(asked["price_minor"], asked["price_currency"], currency, day)
        if price is None:
            return None
        if asked["shipping_minor"]:
            price += self._rates.convert(asked["shipping_minor"], asked["shipping_currency"], currency, day) or 0
        return price if units == 1 else half_even(price, units)

    def _scopes(self, row: RowMapping, asked: RowMapping, day: date) -> list[_Bucket]:
        part = row["price_part"]
        names = ["all", f"marketplace:{row['marketplace']}", f"condition:{asked['condition']}"]
        if row["country"]:
            names.append(f"country:{row['country']}")
        return [self._bucket(part, name, day) for name in names]

    def _own(self, row: RowMapping, asked: RowMapping, day: date) -> _Bucket:
        return self._bucket(row["price_part"], f"currency:{asked['price_currency']}", day)

    def _bucket(self, part: str, scope: str, day: date) -> _Bucket:
        return self._buckets.setdefault((part, scope, day), _Bucket())


def _counts(asked: RowMapping) -> bool:
    return (
        asked["price_minor"] is not None and asked["price_kind"] in _ASKED_KINDS and asked["condition"] != "for_parts"
    )


def _in_force(past: Sequence[RowMapping], day: date) -> RowMapping:
    stop = datetime.combine(day + timedelta(days=1), time(), UTC)
    before = [asked for asked in past if asked["at"] < stop]
    return before[-1] if before else past[0]


def _figures(key: tuple[str, str, date], bucket: _Bucket, currency: str) -> dict[str, Any]:
    part, scope, day = key
    own = scope.removeprefix("currency:") if scope.startswith("currency:") else currency
    sold = sorted(bucket.sold_prices)
    return {
        "part": part, "scope": scope, "day": day, "currency": own, "n": len(bucket.prices) + bucket.unconverted,
        **summary(bucket.prices), "new": bucket.new, "gone": bucket.gone, "sold": bucket.sold,
        "sold_median": quantile(sold, 50), "unconverted": bucket.unconverted,
    }  # fmt: skip


def latest_day(connection: Connection) -> date | None:
    """The last day on which anything was observed."""
    day: date | None = connection.execute(select(func.max(OBSERVED.c.day))).scalar()
    return day
