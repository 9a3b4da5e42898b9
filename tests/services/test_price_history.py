"""What `rigscout history` answers: figures by day, filters, gaps, trend, steps, and how long offers stay."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.services.market import NOW, TinyMatcher, crawl, day, euros, listing
from tracker.domain.errors import UsageError
from tracker.domain.history import DayFigures
from tracker.domain.listing import Condition
from tracker.domain.money import Money, Rates
from tracker.services.ingest import ingest_feed
from tracker.services.price_history import part_history
from tracker.services.time_to_sell import time_to_sell
from tracker.services.trend import trend_of

PART = "gpu:tesla-p40"


def ingest(database, listings, outcome=None, **more):
    return ingest_feed(database, listings, matcher=TinyMatcher(), now=NOW, outcome=outcome, **more)


def test_every_calendar_day_and_no_figure_for_a_day_not_observed(database):
    ingest(database, [listing(1, day(0), 100), listing(2, day(0), 140)])
    ingest(database, [listing(1, day(3), 90)])
    history = part_history(database, PART, name="Tesla P40")
    assert [(d.day, d.observed, d.n) for d in history.days] == [
        (day(0).date(), True, 2), (day(1).date(), False, 0), (day(2).date(), False, 0), (day(3).date(), True, 2),
    ]  # fmt: skip
    assert [d.median for d in history.days] == [euros(120), None, None, euros(115)]
    assert (history.name, history.currency) == ("Tesla P40", "EUR")


def test_a_part_nobody_offers(database):
    assert part_history(database, "gpu:none").days == ()
    ingest(database, [listing(1, day(0), title="k80")])
    days = part_history(database, PART, since=day(-1).date()).days
    assert [(d.observed, d.n, d.median) for d in days] == [(False, 0, None), (True, 0, None)]


@pytest.mark.parametrize(("filters", "lowest", "n"), [
    ({}, 100, 4), ({"marketplace": "leboncoin"}, 130, 1), ({"country": "DE"}, 100, 2), ({"condition": "new"}, 120, 2),
    ({"country": "DE", "condition": "new"}, 120, 1), ({"marketplace": "ebay", "condition": "new"}, 120, 1),
    ({"marketplace": "ebay", "country": "FR"}, 110, 1), ({"country": "IT"}, None, 0), ({"asked_in": "EUR"}, 100, 4),
    ({"asked_in": "EUR", "country": "FR"}, 110, 2), ({"asked_in": "USD"}, None, 0),
])  # fmt: skip
def test_filters(database, filters, lowest, n):
    ingest(database, [
        listing(1, day(0), 100), listing(2, day(0), 120, condition=Condition.NEW), listing(3, day(0), 110, country="FR"),
        listing(4, day(0), 130, marketplace="leboncoin", condition=Condition.NEW, country="FR"),
    ])  # fmt: skip
    (found,) = part_history(database, PART, since=day(0).date(), **filters).days
    assert found.n == n
    assert found.lowest == (None if lowest is None else euros(lowest))


def test_the_spread_is_that_of_the_middle_half(sqlite_database):
    ingest(sqlite_database, [listing(number, day(0), 100 + 10 * number) for number in range(5)])
    (found,) = part_history(sqlite_database, PART).days
    assert (found.p25, found.p75, found.spread) == (euros(110), euros(130), euros(20))


def test_other_currencies_at_each_days_rate(sqlite_database):
    for number, rate in ((0, "1.1"), (1, "1.2")):
        ingest(sqlite_database, [listing(1, day(number), 100)], rates=Rates(day(number).date(), {"USD": Decimal(rate)}))
    days = part_history(sqlite_database, PART, currency="USD").days
    assert [d.median for d in days] == [Money.of(110, "USD"), Money.of(120, "USD")]
    with pytest.raises(UsageError, match="no exchange rate from EUR to JPY"):
        part_history(sqlite_database, PART, currency="JPY")
    with pytest.raises(UsageError):
        part_history(sqlite_database, PART, currency="USD", asked_in="EUR")


def test_a_source_that_is_not_read_any_more_is_named(sqlite_database):
    ingest(sqlite_database, [listing(1, day(0)), listing(2, day(9), marketplace="leboncoin")])
    assert part_history(sqlite_database, PART).notes == (
        f"ebay was last read on {day(0).date()}: its offers count as open since then",
    )


def figures(medians: list[int | None], n: int = 5) -> list[DayFigures]:
    start = day(0).date()
    return [
        DayFigures(PART, start + timedelta(days=number), n, median=None if price is None else euros(price))
        for number, price in enumerate(medians)
    ]


def test_the_slope_is_that_of_the_line_whatever_a_few_outliers_say():
    medians = [300 - number for number in range(40)]
    medians[7], medians[20] = 900, 20
    trend = trend_of(figures(medians), "EUR")
    assert trend.slope_per_week == euros(-7)
    assert trend.low <= trend.slope_per_week <= trend.high
    assert trend.days == 40


def test_too_short_a_history_has_no_trend():
    assert trend_of(figures([100] * 9), "EUR") is None
    assert trend_of(figures([None] * 30), "EUR") is None


def test_a_new_generation_cuts_the_price_in_a_step_named_by_its_date():
    before, after = [800, 805, 798, 802, 801, 799] * 5, [400, 402, 398, 405, 399, 401] * 5
    (step,) = trend_of(figures(before + [None] * 3 + after), "EUR").steps
    assert step[0] == day(33).date()
    assert (step[1], step[2]) == (euros("800.50"), euros("400.50"))


def test_a_step_among_four_offers_is_none_of_the_markets():
    medians = [800, 805, 798, 802, 801, 799] * 5 + [400, 402, 398, 405, 399, 401] * 5
    assert len(trend_of(figures(medians), "EUR").steps) == 1
    assert trend_of(figures(medians, n=4), "EUR").steps == ()


def test_a_steady_or_drifting_price_has_no_step():
    assert trend_of(figures([200, 203, 197, 201, 199] * 10), "EUR").steps == ()


def test_half_are_gone_in_four_days(database):
    ingest(database, [listing(0, day(0))], crawl(day(0)))
    begun = {number: day(1 + number % 3) for number in range(1, 21)}
    stays = {number: 4 if number <= 14 else 30 for number in begun}
    for number in range(1, 25):
        now = day(number)
        seen = [
            listing(n, now, 50 if n % 2 else 150)
            for n, at in begun.items()
            if at <= now < at + timedelta(days=stays[n])
        ]
        ingest(database, seen, crawl(now), gone_after_runs=1)
    found = time_to_sell(database, PART, now=day(25))
    assert (found.n, found.ended) == (20, 14)
    assert found.median_days == pytest.approx(4, abs=0.01)
    cheap = time_to_sell(database, PART, now=day(25), at_most=euros(100))
    assert (cheap.n, cheap.at_most) == (10, euros(100))
    assert time_to_sell(database, "gpu:tesla-k80", now=day(25)).median_days is None


def test_all_gone_is_no_error(sqlite_database):
    ingest(sqlite_database, [listing(0, day(0))], crawl(day(0)))
    for number in range(1, 16):
        now = day(number)
        seen = [listing(n, now) for n in range(1, 11) if number <= n]
        ingest(sqlite_database, seen, crawl(now), gone_after_runs=1)
    found = time_to_sell(sqlite_database, PART, now=day(16))
    assert (found.n, found.ended) == (10, 10)
    assert found.median_days == pytest.approx(5, abs=0.01)
    assert found.low < found.median_days
