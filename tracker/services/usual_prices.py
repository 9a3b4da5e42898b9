"""The prices that a listing's own price is held against: what its part was asked for last, up to the listing's day.

Each listing whose words sell one working part adds what it first asked, when it was first seen, whatever is thought of its
price: so no verdict on a price depends on another one, the order of feeds does not matter, and a rematch comes to what the
ingests came to. What changes a history is seen by reading it before and after (`watched`), so no cause is forgotten.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from tracker.domain.money import Money
from tracker.matching.price import is_no_price
from tracker.services.price_sense import Usual, calm_range, usual_of
from tracker.storage.bulk import chunks
from tracker.storage.exchange import DatedRates, load_rates
from tracker.storage.figures import half_even
from tracker.storage.listings import LISTING, OBSERVATION
from tracker.storage.meta import recall
from tracker.storage.rollups import Dirty

WINDOW = timedelta(weeks=8)
MOST = 50  # prices, the newest: a long history takes no longer to ask than a short one
ASKED_KINDS = ("fixed", "negotiable")
_c, _o = LISTING.c, OBSERVATION.c
_FIRST_ASKED = (
    select(_c.first_seen, _o.price_minor, _o.price_currency, _o.shipping_minor, _o.shipping_currency, _c.units)
    .join(OBSERVATION, (_o.listing_id == _c.id) & (_o.at == _c.first_seen))
    .where(_o.available, _o.price_kind.in_(ASKED_KINDS), _o.price_minor.is_not(None), _o.condition != "for_parts")
)
# Of those first seen at one moment the dearer ones: which they are must not depend on their numbers.
_NEWEST = (
    _FIRST_ASKED.where(_c.sells == bindparam("wanted"), _c.first_seen.between(bindparam("start"), bindparam("end")))
    .order_by(_c.first_seen.desc(), *(column.desc().nulls_last() for column in _FIRST_ASKED.selected_columns[1:]))
    .limit(MOST)
)


class UsualPrices:
    """The usual price of each part on any day, out of one database, in the currency of its daily figures."""

    def __init__(self, connection: Connection) -> None:
        self.currency = recall(connection, "currency") or "EUR"
        self._connection = connection
        self._rates: DatedRates = load_rates(connection)
        self._known: dict[tuple[str, date], Usual | None] = {}
        self._calm: dict[tuple[str, date], tuple[int, int]] = {}

    def usual(self, part: str, day: date) -> Usual | None:
        """What a part usually cost up to `day`, by the newest prices of eight weeks; None where too little is known of it."""
        key = part, day
        if key not in self._known:
            self._known[key] = usual_of(list(self._unit_prices(part, day)))
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

    def _unit_prices(self, part: str, day: date) -> Iterator[int]:
        end = datetime.combine(day, time.max, UTC)
        told = self._connection.execute(_NEWEST, {"wanted": part, "start": end - WINDOW, "end": end})
        for at, price, currency, shipping, shipping_currency, units in told:
            asked = self.asked(price, currency, shipping, shipping_currency, at.date())
            if asked and not is_no_price(Money(price, currency), part):
                yield asked if units == 1 else half_even(asked, units)


@contextmanager
def watched(connection: Connection, ids: Sequence[int], changed: Dirty) -> Iterator[None]:
    """Whatever is written to these listings meanwhile: the parts whose history it changes are added to `changed`."""
    before = _told_by(connection, ids)
    yield
    for _, part, at, *_ in before ^ _told_by(connection, ids):
        changed.add(part, at.date())


def _told_by(connection: Connection, ids: Sequence[int]) -> set[tuple[Any, ...]]:
    """What these listings add to the histories of parts."""
    query = _FIRST_ASKED.with_only_columns(_c.id, _c.sells, *_FIRST_ASKED.selected_columns).where(_c.sells.is_not(None))
    # Said of both sides: PostgreSQL else joins by the moment, which a whole crawl shares.
    both = (query.where(_c.id.in_(some), _o.listing_id.in_(some)) for some in chunks(ids))
    return {tuple(row) for each in both for row in connection.execute(each)}
