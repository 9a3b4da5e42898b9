"""Reviews: which unsure matches are worth a person's look, what a key makes of one, and the answers as labelled titles."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tracker.domain.errors import UsageError
from tracker.domain.history import StoredListing
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.domain.part import Catalog
from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, load

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
    """The open listings that wait for a person, cheapest first: unsure matches, and what was marked wrong.

    Those that name a part come first; a listing without a price comes last. Raises StorageError.
    """
    c = LISTING.c
    unsure = (c.decision == Decision.REVIEW.value) | (c.mark == "wrong")
    is_open = (c.end_day == OPEN_END) & c.overridden.is_(False) & (c.mark.is_(None) | (c.mark == "wrong"))
    with database.reading() as connection:
        found = load(connection, unsure & is_open)
    return sorted(found, key=_worth)[:limit]


def _worth(listing: StoredListing) -> tuple[bool, bool, float, int]:
    price = listing.raw.price
    names_part = listing.match is not None and bool(listing.match.parts)
    return not names_part, price is None, float(price.amount) if price else 0.0, listing.id


def answered(match: Match, key: str) -> Match:
    """What a key says that a listing sells. Raises UsageError for a key that decides nothing."""
    sure = replace(match, confidence=1.0, decision=Decision.ACCEPT, reason=None, wanted=False)
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
    return replace(match, kind=kind, decision=Decision.ACCEPT, confidence=1.0, reason=None, parts=parts, wanted=False)


def _part(word: str, catalog: Catalog) -> MatchedPart:
    part, _, count = word.partition("*")
    category = part.partition(":")[0]
    if part not in catalog.parts and category not in {"ram", "psu"}:
        raise UsageError(f"{part!r} is no part of the catalog", mend="find it with `rigscout catalog show`")
    if count and not (count.isascii() and count.isdigit() and 0 < int(count) < 10_000):  # noqa: PLR2004
        raise UsageError(f"{word!r}: the count is no number", mend='write "gpu:tesla-p40*2"')
    return MatchedPart(part, int(count or 1))


def labelled(database: Database) -> list[dict[str, Any]]:
    """Every answer as a labelled title, in the form of tests/matching/golden/*.jsonl. Raises StorageError."""
    with database.reading() as connection:
        decided = load(connection, LISTING.c.overridden.is_(True))
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
