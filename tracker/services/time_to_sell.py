"""How long offers of a part stay: Kaplan-Meier over whole lines of relistings, the open ones censored."""

import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, true

from tracker.domain.history import TimeToSell
from tracker.domain.match import line_of
from tracker.domain.money import Money
from tracker.storage.engine import Database
from tracker.storage.exchange import DatedRates, load_rates
from tracker.storage.figures import half_even
from tracker.storage.listings import LISTING
from tracker.storage.rollups import OBSERVED

_HALF = 0.5
_LEAST = 8  # lines; below it, no curve worth telling
_DAY = timedelta(days=1)


def time_to_sell(
    database: Database,
    part: str,
    *,
    now: datetime,
    at_most: Money | None = None,
    model: str | None = None,
    weeks: int = 26,
) -> TimeToSell:
    """How long fixed-price offers of `part` that began in the last `weeks` stayed.

    Of those asking at most `at_most` a unit, and of one `model`, where given.

    An offer that was there when its marketplace was first read is left out: nobody knows since when. A relisting goes on
    where the earlier listing ended. Raises StorageError.
    """
    return Stays(database, part, now=now, model=model, weeks=weeks).below(at_most)


class Stays:
    """The offers of one part that `time_to_sell` looks at, read once for as many prices as are asked for."""

    def __init__(
        self, database: Database, part: str, *, now: datetime, model: str | None = None, weeks: int = 26
    ) -> None:
        self._rows, self._rates = _read(database, part, model, now - timedelta(weeks=weeks))
        self._by_price: dict[
            str, list[tuple[int, int]]
        ] = {}  # by currency: ascending prices, each with its row's place

    def below(self, at_most: Money | None) -> TimeToSell:
        """How long those stayed that asked at most so much a unit; None: all."""
        return _told(_lines(self._rows if at_most is None else self._asking(at_most)), at_most)

    def _asking(self, at_most: Money) -> list[Any]:
        currency = at_most.currency
        if currency not in self._by_price:
            self._by_price[currency] = sorted(self._priced(currency))
        prices = self._by_price[currency]
        cheap = prices[: bisect_right(prices, (at_most.minor, len(self._rows)))]
        return [self._rows[place] for place in sorted(place for _, place in cheap)]

    def _priced(self, currency: str) -> Iterator[tuple[int, int]]:
        for place, row in enumerate(self._rows):
            day = row["first_seen"].date()
            price = self._rates.convert(row["price_minor"], row["price_currency"], currency, day)
            if price is not None:
                yield half_even(price, row["units"]), place


def _told(lines: list[tuple[float, bool]], at_most: Money | None) -> TimeToSell:
    ended = sum(is_over for _, is_over in lines)
    found = TimeToSell(len(lines), ended, at_most=at_most)
    if len(lines) < _LEAST or not ended:
        return found
    from scipy.stats import CensoredData, ecdf

    lasted: Any = CensoredData(
        uncensored=[days for days, is_over in lines if is_over], right=[days for days, is_over in lines if not is_over]
    )
    curve = ecdf(lasted).sf
    with warnings.catch_warnings():
        # Where all are gone the formula has no variance: the bound is NaN there, and no day is read from it.
        warnings.simplefilter("ignore", RuntimeWarning)
        interval: Any = curve.confidence_interval(confidence_level=0.95)
    median, low, high = (
        _half_gone(step.quantiles, step.probabilities) for step in (curve, interval.low, interval.high)
    )
    return TimeToSell(len(lines), ended, median, low, high, at_most)


def _half_gone(days: Any, left: Any) -> float | None:
    """The first day by which no more than half are left."""
    return next((float(day) for day, share in zip(days, left, strict=True) if share <= _HALF), None)


def _read(database: Database, part: str, model: str | None, since: datetime) -> tuple[list[dict[str, Any]], DatedRates]:
    """The listings that began since then, by when they did, and the rates of their days."""
    c = LISTING.c
    columns = (c.id, c.line_id, c.marketplace, c.first_seen, c.last_seen, c.gone_at, c.units, c.price_minor,
               c.price_currency)  # fmt: skip
    query = select(*columns).where(
        c.price_part == part,
        true() if model is None else c.sells == line_of(part, model),
        c.price_kind.in_(("fixed", "negotiable")),
        c.last_seen >= since,
        c.price_minor.is_not(None),
    )
    with database.reading() as connection:
        first_days: dict[str, Any] = {}
        for marketplace, day in connection.execute(select(OBSERVED.c.marketplace, OBSERVED.c.day)):
            first_days[marketplace] = min(day, first_days.get(marketplace, day))
        rates = load_rates(connection)
        rows = [dict(row) for row in connection.execute(query.order_by(c.first_seen)).mappings()]
    known = [
        row for row in rows
        if row["first_seen"] >= since and row["first_seen"].date() != first_days.get(row["marketplace"])
    ]  # fmt: skip
    return known, rates


def _lines(rows: Iterable[dict[str, Any]]) -> list[tuple[float, bool]]:
    """(days, whether it is over) of each line."""
    lines: dict[int, list[Any]] = {}
    for row in rows:
        lines.setdefault(row["line_id"] or row["id"], []).append(row)
    return [
        _lasted(rows)
        for rows in lines.values()
        if (rows[-1]["gone_at"] or rows[-1]["last_seen"]) > rows[0]["first_seen"]
    ]


def _lasted(rows: list[Any]) -> tuple[float, bool]:
    gone_at = rows[-1]["gone_at"]
    return ((gone_at or rows[-1]["last_seen"]) - rows[0]["first_seen"]) / _DAY, gone_at is not None
