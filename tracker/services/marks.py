"""What the user says of a listing: bought, ignore, wrong; and what a person decides in a review."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from tracker.domain.errors import UsageError
from tracker.domain.match import Match, MatchedPart
from tracker.domain.ports import Matcher
from tracker.services.copy_links import relink
from tracker.services.keep import match_listing
from tracker.services.price_judging import judge
from tracker.services.usual_prices import watched
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, PART, change, parts_of, replace_parts
from tracker.storage.locks import lock_everything
from tracker.storage.meta import recall
from tracker.storage.overrides import overrides_of, save_override
from tracker.storage.rollups import Dirty, refresh
from tracker.storage.rows import match_values, part_rows

MARKS = ("bought", "ignore", "wrong")


def mark(database: Database, name: str, word: str | None, *, matcher: Matcher) -> int:
    """Mark a listing (None: take its mark away). Returns its id.

    `name` is its number, "marketplace:id", its URL, or an external id that only one marketplace has. A listing marked wrong
    waits for review. Raises UsageError for an unknown listing or word, StorageError.
    """
    if word is not None and word not in MARKS:
        raise UsageError(f"{word!r} is no mark", mend=f"use one of {', '.join(MARKS)}")
    with database.writing() as connection:
        lock_everything(connection)
        row = _find(connection, name)
        number: int = row["id"]
        change(connection, [{"id": number, "mark": word}])
        if "wrong" in (word, row["mark"]):
            known = overrides_of(connection, [number])
            match = known.get(number) or match_listing(matcher, row["marketplace"], dict(row))
            _apply(connection, {**row, "mark": word}, match, matcher, is_override=bool(known))
    return number


def decide(database: Database, name: str, match: Match, *, matcher: Matcher, now: datetime, note: str = "") -> int:
    """Keep what a person says that a listing sells; it stands against every later matching. Returns its id.

    Raises UsageError for an unknown listing, StorageError.
    """
    with database.writing() as connection:
        lock_everything(connection)
        row = _find(connection, name)
        save_override(connection, row["id"], match, now, note)
        _apply(connection, dict(row), match, matcher, is_override=True)
    number: int = row["id"]
    return number


def owned_parts(database: Database) -> tuple[MatchedPart, ...]:
    """The parts of all listings marked bought: what the user owns by now. Raises StorageError."""
    query = select(PART).join(LISTING, PART.c.listing_id == LISTING.c.id).where(LISTING.c.mark == "bought")
    with database.reading() as connection:
        rows = connection.execute(query.order_by(PART.c.listing_id, PART.c.position)).mappings().all()
    return tuple(MatchedPart(row["part"], row["qty"], row["model"]) for row in rows)


def _find(connection: Connection, name: str) -> RowMapping:
    c = LISTING.c
    marketplace, _, external_id = name.partition(":")
    number = int(name) if name.isascii() and name.isdigit() and len(name) < len(str(2**63)) else -1
    ways = (
        (c.marketplace == marketplace) & (c.external_id == external_id),
        c.url == name,
        c.external_id == name,
        c.id == number,
    )
    for way in ways:
        rows = connection.execute(select(LISTING).where(way).limit(3)).mappings().all()
        if len(rows) == 1:
            return rows[0]
        if rows:
            names = ", ".join(f"{row['marketplace']}:{row['external_id']}" for row in rows)
            raise UsageError(f"{name!r} names several listings: {names}", mend="name one of them so")
    raise UsageError(f"no listing is called {name!r}", mend="name it as marketplace:id, as `rigscout deals` shows it")


def _apply(
    connection: Connection, row: Mapping[str, Any], match: Match, matcher: Matcher, *, is_override: bool
) -> None:
    values = match_values(
        match, version=matcher.version, raw_wanted=row["wanted"], condition=row["condition"], is_override=is_override,
        mark=row["mark"], same_as=row["same_as"],
    )  # fmt: skip
    number: int = row["id"]
    dirty, priced = Dirty(), Dirty()
    dirty.add_life(row, row["price_part"], values["price_part"])
    known = parts_of(connection, [number]).get(number, ())
    with watched(connection, [number], priced):
        change(connection, [{"id": number, **values}])
        replace_parts(connection, [number], part_rows(number, match))
    judge(connection, matcher, [number], priced, dirty)
    relink(connection, {item.part for item in (*known, *match.parts)}, dirty)
    refresh(connection, recall(connection, "currency") or "EUR", dirty)
