"""What the web pages ask of the database: parts, histories, listings and what waits for review. Every method raises StorageError."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, astuple
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from tracker.domain.history import DayFigures, Observation, PartHistory, StoredListing, TimeToSell
from tracker.domain.match import Decision, is_mixed, line_of
from tracker.domain.money import Money
from tracker.domain.web import EVERY_OFFER, Choices, Filters, ListingLife, PartLine, Slice, SourceVitals, Vitals
from tracker.services.overview import overview, present
from tracker.services.price_history import part_history
from tracker.services.reviews import waiting_slice
from tracker.services.same_again import also_at, listed_before, words_of_relisting
from tracker.services.time_to_sell import time_to_sell
from tracker.storage.changes import Changes
from tracker.storage.column_types import OPEN_END
from tracker.storage.crawls import last_crawls
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, PART, load, observations
from tracker.storage.rollups import DAILY, OBSERVED
from tracker.storage.rows import money_of

_NO_TEXT = "\0"  # PostgreSQL keeps none, so nothing is called so
_AMOUNTS = ("minimum", "lowest", "p10", "p25", "median", "p75", "mean_lowest_five", "sold_median")
_COUNTS = ("part", "day", "n", "new", "gone", "sold", "unbelieved")


class StoredReads:
    """The part of WebReads that is answered by the database alone.

    `names` are the catalog's part names by id; `is_archived` says whether the page archive has a listing's page.
    """

    def __init__(
        self,
        database: Database,
        names: Mapping[str, str],
        is_archived: Callable[[StoredListing], bool] = lambda _listing: False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._names = names
        self._is_archived = is_archived
        self._clock = clock
        self._changes = Changes(database)

    def version(self) -> Hashable:
        """Another one after each commit, and each hour: what was seen too long ago is bought no more."""
        return self._changes.state(), self._clock().replace(minute=0, second=0, microsecond=0)

    def parts(self, *, offset: int, limit: int) -> Slice[PartLine]:
        """Every part that a listing was ever priced for, cards first, each with its newest day on which it was offered."""
        query = select(LISTING.c.price_part).distinct().where(LISTING.c.price_part.is_not(None))
        with self._database.reading() as connection:
            known = sorted(connection.execute(query).scalars(), key=_cards_first)
            lines = tuple(self._line(connection, part) for part in known[offset : offset + limit])
        return Slice(lines, len(known), offset)

    def history(
        self, part: str, *, since: date | None, until: date | None = None, filters: Filters = EVERY_OFFER
    ) -> PartHistory | None:
        """One part's days; None for a part without a figure. Days before its first figure are left out."""
        if _NO_TEXT in "".join((part, *(word or "" for word in astuple(filters)))):
            return None
        query = select(func.min(DAILY.c.day)).where(DAILY.c.part == part, DAILY.c.scope == "all")
        with self._database.reading() as connection:
            first = connection.execute(query).scalar()
        if first is None:
            return None
        return part_history(
            self._database,
            part,
            name=self._names.get(part, part),
            since=max(since or first, first),
            until=until,
            **asdict(filters),
        )

    def choices(self, part: str) -> Choices:
        """The marketplaces, countries and conditions that have figures of a part, and its models."""
        found: dict[str, list[str]] = {"marketplace": [], "country": [], "condition": [], "model": self._models(part)}
        if _NO_TEXT not in part:
            query = select(DAILY.c.scope).distinct().where(DAILY.c.part == part).order_by(DAILY.c.scope)
            with self._database.reading() as connection:
                for scope in connection.execute(query).scalars():
                    kind, _, name = scope.partition(":")
                    found.get(kind, []).append(name)
        return Choices(*(tuple(names) for names in found.values()))

    def time_to_sell(self, part: str, *, at_most: Money | None = None, model: str | None = None) -> TimeToSell:
        """How long offers of a part, or of one model of it, stay."""
        now = present(self._database, self._clock())
        return time_to_sell(self._database, part, now=now, at_most=at_most, model=model)

    def listings(
        self, *, part: str | None, offset: int, limit: int, filters: Filters = EVERY_OFFER
    ) -> Slice[StoredListing]:
        """Open listings, those first seen last at the head; of one part, those that are accepted as selling it."""
        asked = {name: value for name, value in asdict(filters).items() if value is not None}
        if _NO_TEXT in "".join((part or "", *asked.values())):
            return Slice((), 0, offset)
        c = LISTING.c
        condition: ColumnElement[bool] = c.end_day == OPEN_END
        if model := asked.pop("model", None):
            condition &= c.sells.endswith(line_of("", model), autoescape=True)
        for name, value in asked.items():
            condition &= c[name] == value
        if part is not None:
            sellers = select(PART.c.listing_id).where(PART.c.part == part)
            # What is priced under another id, as servers' supplies are, stands on that one's page.
            sells = (c.price_part == part) | (c.price_part.is_(None) & c.id.in_(sellers))
            condition &= sells & (c.decision == Decision.ACCEPT.value)
        newest = select(c.id).where(condition).order_by(c.first_seen.desc(), c.id.desc())
        with self._database.reading() as connection:
            total = connection.execute(select(func.count()).select_from(LISTING).where(condition)).scalar_one()
            ids = list(connection.execute(newest.offset(offset).limit(limit)).scalars())
            found = {listing.id: listing for listing in load(connection, c.id.in_(ids))}
        return Slice(tuple(found[number] for number in ids), total, offset)

    def vitals(self) -> Vitals:
        """What a monitor watches: a few counts and the last crawl of each marketplace."""
        counts = overview(self._database)
        newest = select(func.max(OBSERVED.c.day))
        with self._database.reading() as connection:
            day = connection.execute(newest).scalar()
            sources = tuple(SourceVitals(**row) for row in last_crawls(connection))
        return Vitals(counts.listings_open, counts.accepted, dict(counts.rejected), day, sources)

    def listing(self, marketplace: str, external_id: str) -> ListingLife | None:
        """One listing, open or gone, with every price it was seen at."""
        if _NO_TEXT in marketplace + external_id:
            return None
        c = LISTING.c
        with self._database.reading() as connection:
            found = load(connection, (c.marketplace == marketplace) & (c.external_id == external_id))
            if not found:
                return None
            (listing,) = found
            others, before = also_at(connection, listing), listed_before(connection, listing)
            seen = tuple(_observation(row) for row in observations(connection, [listing.id])[listing.id])
        words = words_of_relisting(before, listing)
        archived = self._is_archived(listing)
        return ListingLife(listing, seen, archived=archived, also_at=others, relisting=words)

    def review(self, *, offset: int, limit: int) -> Slice[StoredListing]:
        """Listings whose match waits for a person, those that matter most first."""
        return waiting_slice(self._database, offset=offset, limit=limit)

    def _models(self, part: str) -> list[str]:
        """The models of boards, or sorts of memory, that a part was ever priced for."""
        if not is_mixed(part) or _NO_TEXT in part:
            return []
        query = select(LISTING.c.sells).distinct().where(LISTING.c.price_part == part)
        with self._database.reading() as connection:
            lines = connection.execute(query).scalars()
            return sorted(model for line in lines if (model := line.partition("/")[2]))

    def _line(self, connection: Connection, part: str) -> PartLine:
        c = DAILY.c
        query = select(DAILY).where(c.part == part, c.scope == "all", c.n > 0).order_by(c.day.desc()).limit(1)
        row = connection.execute(query).mappings().first()
        return PartLine(part, self._names.get(part, part), _figures(dict(row)) if row else None)


def _figures(row: Mapping[str, Any]) -> DayFigures:
    values: dict[str, Any] = {name: row[name] for name in _COUNTS}
    for name in _AMOUNTS:
        values[name] = None if row[name] is None else Money(row[name], row["currency"])
    return DayFigures(**values)


def _observation(row: Mapping[str, Any]) -> Observation:
    return Observation(
        row["listing_id"],
        row["at"],
        money_of(row, "price"),
        money_of(row, "shipping"),
        row["condition"],
        row["available"],
    )


def _cards_first(part: str) -> tuple[bool, str]:
    return not part.startswith("gpu:"), part
