"""Sources: what stopped being right raises an alarm, and nothing else does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.market import NOW, TinyMatcher, crawl, day, listing
from tracker.domain.listing import PageState
from tracker.services.ingest import ingest_feed
from tracker.services.job_runs import last_good, note_run
from tracker.services.overview import overview
from tracker.services.sources_health import record_outcome, sources_report

COVERAGE = {"price": 1.0, "shipping": 0.6, "seller": 0.2}


def run(database, number, *, prices=(100,) * 20, title="p40", coverage=COVERAGE, stats=None, **more):
    raws = [listing(f"{number}-{each}", day(number), price, title=title) for each, price in enumerate(prices)]
    outcome = replace(crawl(day(number), listings=len(raws), **more), coverage=coverage, stats=stats or {})
    ingest_feed(database, raws, matcher=TinyMatcher(), now=NOW, outcome=outcome)


def alarms(database):
    return [alarm for source in sources_report(database, now=NOW) for alarm in source.alarms]


def test_a_quiet_week_raises_none(database):
    for number in range(7):
        run(database, number, prices=[90 + number] * (18 + number % 3))
    (source,) = sources_report(database, now=NOW)
    assert (source.marketplace, source.state, source.listings, source.alarms) == ("ebay", PageState.LISTINGS, 18, ())
    assert source.last_ok == day(6) + timedelta(minutes=1)
    assert source.coverage == COVERAGE


@pytest.mark.parametrize(("last", "alarm"), [
    ({"prices": (), "state": PageState.EMPTY}, "no listings, where there were 20 as a rule"),
    ({"coverage": {"price": 1.0, "shipping": 0.1}}, "shipping is filled in 10% of listings, usually 60%"),
    ({"prices": (1000,) * 20}, "the median price is 10 times the usual one: prices may be misread"),
    ({"title": "phone"}, "0% of results have to do with the search, usually 100%"),
    ({"prices": (), "state": PageState.LAYOUT_UNKNOWN}, "its pages can't be read: layout unknown"),
    ({"prices": (1,) * 20}, "the median price is 0.01 times the usual one: prices may be misread"),
    ({"stats": {"unrelated_to_query": 25}}, "25 results answer something else than was asked"),
])  # fmt: skip
def test_what_stopped_being_right_is_named(sqlite_database, last, alarm):
    for number in range(5):
        run(sqlite_database, number)
    run(sqlite_database, 5, **last)
    assert alarms(sqlite_database) == [alarm]


def test_a_source_that_is_blocked_for_three_runs(database):
    run(database, 0)
    for number in (1, 2, 3):
        assert alarms(database) == []
        outcome = crawl(day(number), listings=0, complete=False, state=PageState.BLOCKED)
        record_outcome(database, replace(outcome, retry_at=NOW + timedelta(hours=2), detail="captcha"))
    (source,) = sources_report(database, now=NOW)
    assert source.alarms == (f"not read since {day(0):%Y-%m-%d}: blocked in the last 3 runs",)
    assert source.note.startswith("left alone until 2026-11-21 11:00")
    assert source.detail == "captcha"


def test_a_source_that_is_never_read_to_its_end_is_not_called_unread(database):
    for number in range(3):
        run(database, number, complete=False, state=PageState.BUDGET_SPENT)
    assert alarms(database) == ["read only in part: budget spent in the last 3 runs"]


def test_a_source_that_was_switched_off_alarms_nobody(database):
    for number in range(3):
        record_outcome(database, crawl(day(number), listings=0, complete=False, state=PageState.BLOCKED))
    (source,) = sources_report(database, now=NOW, enabled=["craigslist"])
    assert (source.alarms, source.alarm_runs, source.note) == ((), 0, "switched off in your config")


def test_open_listings_and_why_others_are_nothing(database):
    ingest_feed(
        database,
        [listing(1, day(0)), listing(2, day(0), title="x"), listing(3, day(0), sold=True)],
        matcher=TinyMatcher(),
        now=NOW,
    )
    found = overview(database)
    assert (found.listings_open, found.accepted, found.rejected) == (2, 1, {"no_part_named": 1})
    assert found.rejected_now == {"no_part_named": 1}
    assert overview(database, since=day(1)).rejected_now == {"no_part_named": 0}
    assert overview(database, since=day(-1)).rejected_now == {"no_part_named": 1}


def test_the_last_good_run_of_a_job(database):
    assert last_good(database, "daily") is None
    note_run(database, "daily", day(0))
    note_run(database, "daily", day(1), error="no network")
    assert last_good(database, "daily") == day(0)
