"""From a feed to the database: one transaction, and the same feed twice changes nothing."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from statistics import median_low
from typing import Any

from sqlalchemy import Connection

from tracker.domain.crawl import CrawlOutcome
from tracker.domain.listing import RawListing
from tracker.domain.match import Reason
from tracker.domain.money import Rates
from tracker.domain.ports import Matcher
from tracker.services.copy_links import relink
from tracker.services.feed import BadLine, read_feed
from tracker.services.gone import sweep
from tracker.services.keep import Kept, keep
from tracker.services.price_judging import judge, parts_sold
from tracker.storage.crawls import record_crawl, set_aside
from tracker.storage.engine import Database
from tracker.storage.exchange import converted_since, save_rates
from tracker.storage.failures import BusyError
from tracker.storage.listings import Key
from tracker.storage.locks import lock_everything, lock_history, lock_marketplaces
from tracker.storage.meta import remember
from tracker.storage.relisting import link
from tracker.storage.rollups import first_converted, mark_observed, rebuild, refresh

GONE_AFTER_RUNS = 2
_BATCH = 2000  # listings in memory at once


@dataclass(slots=True)
class IngestResult:
    """What a feed brought.

    `changed` are known listings with a new observation, `gone` those that its crawl ended, `rejected` counts its listings
    that were not accepted by Reason, `skipped` are (line, reason).
    """

    listings_new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    skipped: tuple[tuple[int, str], ...] = ()


def ingest_feed(
    database: Database,
    feed: Path | Iterable[RawListing],
    *,
    matcher: Matcher,
    now: datetime,
    outcome: CrawlOutcome | None = None,
    currency: str = "EUR",
    rates: Rates | None = None,
    gone_after_runs: int = GONE_AFTER_RUNS,
) -> IngestResult:
    """Store a feed's listings, match what is new or changed, end what is gone, and bring the daily figures up to date.

    `currency` is the user's, of the daily figures; `rates` are kept with their day. Only listings of complete searches of
    `outcome` can become gone, after `gone_after_runs` such runs. Where PostgreSQL ends one of two ingests that wait for each
    other's copies, it is done again, with no other beside it. Raises RigscoutError where the feed can't be read,
    StorageError where the database can't be written; then nothing was stored.
    """
    feed = feed if isinstance(feed, Path) else list(feed)
    for alone in (False, True):
        try:
            with _without_collector(), database.writing() as connection:
                if alone:
                    lock_everything(connection)
                return _Ingest(connection, matcher, outcome, now).run(feed, currency, rates, gone_after_runs)
        except BusyError:
            if alone:
                raise
    raise AssertionError("unreachable")


@contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage collection meanwhile: rows by the ten thousand, none in a circle (measured: 12 % of an ingest)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Ingest:
    """One ingest's work in its transaction; of a feed only some listings are in memory at once."""

    def __init__(self, connection: Connection, matcher: Matcher, outcome: CrawlOutcome | None, now: datetime) -> None:
        self._connection = connection
        self._matcher = matcher
        self._outcome = outcome
        self._now = now
        self._kept = Kept()
        self._bad: list[BadLine] = []
        self._days_read: set[tuple[str, date]] = set()
        self._asked: dict[str, list[int]] = defaultdict(list)  # the feed's prices by currency
        self._converted_since: date | None = None  # the first day whose prices are converted otherwise now

    def run(
        self, feed: Path | list[RawListing], currency: str, rates: Rates | None, gone_after_runs: int
    ) -> IngestResult:
        """Do all of it, the daily figures last."""
        connection, kept = self._connection, self._kept
        lock_marketplaces(connection, {self._outcome.marketplace} if self._outcome else set())
        new_days = self._days_of_new_rates(rates)
        is_other_currency = remember(connection, "currency", currency)
        if is_other_currency:
            self._converted_since = date.min
        for listings in self._batches(feed):
            self._keep(listings)
        set_aside(connection, [(line.source, line.number, line.reason, line.text) for line in self._bad], self._now)
        lock_history(connection)
        self._judge()
        gone = self._sweep(gone_after_runs)
        for part, day in link(connection, kept.relist_keys):
            kept.dirty.add(part, day)
        relink(connection, kept.relink | set(kept.dirty), kept.dirty)
        outcome = self._outcome
        if outcome and outcome.ok:
            self._days_read |= {(outcome.marketplace, at.date()) for at in (outcome.started_at, outcome.finished_at)}
        new_days |= mark_observed(connection, self._days_read)
        if is_other_currency:
            rebuild(connection, currency)
        else:
            refresh(connection, currency, kept.dirty, new_days)
        return IngestResult(
            kept.listings_new, kept.listings_changed, kept.unchanged, gone, kept.accepted, kept.rejected,
            tuple((line.number, line.reason) for line in self._bad),
        )  # fmt: skip

    def _batches(self, feed: Path | list[RawListing]) -> Iterator[list[RawListing]]:
        batch: list[RawListing] = []
        for item in read_feed(feed, self._now):
            if isinstance(item, BadLine):
                self._bad.append(item)
                continue
            batch.append(item)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        yield batch

    def _keep(self, listings: Sequence[RawListing]) -> None:
        lock_marketplaces(self._connection, {listing.marketplace for listing in listings})
        by_key: dict[Key, list[RawListing]] = defaultdict(list)
        for listing in sorted(listings, key=attrgetter("key", "seen_at")):
            by_key[listing.key].append(listing)
            self._days_read.add((listing.marketplace, listing.seen_at.date()))
            if listing.price is not None:
                self._asked[listing.price.currency].append(listing.price.minor)
        keep(self._connection, self._matcher, by_key, self._kept)

    def _judge(self) -> None:
        """Hold the prices of what changed, and of what is of parts whose history did, against the history."""
        kept = self._kept
        if self._converted_since is not None:
            for part in parts_sold(self._connection, self._converted_since):
                kept.priced.add(part, self._converted_since)
        for each in judge(self._connection, self._matcher, kept.written, kept.priced, kept.dirty):
            if each.before["id"] in kept.decided:
                kept.decided[each.before["id"]] = each.now["decision"], each.now["reason"]

    def _sweep(self, gone_after_runs: int) -> int:
        """End what complete searches no longer show, once for each crawl; returns how many ended."""
        if self._outcome is None or not record_crawl(self._connection, self._outcome, self._crawl_figures()):
            return 0
        ended = sweep(self._connection, self._outcome, gone_after_runs=gone_after_runs)
        for row in ended:
            self._kept.dirty.add(row["price_part"], row["last_seen"].date())
            if row["relist_key"] is not None:
                self._kept.relist_keys.add(row["relist_key"])
        return len(ended)

    def _days_of_new_rates(self, rates: Rates | None) -> set[date]:
        if rates is None or not save_rates(self._connection, rates):
            return set()
        self._converted_since = converted_since(self._connection, rates.day)
        return first_converted(self._connection, rates.day)

    def _crawl_figures(self) -> dict[str, Any]:
        """What later crawls are held against: the median price in the feed's main currency, and how many fitted."""
        main = max(self._asked, key=lambda currency: len(self._asked[currency]), default=None)
        median = median_low(self._asked[main]) if main else None
        # What only its price keeps back has to do with the search all the same.
        matched = self._kept.accepted + self._kept.rejected[Reason.PRICE_OUT_OF_LINE.value]
        return {"median_minor": median, "median_currency": main, "matched": matched}
