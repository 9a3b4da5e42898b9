"""Crawls: how each ended, once; and feed lines that were no listings."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from tracker.domain.crawl import CrawlOutcome
from tracker.domain.listing import PageState
from tracker.storage import tables
from tracker.storage.bulk import insert_new, insert_rows, table
from tracker.storage.rows import as_json

CRAWL = table(tables.Crawl)
SEARCH = table(tables.CrawlSearch)
SET_ASIDE = table(tables.SetAside)


def record_crawl(connection: Connection, outcome: CrawlOutcome, extra: dict[str, Any]) -> bool:
    """Keep an outcome. Returns False where this crawl (marketplace and start) is known already."""
    key = (CRAWL.c.marketplace == outcome.marketplace, CRAWL.c.started_at == outcome.started_at)
    if connection.execute(select(CRAWL.c.id).where(*key)).first():
        return False
    row = {
        "marketplace": outcome.marketplace, "started_at": outcome.started_at, "finished_at": outcome.finished_at,
        "state": outcome.state.value, "detail": outcome.detail, "pages": outcome.pages, "listings": outcome.listings,
        "coverage": as_json(dict(outcome.coverage)), "stats": as_json(dict(outcome.stats)),
        "retry_at": outcome.retry_at, "matched": 0, **extra,
    }  # fmt: skip
    insert_new(connection, CRAWL, [row])
    number = connection.execute(select(CRAWL.c.id).where(*key)).scalar_one()
    searches = [
        {"crawl_id": number, "position": position, "search": search.search, "state": search.state.value,
         "pages": search.pages, "listings": search.listings, "complete": search.complete, "detail": search.detail}
        for position, search in enumerate(outcome.searches)
    ]  # fmt: skip
    insert_rows(connection, SEARCH, searches)
    return True


def last_crawls(connection: Connection) -> list[dict[str, Any]]:
    """The last crawl of each marketplace: its name, state, end, pages, listings; and when one last brought listings."""
    c = CRAWL.c
    good = func.max(case((c.state == PageState.LISTINGS.value, c.finished_at)))
    ends = (
        select(c.marketplace, func.max(c.started_at).label("last"), good.label("last_good_at"))
        .group_by(c.marketplace)
        .subquery()
    )
    is_last = (ends.c.marketplace == c.marketplace) & (ends.c.last == c.started_at)
    query = select(c.marketplace, c.state, c.finished_at, c.pages, c.listings, ends.c.last_good_at).join(ends, is_last)
    return [dict(row) for row in connection.execute(query.order_by(c.marketplace)).mappings()]


def set_aside(connection: Connection, lines: Sequence[tuple[str, int, str, str]], now: datetime) -> None:
    """Keep lines that are no listings: (source, number, reason, text), the same text once."""
    insert_new(
        connection,
        SET_ASIDE,
        [
            {
                "digest": hashlib.sha256(text.encode()).hexdigest(),
                "source": source,
                "line": number,
                "reason": reason,
                "text": text,
                "at": now,
            }
            for source, number, reason, text in lines
        ],
    )
