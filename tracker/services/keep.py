"""Sightings into stored listings: folded into each life, matched where new or changed, written in bulk."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from tracker.domain.listing import Condition, RawListing
from tracker.domain.match import Evidence, Match
from tracker.domain.ports import Matcher
from tracker.services.life import Asked, Life, born, needs_past, see
from tracker.services.usual_prices import watched
from tracker.storage.listings import Key, add, change, observations, observe, replace_parts, stored
from tracker.storage.overrides import overrides_of
from tracker.storage.relisting import relist_key
from tracker.storage.rollups import Dirty
from tracker.storage.rows import MATCH_COLUMNS, end_day_of, match_values, money_of, part_rows

_MATCH_INPUTS = ("title", "description", "price_kind", "price_minor", "price_currency", "shipping_minor", "shipping_currency",
                 "condition", "category", "wanted")  # fmt: skip
_NEW_SELLER = 2  # ratings: up to so many say nothing of who sells
_LIFE = ("first_seen", "last_seen", "gone_at", "sold_at", "missed", "missing_since")


@dataclass(slots=True)
class Kept:
    """What came of sightings: counts, the parts whose figures changed, and who may be or have a relisting.

    `decided` is (decision, reason) of each listing seen, by id; `written` those that are new or others now;
    `priced` the parts whose history of prices changed, `relink` those whose ads may be other ones' copies.
    """

    listings_new: int = 0
    listings_changed: int = 0
    unchanged: int = 0
    decided: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    dirty: Dirty = field(default_factory=Dirty)
    written: set[int] = field(default_factory=set)
    priced: Dirty = field(default_factory=Dirty)
    relist_keys: set[int] = field(default_factory=set)
    relink: set[str] = field(default_factory=set)

    @property
    def accepted(self) -> int:
        """How many of the listings seen are accepted."""
        return sum(decision == "accept" for decision, _ in self.decided.values())

    @property
    def rejected(self) -> Counter[str]:
        """The others, by Reason."""
        return Counter(reason or decision for decision, reason in self.decided.values() if decision != "accept")


def keep(connection: Connection, matcher: Matcher, sightings: Mapping[Key, Sequence[RawListing]], kept: Kept) -> None:
    """Store sightings, each listing's in order of time; what comes of it is added to `kept`."""
    found = stored(connection, sightings, lock=True)
    _add(connection, matcher, {key: raws for key, raws in sightings.items() if key not in found}, kept)
    lives = {key: _life(row) for key, row in found.items()}
    _load_pasts(connection, lives, sightings)
    for key, life in lives.items():
        for raw in sightings[key]:
            see(life, raw)
    _write(connection, matcher, lives, found, kept)


def match_listing(matcher: Matcher, marketplace: str, values: Mapping[str, Any]) -> Match:
    """What a listing's column values sell, and whether nobody knows its seller."""
    match = matcher.match(
        values["title"],
        description=values["description"],
        price=money_of(values, "price"),
        condition=Condition(values["condition"]),
        marketplace=marketplace,
        category=values["category"],
    )
    return match if '"seller_ratings"' not in values["texts"] else _with_new_seller(match, values["texts"])


def _with_new_seller(match: Match, texts: str) -> Match:
    """The match with a flag where hardly anybody has dealt with the seller yet."""
    ratings = json.loads(texts)["seller_ratings"]
    if not (ratings.isascii() and ratings.isdigit() and int(ratings) <= _NEW_SELLER):
        return match
    known = Evidence(f"the seller has {ratings} ratings", None, None, "new seller")
    return replace(match, flags=(*match.flags, "new_seller"), evidence=(*match.evidence, known))


def _add(connection: Connection, matcher: Matcher, new: Mapping[Key, Sequence[RawListing]], kept: Kept) -> None:
    lives, rows, matches = [], [], []
    for key, raws in new.items():
        life = born(raws[0])
        for raw in raws[1:]:
            see(life, raw)
        match = match_listing(matcher, key[0], life.values)
        lives.append(life)
        matches.append(match)
        rows.append(_new_row(key, life, match, matcher.version))
    add(connection, rows)
    ids = [row["id"] for row in rows]
    replace_parts(connection, (), list(chain.from_iterable(map(part_rows, ids, matches))))
    _observe(connection, zip(ids, lives, strict=True))
    kept.listings_new += len(ids)
    kept.written.update(ids)
    for row, life in zip(rows, lives, strict=True):
        _settle(kept, row, row, life)
        kept.priced.add(row["sells"], life.first_seen.date())


def _new_row(key: Key, life: Life, match: Match, version: str) -> dict[str, Any]:
    values = life.values
    matched = match_values(match, version=version, raw_wanted=values["wanted"], condition=values["condition"])
    identity = {"marketplace": key[0], "external_id": key[1], "relisted": False}
    return {**identity, **values, **_life_values(life, key[0]), **matched}


def _life(row: dict[str, Any]) -> Life:
    values = dict(row)
    life = {name: values.pop(name) for name in _LIFE}
    for name in ("marketplace", "external_id", "mark", "same_as", "relist_key", *MATCH_COLUMNS):
        del values[name]
    return Life(id=values.pop("id"), values=values, **life)


def _life_values(life: Life, marketplace: str) -> dict[str, Any]:
    return {
        "first_seen": life.first_seen, "last_seen": life.last_seen, "gone_at": life.gone_at, "sold_at": life.sold_at,
        "missed": life.missed, "missing_since": life.missing_since, "end_day": end_day_of(life.gone_at),
        "relist_key": relist_key(marketplace, life.values["seller"], life.values["title"]),
    }  # fmt: skip


def _load_pasts(
    connection: Connection, lives: Mapping[Key, Life], sightings: Mapping[Key, Sequence[RawListing]]
) -> None:
    """Late sightings need all observations of their listing, not only what it asks now."""
    late = [life for key, life in lives.items() if any(needs_past(life, raw.seen_at) for raw in sightings[key])]
    pasts = observations(connection, [life.id for life in late if life.id is not None])
    for life in late:
        assert life.id is not None
        life.past = [(row["at"], Asked(*(row[name] for name in Asked._fields))) for row in pasts[life.id]]


def _write(
    connection: Connection, matcher: Matcher, lives: Mapping[Key, Life], found: Mapping[Key, dict[str, Any]], kept: Kept
) -> None:
    touched: list[dict[str, Any]] = []
    whole: list[dict[str, Any]] = []
    matches: dict[int, Match] = {}
    overrides = overrides_of(connection, [row["id"] for row in found.values() if row["overridden"]])
    for key, life in lives.items():
        row = found[key]
        now = {**row, **life.values, **_life_values(life, key[0])}
        if life.reopened or any(row[name] != life.values[name] for name in _MATCH_INPUTS):
            match = overrides.get(row["id"]) or match_listing(matcher, key[0], now)
            matches[row["id"]] = match
            now |= match_values(
                match, version=matcher.version, raw_wanted=now["wanted"], condition=now["condition"],
                is_override=row["id"] in overrides, mark=row["mark"], same_as=row["same_as"],
            )  # fmt: skip
        if life.raw_changed:
            whole.append({name: value for name, value in now.items() if name not in ("marketplace", "external_id")})
        elif any(row[name] != now[name] for name in _LIFE):
            touched.append({"id": row["id"], "end_day": now["end_day"], **{name: now[name] for name in _LIFE}})
        _count_known(kept, life)
        _settle(kept, row, now, life)
    changed = [found[key]["id"] for key, life in lives.items() if life.is_other]
    kept.written.update(changed)
    parts = [part for number, match in matches.items() for part in part_rows(number, match)]
    with watched(connection, changed, kept.priced):
        change(connection, touched)
        change(connection, whole)
        replace_parts(connection, list(matches), parts)
        _observe(connection, [(found[key]["id"], life) for key, life in lives.items()])


def _count_known(kept: Kept, life: Life) -> None:
    if life.id in kept.decided:
        return  # it stands in the feed twice
    if life.written or life.removed:
        kept.listings_changed += 1
    else:
        kept.unchanged += 1


def _settle(kept: Kept, before: Mapping[str, Any], now: Mapping[str, Any], life: Life) -> None:
    """Note what was decided, whose figures changed, and who may be a relisting."""
    kept.decided[now["id"]] = now["decision"], now["reason"]
    is_new = now is before
    if not is_new and (before["price_part"], before["units"]) != (now["price_part"], now["units"]):
        life.touch_all()
    if life.is_other:
        kept.relink |= {part for part in (before["sells"], now["sells"]) if part is not None}
    if life.since is not None:
        kept.dirty.add(now["price_part"], life.since)
        if not is_new:
            kept.dirty.add(before["price_part"], life.since)
    moved = is_new or before["relist_key"] != now["relist_key"] or before["gone_at"] != now["gone_at"]
    if moved or life.reopened:
        kept.relist_keys |= {key for key in (before["relist_key"], now["relist_key"]) if key is not None}


def _observe(connection: Connection, lives: Iterable[tuple[int, Life]]) -> None:
    pairs = list(lives)
    rows = [
        {"listing_id": number, "at": at, **dict(zip(Asked._fields, asked, strict=True))}
        for number, life in pairs
        for at, asked in life.written.items()
    ]
    observe(connection, rows, [(number, at) for number, life in pairs for at in life.removed])
