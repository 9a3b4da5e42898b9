"""Listings counted into the days that they were open, new, gone or sold on: pure, over rows as stored."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tracker.storage.exchange import DatedRates
from tracker.storage.figures import half_even, quantile, summary

_ASKED_KINDS = frozenset(("fixed", "negotiable"))
_SOLD_KINDS = _ASKED_KINDS | {"auction"}
Row = Mapping[str, Any]
BucketKey = tuple[str, str, date]  # part, scope, day


@dataclass(slots=True)
class Bucket:
    """What is gathered for one part, scope and day."""

    prices: list[int] = field(default_factory=list)
    sold_prices: list[int] = field(default_factory=list)
    unconverted: int = 0
    new: int = 0
    gone: int = 0
    sold: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """The days to compute, ascending: those observed, and the first of all (sales may fall between)."""

    observed: tuple[date, ...]
    since: date

    def within(self, start: date, stop: date) -> tuple[date, ...]:
        """The observed days from `start` to the day before `stop`."""
        return self.observed[bisect_left(self.observed, start) : bisect_left(self.observed, stop)]


class Tally:
    """Puts listings into the buckets of the days that they were open, new, gone or sold on."""

    def __init__(self, currency: str, rates: DatedRates, days: Days, condition: str | None = None) -> None:
        self._currency = currency
        self._condition = condition
        self._rates = rates
        self._days = days
        self._observed = frozenset(days.observed)
        self.buckets: dict[BucketKey, Bucket] = {}
        self._known: dict[tuple[Any, ...], tuple[Bucket, ...]] = {}

    def add(self, row: Row, past: Sequence[Row] | None) -> None:
        """Count one listing; one without observations (a damaged database) counts for nothing."""
        if past is not None and not past:
            return
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

    def _open_days(self, row: Row, past: Sequence[Row]) -> None:
        for asked, following in zip(past, [*past[1:], None], strict=True):
            if asked["available"]:
                stop = following["at"].date() if following else date.max
                for day in self._days.within(asked["at"].date(), stop):
                    self._open(row, asked, day)

    def _open(self, row: Row, asked: Row, day: date) -> None:
        if not self._counts(asked):
            return
        price = self._unit_price(row["units"], asked, day, self._currency)
        *scopes, asked_in = self._scopes(row, asked, day)
        for bucket in scopes:
            if price is None:
                bucket.unconverted += 1
            else:
                bucket.prices.append(price)
        if asked["price_currency"] != self._currency:
            price = self._unit_price(row["units"], asked, day, asked["price_currency"])
        if price is not None:
            asked_in.prices.append(price)

    def _event(self, row: Row, past: Sequence[Row] | None, day: date, name: str) -> None:
        asked = row if past is None else _in_force(past, day)
        if not self._counts(asked):
            return
        for bucket in self._scopes(row, asked, day):
            setattr(bucket, name, getattr(bucket, name) + 1)

    def _sold(self, row: Row, day: date) -> None:
        if row["price_kind"] not in _SOLD_KINDS or row["price_minor"] is None:
            return
        if self._condition not in (None, row["condition"]):
            return
        price = self._unit_price(row["units"], row, day, self._currency)
        own = self._unit_price(row["units"], row, day, row["price_currency"])
        *scopes, asked_in = self._scopes(row, row, day)
        for bucket, amount in (*((bucket, price) for bucket in scopes), (asked_in, own)):
            bucket.sold += 1
            if amount is not None:
                bucket.sold_prices.append(amount)

    def _unit_price(self, units: int, asked: Row, day: date, currency: str) -> int | None:
        """One unit's price with shipping where known, or None where a rate is missing."""
        price = self._rates.convert(asked["price_minor"], asked["price_currency"], currency, day)
        if price is None:
            return None
        if asked["shipping_minor"]:
            price += self._rates.convert(asked["shipping_minor"], asked["shipping_currency"], currency, day) or 0
        return price if units == 1 else half_even(price, units)

    def _counts(self, asked: Row) -> bool:
        condition = asked["condition"]
        return (
            asked["price_minor"] is not None
            and asked["price_kind"] in _ASKED_KINDS
            and condition != "for_parts"
            and self._condition in (None, condition)
        )

    def _scopes(self, row: Row, asked: Row, day: date) -> tuple[Bucket, ...]:
        """The buckets in the user's currency, and last the one of the currency that is asked."""
        key = (row["price_part"], day, row["marketplace"], row["country"], asked["condition"], asked["price_currency"])
        found = self._known.get(key)
        if found is None:
            part, _, marketplace, country, condition, currency = key
            names = ["all", f"marketplace:{marketplace}", f"condition:{condition}"]
            names += [f"country:{country}"] if country else []
            found = tuple(self._bucket(part, name, day) for name in (*names, f"currency:{currency}"))
            self._known[key] = found
        return found

    def _bucket(self, part: str, scope: str, day: date) -> Bucket:
        key = (part, scope, day)
        bucket = self.buckets.get(key)
        if bucket is None:
            bucket = self.buckets[key] = Bucket()
        return bucket


def _in_force(past: Sequence[Row], day: date) -> Row:
    stop = datetime.combine(day + timedelta(days=1), time(), UTC)
    before = [asked for asked in past if asked["at"] < stop]
    return before[-1] if before else past[0]


def figures(key: BucketKey, bucket: Bucket, currency: str) -> dict[str, Any]:
    """One row of `daily`."""
    part, scope, day = key
    own = scope.removeprefix("currency:") if scope.startswith("currency:") else currency
    sold = sorted(bucket.sold_prices)
    return {
        "part": part, "scope": scope, "day": day, "currency": own, "n": len(bucket.prices) + bucket.unconverted,
        **summary(bucket.prices), "new": bucket.new, "gone": bucket.gone, "sold": bucket.sold,
        "sold_median": quantile(sold, 50), "unconverted": bucket.unconverted,
    }  # fmt: skip
