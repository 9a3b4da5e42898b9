"""Copies of ads in the database: linked while they are open, and left out of their part's history.

A copy names in `same_as` the ad that counts for it, and has no `price_part`. Of several ads of one thing the first seen
counts; when it ends unsold and a copy stays open, the copy counts in its place. A link outlives the end of both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select, update

from tracker.domain.match import NO_PRICE
from tracker.services.ad_copies import LONG_TEXT, STOCK, Ad, copies
from tracker.storage.bulk import chunks
from tracker.storage.column_types import OPEN_END
from tracker.storage.listings import LISTING, change
from tracker.storage.rollups import Dirty

_PLAIN = ("id", "marketplace", "external_id", "first_seen", "units", "title", "seller", "quantity", "location", "image",
          "description")  # fmt: skip


def relink(connection: Connection, parts: Iterable[str], dirty: Dirty) -> None:
    """Find the copies among the open ads of these parts anew; parts whose figures may be others are added to `dirty`."""
    markets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for some in chunks(sorted(set(parts))):
        for query in _open_ads(some):
            result = connection.execute(query)
            names = list(result.keys())
            for values in result:  # plain dicts: a RowMapping is ten times slower to read from
                row = dict(zip(names, values, strict=True))
                markets[row["part"]].append(row)
    ended = _ended(connection, {row["same_as"] for rows in markets.values() for row in rows} - {None})
    for part, rows in markets.items():
        # The copy of an ad that is sold stays one: the thing is sold.
        standing = [row for row in rows if row["same_as"] not in ended or ended[row["same_as"]]["sold_at"] is None]
        found = copies([_ad(row) for row in _tied(standing)])
        _write(connection, part, standing, found, dirty)
        for row in standing:
            if row["same_as"] in ended:
                _hand_over(connection, part, ended.pop(row["same_as"]), found.get(row["id"], row["id"]), dirty)


def _tied(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that share a seller, a picture or a place with another one, or have a text of some length; stock is left out."""
    held = Counter((row["marketplace"], row["seller"]) for row in rows)
    rows = [row for row in rows if not row["seller"] or held[row["marketplace"], row["seller"]] <= STOCK]
    shared = {name: Counter(row[name] for row in rows) for name in ("image", "location")}
    sellers = Counter(row["seller"] and row["seller"].casefold() for row in rows)
    return [
        row for row in rows
        if (row["seller"] and sellers[row["seller"].casefold()] > 1)
        or any(row[name] and counts[row[name]] > 1 for name, counts in shared.items())
        or len(row["description"] or "") >= LONG_TEXT
    ]  # fmt: skip


def _open_ads(parts: Iterable[str]) -> Iterator[Select[Any]]:
    """The open ads that count for a part, and those that only a link keeps from it."""
    c = LISTING.c
    columns = (*(c[name] for name in _PLAIN), c.price_minor, c.price_currency, c.seller_is_business, c.same_as)
    is_open = (c.end_day == OPEN_END) & c.price_minor.is_not(None)
    yield select(c.price_part.label("part"), *columns).where(is_open, c.price_part.in_(parts))
    linked = select(c.sells.label("part"), *columns).where(c.same_as.is_not(None), is_open, c.sells.in_(parts))
    yield linked.where(c.decision == "accept", *(~c.flags.contains(flag, autoescape=True) for flag in sorted(NO_PRICE)))


def _ended(connection: Connection, ids: Iterable[int]) -> dict[int, RowMapping]:
    """Those of these ads that are no longer open."""
    c = LISTING.c
    query = select(c.id, c.first_seen, c.sold_at, c.price_part)
    return {
        row["id"]: row
        for some in chunks(sorted(ids))
        for row in connection.execute(query.where(c.id.in_(some), c.end_day != OPEN_END)).mappings()
    }


def _write(
    connection: Connection, part: str, rows: Iterable[Mapping[str, Any]], found: dict[int, int], dirty: Dirty
) -> None:
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


def _ad(row: Mapping[str, Any]) -> Ad:
    return Ad(
        **{name: row[name] for name in _PLAIN}, price=row["price_minor"], currency=row["price_currency"],
        is_business=row["seller_is_business"],
    )  # fmt: skip
