"""Stored matches in the light of their prices: judged when they come in, and again where their parts' history changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.domain.match import Decision, Kind, MatchedPart, Reason
from tracker.domain.money import Money
from tracker.domain.ports import Matcher
from tracker.services.keep import match_listing
from tracker.services.price_sense import PRICE_FLAGS, Usual, sensed, usual_together, weight
from tracker.services.usual_prices import ASKED_KINDS, UsualPrices
from tracker.storage.bulk import chunks
from tracker.storage.listings import LISTING, OBSERVATION, PART, change, parts_of
from tracker.storage.rollups import Dirty
from tracker.storage.rows import match_values

_NEVER = date(1990, 1, 1)  # before any listing


@dataclass(frozen=True, slots=True)
class Judged:
    """A listing whose stored match its price has changed: its row before, and the new column values."""

    before: Mapping[str, Any]
    now: Mapping[str, Any]


def judge(connection: Connection, matcher: Matcher, changed: Mapping[str, date], dirty: Dirty) -> list[Judged]:
    """Hold prices against the history of `changed` parts, each since its day; what changes is written and returned.

    Only matches that words accept are judged, by the day since which they ask what they ask now; what people decided stays.
    The parts whose daily figures may then be others are added to `dirty`.
    """
    if not changed:
        return []
    since = max(min(changed.values()), _NEVER)
    usual = UsualPrices(connection)
    listings = [each for each in _candidates(connection, since) if any(part.part in changed for part in each.parts)]
    usual.load((part.part for each in listings for part in each.parts), since)
    doubtful: dict[int, tuple[Money, Usual | None]] = {}
    for each in listings:
        held = _held_against(usual, each)
        if held and (each.is_flagged or (held[1] and weight(held[0].minor, held[1]) < 1)):
            doubtful[each.id] = held
    judged = list(_judged(connection, matcher, doubtful))
    change(connection, [{"id": verdict.before["id"], **verdict.now} for verdict in judged])
    for verdict in judged:
        if verdict.before["price_part"] != verdict.now["price_part"]:
            for part in (verdict.before["price_part"], verdict.now["price_part"]):
                dirty.add(part, verdict.before["first_seen"].date())
    return judged


def parts_sold(connection: Connection, since: date) -> list[str]:
    """All parts that listings sold on `since` or later."""
    c = LISTING.c
    query = select(PART.c.part).distinct().join_from(PART, LISTING, PART.c.listing_id == c.id)
    return list(connection.execute(query.where(c.end_day >= since)).scalars())


@dataclass(slots=True)
class _Candidate:
    """A listing that words accept, as far as its price matters."""

    id: int
    day: date
    kind: Kind
    parts: Sequence[MatchedPart]
    is_flagged: bool
    values: Mapping[str, Any]


def _candidates(connection: Connection, since: date) -> Iterator[_Candidate]:
    c, o = LISTING.c, OBSERVATION.c
    asks_since = select(func.max(o.at)).where(o.listing_id == c.id, o.available).scalar_subquery()
    columns = (c.id, c.match_kind, c.price_part, c.units, c.flags, c.reason, c.price_minor, c.price_currency,
               c.shipping_minor, c.shipping_currency, asks_since.label("asks_since"))  # fmt: skip
    start = datetime.combine(since, time(), UTC)
    works = c.defect.is_(False) & c.wanted.is_(False) & (c.condition != "for_parts") & c.overridden.is_(False)
    is_asked = c.price_kind.in_(ASKED_KINDS) & c.price_minor.is_not(None) & (c.last_seen >= start)
    by_words = (c.decision == Decision.ACCEPT.value) | (
        (c.decision == Decision.REVIEW.value) & (c.reason == Reason.PRICE_OUT_OF_LINE.value)
    )
    rows = connection.execute(select(*columns).where(by_words, works, is_asked)).mappings().all()
    parts = parts_of(connection, [row["id"] for row in rows if row["price_part"] is None])
    for row in rows:
        if row["asks_since"] is not None and row["asks_since"] >= start:
            own = (
                parts.get(row["id"], ())
                if row["price_part"] is None
                else (MatchedPart(row["price_part"], row["units"]),)
            )
            is_flagged = row["reason"] is not None or any(flag in row["flags"] for flag in PRICE_FLAGS)
            yield _Candidate(row["id"], row["asks_since"].date(), Kind(row["match_kind"]), own, is_flagged, dict(row))


def _held_against(usual: UsualPrices, each: _Candidate) -> tuple[Money, Usual | None] | None:
    asked = usual.asked(each.values, each.day)
    if asked is None:
        return None
    known = {part.part: usual.usual(part.part, each.day) for part in each.parts}
    return asked, usual_together(each.parts, known, each.kind)


def _judged(
    connection: Connection, matcher: Matcher, doubtful: Mapping[int, tuple[Money, Usual | None]]
) -> Iterator[Judged]:
    for some in chunks(list(doubtful)):
        for row in connection.execute(select(LISTING).where(LISTING.c.id.in_(some))).mappings():
            before = dict(row)
            asked, usual = doubtful[row["id"]]
            match = match_listing(matcher, row["marketplace"], before)
            now = match_values(
                sensed(match, asked, usual) if usual else match, version=matcher.version, raw_wanted=row["wanted"],
                condition=row["condition"], mark=row["mark"], same_as=row["same_as"],
            )  # fmt: skip
            if any(row[name] != value for name, value in now.items()):
                yield Judged(before, now)
