"""Stored matches in the light of their prices: judged when they come in, and again where their parts' history changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from tracker.domain.match import Decision, Kind, MatchedPart, Reason, price_line
from tracker.domain.money import Money
from tracker.domain.ports import Matcher
from tracker.matching.price import is_no_price
from tracker.services.keep import match_listing
from tracker.services.price_sense import PRICE_FLAGS, Usual, sensed, usual_together, weight
from tracker.services.usual_prices import ASKED_KINDS, UsualPrices
from tracker.storage.bulk import chunks
from tracker.storage.listings import LISTING, OBSERVATION, PART, change, parts_of
from tracker.storage.rollups import Dirty
from tracker.storage.rows import match_values

_NEVER = date(1990, 1, 1)  # before any listing
_ROWS = 2000  # in memory at once


@dataclass(frozen=True, slots=True)
class Judged:
    """A listing whose stored match its price has changed: its row before, and the new column values."""

    before: Mapping[str, Any]
    now: Mapping[str, Any]


def judge(
    connection: Connection, matcher: Matcher, ids: Collection[int], changed: Mapping[str, date], dirty: Dirty
) -> list[Judged]:
    """Hold the prices of listings against their parts' history; what changes is written and returned.

    Judged are the listings `ids`, and those of parts whose history has `changed` since a day that ask since then what they
    ask now: the day that each is judged by. Only matches that words accept are judged; what people decided stays. The
    parts whose daily figures may then be others are added to `dirty`.
    """
    if not (ids or changed):
        return []
    usual = UsualPrices(connection)
    candidates = _candidates(connection, ids, changed)
    doubtful = {each.id: held for each in candidates if (held := _held_against(usual, each))}
    judged = list(_judged(connection, matcher, doubtful))
    change(connection, [{"id": verdict.before["id"], **verdict.now} for verdict in judged])
    for verdict in judged:
        if verdict.before["price_part"] != verdict.now["price_part"]:
            dirty.add_life(verdict.before, verdict.before["price_part"], verdict.now["price_part"])
    return judged


def parts_sold(connection: Connection, since: date) -> list[str]:
    """All parts that listings sold on `since` or later, and the lines in which their prices are held."""
    c = LISTING.c
    parts = select(PART.c.part).join_from(PART, LISTING, PART.c.listing_id == c.id).where(c.end_day >= since)
    lines = select(c.sells).where(c.end_day >= since, c.sells.is_not(None))
    return list(connection.execute(parts.union(lines)).scalars())


class _Candidate(NamedTuple):
    """A listing that words accept, as far as its price matters; each part by the line of its prices."""

    id: int
    day: date
    kind: str
    part: str | None  # the one that it sells, in `units` pieces; else `several`
    units: int
    several: Sequence[MatchedPart]
    is_flagged: bool
    price: tuple[int, str, int | None, str | None]  # with shipping, each with its currency

    @property
    def parts(self) -> Sequence[MatchedPart]:
        """All that it sells."""
        return self.several if self.part is None else (MatchedPart(self.part, self.units),)

    def sells_since(self, changed: Mapping[str, date]) -> bool:
        """Whether it sells a part whose history has changed by the day that it is judged by."""
        parts = [each.part for each in self.several] if self.part is None else [self.part]
        return any(part in changed and self.day >= changed[part] for part in parts)


def _candidates(connection: Connection, ids: Collection[int], changed: Mapping[str, date]) -> Iterator[_Candidate]:
    """What is to be judged, each once."""
    query, seen = _accepted_by_words(), LISTING.c.last_seen
    since = datetime.combine(max(min(changed.values(), default=date.max), _NEVER), time(), UTC)
    if changed:
        newer = _read(connection, query.where(seen >= since))
        yield from (each for each in newer if each.id in ids or each.sells_since(changed))
    for some in chunks(sorted(ids)):
        yield from _read(connection, query.where(LISTING.c.id.in_(some), seen < since))


def _read(connection: Connection, query: Select[Any]) -> Iterator[_Candidate]:
    for rows in connection.execute(query).partitions(_ROWS):
        parts = parts_of(connection, [row[0] for row in rows if row[2] is None])
        yield from _told(rows, parts)


def _told(rows: Iterable[Any], parts: Mapping[int, Sequence[MatchedPart]]) -> Iterator[_Candidate]:
    for number, kind, part, units, flags, reason, *price, asks_since in rows:
        if asks_since is not None:
            own = () if part else [MatchedPart(price_line(each, {}), each.qty) for each in parts.get(number, ())]
            first = part or (own[0].part if own else None)
            is_flagged = reason is not None or (flags != "[]" and any(flag in flags for flag in PRICE_FLAGS))
            # Cleared by a history that may be gone by now.
            is_flagged = is_flagged or (first is not None and is_no_price(Money(*price[:2]), first))
            yield _Candidate(number, asks_since.date(), kind, part, units, own, is_flagged, tuple(price))


def _accepted_by_words() -> Select[Any]:
    """The listings whose words sell something that works, each with since when it asks what it asks."""
    c, o = LISTING.c, OBSERVATION.c
    asks_since = select(func.max(o.at)).where(o.listing_id == c.id, o.available).scalar_subquery()
    columns = (c.id, c.match_kind, c.sells, c.units, c.flags, c.reason, c.price_minor, c.price_currency,
               c.shipping_minor, c.shipping_currency, asks_since)  # fmt: skip
    works = c.defect.is_(False) & c.match_wanted.is_(False) & c.wanted.is_(False) & (c.condition != "for_parts")
    is_doubted = (c.decision == Decision.REVIEW.value) & (c.reason == Reason.PRICE_OUT_OF_LINE.value)
    is_asked = c.price_kind.in_(ASKED_KINDS) & c.price_minor.is_not(None) & c.overridden.is_(False)
    return select(*columns).where((c.decision == Decision.ACCEPT.value) | is_doubted, works, is_asked)


def _held_against(usual: UsualPrices, each: _Candidate) -> tuple[Money, Usual | None] | None:
    """What a listing asks and what that usually costs, where the one says something about the other, or once did."""
    asked = usual.asked(*each.price, each.day)
    if asked is None:
        return None
    if each.part is not None and not each.is_flagged:
        low, high = usual.calm(each.part, each.day)
        if low * each.units <= asked <= high * each.units:
            return None
    parts = each.parts
    worth = usual_together(parts, {part.part: usual.usual(part.part, each.day) for part in parts}, Kind(each.kind))
    says_something = each.is_flagged or (worth is not None and weight(asked, worth) < 1)
    return (Money(asked, usual.currency), worth) if says_something else None


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
