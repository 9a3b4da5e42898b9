"""What the database forgets with age: the bulk around a listing that ended long ago, old crawls, sent mails' bodies.

Prices are never forgotten: observations, daily figures, the index of machines, titles and what a listing was matched as
stay for ever, so a later `rematch` and every history give the same as before.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from tracker.settings import KeepSettings
from tracker.storage import tables
from tracker.storage.bulk import table
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING
from tracker.storage.meta import recall, remember

_THINNED = "listings thinned until"
_BULK = {"texts": "{}", "evidence": "[]", "image": None}


def forget(database: Database, keep: KeepSettings, now: datetime) -> None:
    """Empty and delete what is past its age, in one transaction; a second call on the same day finds nothing to do.

    Raises StorageError.
    """
    with database.writing() as connection:
        _thin_listings(connection, (now - timedelta(days=keep.gone_listings_days)).date())
        _forget_crawls(connection, now - timedelta(days=keep.crawls_days))
        _empty_mails(connection, now - timedelta(days=keep.mails_days))


def _thin_listings(connection: Connection, until: date) -> None:
    """Texts as seen, evidence and picture links of listings that ended since the last time, and before `until`."""
    c = LISTING.c
    since = date.fromisoformat(recall(connection, _THINNED) or date.min.isoformat())
    connection.execute(update(LISTING).where(c.end_day >= since, c.end_day < until).values(_BULK))
    remember(connection, _THINNED, max(since, until).isoformat())


def _forget_crawls(connection: Connection, until: datetime) -> None:
    """Which days were observed is kept apart; lines that were no listing go with the crawls."""
    crawl, search, aside = (table(kind) for kind in (tables.Crawl, tables.CrawlSearch, tables.SetAside))
    old = select(crawl.c.id).where(crawl.c.started_at < until)
    connection.execute(delete(search).where(search.c.crawl_id.in_(old)))
    connection.execute(delete(crawl).where(crawl.c.started_at < until))
    connection.execute(delete(aside).where(aside.c.at < until))


def _empty_mails(connection: Connection, until: datetime) -> None:
    """That a report was sent, to whom and when, is kept: it must never be sent twice."""
    outbox = table(tables.Outbox)
    old = (outbox.c.state != "pending", outbox.c.created_at < until, outbox.c.message != "")
    connection.execute(update(outbox).where(*old).values(message=""))
