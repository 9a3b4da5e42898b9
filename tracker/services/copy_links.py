"""Copies of ads in the database: linked while they are open, and left out of their part's history.

A copy names in `same_as` the ad that counts for it, and has no `price_part`. Of several ads of one thing the first seen
counts; when it ends unsold and a copy stays open, the copy counts in its place. A link outlives the end of both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, Select, and_, case, func, select, update

from tracker.domain.match import NO_PRICE, figures_of
from tracker.services.ad_copies import LONG_TEXT, STOCK, Ad, copies
from tracker.storage.bulk import chunks
from tracker.storage.column_types import OPEN_END
from tracker.storage.listings import LISTING, change
from tracker.storage.rollups import Dirty

_PLAIN = ("id", "marketplace", "external_id", "first_seen", "units", "title", "seller", "quantity", "location", "image",
          "description")  # fmt: skip
_PARTS = 20  # whose open ads are in memory at once
_c = LISTING.c
# What no picture is told by: the place-holder that a page shows until the picture is loaded.
_IMAGE = case((_c.image.startswith("data:"), None), else_=_c.image).label("image")

# What would count for its part, were it no copy.
_IS_PRICED = and_(_c.decision == "accept", *(~_c.flags.contains(flag, autoescape=True) for flag in sorted(NO_PRICE)))


def relink(connection: Connection, parts: Iterable[str], dirty: Dirty) -> None:
    """Find the copies among the open ads of these parts anew; parts whose figures may be others are added to `dirty`."""
    wanted = sorted({figures_of(part) for part in parts})
    _unlink_unpriced(connection)
    linked = _open_copies(connection)
    ended = _ended(connection, {row.same_as for part in wanted for row in linked[part]})
    for some in chunks(wanted, _PARTS):
        markets: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(_ads(_c.price_part).where(_c.price_part.in_(some))):
            markets[row.part].append(row)
        for part in some:
            _relink_part(connection, part, [*markets[part], *linked[part]], ended, dirty)


def _relink_part(
    connection: Connection, part: str, rows: Iterable[Row[Any]], ended: dict[int, RowMapping], dirty: Dirty
) -> None:
    # The copy of an ad that is sold stays one: the thing is sold.
    standing = [row for row in rows if row.same_as not in ended or ended[row.same_as]["sold_at"] is None]
    tied = {row.id for row in _tied(standing)}
    linked = [row for row in standing if row.same_as is not None]
    whole = list(_whole(connection, tied.union(row.id for row in linked)))
    found = copies([_ad(row) for row in whole if row["id"] in tied])
    _write(connection, part, whole, found, dirty)
    for row in linked:
        if row.same_as in ended:
            _hand_over(connection, part, ended.pop(row.same_as), found.get(row.id, row.id), dirty)


def _tied(rows: Sequence[Row[Any]]) -> Iterator[Row[Any]]:
    """Those that share a picture, or across marketplaces a seller or a place, or have a text of some length; no stock."""
    held = Counter((row.marketplace, row.seller) for row in rows)
    rows = [row for row in rows if not row.seller or held[row.marketplace, row.seller] <= STOCK]
    images = Counter(row.image for row in rows)
    sellers = Counter(seller.casefold() for _, seller in held if seller)
    places = Counter(place for _, place in {(row.marketplace, row.location) for row in rows})
    for row in rows:
        shares_seller = row.seller and sellers[row.seller.casefold()] > 1
        shares_view = (row.image and images[row.image] > 1) or (row.location and places[row.location] > 1)
        if shares_seller or shares_view or row.is_long:
            yield row


def _ads(part: ColumnElement[str | None]) -> Select[Any]:
    """The open ads, each with its `part`, as far as it tells who may be whose copy."""
    is_long = (func.length(_c.description) >= LONG_TEXT).label("is_long")
    columns = (part.label("part"), _c.id, _c.marketplace, _c.seller, _c.location, _IMAGE, is_long, _c.same_as)
    return select(*columns).where(_c.end_day == OPEN_END, _c.price_minor.is_not(None))


def _open_copies(connection: Connection) -> dict[str, list[Row[Any]]]:
    """The open ads that only a link keeps from counting for their part."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(_ads(_c.sells).where(_c.same_as.is_not(None), _c.sells.is_not(None))):
        found[figures_of(row.part)].append(row)
    return found


def _unlink_unpriced(connection: Connection) -> None:
    """An open ad that sells nothing any more, or at a price that nobody believes, is no copy: it counts for no part anyway."""
    is_open_copy = _c.same_as.is_not(None) & (_c.end_day == OPEN_END)
    connection.execute(update(LISTING).where(is_open_copy, _c.sells.is_(None) | ~_IS_PRICED).values(same_as=None))


def _whole(connection: Connection, ids: Iterable[int]) -> Iterator[RowMapping]:
    columns = [_IMAGE if name == "image" else _c[name] for name in _PLAIN]
    query = select(*columns, _c.price_minor, _c.price_currency, _c.seller_is_business, _c.same_as)
    for some in chunks(sorted(ids)):
        yield from connection.execute(query.where(_c.id.in_(some))).mappings()


def _ended(connection: Connection, ids: Iterable[int]) -> dict[int, RowMapping]:
    """Those of these ads that are no longer open."""
    c = LISTING.c
    query = select(c.id, c.first_seen, c.sold_at, c.price_part)
    return {
        row["id"]: row
        for some in chunks(sorted(ids))
        for row in connection.execute(query.where(c.id.in_(some), c.end_day != OPEN_END)).mappings()
    }


def _write(connection: Connection, part: str, rows: Iterable[RowMapping], found: dict[int, int], dirty: Dirty) -> None:
    updates = []
    for row in rows:
        same_as = found.get(row["id"])
        if row["same_as"] != same_as:
            updates.append({"id": row["id"], "same_as": same_as, "price_part": None if same_as else part})
            dirty.add(part, row["first_seen"].date())
    change(connection, updates)


def _hand_over(connection: Connection, part: str, ended: RowMapping, heir: int, dirty: Dirty) -> None:
    """An ad that ended unsold is counted by the one that goes on."""
    c = LISTING.c
    connection.execute(update(LISTING).where((c.same_as == ended["id"]) & (c.id != heir)).values(same_as=heir))
    change(connection, [{"id": ended["id"], "same_as": heir, "price_part": None}])
    dirty.add(part, ended["first_seen"].date())


def _ad(row: RowMapping) -> Ad:
    return Ad(
        **{name: row[name] for name in _PLAIN}, price=row["price_minor"], currency=row["price_currency"],
        is_business=row["seller_is_business"],
    )  # fmt: skip
