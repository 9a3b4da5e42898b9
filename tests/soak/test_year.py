"""A year of the demo market in minutes, by a virtual clock (`make soak`): alarms, history, memory and disk.

Five sources show about 5,000 listings a day in three sites' page shapes; each is read by the marketplace's own spider. In
the year sites are down, block, change their layout, move the price, show nothing, show something else, and misread prices.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby, pairwise
from pathlib import Path
from statistics import mean

import psutil
import pytest
from sqlalchemy import select

from spiders.demo.past import Past
from spiders.demo.search import Index
from spiders.demo.world import make_world
from spiders.pipelines.feed import WATCHED, is_filled
from tracker.domain.crawl import CrawlOutcome, SearchOutcome
from tracker.domain.listing import PageState, PriceKind, RawListing
from tracker.domain.money import Money
from tracker.jobs.cleaning import clean
from tracker.services.ingest import GONE_AFTER_RUNS, ingest_feed
from tracker.services.sources_health import sources_report
from tracker.storage.listings import LISTING, OBSERVATION
from tracker.workspace import Workspace

DAYS = int(os.environ.get("RIGSCOUT_SOAK_DAYS", "365"))
LISTINGS = 340 * DAYS  # in the three worlds together; about 5,000 are open on a day
LAST_DAY = date(2026, 11, 20)
SEARCH = ""  # finds everything
# Which source shows which site's shape, and of which of the worlds.
SOURCES = {
    "ebay": ("ebay", 1),
    "leboncoin": ("leboncoin", 1),
    "kleinanzeigen": ("kleinanzeigen", 1),
    "marktplaats": ("kleinanzeigen", 2),
    "wallapop": ("leboncoin", 2),
}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a source on some days, and which word of an alarm must tell of it from which day of it on."""

    first: int
    last: int
    source: str
    kind: str
    alarm: str = ""
    after: int = 0


TROUBLES = (
    Trouble(20, 21, "leboncoin", "down"),
    Trouble(40, 44, "leboncoin", "down", "not read", after=2),
    Trouble(60, 66, "kleinanzeigen", "blocked", "not read", after=2),
    Trouble(80, 83, "ebay", "layout", "not read", after=2),
    Trouble(100, 100, "kleinanzeigen", "no price", "price is filled"),
    Trouble(120, 120, "wallapop", "empty", "no listings"),
    Trouble(140, 140, "marktplaats", "unrelated", "have to do with the search"),
    Trouble(160, 160, "wallapop", "factor", "median price"),
    Trouble(200, 206, "marktplaats", "blocked", "not read", after=2),
    Trouble(250, 250, "ebay", "factor", "median price"),
    Trouble(300, 309, "leboncoin", "layout", "not read", after=2),
    Trouble(330, 330, "ebay", "down"),
)
UNREAD = "can't be read"  # what is told of a new layout at once, until "not read" tells it of several runs
FAILS = {"down": PageState.UNREACHABLE, "blocked": PageState.BLOCKED, "layout": PageState.LAYOUT_UNKNOWN}


class VirtualClock(Workspace):
    """An installation at whose wall hangs the simulation's clock."""

    moment: datetime

    @property
    def now(self) -> datetime:
        return self.moment


class Record:
    """The market's own record, on disk: what each listing asked on the days when its source could be read."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w+", encoding="utf-8")
        self.whole: dict[str, list[datetime]] = defaultdict(list)  # crawls that end what they do not show

    def note(self, source: str, listings: list[RawListing]) -> None:
        for listing in listings:
            price = f"{listing.price.minor} {listing.price.currency}" if listing.price else "-"
            self._file.write(f"{source}|{listing.external_id}|{listing.seen_at.isoformat()}|{price}\n")

    def shown(self) -> dict[tuple[str, str], list[tuple[datetime, str]]]:
        """(moment, price) of each listing, in order."""
        self._file.seek(0)
        found: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
        for line in self._file:
            source, number, moment, price = line.rstrip("\n").split("|")
            found[source, number].append((datetime.fromisoformat(moment), price))
        self._file.close()
        return found

    def gone_at(self, source: str, last: datetime) -> datetime | None:
        """The first whole crawl after `last`, where enough of them followed."""
        after = [at for at in self.whole[source][-400:] if at > last]
        return after[0] if len(after) >= GONE_AFTER_RUNS else None


class Year:
    """Plays the year day by day into a database, and keeps the market's record beside it."""

    def __init__(self, workspace: VirtualClock) -> None:
        self.workspace, self.record = workspace, Record(workspace.data / "record.txt")
        self.worlds = {
            number: Index(make_world(seed=number, days=DAYS, listings=LISTINGS // 2, last_day=LAST_DAY))
            for number in (1, 2)
        }
        self.pasts = {
            source: Past(self.worlds[number], shape, f"http://{source}.demo.invalid", [SEARCH], max_pages=10**6)
            for source, (shape, number) in SOURCES.items()
        }
        self.seen = 0
        self.lost: dict[str, list[RawListing]] = defaultdict(list)  # pages that no spider could read, in the archive

    def play(self, day: int) -> None:
        """One day: each source is crawled, and what an outage's end mended is read again out of the archive."""
        self.workspace.moment = self.worlds[1].world.moment(day)
        for source in SOURCES:
            kind = next((t.kind for t in TROUBLES if t.source == source and t.first <= day <= t.last), "")
            listings = [replace(listing, marketplace=source) for listing in self.pasts[source].listings(day)]
            if kind in FAILS:
                self.lost[source] += listings if kind == "layout" else []
                self._ingest(source, [], FAILS[kind])
                continue
            if self.lost[source]:
                self._replay(source, self.lost.pop(source))
            listings = list(_disturbed(listings, kind))
            self._ingest(source, listings, PageState.LISTINGS if listings else PageState.EMPTY)
            if kind != "empty":  # all gone at once is not believed
                self.record.whole[source].append(self.workspace.now)
        clean(self.workspace)

    def _ingest(self, source: str, listings: list[RawListing], state: PageState) -> None:
        now, count = self.workspace.now, len(listings)
        filled = {name: sum(is_filled(listing, name) for listing in listings) / count for name in WATCHED if count}
        search = SearchOutcome(SEARCH, state, 1, count, complete=state in (PageState.LISTINGS, PageState.EMPTY))
        outcome = CrawlOutcome(source, now, now, state, pages=1, listings=count, searches=(search,), coverage=filled)
        ingest_feed(self.workspace.database, listings, matcher=self.workspace.matcher, now=now, outcome=outcome)
        self.record.note(source, listings)
        self.seen += count

    def _replay(self, source: str, listings: list[RawListing]) -> None:
        ingest_feed(self.workspace.database, listings, matcher=self.workspace.matcher, now=self.workspace.now)
        self.record.note(source, listings)


def _disturbed(listings: list[RawListing], kind: str) -> Iterator[RawListing]:
    """The listings as a page with this trouble is read."""
    for number, listing in enumerate(listings if kind != "empty" else ()):
        if kind == "no price":
            yield replace(listing, price=None, price_kind=PriceKind.FIXED)
        elif kind == "factor" and listing.price is not None:
            yield replace(listing, price=Money(listing.price.minor * 10, listing.price.currency))
        elif kind == "unrelated":
            yield replace(listing, external_id=f"77{number}", title="Garden chair, oak", description="As good as new")
        else:
            yield listing


def expected_alarms(day: int) -> set[tuple[str, str]]:
    """(source, word) of every alarm that the day's troubles must raise."""
    due = {(t.source, t.alarm) for t in TROUBLES if t.alarm and t.first + t.after <= day <= t.last}
    return due | {(t.source, UNREAD) for t in TROUBLES if t.kind == "layout" and 0 <= day - t.first < t.after}


def alarms(workspace: Workspace) -> set[tuple[str, str]]:
    """(source, the known word in it or the whole text) of every alarm raised."""
    words = {UNREAD, *(t.alarm for t in TROUBLES if t.alarm)}
    return {
        (report.marketplace, next((word for word in words if word in alarm), alarm))
        for report in sources_report(workspace.database, now=workspace.now)
        for alarm in report.alarms
    }


def disk(workspace: Workspace) -> int:
    return sum(file.stat().st_size for file in workspace.data.glob("rigscout.sqlite3*"))


def check_history(year: Year) -> None:
    """Every listing's first and last day, its end and all its prices, as the market recorded them."""
    shown, kept = year.record.shown(), defaultdict(list)
    asked = select(OBSERVATION).where(OBSERVATION.c.available).order_by(OBSERVATION.c.listing_id, OBSERVATION.c.at)
    with year.workspace.database.reading() as connection:
        rows = {(row.marketplace, row.external_id): row for row in connection.execute(select(LISTING))}
        for row in connection.execute(asked):
            kept[row.listing_id].append("-" if row.price_minor is None else f"{row.price_minor} {row.price_currency}")
    assert set(rows) == set(shown)
    for key, row in rows.items():
        days = shown[key]
        assert (row.first_seen, row.last_seen) == (days[0][0], days[-1][0]), key
        assert [price for price, _ in groupby(kept[row.id])] == [price for price, _ in groupby(p for _, p in days)], key
        if row.price_kind != "auction":  # an auction ends at its own time
            assert row.gone_at == year.record.gone_at(key[0], days[-1][0]), key


def _say(day: int, seen: int, size: tuple[int, int]) -> None:
    words = (
        f"day {day + 1}: {seen:,} listings seen, {size[0] / 1e6:.0f} MB of database, {size[1] / 1e6:.0f} MB of memory"
    )
    print(words, flush=True)  # noqa: T201 - the figures of a long run


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> VirtualClock:
    return VirtualClock(data=Path(tmp_path_factory.mktemp("year")), is_demo=True)


def test_a_year(workspace: VirtualClock) -> None:
    year, wrong = Year(workspace), []
    sizes: list[tuple[int, int]] = []  # of each month: bytes of the database, bytes of memory
    for day in range(DAYS):
        year.play(day)
        # Every alarm that is due, and no other.
        if alarms(workspace) != expected_alarms(day):
            wrong.append((day, alarms(workspace) ^ expected_alarms(day)))
        if day % 30 == 29:
            sizes.append((disk(workspace), psutil.Process().memory_info().rss))
            _say(day, year.seen, sizes[-1])
    assert not wrong
    check_history(year)
    workspace.close()
    if len(sizes) > 5:
        grown = [after[0] - before[0] for before, after in pairwise(sizes)]
        half = len(grown) // 2  # a day of misread prices is in each: each price is written, and again when it is right
        assert mean(grown[half:]) < 1.1 * mean(grown[:half]), "the year's second half adds more to the database"
        assert max(held for _, held in sizes[3:]) < 1.2 * sizes[2][1], "memory grows"
