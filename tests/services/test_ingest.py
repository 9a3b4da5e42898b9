"""Ingest: idempotent, in one transaction, and true to what was seen and when."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.services.market import NOW, TinyMatcher, crawl, day, euros, listing
from tracker.domain.errors import RigscoutError
from tracker.domain.listing import PageState, to_record
from tracker.services.ingest import ingest_feed
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, load


def ingest(database: Database, listings, outcome=None, **more):
    return ingest_feed(database, listings, matcher=TinyMatcher(), now=NOW, outcome=outcome, **more)


def everything(database: Database) -> dict[str, list]:
    names = ("listing", "listing_part", "observation", "daily", "observed_day", "crawl", "set_aside")
    with database.reading() as connection:
        return {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}")).all())) for name in names}


def one(database: Database, number: int = 1):
    with database.reading() as connection:
        return load(connection, LISTING.c.external_id == str(number))[0]


def prices(database: Database, number: int = 1) -> list[tuple[int, int | None, bool]]:
    query = (
        "SELECT o.at, o.price_minor, o.available FROM observation o JOIN listing l ON l.id = o.listing_id"
        f" WHERE l.external_id = '{number}' ORDER BY o.at"
    )
    with database.reading() as connection:
        return [(price, bool(available)) for _, price, available in connection.execute(text(query))]


def test_a_new_listing_is_kept_whole(database):
    raw = listing(
        1, day(0), 96, shipping=euros(7), texts={"price": "EUR 96,00"}, description="16 GB", bids=3, listed_at=day(-3)
    )
    result = ingest(database, [raw])
    stored = one(database)
    assert stored.raw == raw
    assert stored.first_seen == stored.last_seen == day(0)
    assert stored.match == TinyMatcher().match("Tesla P40")
    assert (result.listings_new, result.changed, result.unchanged, result.accepted) == (1, 0, 0, 1)


def test_the_same_feed_twice_changes_nothing(database, tmp_path):
    listings = [
        listing(1, day(0)),
        listing(2, day(0), title="a phone"),
        listing(1, day(1), 90),
        listing(3, day(1), None),
    ]
    feed = tmp_path / "feed.jsonl"
    feed.write_text("".join(json.dumps(to_record(raw)) + "\n" for raw in listings) + '{"half')
    first = ingest(database, feed, crawl(day(1)))
    before = everything(database)
    again = ingest(database, feed, crawl(day(1)))
    assert everything(database) == before
    assert (first.listings_new, again.listings_new, again.changed, again.unchanged) == (3, 0, 0, 3)
    assert first.rejected == again.rejected == {"no_part_named": 1}
    assert [line for line, _ in again.skipped] == [5]


def test_an_observation_only_where_something_changed(database):
    for number, price in enumerate((100, 100, 90, 90, 90, 100)):
        result = ingest(database, [listing(1, day(number), price)])
        assert result.changed == (number in (2, 5))
    assert prices(database) == [(10000, True), (9000, True), (10000, True)]
    assert one(database).first_seen == day(0)
    assert one(database).last_seen == day(5)


def test_only_new_and_changed_titles_are_matched(database):
    matcher = TinyMatcher()
    for at, title in ((0, "p40"), (1, "p40"), (2, "broken p40")):
        ingest_feed(database, [listing(1, day(at), title=title)], matcher=matcher, now=NOW)
    assert matcher.seen == ["p40", "broken p40"]
    assert one(database).match.defect


def test_a_feed_read_late_fills_in_the_past_and_no_more(database):
    ingest(database, [listing(1, day(5), 80)])
    ingest(database, [listing(1, day(1), 100)])
    ingest(database, [listing(1, day(3), 80)])
    assert prices(database) == [(10000, True), (8000, True)]
    assert one(database).raw.price == euros(80)
    assert (one(database).first_seen, one(database).last_seen) == (day(1), day(5))


@pytest.mark.parametrize("line", [
    b"", b"null", b"[1]", b"{}", b"\xff\xfe", b'{"marketplace": 3}', b"[" * 100_000, b'"\\ud800"',
    json.dumps(to_record(listing(1, day(0))) | {"seen_at": "yesterday"}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"seen_at": "2026-08-01T09:00:00"}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"seen_at": "9999-12-31T23:59:59-23:00"}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"url": "javascript:alert(1)"}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"price": {"amount": "1e99", "currency": "EUR"}}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"price": {"amount": "NaN", "currency": "EUR"}}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"price": {"amount": "1", "currency": 7}}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"price": "96 EUR"}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"bids": 2**40}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"sold": "no"}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"title": None}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"texts": ["a"]}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"texts": {"a": 1}}).encode(),
    json.dumps(to_record(listing(1, day(0))) | {"condition": "mint"}).encode(),
    json.dumps(to_record(listing(1, NOW + timedelta(days=9)))).encode(),
])  # fmt: skip
def test_a_malformed_line_is_kept_aside_and_the_others_stored(sqlite_database, tmp_path, line):
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(line + b"\n" + json.dumps(to_record(listing(7, day(0)))).encode() + b"\n")
    result = ingest(sqlite_database, feed)
    assert result.listings_new == 1
    assert len(result.skipped) == len(everything(sqlite_database)["set_aside"]) == (1 if line else 0)


def test_what_no_database_takes_is_replaced(database):
    ingest(database, [listing(1, day(0), title="P40 \0 \ud800", texts={"a\0": "\udfff"}, description="\0")])
    assert one(database).raw.title == "P40 \ufffd \ufffd"
    assert one(database).raw.texts == {"a\ufffd": "\ufffd"}


def test_a_feed_that_is_not_there_is_said_plainly(sqlite_database, tmp_path):
    with pytest.raises(RigscoutError, match="can't be read"):
        ingest(sqlite_database, tmp_path / "none.jsonl")


def test_gone_after_two_complete_runs_as_of_the_first(database):
    ingest(database, [listing(1, day(0)), listing(2, day(0))], crawl(day(0)))
    for number in (1, 2, 3):
        result = ingest(database, [listing(2, day(number))], crawl(day(number)))
        assert result.gone == (number == 2)
    assert one(database).gone_at == day(1) - timedelta(minutes=1)
    assert one(database, 2).gone_at is None
    assert prices(database) == [(10000, True), (10000, False)]


@pytest.mark.parametrize("outcome", [
    {"complete": False}, {"state": PageState.BLOCKED, "complete": False}, {"state": PageState.LAYOUT_UNKNOWN},
    {"searches": ()}, {"marketplace": "leboncoin"},
])  # fmt: skip
def test_a_failed_or_partial_crawl_ends_nothing(database, outcome):
    ingest(database, [listing(1, day(0))], crawl(day(0)))
    for number in range(1, 6):
        assert ingest(database, [], crawl(day(number), **outcome)).gone == 0
    assert one(database).gone_at is None


def test_only_the_search_that_showed_a_listing_can_end_it(database):
    from dataclasses import replace

    from tracker.domain.crawl import SearchOutcome

    ingest(database, [listing(1, day(0), search="p40"), listing(2, day(0), search="k80")], crawl(day(0)))
    halves = tuple(
        SearchOutcome(name, PageState.LISTINGS, 1, 5, complete) for name, complete in (("p40", True), ("k80", False))
    )
    for number in (1, 2, 3):
        ingest(database, [], replace(crawl(day(number)), searches=halves))
    assert one(database).gone_at is not None
    assert one(database, 2).gone_at is None


def test_an_empty_result_where_there_were_many_is_an_alarm_and_no_end(database):
    ingest(database, [listing(number, day(0)) for number in range(6)], crawl(day(0)))
    for number in (1, 2, 3):
        ingest(database, [], crawl(day(number), listings=0, state=PageState.EMPTY))
    assert one(database).gone_at is None


def test_a_listing_back_after_a_gap_joins_its_line(database):
    ingest(database, [listing(1, day(0))], crawl(day(0)))
    for number in (1, 2):
        ingest(database, [], crawl(day(number)))
    assert one(database).gone_at
    ingest(database, [listing(1, day(4))], crawl(day(4)))
    assert (one(database).first_seen, one(database).gone_at) == (day(0), None)
    assert [available for _, available in prices(database)] == [True, False, True]
    assert ingest(database, [listing(1, day(0))]).unchanged == 1
    assert one(database).gone_at is None


def test_an_old_feed_does_not_raise_the_dead(database):
    ingest(database, [listing(1, day(0))], crawl(day(0)))
    for number in (1, 2):
        ingest(database, [], crawl(day(number)))
    gone_at = one(database).gone_at
    ingest(database, [listing(1, day(0.5))])
    assert one(database).gone_at == gone_at
    assert one(database).last_seen == day(0.5)


def test_what_was_seen_the_moment_it_was_missed_is_not_sold(sqlite_database):
    ingest(sqlite_database, [listing(1, day(0))])
    for number in (1, 2):
        ingest(sqlite_database, [], crawl(day(number)))
    gone_at = one(sqlite_database).gone_at
    ingest(sqlite_database, [listing(1, gone_at, 90)])
    assert one(sqlite_database).sold_at is None
    assert one(sqlite_database).gone_at > gone_at


def test_sold_is_dated_by_the_marketplace(database):
    ingest(database, [listing(1, day(0)), listing(2, day(0))])
    ingest(database, [listing(1, day(5), 90, sold=True, sold_at=day(3)), listing(2, day(5), sold=True)])
    assert one(database).sold_at == one(database).gone_at == day(3)
    assert one(database, 2).sold_at == day(5)
    assert prices(database) == [(10000, True), (9000, False)]
    ingest(database, [listing(1, day(6), 90, sold=True, sold_at=day(3))])
    assert one(database).sold_at == day(3)


def test_sold_after_it_was_missed(database):
    ingest(database, [listing(1, day(0))], crawl(day(0)))
    for number in (4, 5):
        ingest(database, [], crawl(day(number)))
    ingest(database, [listing(1, day(6), 80, sold=True, sold_at=day(2))])
    assert one(database).sold_at == one(database).gone_at == day(2)
    assert prices(database) == [(10000, True), (8000, False)]


def test_a_relisting_continues_the_line(database):
    same = {"seller": "anna", "title": "Tesla  P40 "}
    ingest(database, [listing(1, day(0), **same)], crawl(day(0)))
    ingest(database, [listing(9, day(0), title="Tesla P40")], crawl(day(0)))
    for number in (1, 2):
        ingest(database, [], crawl(day(number)))
    ingest(database, [listing(2, day(3), seller="anna", title="TESLA P40")])
    with database.reading() as connection:
        rows = {row.external_id: row for row in connection.execute(select(LISTING))}
    assert rows["2"].line_id == rows["1"].id
    assert (rows["1"].relisted, rows["2"].relisted, rows["9"].relisted) == (True, False, False)


def test_two_of_the_same_at_once_are_no_relisting(database):
    same = {"seller": "anna", "title": "Tesla P40"}
    ingest(database, [listing(1, day(0), **same), listing(2, day(0), **same)])
    with database.reading() as connection:
        assert {row.line_id for row in connection.execute(select(LISTING))} == {None}


def test_an_error_half_way_leaves_nothing(database):
    class Breaks(TinyMatcher):
        def match(self, title, **more):
            if "k80" in title:
                raise MemoryError
            return super().match(title, **more)

    with pytest.raises(MemoryError):
        ingest_feed(
            database,
            [listing(1, day(0)), listing(2, day(0), title="k80")],
            matcher=Breaks(),
            now=NOW,
            outcome=crawl(day(0)),
        )
    assert not any(everything(database).values())


def test_a_long_feed_is_stored_in_parts_and_counts_each_listing_once(sqlite_database):
    """What stands at both ends of it is one listing, with its newest price."""
    many = [listing(number, day(0), 100, title="phone") for number in range(2_001)]
    result = ingest(sqlite_database, [*many, listing(0, day(1), 90, title="phone")])
    assert (result.listings_new, result.changed, result.unchanged) == (2_001, 0, 0)
    with sqlite_database.reading() as connection:
        query = select(LISTING.c.price_minor, LISTING.c.last_seen).where(LISTING.c.external_id == "0")
        assert connection.execute(query).one() == (9_000, day(1))
