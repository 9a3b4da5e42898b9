"""Crawls: how each ended, once; and feed lines that were no listings."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.crawl import CrawlOutcome
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
