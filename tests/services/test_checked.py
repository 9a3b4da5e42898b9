"""A look at one listing by its id ends it at once, or keeps it fresh."""

from sqlalchemy import text

from tests.services.market import NOW, TinyMatcher, day, listing
from tracker.services.checked import Found, record_check
from tracker.services.ingest import ingest_feed
from tracker.services.price_history import part_history
from tracker.storage.invariants import broken_rules
from tracker.storage.listings import LISTING, load


def test_gone_sold_and_open(database):
    ingest_feed(
        database, [listing(number, day(0), 100 + number) for number in range(4)], matcher=TinyMatcher(), now=NOW
    )
    ingest_feed(database, [listing(3, day(0.9), 103)], matcher=TinyMatcher(), now=NOW)
    answers = {"ebay:0": Found.GONE, "ebay:1": Found.SOLD, "ebay:2": Found.OPEN, "ebay:99": Found.GONE}
    assert record_check(database, answers, at=day(1)) == 2
    assert record_check(database, answers, at=day(1)) == 0
    with database.reading() as connection:
        gone, sold, still, _ = load(connection, LISTING.c.id > 0)
    assert (gone.gone_at, gone.sold_at) == (day(1), None)
    assert (sold.gone_at, sold.sold_at, sold.raw.sold) == (day(1), day(1), True)
    assert (still.gone_at, still.last_seen) == (None, day(1))
    (_, last) = part_history(database, "gpu:tesla-p40").days
    assert (last.n, last.gone, last.sold, last.sold_median.minor) == (2, 2, 1, 10100)
    with database.engine.connect() as connection:
        assert list(broken_rules(connection)) == []


def test_an_answer_from_before_the_last_sighting_says_nothing(sqlite_database):
    ingest_feed(sqlite_database, [listing(1, day(2))], matcher=TinyMatcher(), now=NOW)
    assert record_check(sqlite_database, {"ebay:1": Found.GONE}, at=day(1)) == 0
    with sqlite_database.reading() as connection:
        assert connection.execute(text("SELECT gone_at FROM listing")).scalar() is None


def test_reserved_is_open_and_can_t_be_bought(sqlite_database):
    ingest_feed(sqlite_database, [listing(1, day(0))], matcher=TinyMatcher(), now=NOW)
    assert record_check(sqlite_database, {"ebay:1": Found.RESERVED}, at=day(1)) == 1
    with sqlite_database.reading() as connection:
        (found,) = load(connection, LISTING.c.id > 0)
    assert (found.gone_at, found.raw.reserved, found.last_seen) == (None, True, day(1))


def test_gone_by_a_look_and_shown_again_the_same_day_is_neither_new_nor_gone(sqlite_database):
    """Closed before the report, there again in the crawl after it: the marketplace had a bad minute."""
    ingest_feed(sqlite_database, [listing(1, day(0)), listing(2, day(0))], matcher=TinyMatcher(), now=NOW)
    ingest_feed(sqlite_database, [listing(1, day(1)), listing(2, day(1))], matcher=TinyMatcher(), now=NOW)
    assert record_check(sqlite_database, {"ebay:1": Found.GONE}, at=day(1.01)) == 1
    result = ingest_feed(sqlite_database, [listing(1, day(1.1))], matcher=TinyMatcher(), now=NOW)
    assert (result.listings_new, result.changed) == (0, 1)
    (first, last) = part_history(sqlite_database, "gpu:tesla-p40").days
    assert [(each.n, each.new, each.gone, each.sold) for each in (first, last)] == [(2, 2, 0, 0), (2, 0, 0, 0)]
    with sqlite_database.engine.connect() as connection:
        assert list(broken_rules(connection)) == []
