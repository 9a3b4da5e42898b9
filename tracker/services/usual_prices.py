"""The prices that a listing's own price is held against: those of its parts in the eight weeks up to its day.

Each listing whose words sell one working part adds what it first asked, on the day it was first seen, whatever is thought
of its price: so no verdict on a price depends on another one, the order of feeds does not matter, and a rematch comes to
what the ingests came to. What was sold adds its last price on the day of the sale; where enough is sold, sales are the usual.
"""

import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from tracker.domain.match import Decision, Kind, Reason
from tracker.domain.money import Money
from tracker.matching.price import is_no_price
from tracker.services.price_sense import Usual, calm_range, usual_of
from tracker.storage.bulk import chunks
from tracker.storage.exchange import DatedRates, load_rates
from tracker.storage.figures import half_even
from tracker.storage.listings import LISTING, OBSERVATION, PART
from tracker.storage.meta import recall

WINDOW = timedelta(weeks=8)
ASKED_KINDS = ("fixed", "negotiable")
_SOLD_KINDS = (*ASKED_KINDS, "auction")


class UsualPrices:
    """The usual price of each part on any day, out of one database, in the currency of its daily figures."""

    def __init__(self, connection: Connection) -> None:
        self.currency = recall(connection, "currency") or "EUR"
        self._connection = connection
        self._rates: DatedRates = load_rates(connection)
        self._asked: dict[str, list[tuple[date, int]]] = {}
        self._sold: dict[str, list[tuple[date, int]]] = {}
        self._known: dict[tuple[str, date], Usual | None] = {}
        self._calm: dict[tuple[str, date], tuple[int, int]] = {}

    def load(self, parts: Iterable[str], since: date) -> None:
        """Read the prices of these parts that days from `since` on look back on."""
        start = since - WINDOW
        wanted = sorted(set(parts))
        asked, sold = _grouped(wanted), _grouped(wanted)
        for some in chunks(wanted):
            for prices, queries in ((asked, _first_asked(some, start)), (sold, _sales(some, start))):
                for query in queries:
                    self._add(prices, map(tuple, self._connection.execute(query)))
        self._asked |= {part: sorted(prices) for part, prices in asked.items()}
        self._sold |= {part: sorted(prices) for part, prices in sold.items()}

    def usual(self, part: str, day: date) -> Usual | None:
        """What a part usually cost up to `day`; None where too little is known of it."""
        key = part, day
        if key not in self._known:
            sold = usual_of(_within(self._sold.get(part, []), day), is_sold=True)
            self._known[key] = sold or usual_of(_within(self._asked.get(part, []), day))
        return self._known[key]

    def calm(self, part: str, day: date) -> tuple[int, int]:
        """Between which unit prices a part's price says nothing on a day."""
        key = part, day
        if key not in self._calm:
            usual = self.usual(part, day)
            self._calm[key] = calm_range(usual) if usual else (0, sys.maxsize)
        return self._calm[key]

    def asked(
        self, price: int, currency: str, shipping: int | None, shipping_currency: str | None, day: date
    ) -> int | None:
        """A price in the user's minor units, shipping included where known; None where a rate is missing."""
        own = price if currency == self.currency else self._rates.convert(price, currency, self.currency, day)
        if own is None or not shipping:
            return own
        if shipping_currency == self.currency:
            return own + shipping
        return own + (self._rates.convert(shipping, str(shipping_currency), self.currency, day) or 0)

    def _add(self, prices: dict[str, list[tuple[date, int]]], rows: Iterable[tuple[Any, ...]]) -> None:
        for part, units, at, minor, currency, shipping, shipping_currency in rows:
            day = at.date()
            price = self.asked(minor, currency, shipping, shipping_currency, day)
            if price and not is_no_price(Money(minor, currency), part):
                prices[part].append((day, price if units == 1 else half_even(price, max(1, units))))


def _grouped(parts: Iterable[str]) -> dict[str, list[tuple[date, int]]]:
    return defaultdict(list, {part: [] for part in parts})


def _within(prices: list[tuple[date, int]], day: date) -> list[int]:
    first, last = bisect_left(prices, (day - WINDOW, 0)), bisect_right(prices, (day + timedelta(days=1), -1))
    return [price for _, price in prices[first:last]]


def _first_asked(parts: Sequence[str], start: date) -> Iterator[Select[Any]]:
    """What listings first asked."""
    c, o = LISTING.c, OBSERVATION.c
    columns = (c.first_seen.label("at"), o.price_minor, o.price_currency, o.shipping_minor, o.shipping_currency)
    is_asked = o.available & o.price_kind.in_(ASKED_KINDS) & o.price_minor.is_not(None) & (o.condition != "for_parts")
    for query in _selling(parts, start, columns):
        yield query.join(OBSERVATION, (o.listing_id == c.id) & (o.at == c.first_seen)).where(is_asked)


def _sales(parts: Sequence[str], start: date) -> Iterator[Select[Any]]:
    """What was sold, at its last price."""
    c = LISTING.c
    columns = (c.sold_at.label("at"), c.price_minor, c.price_currency, c.shipping_minor, c.shipping_currency)
    for query in _selling(parts, start, columns):
        yield query.where(c.sold_at.is_not(None), c.price_minor.is_not(None), c.price_kind.in_(_SOLD_KINDS))


def _selling(parts: Sequence[str], start: date, columns: Sequence[ColumnElement[Any]]) -> Iterator[Select[Any]]:
    """The listings that count for a part, and those that only their price keeps from it."""
    c = LISTING.c
    priced = select(c.price_part.label("part"), c.units, *columns).select_from(LISTING)
    yield priced.where(c.price_part.in_(parts), c.end_day >= start)
    works = c.defect.is_(False) & c.wanted.is_(False) & (c.condition != "for_parts")
    is_doubted = (c.decision == Decision.REVIEW.value) & (c.reason == Reason.PRICE_OUT_OF_LINE.value)
    doubted = select(PART.c.part, PART.c.qty.label("units"), *columns).join_from(
        LISTING, PART, PART.c.listing_id == c.id
    )
    yield doubted.where(is_doubted, works, c.match_kind == Kind.PART.value, PART.c.part.in_(parts), c.end_day >= start)
