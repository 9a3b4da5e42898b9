"""Reviews: which unsure matches are worth a person's look, what a key makes of one, and the answers as labelled titles."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.domain.errors import UsageError
from tracker.domain.history import StoredListing
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.domain.part import Catalog
from tracker.domain.web import Slice
from tracker.services.price_sense import ABOVE, BELOW
from tracker.storage import tables
from tracker.storage.bulk import chunks, table
from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.exchange import DatedRates, load_rates
from tracker.storage.listings import LISTING, load, parts_of
from tracker.storage.meta import recall
from tracker.storage.overrides import OVERRIDE, SECOND_OPINION
from tracker.storage.rows import money_of

KEYS: Mapping[str, str] = {
    "y": "right as it stands",
    "b": "right, but broken",
    "n": "none of our parts",
    "a": "an accessory only",
    "w": "asks for it, sells nothing",
    "s": "skip",
    "q": "stop",
}


def waiting(database: Database, limit: int = 20) -> list[StoredListing]:
    """The open listings that wait for a person, those that matter most first. Raises StorageError."""
    return list(waiting_slice(database, offset=0, limit=limit).items)


def waiting_slice(database: Database, *, offset: int, limit: int) -> Slice[StoredListing]:
    """What waits for a person: unsure matches that are still open, and what was marked wrong.

    First those naming a part that a machine of today buys, then those naming any part; among them the cheapest first, in
    one currency and with shipping where known. One without a price comes last. Raises StorageError.
    """
    c = LISTING.c
    unsure = (c.decision == Decision.REVIEW.value) | (c.mark == "wrong")
    is_open = (c.end_day == OPEN_END) & c.overridden.is_(False) & (c.mark.is_(None) | (c.mark == "wrong"))
    columns = (c.id, c.price_minor, c.price_currency, c.shipping_minor, c.shipping_currency, c.last_seen)
    with database.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(*columns).where(unsure & is_open)).mappings()]
        ids = _ranked(connection, rows)[offset : offset + limit]
        found = {listing.id: listing for some in chunks(ids) for listing in load(connection, c.id.in_(some))}
    return Slice(tuple(found[number] for number in ids), len(rows), offset)


def _ranked(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    currency, rates = recall(connection, "currency") or "EUR", load_rates(connection)
    bought = _bought_parts(connection)
    named = parts_of(connection, [row["id"] for row in rows])

    def worth(row: Mapping[str, Any]) -> tuple[bool, bool, bool, int, int]:
        parts = {part.part for part in named.get(row["id"], ())}
        price = _in(currency, rates, row, "price")
        asked = 0 if price is None else price + (_in(currency, rates, row, "shipping") or 0)
        return not parts & bought, not parts, price is None, asked, row["id"]

    return [row["id"] for row in sorted(rows, key=worth)]


def _in(currency: str, rates: DatedRates, row: Mapping[str, Any], name: str) -> int | None:
    money = money_of(row, name)
    return rates.convert(money.minor, money.currency, currency, row["last_seen"].date()) if money else None


def _bought_parts(connection: Connection) -> set[str]:
    """The parts that the newest answer to each target buys."""
    build, c = table(tables.BuildDay), LISTING.c
    newest = select(build.c.target, func.max(build.c.day).label("day")).group_by(build.c.target).subquery()
    is_newest = (build.c.target == newest.c.target) & (build.c.day == newest.c.day)
    details = connection.execute(select(build.c.detail).join(newest, is_newest)).scalars()
    keys = [offer["offer"].split(":", 1) for text in details for offer in json.loads(text).get("offers", ())]
    names = [key[-1] for key in keys]
    rows = connection.execute(select(c.marketplace, c.external_id, c.id).where(c.external_id.in_(names)))
    ids = [number for *key, number in rows if key in keys]
    return {part.part for parts in parts_of(connection, ids).values() for part in parts}


def answered(match: Match, key: str) -> Match:
    """What a key says that a listing sells. Raises UsageError for a key that decides nothing."""
    sure = _sure(match)
    nothing = replace(sure, decision=Decision.REJECT, reason=Reason.OVERRIDDEN, parts=())
    answers = {
        "y": sure,
        "b": replace(sure, defect=True),
        "n": replace(nothing, kind=Kind.OTHER),
        "a": replace(nothing, kind=Kind.ACCESSORY),
        "w": replace(nothing, kind=Kind.OTHER, wanted=True),
    }
    if key not in answers:
        raise UsageError(f"{key!r} is no answer", mend=f"use one of {', '.join(answers)}, or the parts that are sold")
    return answers[key]


def corrected(match: Match, words: str, catalog: Catalog) -> Match:
    """The match that sells just `words`: part ids, each with "*2" where there are several. Raises UsageError for an unknown id."""
    parts = tuple(_part(word, catalog) for word in words.split())
    kind = match.kind if match.kind is Kind.SYSTEM else (Kind.BUNDLE if len(parts) > 1 else Kind.PART)
    return replace(_sure(match), kind=kind, parts=parts)


def _sure(match: Match) -> Match:
    """The match as a person's word: nothing that a price only hinted at is left in doubt."""
    flags = tuple(flag for flag in match.flags if flag not in (*BELOW, *ABOVE))
    return replace(match, confidence=1.0, decision=Decision.ACCEPT, reason=None, wanted=False, flags=flags)


def _part(word: str, catalog: Catalog) -> MatchedPart:
    part, _, count = word.partition("*")
    category = part.partition(":")[0]
    if part not in catalog.parts and category not in {"ram", "psu"}:
        raise UsageError(f"{part!r} is no part of the catalog", mend="find it with `rigscout catalog show`")
    if count and not (count.isascii() and count.isdigit() and 0 < int(count) < 10_000):  # noqa: PLR2004
        raise UsageError(f"{word!r}: the count is no number", mend='write "gpu:tesla-p40*2"')
    return MatchedPart(part, int(count or 1))


def labelled(database: Database) -> list[dict[str, Any]]:
    """Every answer of a person as a labelled title, in the form of tests/matching/golden/*.jsonl. Raises StorageError."""
    said = select(OVERRIDE.c.listing_id).where(OVERRIDE.c.note != SECOND_OPINION)
    with database.reading() as connection:
        decided = load(connection, LISTING.c.overridden.is_(True) & LISTING.c.id.in_(said))
    return [_label(listing) for listing in decided if listing.match is not None]


def _label(listing: StoredListing) -> dict[str, Any]:
    raw, match = listing.raw, listing.match
    assert match is not None
    row: dict[str, Any] = {"id": f"{raw.marketplace}:{raw.external_id}", "title": raw.title, "site": raw.marketplace}
    if raw.description:
        row["description"] = raw.description
    parts = [{"part": part.part, "qty": part.qty} for part in match.parts]
    return row | {
        "label": {
            "kind": match.kind.value,
            "defect": match.defect,
            "wanted": match.wanted,
            "parts": parts,
            "sure": True,
        }
    }
