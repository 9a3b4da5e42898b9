"""What is forgotten with age, and what never is."""

from datetime import timedelta

from sqlalchemy import select, text

from tests.services.market import NOW, TinyMatcher, crawl, day, listing
from tracker.domain.report import Message
from tracker.services.ingest import ingest_feed
from tracker.services.outbox import due, enqueue, mark_sent, states_of
from tracker.services.rematch import rematch
from tracker.services.retention import forget
from tracker.settings import KeepSettings
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING

KEEP = KeepSettings(gone_listings_days=30, crawls_days=30, mails_days=7)
FOREVER = ("observation", "daily", "observed_day", "listing_part")


def rows(database: Database, table: str) -> list[str]:
    with database.reading() as connection:
        return sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")).all()))


def bulk(database: Database) -> dict[str, tuple[str, str | None]]:
    c = LISTING.c
    with database.reading() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(select(c.external_id, c.texts, c.image))}


def market(database: Database) -> None:
    """One that is gone since the fourth day, and one that is open still."""
    more = {"texts": {"price": "EUR 96,00"}, "image": "https://example.org/1.jpg", "description": "works"}
    for number in range(5):
        seen = [listing(2, day(number), 90 + number, **more)]
        if number < 2:
            seen.append(listing(1, day(number), 96, **more))
        ingest_feed(database, seen, matcher=TinyMatcher(), now=day(number), outcome=crawl(day(number)))


def test_a_listing_that_ended_long_ago_keeps_its_prices_and_match_but_not_its_bulk(database: Database) -> None:
    market(database)
    before = {name: rows(database, name) for name in FOREVER}
    forget(database, KEEP, NOW)
    assert bulk(database) == {"1": ("{}", None), "2": ('{"price":"EUR 96,00"}', "https://example.org/1.jpg")}
    rematch(database, TinyMatcher(version="2"))
    assert {name: rows(database, name) for name in FOREVER} == before


def test_nothing_is_forgotten_before_its_day(database: Database) -> None:
    market(database)
    before = rows(database, "listing"), rows(database, "crawl")
    forget(database, KeepSettings(gone_listings_days=120, crawls_days=120), NOW)
    assert (rows(database, "listing"), rows(database, "crawl")) == before


def test_what_ends_later_is_thinned_later(database: Database) -> None:
    market(database)
    forget(database, KEEP, NOW)
    for number in range(3):
        at = NOW + timedelta(days=number)
        ingest_feed(database, [], matcher=TinyMatcher(), now=at, outcome=crawl(at))
    forget(database, KEEP, NOW + timedelta(days=20))
    assert bulk(database)["2"] != ("{}", None)
    forget(database, KEEP, NOW + timedelta(days=40))
    assert bulk(database)["2"] == ("{}", None)


def test_old_crawls_go_with_their_searches(database: Database) -> None:
    market(database)
    forget(database, KEEP, NOW)
    assert rows(database, "crawl") == rows(database, "crawl_search") == []
    assert len(rows(database, "observed_day")) == 5


def test_a_sent_mail_is_emptied_and_never_sent_again_a_waiting_one_is_kept_whole(database: Database) -> None:
    message = Message("P40 box €312", "<p>ü</p>", "text", {}, "daily:2026-11-21")
    enqueue(database, message, ["a@example.org", "b@example.org"], now=NOW)
    mark_sent(database, due(database, now=NOW)[0], now=NOW)
    later = NOW + timedelta(days=30)
    forget(database, KEEP, later)
    assert [parcel.message for parcel in due(database, now=later)] == [message]
    assert enqueue(database, message, ["a@example.org"], now=later) == 0
    assert states_of(database, message.report_key) == {"a@example.org": "sent", "b@example.org": "pending"}
