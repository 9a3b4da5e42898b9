"""Who is gone: listings that complete searches no longer show. A failed or partial crawl ends nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from tracker.domain.crawl import CrawlOutcome
from tracker.services.life import Asked
from tracker.storage.bulk import chunks
from tracker.storage.column_types import OPEN_END
from tracker.storage.listings import LISTING, change, observe

# Fewer open listings than this may really have gone all at once; more of them point to a page that was misread.
_SUSPICIOUS = 5

_COLUMNS = [LISTING.c[name] for name in (
    "id", "search", "last_seen", "first_seen", "missed", "missing_since", "ends_at", "price_kind", "price_minor",
    "price_currency", "shipping_minor", "shipping_currency", "condition", "price_part", "relist_key",
)]  # fmt: skip


def sweep(connection: Connection, outcome: CrawlOutcome, *, gone_after_runs: int) -> list[RowMapping]:
    """Count one more absence of each open listing that a complete search should have shown, and end the long absent.

    Those that reach `gone_after_runs` end as of the first run that missed them. Returns their rows, as they were.
    """
    c = LISTING.c
    query = select(*_COLUMNS).where(
        c.marketplace == outcome.marketplace, c.end_day == OPEN_END, c.last_seen < outcome.started_at
    )
    absent = _evident(connection.execute(query).mappings().all(), outcome)
    missed, ended = [], []
    for row in absent:
        since = min(row["missing_since"] or outcome.started_at, outcome.started_at)
        over = _auction_end(row, outcome.started_at)
        missed.append({"id": row["id"], "missed": row["missed"] + 1, "missing_since": since})
        if over or row["missed"] + 1 >= gone_after_runs:
            ended.append((row, over or since))
    change(connection, missed)
    close(connection, ended)
    return [row for row, _ in ended]


def close(connection: Connection, ended: Iterable[tuple[RowMapping, datetime]]) -> None:
    """End listings at their moment: no longer open, and an observation that says so."""
    pairs = list(ended)
    change(connection, [{"id": row["id"], "gone_at": at, "end_day": at.date()} for row, at in pairs])
    closing = [
        {"listing_id": row["id"], "at": at, **Asked.of(dict(row), available=False)._asdict()} for row, at in pairs
    ]
    for some in chunks(closing, 5000):
        observe(connection, some, ())


def _evident(rows: Iterable[RowMapping], outcome: CrawlOutcome) -> list[RowMapping]:
    """Of unseen listings, those whose absence means something: their own search, or all searches, ran to the end."""
    rows = list(rows)
    searched = {search.search for search in outcome.searches}
    complete = {search.search for search in outcome.searches if search.complete}
    whole = bool(searched) and outcome.ok and complete == searched
    empty = {search.search for search in outcome.searches if not search.listings}
    for search in empty & complete:
        if sum(row["search"] == search for row in rows) >= _SUSPICIOUS:
            complete.discard(search)
    if whole and not outcome.listings and len(rows) >= _SUSPICIOUS:
        return []
    return [row for row in rows if row["search"] in complete or (whole and row["search"] not in searched)]


def _auction_end(row: RowMapping, seen_missing: datetime) -> datetime | None:
    if row["price_kind"] == "auction" and row["ends_at"] and row["last_seen"] < row["ends_at"] <= seen_missing:
        ends_at: datetime = row["ends_at"]
        return ends_at
    return None
