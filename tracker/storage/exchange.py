"""Dated exchange rates: kept once, and looked up by the day of the price."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, func, select

from tracker.domain.money import Money, NoRateError, Rates
from tracker.storage import tables
from tracker.storage.bulk import insert_new, table

FX = table(tables.FxRate)


class DatedRates:
    """All rates that are kept. A day takes the newest ones up to it, a day before all of them the oldest."""

    def __init__(self, by_day: dict[date, Rates]) -> None:
        self._days = sorted(by_day)
        self._by_day = by_day

    def on(self, day: date) -> Rates | None:
        """The rates for a price of `day`; None where none were ever kept."""
        if not self._days:
            return None
        return self._by_day[self._days[max(0, bisect_right(self._days, day) - 1)]]

    def convert(self, minor: int, source: str, target: str, day: date) -> int | None:
        """`minor` units of `source` in those of `target` at the day's rate; None where a rate is unknown."""
        if source == target:
            return minor
        rates = self.on(day)
        try:
            return rates.convert(Money(minor, source), target).minor if rates else None
        except (NoRateError, ValueError):
            return None


def load_rates(connection: Connection) -> DatedRates:
    """All kept rates."""
    by_day: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for day, currency, per_eur in connection.execute(select(FX.c.day, FX.c.currency, FX.c.per_eur)):
        by_day[day][currency] = Decimal(per_eur)
    return DatedRates({day: Rates(day, per_eur) for day, per_eur in by_day.items()})


def save_rates(connection: Connection, rates: Rates) -> bool:
    """Keep a day's rates. Returns whether that day was new; the first word on a day stands."""
    if connection.execute(select(FX.c.day).where(FX.c.day == rates.day).limit(1)).first():
        return False
    insert_new(
        connection,
        FX,
        [{"day": rates.day, "currency": name, "per_eur": str(per_eur)} for name, per_eur in rates.per_eur.items()],
    )
    return True


def converted_since(connection: Connection, day: date) -> date:
    """The first day whose prices the rates of `day` convert: days before the oldest rates take the oldest."""
    oldest = connection.execute(select(func.min(FX.c.day))).scalar()
    return date.min if oldest == day else day
