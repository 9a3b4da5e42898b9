"""A listing's life, pure: what a sighting, an absence or a sale makes of what was known of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from tracker.domain.listing import RawListing
from tracker.storage.rows import STICKY, raw_values

_AN_INSTANT = timedelta(seconds=1)


class Asked(NamedTuple):
    """What an observation records: a new one is kept only where one of these changed."""

    price_minor: int | None
    price_currency: str | None
    price_kind: str
    shipping_minor: int | None
    shipping_currency: str | None
    condition: str
    available: bool

    @classmethod
    def of(cls, values: dict[str, Any], *, available: bool) -> "Asked":
        """From a listing's column values."""
        return cls(
            values["price_minor"], values["price_currency"], values["price_kind"], values["shipping_minor"],
            values["shipping_currency"], values["condition"], available,
        )  # fmt: skip


@dataclass(slots=True)
class Life:
    """One listing while sightings are folded into it.

    `values` are its raw columns; `written` and `removed` the observations to write and delete; `since` the first UTC day
    whose figures may be others now. `past` are all observations, oldest first, loaded only where `needs_past`.
    """

    id: int | None
    values: dict[str, Any]
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None = None
    sold_at: datetime | None = None
    missed: int = 0
    missing_since: datetime | None = None
    past: list[tuple[datetime, Asked]] | None = None
    written: dict[datetime, Asked] = field(default_factory=dict)
    removed: list[datetime] = field(default_factory=list)
    since: date | None = None
    raw_changed: bool = False
    reopened: bool = False

    @property
    def asked(self) -> Asked:
        """What it asks now."""
        return Asked.of(self.values, available=self.gone_at is None)

    @property
    def is_other(self) -> bool:
        """Whether the sightings said anything but that it is still there."""
        return bool(self.raw_changed or self.reopened or self.written or self.removed or self.since)

    def touch(self, day: date) -> None:
        """Figures from `day` on may have changed."""
        self.since = day if self.since is None else min(self.since, day)

    def touch_all(self) -> None:
        """All its figures may have changed: a sale may be dated before it was first seen."""
        self.touch(min(self.first_seen, self.sold_at or self.first_seen).date())

    def write(self, at: datetime, asked: Asked) -> None:
        """Keep an observation."""
        self.written[at] = asked
        if self.past is not None:
            self.past = sorted([*((t, a) for t, a in self.past if t != at), (at, asked)])
        self.touch(at.date())


def needs_past(life: Life, seen_at: datetime) -> bool:
    """Whether a sighting is not simply the newest word on a listing."""
    return seen_at <= life.last_seen or (life.gone_at is not None and seen_at <= life.gone_at)


def born(raw: RawListing) -> Life:
    """A listing seen for the first time."""
    values = raw_values(raw)
    life = Life(None, values, raw.seen_at, raw.seen_at, raw_changed=True)
    if raw.sold:
        life.sold_at = life.gone_at = min(raw.sold_at or raw.seen_at, raw.seen_at)
        life.touch(life.gone_at.date())
    life.write(raw.seen_at, life.asked)
    return life


def see(life: Life, raw: RawListing) -> None:
    """Fold one sighting in. The same one twice changes nothing; an older one only fills in the past."""
    if raw.seen_at == life.last_seen:
        _read_again(life, raw)
        return
    if needs_past(life, raw.seen_at):
        _fill_in(life, raw)
        return
    before, was_gone = life.asked, life.gone_at
    _take_values(life, raw)
    life.missed, life.missing_since = 0, None
    if raw.sold:
        _sell(life, raw)
    elif was_gone is not None:
        life.gone_at = life.sold_at = None
        life.reopened = True
        life.touch(was_gone.date())
    life.last_seen = raw.seen_at
    if life.asked != before:
        # What a sold ad says later is still about the sale.
        life.write(life.gone_at or raw.seen_at, life.asked)


def end(life: Life, at: datetime) -> None:
    """It is gone since `at` (never before it was last seen)."""
    if life.gone_at is None:
        life.gone_at = max(at, life.last_seen)
        life.write(life.gone_at, life.asked)


def _sell(life: Life, raw: RawListing) -> None:
    """It is sold: when the marketplace says so, but after it was last seen open and before it was missed."""
    if life.sold_at is not None:
        return
    # A sale dated before the last time it was seen open is a date without a time of day.
    sold_at = max(min(raw.sold_at or raw.seen_at, raw.seen_at), life.last_seen + _AN_INSTANT)
    if life.gone_at is not None:
        sold_at = min(sold_at, life.gone_at)
        if sold_at != life.gone_at:
            life.removed.append(life.gone_at)
            life.written.pop(life.gone_at, None)
    life.sold_at = life.gone_at = sold_at
    life.write(sold_at, life.asked)


def _take_values(life: Life, raw: RawListing) -> None:
    values = raw_values(raw)
    for name in STICKY:
        if values[name] is None:
            values[name] = life.values[name]
    if values != life.values:
        if values["country"] != life.values["country"]:
            life.touch_all()
        life.values, life.raw_changed = values, True


def _fill_in(life: Life, raw: RawListing) -> None:
    """A sighting from before the newest: it may open the life earlier and add an observation, nothing else."""
    assert life.past is not None
    if raw.sold:
        return
    asked = Asked.of(raw_values(raw), available=True)
    at, newest = raw.seen_at, life.last_seen
    if at < life.first_seen:
        life.first_seen = at
        life.touch(at.date())
    life.last_seen = max(life.last_seen, at)
    if life.gone_at is not None and life.gone_at <= at:
        # Sold, says the marketplace, before it was last seen open: its date has no time of day.
        life.touch(life.gone_at.date())
        life.gone_at = at + _AN_INSTANT
        if life.sold_at is not None:  # what was only missed at that moment is not sold for it
            life.sold_at = life.gone_at
    before = [item for item in life.past if item[0] <= at]
    if before and before[-1][0] == at:
        if _mends(before[-1][1], asked):
            _correct(life, at, asked)
    elif not before or before[-1][1] != asked:
        _insert(life, at, asked)
    if life.gone_at is not None and all(moment != life.gone_at for moment, _ in life.past):
        life.write(life.gone_at, life.asked)
    _say_again(life, newest)


def _say_again(life: Life, newest: datetime) -> None:
    """Where the past says otherwise since it was filled in: what the newest sighting said, which was nothing new then."""
    assert life.past is not None
    if life.gone_at is not None and life.gone_at <= newest:
        return
    said = Asked.of(life.values, available=True)
    if [asked for moment, asked in life.past if moment <= newest][-1:] not in ([], [said]):
        life.write(newest, said)


def _read_again(life: Life, raw: RawListing) -> None:
    """The newest sighting as a mended spider reads it out of the archive."""
    if life.gone_at is not None or raw.sold or not _mends(life.asked, Asked.of(raw_values(raw), available=True)):
        return
    _take_values(life, raw)
    if life.past is None:
        life.past = sorted(life.written.items())
    _correct(life, raw.seen_at, life.asked)


def _mends(held: Asked, asked: Asked) -> bool:
    """Whether a page read again says something else, and no less: a broken spider unsays no price."""
    loses = held.price_minor is not None and asked.price_minor is None
    return asked != held and asked.available == held.available and not loses


def _correct(life: Life, at: datetime, asked: Asked) -> None:
    """Another reading of a moment that is known: its observation is replaced, or dropped where nothing had changed."""
    assert life.past is not None
    before = [held for moment, held in life.past if moment < at]
    if before and before[-1] == asked:
        life.removed.append(at)
        life.written.pop(at, None)
        life.past = [item for item in life.past if item[0] != at]
        life.touch(at.date())
    else:
        _insert(life, at, asked)


def _insert(life: Life, at: datetime, asked: Asked) -> None:
    """An observation amid others; the next one is dropped where it says the same."""
    assert life.past is not None
    follower = next((item for item in life.past if item[0] > at), None)
    life.write(at, asked)
    if follower and follower[1] == asked:
        life.removed.append(follower[0])
        life.written.pop(follower[0], None)
        life.past = [item for item in life.past if item[0] != follower[0]]
