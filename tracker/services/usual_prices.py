"""The prices that a listing's own price is held against: what its parts were first asked for in the eight weeks up to its day.

Each listing whose words sell one working part adds what it first asked, on the day it was first seen, whatever is thought
of its price: so no verdict on a price depends on another one, the order of feeds does not matter, and a rematch comes to
what the ingests came to. What changes a history is seen by reading it before and after (`watched`), so no cause is forgotten.
"""

import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from tracker.domain.match import Decision, Kind, Reason
from tracker.domain.money import Money
from tracker.matching.price import is_no_price
from tracker.services.price_sense import Usual, calm_range, usual_of
from tracker.storage.bulk import chunks
from tracker.storage.exchange import DatedRates, load_rates
from tracker.storage.figures import half_even
from tracker.storage.listings import LISTING, OBSERVATION, PART
from tracker.storage.meta import recall
from tracker.storage.rollups import Dirty

WINDOW = timedelta(weeks=8)
ASKED_KINDS = ("fixed", "negotiable")
_c, _o = LISTING.c, OBSERVATION.c
WORKS = _c.defect.is_(False) & _c.match_wanted.is_(False) & _c.wanted.is_(False) & (_c.condition != "for_parts")
DOUBTED = (_c.decision == Decision.REVIEW.value) & (_c.reason == Reason.PRICE_OUT_OF_LINE.value)


class FirstAsked(NamedTuple):
    """What one listing adds to its part's history."""

    listing_id: int
    part: str
    units: int
    at: datetime
    price: int
    currency: str
    shipping: int | None
    shipping_currency: str | None


class UsualPrices:
    """The usual price of each part on any day, out of one database, in the currency of its daily figures."""

    def __init__(self, connection: Connection) -> None:
        self.currency = recall(connection, "currency") or "EUR"
        self._connection = connection
        self._rates: DatedRates = load_rates(connection)
        self._asked: dict[str, list[tuple[date, int]]] = {}
        self._known: dict[tuple[str, date], Usual | None] = {}
        self._calm: dict[tuple[str, date], tuple[int, int]] = {}

    def load(self, parts: Iterable[str], since: date) -> None:
        """Read the prices of these parts that days from `since` on look back on."""
        asked: dict[str, list[tuple[date, int]]] = defaultdict(list)
        start = since - WINDOW
        for some in chunks(sorted(set(parts))):
            for first in _of_parts(self._connection, some, start):
                day = first.at.date()
                price = self.asked(first.price, first.currency, first.shipping, first.shipping_currency, day)
                if price:
                    asked[first.part].append((day, price if first.units == 1 else half_even(price, first.units)))
        self._asked |= {part: sorted(prices) for part, prices in asked.items()}

    def usual(self, part: str, day: date) -> Usual | None:
        """What a part usually cost up to `day`; None where too little is known of it."""
        key = part, day
        if key not in self._known:
            prices = self._asked.get(part, [])
            first, last = bisect_left(prices, (day - WINDOW, 0)), bisect_right(prices, (day + timedelta(days=1), -1))
            self._known[key] = usual_of([price for _, price in prices[first:last]])
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


@contextmanager
def watched(connection: Connection, ids: Sequence[int], changed: Dirty) -> Iterator[None]:
    """Whatever is written to these listings meanwhile: the parts whose history it changes are added to `changed`."""
    before = set(_of_listings(connection, ids))
    yield
    for first in before ^ set(_of_listings(connection, ids)):
        changed.add(first.part, first.at.date())


def _of_parts(connection: Connection, parts: Sequence[str], start: date) -> Iterator[FirstAsked]:
    """By the indexes of what ended, and of what was decided, since `start`."""
    seen = _c.last_seen >= datetime.combine(start, time(), UTC)
    counted = (_c.price_part.in_(parts), _c.end_day >= start)
    yield from _first_asked(connection, counted, (PART.c.part.in_(parts), seen))


def _of_listings(connection: Connection, ids: Sequence[int]) -> Iterator[FirstAsked]:
    for some in chunks(ids):
        yield from _first_asked(connection, (_c.id.in_(some), _c.price_part.is_not(None)), (_c.id.in_(some),))


def _first_asked(
    connection: Connection, counted: Iterable[ColumnElement[bool]], kept_out: Iterable[ColumnElement[bool]]
) -> Iterator[FirstAsked]:
    """What listings first asked: those that count for a part, and those that only their price or a link keeps from it.

    One that now asks what is no price is left out, whatever it asked first: whether it counts depends on what is usual.
    """
    columns = (_c.first_seen, _o.price_minor, _o.price_currency, _o.shipping_minor, _o.shipping_currency,
               _c.price_minor, _c.price_currency)  # fmt: skip
    is_asked = (
        _o.available & _o.price_kind.in_(ASKED_KINDS) & _o.price_minor.is_not(None) & (_o.condition != "for_parts")
    )
    first = OBSERVATION, (_o.listing_id == _c.id) & (_o.at == _c.first_seen)
    is_copy = (_c.decision == Decision.ACCEPT.value) & _c.same_as.is_not(None)
    by_words = select(_c.id, PART.c.part, PART.c.qty, *columns).join_from(LISTING, PART, PART.c.listing_id == _c.id)
    by_words = by_words.where(_c.match_kind == Kind.PART.value, PART.c.position == 0, WORKS, *kept_out)
    queries = (
        select(_c.id, _c.price_part, _c.units, *columns).where(*counted),
        by_words.where(DOUBTED),
        by_words.where(is_copy),
    )
    for query in queries:
        for number, part, units, *price, now, now_currency in connection.execute(query.join(*first).where(is_asked)):
            found = FirstAsked(number, part, max(1, units), *price)
            own = found.price, found.currency
            is_other = now is not None and (now, now_currency) != own
            if not is_no_price(Money(*own), part) and not (is_other and is_no_price(Money(now, now_currency), part)):
                yield found
