"""Between domain objects and table rows: a RawListing, a Match, a StoredListing."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracker.domain.history import StoredListing
from tracker.domain.listing import Condition, PriceKind, RawListing
from tracker.domain.match import (
    NO_PRICE,
    Decision,
    Evidence,
    Kind,
    Match,
    MatchedPart,
    Reason,
    Role,
    figures_of,
    price_line,
)
from tracker.domain.money import Money
from tracker.storage.column_types import OPEN_END

# What a sighting writes; a later page that leaves one of the STICKY ones out has not unsaid it.
STICKY = ("description", "seller", "seller_is_business", "location", "country", "category", "image", "listed_at")
RAW_COLUMNS = (
    "title", "url", "price_minor", "price_currency", "price_max_minor", "price_max_currency", "price_kind",
    "buy_now_minor", "buy_now_currency", "bids", "ends_at", "best_offer", "shipping_minor", "shipping_currency",
    "pickup_only", "condition", "sold", "reserved", "wanted", "loose", "sponsored", "quantity", "search", "texts",
    *STICKY,
)  # fmt: skip
LIFE_COLUMNS = ("first_seen", "last_seen", "gone_at", "sold_at", "missed", "missing_since", "relist_key")
MATCH_COLUMNS = (
    "match_version", "match_kind", "decision", "confidence", "defect", "match_wanted", "reason", "flags", "facts",
    "evidence", "overridden", "sells", "price_part", "units",
)  # fmt: skip


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def as_json(value: object) -> str:
    """Compact JSON with sorted keys: equal values are equal text."""
    return _ENCODER.encode(value)


def raw_values(raw: RawListing) -> dict[str, Any]:
    """A sighting as column values, without its key and its moment."""
    price, price_max, buy_now, shipping = raw.price, raw.price_max, raw.buy_now, raw.shipping
    return {
        "title": raw.title, "url": raw.url,
        "price_minor": price.minor if price else None, "price_currency": price.currency if price else None,
        "price_max_minor": price_max.minor if price_max else None,
        "price_max_currency": price_max.currency if price_max else None,
        "price_kind": raw.price_kind.value,
        "buy_now_minor": buy_now.minor if buy_now else None, "buy_now_currency": buy_now.currency if buy_now else None,
        "bids": raw.bids, "ends_at": raw.ends_at, "best_offer": raw.best_offer,
        "shipping_minor": shipping.minor if shipping else None,
        "shipping_currency": shipping.currency if shipping else None,
        "pickup_only": raw.pickup_only, "condition": raw.condition.value, "sold": raw.sold, "reserved": raw.reserved,
        "wanted": raw.wanted, "loose": raw.loose, "sponsored": raw.sponsored, "quantity": raw.quantity,
        "search": raw.search, "texts": as_json(dict(raw.texts)) if raw.texts else "{}",
        "description": raw.description, "seller": raw.seller, "seller_is_business": raw.seller_is_business,
        "location": raw.location, "country": raw.country, "category": raw.category, "image": raw.image,
        "listed_at": raw.listed_at,
    }  # fmt: skip


def raw_of(row: Mapping[str, Any]) -> RawListing:
    """The RawListing of a listing's row, as last seen."""
    plain = {
        name: row[name]
        for name in ("marketplace", "external_id", "title", "url", "bids", "ends_at", "best_offer", "pickup_only",
                     "sold", "sold_at", "reserved", "wanted", "loose", "sponsored", "quantity", "search", *STICKY)
    }  # fmt: skip
    return RawListing(
        **plain,
        seen_at=row["last_seen"],
        price=money_of(row, "price"),
        price_max=money_of(row, "price_max"),
        buy_now=money_of(row, "buy_now"),
        shipping=money_of(row, "shipping"),
        price_kind=PriceKind(row["price_kind"]),
        condition=Condition(row["condition"]),
        texts=json.loads(row["texts"]),
    )


def money_of(row: Mapping[str, Any], name: str) -> Money | None:
    """The amount in the columns `name`_minor and `name`_currency."""
    minor, currency = row[f"{name}_minor"], row[f"{name}_currency"]
    return None if minor is None or currency is None else Money(minor, currency)


def match_values(
    match: Match, *, version: str, raw_wanted: bool, condition: str, is_override: bool = False, mark: str | None = None,
    same_as: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A match as column values; the copy of another ad (`same_as`) sells its part and counts for no part's prices.

    A listing marked wrong waits for review whatever the matcher says, until overridden.
    """
    decision, reason = match.decision, match.reason
    if mark == "wrong" and not is_override and decision is Decision.ACCEPT:
        decision, reason = Decision.REVIEW, Reason.LOW_CONFIDENCE
    works = not (match.defect or match.wanted or raw_wanted or condition == Condition.FOR_PARTS)
    is_meant = decision is Decision.ACCEPT or reason is Reason.PRICE_OUT_OF_LINE
    sold = match.parts[0] if is_meant and works and match.kind is Kind.PART and len(match.parts) == 1 else None
    line = price_line(sold, match.facts) if sold else None
    is_priced = decision is Decision.ACCEPT and NO_PRICE.isdisjoint(match.flags) and same_as is None
    return {
        "match_version": version, "match_kind": match.kind.value, "decision": decision.value,
        "confidence": match.confidence, "defect": match.defect, "match_wanted": match.wanted,
        "reason": reason.value if reason else None, "flags": as_json(list(match.flags)) if match.flags else "[]",
        "facts": as_json(dict(match.facts)) if match.facts else "{}", "evidence": evidence_json(match), "overridden": is_override,
        "sells": line, "price_part": figures_of(line) if line and is_priced else None,
        "units": max(1, sold.qty) if sold else 1,
    }  # fmt: skip


def evidence_json(match: Match) -> str:
    """The evidence as JSON: [words, part, role, rule, start, end] each."""
    return as_json([[e.text, e.part, e.role.value if e.role else None, e.rule, e.start, e.end] for e in match.evidence])


def part_rows(listing_id: int, match: Match) -> list[dict[str, Any]]:
    """The rows of `listing_part` of one match."""
    return [
        {"listing_id": listing_id, "position": position, "part": part.part, "qty": part.qty, "model": part.model}
        for position, part in enumerate(match.parts)
    ]


def match_of(row: Mapping[str, Any], parts: tuple[MatchedPart, ...]) -> Match | None:
    """The Match of a listing's row and its parts; None where it was never matched."""
    if row["decision"] is None:
        return None
    return Match(
        kind=Kind(row["match_kind"]),
        decision=Decision(row["decision"]),
        confidence=row["confidence"],
        parts=parts,
        defect=bool(row["defect"]),
        wanted=bool(row["match_wanted"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        flags=tuple(json.loads(row["flags"])),
        facts=json.loads(row["facts"]),
        evidence=tuple(_evidence(item) for item in json.loads(row["evidence"])),
    )


def _evidence(item: list[Any]) -> Evidence:
    words, part, role, rule, start, end = item
    return Evidence(words, part, Role(role) if role else None, rule, start, end)


def match_record(match: Match) -> dict[str, Any]:
    """A match as JSON values: how an override is kept."""
    return {
        "kind": match.kind.value, "decision": match.decision.value, "confidence": match.confidence,
        "parts": [[part.part, part.qty, part.model] for part in match.parts], "defect": match.defect,
        "wanted": match.wanted, "reason": match.reason.value if match.reason else None, "flags": list(match.flags),
        "facts": dict(match.facts),
    }  # fmt: skip


def match_from_record(record: Mapping[str, Any]) -> Match:
    """The override back as a Match."""
    return Match(
        kind=Kind(record["kind"]),
        decision=Decision(record["decision"]),
        confidence=record["confidence"],
        parts=tuple(MatchedPart(*part) for part in record["parts"]),
        defect=record["defect"],
        wanted=record["wanted"],
        reason=Reason(record["reason"]) if record["reason"] else None,
        flags=tuple(record["flags"]),
        facts=record["facts"],
    )


def listing_of(row: Mapping[str, Any], parts: tuple[MatchedPart, ...]) -> StoredListing:
    """A listing's row and its parts as the domain has them."""
    return StoredListing(
        id=row["id"],
        raw=raw_of(row),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        gone_at=row["gone_at"],
        sold_at=row["sold_at"],
        match=match_of(row, parts),
        mark=row["mark"],
        same_as=row["same_as"],
    )


def end_day_of(gone_at: datetime | None) -> Any:
    """The UTC day a listing ended, or the far end of time."""
    return OPEN_END if gone_at is None else gone_at.date()
