"""Listings counted into the days that they were open, new, gone or sold on: pure, over rows as stored."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any, NamedTuple

from tracker.storage.exchange import DatedRates
from tracker.storage.figures import floor_of, half_even, quantile, summary

ASKED_KINDS = ("fixed", "negotiable")
NOT_WORKING = "for_parts"
_SOLD_KINDS = (*ASKED_KINDS, "auction")
Row = Mapping[str, Any]


class Place(NamedTuple):
    """What offers of one day may differ in and still be counted together."""

    part: str
    day: date
    marketplace: str
    country: str | None
    condition: str
    currency: str  # that is asked

    def scopes(self) -> Iterator[str]:
        """The scopes that it counts in."""
        yield "all"
        yield f"marketplace:{self.marketplace}"
        yield f"condition:{self.condition}"
        yield f"currency:{self.currency}"
        if self.country:
            yield f"country:{self.country}"


@dataclass(slots=True)
class Cell:
    """What is gathered at one place: unit prices in the user's currency, and as they are asked."""

    prices: list[int] = field(default_factory=list)
    own_prices: list[int] = field(default_factory=list)
    sold_prices: list[int] = field(default_factory=list)
    own_sold_prices: list[int] = field(default_factory=list)
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
    """Puts listings into the cells of the days that they were open, new, gone or sold on."""

    def __init__(self, currency: str, rates: DatedRates, days: Days) -> None:
        self._currency = currency
        self._rates = rates
        self._days = days
        self._observed = frozenset(days.observed)
        self._cells: defaultdict[Place, Cell] = defaultdict(Cell)

    def add(self, row: Row, past: Sequence[Row]) -> None:
        """Count one listing with all its observations; one without any (a damaged database) counts for nothing."""
        if not past:
            return
        for asked, following in zip(past, [*past[1:], None], strict=True):
            if asked["available"] and counts(asked):
                stop = following["at"].date() if following else date.max
                for day in self._days.within(asked["at"].date(), stop):
                    self.add_open(row, asked, day)
        self.add_events(row, past)

    def add_open(self, row: Row, asked: Row, day: date) -> None:
        """Count one offer as open on a day, at what it asked then."""
        place = _place(row, asked, day)
        cell = self._cells[place]
        self._gather(cell.prices, cell.own_prices, place, [self._unit_price(row["units"], asked, day)])

    def add_group(self, place: Place, units: int, prices: Iterable[int], *, new: int) -> None:
        """Count offers open at one place that ask so much for `units` each; `new` of them are new."""
        cell = self._cells[place]
        cell.new += new
        own = list(prices) if units == 1 else [half_even(price, units) for price in prices]
        self._gather(cell.prices, cell.own_prices, place, own)

    def add_events(self, row: Row, past: Sequence[Row] | None = None) -> None:
        """Count one listing as new, gone and sold on those days; without a past, by what it asks now."""
        begin, ended = row["first_seen"].date(), row["gone_at"]
        seen_open = ended is None or row["first_seen"] < ended
        if seen_open and row["line_id"] is None and begin in self._observed:
            self._event(row, past, begin, "new")
        if ended and seen_open and not row["relisted"] and ended.date() in self._observed:
            self._event(row, past, ended.date(), "gone")
        if row["sold_at"] and row["sold_at"].date() >= self._days.since:
            self._sold(row, row["sold_at"].date())

    def figures(self) -> Iterator[dict[str, Any]]:
        """All rows of `daily`."""
        for part, day, market in self._markets():
            scopes: defaultdict[str, list[Cell]] = defaultdict(list)
            for place, cell in market:
                for scope in place.scopes():
                    scopes[scope].append(cell)
            floor = self._floor(market)
            for scope, cells in scopes.items():
                yield {"part": part, "scope": scope, "day": day, **self._row(scope, cells, floor, day)}

    def filtered(self, scope: str, wanted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The rows of one scope over the places that have the wanted marketplace, country or condition."""
        for part, day, market in self._markets():
            cells = [
                cell for place, cell in market
                if scope in place.scopes() and all(getattr(place, name) == value for name, value in wanted.items())
            ]  # fmt: skip
            if cells:
                yield {"part": part, "scope": scope, "day": day, **self._row(scope, cells, self._floor(market), day)}

    def _markets(self) -> Iterator[tuple[str, date, list[tuple[Place, Cell]]]]:
        markets: defaultdict[tuple[str, date], list[tuple[Place, Cell]]] = defaultdict(list)
        for place, cell in self._cells.items():
            markets[place.part, place.day].append((place, cell))
        yield from ((part, day, market) for (part, day), market in markets.items())

    def _floor(self, market: Iterable[tuple[Place, Cell]]) -> int:
        """What is too cheap is judged by the prices of the whole day."""
        return floor_of(_joined(cell.prices for _, cell in market))

    def _row(self, scope: str, cells: Sequence[Cell], floor: int, day: date) -> dict[str, Any]:
        """The figures of one scope: in the user's currency, or of what is asked in one currency, in that."""
        kind, _, currency = scope.partition(":")
        asked = sum(len(cell.own_prices) for cell in cells)
        if kind == "currency":
            prices, sold = _joined(cell.own_prices for cell in cells), _joined(cell.own_sold_prices for cell in cells)
            floor = self._rates.convert(floor, self._currency, currency, day) or 0
        else:
            prices, sold = _joined(cell.prices for cell in cells), _joined(cell.sold_prices for cell in cells)
            currency = self._currency
        return {
            "currency": currency, "n": asked, **summary(prices, floor), "new": sum(cell.new for cell in cells),
            "gone": sum(cell.gone for cell in cells), "sold": sum(cell.sold for cell in cells),
            "sold_median": quantile(sold, 50), "unconverted": asked - len(prices),
        }  # fmt: skip

    def _event(self, row: Row, past: Sequence[Row] | None, day: date, name: str) -> None:
        asked = row if past is None else _in_force(past, day)
        if counts(asked):
            cell = self._cells[_place(row, asked, day)]
            setattr(cell, name, getattr(cell, name) + 1)

    def _sold(self, row: Row, day: date) -> None:
        if row["price_kind"] in _SOLD_KINDS and row["price_minor"] is not None:
            place = _place(row, row, day)
            cell = self._cells[place]
            cell.sold += 1
            self._gather(cell.sold_prices, cell.own_sold_prices, place, [self._unit_price(row["units"], row, day)])

    def _gather(self, prices: list[int], own_prices: list[int], place: Place, own: list[int]) -> None:
        """Add unit prices in their own currency, and in the user's where the day's rate is known."""
        own_prices += own
        if place.currency == self._currency:
            prices += own
            return
        converted = (self._rates.convert(each, place.currency, self._currency, place.day) for each in own)
        prices += [price for price in converted if price is not None]

    def _unit_price(self, units: int, asked: Row, day: date) -> int:
        """One unit's price in the currency that is asked, with shipping where known."""
        price: int = asked["price_minor"]
        if asked["shipping_minor"]:
            price += self._rates.convert(
                asked["shipping_minor"], asked["shipping_currency"], asked["price_currency"], day
            ) or 0  # fmt: skip
        return price if units == 1 else half_even(price, units)


def counts(asked: Row) -> bool:
    """Whether what is asked counts as a working part's price."""
    return asked["price_minor"] is not None and asked["price_kind"] in ASKED_KINDS and asked["condition"] != NOT_WORKING


def _place(row: Row, asked: Row, day: date) -> Place:
    return Place(
        row["price_part"], day, row["marketplace"], row["country"], asked["condition"], asked["price_currency"]
    )


def _in_force(past: Sequence[Row], day: date) -> Row:
    stop = datetime.combine(day + timedelta(days=1), time(), UTC)
    before = [asked for asked in past if asked["at"] < stop]
    return before[-1] if before else past[0]


def _joined(prices: Iterable[list[int]]) -> list[int]:
    """All in order; each list is left in order, so that to join it again is to merge."""
    lists = list(prices)
    for each in lists:
        each.sort()
    return lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))
