"""The same thing again: bought once, shown with its other ads, and cheaper than before where it was listed again."""

from datetime import timedelta

from tests.services.market import NOW, TinyMatcher, crawl, day, listing
from tests.services.test_offers import stock
from tracker.services.ingest import ingest_feed
from tracker.services.web_reads import StoredReads
from tracker.storage.engine import Database

SEEN = NOW - timedelta(hours=1)
ANNA = {"seller": "anna77"}


def ingest(database: Database, listings: list, **more) -> None:
    ingest_feed(database, listings, matcher=TinyMatcher(), now=NOW, **more)


def offered(database: Database) -> tuple[list[str], dict[str, int]]:
    found = stock(database)
    return [offer.id for offer in found.offers], dict(found.left_out)


def test_a_thing_on_two_sites_is_bought_once_where_it_is_cheaper(sqlite_database) -> None:
    ingest(sqlite_database, [listing(1, SEEN, 110, **ANNA)])
    ingest(sqlite_database, [listing(2, SEEN, 100, marketplace="kleinanzeigen", **ANNA)])
    assert offered(sqlite_database) == (["kleinanzeigen:2"], {"same_as_another": 1})
    life = StoredReads(sqlite_database, {}).listing("ebay", "1")
    assert [other.raw.key for other in life.also_at] == [("kleinanzeigen", "2")]
    ingest(sqlite_database, [listing(1, NOW, 110, sold=True, **ANNA)])
    assert offered(sqlite_database)[0] == []  # what is sold on one site is sold


def test_listed_again_cheaper_is_told(sqlite_database) -> None:
    ingest(sqlite_database, [listing(1, day(0), 120, **ANNA)], outcome=crawl(day(0)))
    for number in (1, 2):
        ingest(sqlite_database, [], outcome=crawl(day(number)))
    ingest(sqlite_database, [listing(2, day(3), 95, **ANNA)])
    reads = StoredReads(sqlite_database, {})
    told = "listed again cheaper: it asked 120.00 EUR until 2026-08-01 and did not sell"
    assert (reads.listing("ebay", "2").relisting, reads.listing("ebay", "1").relisting) == (told, "")
