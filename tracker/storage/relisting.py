"""Relistings: the same seller, the same title, a new id, after the earlier one had ended. They continue its line."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import Connection, RowMapping, func, select

from tracker.storage.bulk import chunks
from tracker.storage.listings import LISTING, change

_IGNORED = "ignore"
_LONGEST_GAP = timedelta(days=90)  # beyond it, the same words are a new sale


def relist_key(marketplace: str, seller: str | None, title: str) -> int | None:
    """What relistings have in common, as a signed 64-bit number; None where the seller is unknown."""
    if not seller:
        return None
    words = "\0".join((marketplace, seller, " ".join(title.casefold().split())))
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def link(connection: Connection, keys: Iterable[int]) -> list[tuple[str, date]]:
    """Set the lines of all listings with these keys anew. Returns (part, day) since which figures may have changed."""
    c = LISTING.c
    columns = (c.id, c.relist_key, c.first_seen, c.last_seen, c.gone_at, c.line_id, c.relisted, c.price_part, c.mark)
    groups: dict[int, list[RowMapping]] = defaultdict(list)
    for some in chunks(_shared(connection, keys)):
        query = select(*columns).where(c.relist_key.in_(some)).order_by(c.first_seen, c.external_id)
        for row in connection.execute(query).mappings():
            groups[row["relist_key"]].append(row)
    updates, dirty = [], []
    for rows in groups.values():
        marks: dict[int | None, str | None] = {row["id"]: row["mark"] for row in rows}
        for row, (line, relisted) in zip(rows, _lines(rows), strict=True):
            if (row["line_id"], row["relisted"]) != (line, relisted):
                if line != row["line_id"] and marks.get(line) == _IGNORED:
                    marks[row["id"]] = marks[row["id"]] or _IGNORED  # nobody wants to see it again under a new id
                updates.append({"id": row["id"], "line_id": line, "relisted": relisted, "mark": marks[row["id"]]})
                if row["price_part"]:
                    dirty.append((row["price_part"], row["first_seen"].date()))
    change(connection, updates)
    return dirty


def _shared(connection: Connection, keys: Iterable[int]) -> list[int]:
    """The keys that several listings have: most have one only, and need no more than this look at the index."""
    key = LISTING.c.relist_key
    found: list[int] = []
    for some in chunks(sorted(set(keys))):
        query = select(key).where(key.in_(some)).group_by(key).having(func.count() > 1)
        found += connection.execute(query).scalars()
    return found


def _lines(rows: list[RowMapping]) -> list[tuple[int | None, bool]]:
    """(line, is continued) of each listing of one seller and title, in order of first_seen."""
    line: dict[int, int] = {}
    continued: set[int] = set()
    for earlier, later in pairwise(rows):
        ended = earlier["gone_at"] is not None and earlier["last_seen"] < later["first_seen"]
        if ended and later["first_seen"] - earlier["last_seen"] <= _LONGEST_GAP:
            line[later["id"]] = line.get(earlier["id"], earlier["id"])
            continued.add(earlier["id"])
    return [(line.get(row["id"]), row["id"] in continued) for row in rows]
