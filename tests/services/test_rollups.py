"""Daily figures: kept up to date step by step, they equal a rebuild and a plain reading of the definition."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.services.market import NOW, START, TinyMatcher, crawl, day, euros, listing
from tracker.domain.listing import Condition, PriceKind
from tracker.domain.money import Money, Rates
from tracker.services.ingest import ingest_feed
from tracker.services.rematch import rematch
from tracker.storage.engine import Database
from tracker.storage.rollups import DAILY, rebuild

PART = "gpu:tesla-p40"


def daily(database: Database) -> dict[tuple, tuple]:
    with database.reading() as connection:
        return {(row.part, row.scope, row.day): tuple(row)[3:] for row in connection.execute(select(DAILY))}


def rebuilt(database: Database) -> dict[tuple, tuple]:
    with database.writing() as connection:
        rebuild(connection, "EUR")
    return daily(database)


def figure(database: Database, name: str, number: float, scope: str = "all", part: str = PART):
    with database.reading() as connection:
        query = select(DAILY.c[name]).where(
            DAILY.c.part == part, DAILY.c.scope == scope, DAILY.c.day == day(number).date()
        )
        return connection.execute(query).scalar()


def ingest(database: Database, listings, outcome=None, **more):
    return ingest_feed(database, listings, matcher=TinyMatcher(), now=NOW, outcome=outcome, **more)


def test_a_day_counts_every_offer_open_and_not_only_those_crawled(database):
    ingest(database, [listing(number, day(0), 100 + number) for number in range(4)])
    ingest(database, [listing(9, day(2), 200)])
    assert [figure(database, "n", number) for number in (0, 1, 2)] == [4, None, 5]
    assert [figure(database, "new", number) for number in (0, 2)] == [4, 1]
    assert figure(database, "median", 2) == 10200
    assert figure(database, "lowest", 2) == 10000
    assert figure(database, "mean_lowest_five", 2) == 12120


def test_the_figures_are_those_of_numpy(sqlite_database):
    asked = [55, 60, 61, 75, 80, 99, 101, 250]
    ingest(sqlite_database, [listing(number, day(0), price) for number, price in enumerate(asked)])
    for name, percent in (("p10", 10), ("p25", 25), ("median", 50), ("p75", 75)):
        assert figure(sqlite_database, name, 0) == pytest.approx(100 * np.percentile(asked, percent), abs=0.5)


def test_what_is_no_price_of_one_working_part_is_left_out(sqlite_database):
    ingest(sqlite_database, [
        listing(1, day(0), 100),
        listing(2, day(0), 300, title="3x p40", shipping=euros(30)),
        listing(3, day(0), 10, title="broken p40"),
        listing(4, day(0), 10, condition=Condition.FOR_PARTS),
        listing(5, day(0), 10, price_kind=PriceKind.AUCTION),
        listing(6, day(0), 10, price_kind=PriceKind.RANGE),
        listing(7, day(0), None, price_kind=PriceKind.NEGOTIABLE),
        listing(8, day(0), 120, price_kind=PriceKind.NEGOTIABLE),
        listing(9, day(0), 10, title="p40 k80"),
        listing(10, day(0), 10, wanted=True),
    ])  # fmt: skip
    assert figure(sqlite_database, "n", 0) == 3
    assert figure(sqlite_database, "lowest", 0) == 10000
    assert figure(sqlite_database, "median", 0) == 11000  # three for 330: 110 each


def test_gone_and_sold_are_counted_on_their_day_and_sold_prices_apart(database):
    ingest(database, [listing(1, day(0), 100), listing(2, day(0), 150)], crawl(day(0)))
    ingest(database, [listing(1, day(1), 90, sold=True, sold_at=day(1))], crawl(day(1)))
    ingest(database, [], crawl(day(2)))
    assert [figure(database, "n", number) for number in (0, 1, 2)] == [2, 0, None]
    assert [figure(database, "gone", number) for number in (0, 1, 2)] == [0, 2, None]
    assert (figure(database, "sold", 1), figure(database, "sold_median", 1)) == (1, 9000)
    assert daily(database) == rebuilt(database)


def test_what_was_sold_before_it_was_seen_moves_with_its_country(sqlite_database):
    for number, country in enumerate(("DE", "FR")):
        raw = listing(1, day(1 + number / 4), 90, sold=True, sold_at=day(0), country=country)
        ingest(sqlite_database, [raw], crawl(raw.seen_at))
    assert [figure(sqlite_database, "sold", 0, f"country:{name}") for name in ("DE", "FR")] == [None, 1]
    assert daily(sqlite_database) == rebuilt(sqlite_database)


def test_a_relisting_is_neither_gone_nor_new(database):
    same = {"seller": "anna", "title": "Tesla P40"}
    ingest(database, [listing(1, day(0), **same)], crawl(day(0)))
    for number in (1, 2):
        ingest(database, [], crawl(day(number)))
    assert figure(database, "gone", 1) == 1
    ingest(database, [listing(2, day(3), **same)], crawl(day(3)))
    assert figure(database, "gone", 1) in (0, None)
    assert (figure(database, "n", 3), figure(database, "new", 3)) == (1, 0)
    assert daily(database) == rebuilt(database)


def test_currencies_are_converted_at_the_days_rate_and_kept_in_their_own(database):
    dollars = listing(1, day(0), price=Money.of(220, "USD"), shipping=Money.of(22, "USD"))
    yen = listing(3, day(0), price=Money.of(15000, "JPY"))
    ingest(database, [dollars, listing(2, day(0), 100), yen], rates=Rates(day(0).date(), {"USD": Decimal("1.1")}))
    assert figure(database, "lowest", 0) == 10000
    assert figure(database, "p75", 0) == 19000
    assert (figure(database, "n", 0), figure(database, "unconverted", 0)) == (3, 1)
    assert figure(database, "median", 0, "currency:USD") == 24200
    assert figure(database, "median", 0, "currency:JPY") == 15000
    ingest(database, [], rates=Rates((day(0) - timedelta(days=1)).date(), {"JPY": Decimal(150)}))
    ingest(
        database, [listing(2, day(1), 100)], rates=Rates(day(1).date(), {"USD": Decimal("1.21"), "JPY": Decimal(150)})
    )
    assert figure(database, "p75", 1) == 15000
    assert daily(database) == rebuilt(database)


def test_another_currency_of_the_user_rebuilds_all(sqlite_database):
    rates = Rates(day(0).date(), {"USD": Decimal("1.5")})
    ingest(sqlite_database, [listing(1, day(0), 100)], rates=rates)
    ingest(sqlite_database, [listing(2, day(1), 100)], rates=rates, currency="USD")
    assert [figure(sqlite_database, "median", number) for number in (0, 1)] == [15000, 15000]


def test_what_is_too_cheap_to_be_true_is_not_the_markets_low(database):
    ingest(database, [listing(number, day(0), price) for number, price in enumerate((30, 37, 90, 100, 110, 120))])
    found = {
        name: figure(database, name, 0)
        for name in ("n", "minimum", "lowest", "mean_lowest_five", "median", "unbelieved")
    }
    assert found == {"n": 6, "minimum": 3000, "lowest": 3700, "mean_lowest_five": 9140, "median": 9500, "unbelieved": 1}
    ingest(database, [listing(1, day(1), 33), listing(6, day(1), 30, country="FR")])
    assert [figure(database, name, 1) for name in ("minimum", "lowest", "unbelieved")] == [3000, 9000, 3]
    assert [figure(database, name, 1, "country:FR") for name in ("minimum", "lowest", "unbelieved")] == [3000, None, 1]
    assert daily(database) == rebuilt(database)


def test_three_prices_call_no_fourth_a_bait(sqlite_database):
    ingest(sqlite_database, [listing(number, day(0), price) for number, price in enumerate((1, 100, 110))])
    assert [figure(sqlite_database, name, 0) for name in ("lowest", "unbelieved")] == [100, 0]


def test_scopes(sqlite_database):
    ingest(sqlite_database, [
        listing(1, day(0), 100), listing(2, day(0), 120, country="FR"),
        listing(3, day(0), 140, marketplace="leboncoin", condition=Condition.NEW, country=None),
    ])  # fmt: skip
    expected = {"all": 12000, "marketplace:ebay": 11000, "marketplace:leboncoin": 14000, "country:DE": 10000,
                "country:FR": 12000, "condition:used": 11000, "condition:new": 14000, "currency:EUR": 12000}  # fmt: skip
    assert {scope: figure(sqlite_database, "median", 0, scope) for _, scope, _ in daily(sqlite_database)} == expected


# One step of a random history: who is seen, at what price, how, and whether the crawl was whole.
SIGHTING = st.fixed_dictionaries({
    "number": st.integers(1, 5), "price": st.sampled_from([50, 80, 100, None]),
    "title": st.sampled_from(["p40", "p40", "Tesla P40", "2x p40", "k80", "p40 k80", "broken p40", "phone"]),
    "marketplace": st.sampled_from(["ebay", "ebay", "leboncoin"]),
    "kind": st.sampled_from([PriceKind.FIXED, PriceKind.FIXED, PriceKind.AUCTION]),
    "condition": st.sampled_from([Condition.USED, Condition.NEW]), "sold": st.sampled_from([False, False, False, True]),
    "sold_ago": st.integers(0, 6), "country": st.sampled_from(["DE", "FR", None]),
    "currency": st.sampled_from(["EUR", "EUR", "USD"]), "seller": st.sampled_from(["anna", None]),
})  # fmt: skip
STEP = st.fixed_dictionaries({
    "after": st.sampled_from([0.25, 1, 1, 2, -3]), "sightings": st.lists(SIGHTING, max_size=4),
    "outcome": st.sampled_from(["complete", "complete", "partial", None]), "rate": st.sampled_from([None, "1.1", "1.2"]),
    "rematch": st.sampled_from([False, False, False, True]),
})  # fmt: skip


def play(database: Database, steps: list[dict]) -> None:
    """Ingest step by step; time goes mostly forward."""
    at = 10.0
    for step in steps:
        at = max(0.0, at + step["after"])
        now = day(at)
        raws = [
            listing(
                seen["number"], now, title=seen["title"], condition=seen["condition"], price_kind=seen["kind"],
                price=None if seen["price"] is None else Money.of(seen["price"], seen["currency"]), sold=seen["sold"],
                sold_at=now - timedelta(days=seen["sold_ago"]) if seen["sold"] else None, country=seen["country"],
                seller=seen["seller"], marketplace=seen.get("marketplace", "ebay"),
            )
            for seen in step["sightings"]
        ]  # fmt: skip
        outcome = None if step["outcome"] is None else crawl(now, complete=step["outcome"] == "complete")
        rates = Rates(now.date(), {"USD": Decimal(step["rate"])}) if step["rate"] else None
        ingest(database, raws, outcome, rates=rates)
        if step["rematch"]:
            rematch(database, TinyMatcher(version=str(at), known=("p40",) if int(at) % 2 else ("p40", "k80")))


def plain_reading(database: Database) -> dict[tuple, list[int]]:
    """The sorted prices in euros per part and observed day, straight from the definition."""
    with database.reading() as connection:
        days = sorted(connection.execute(text("SELECT DISTINCT day FROM observed_day")).scalars())
        rows = connection.execute(text(
            "SELECT l.id, l.price_part AS part, l.units, o.at, o.price_minor, o.price_currency, o.price_kind, o.available"
            " FROM listing l JOIN observation o ON o.listing_id = l.id WHERE l.price_part IS NOT NULL ORDER BY l.id, o.at"
        )).mappings().all()  # fmt: skip
    found: dict[tuple, list[int]] = {}
    for row, following in pairwise([*rows, None]):
        ends = str(following["at"])[:10] if following and following["id"] == row["id"] else "9999"
        counts = (
            row["available"] and row["price_kind"] == "fixed" and row["price_minor"] and row["price_currency"] == "EUR"
        )
        for each in map(str, days):
            if counts and str(row["at"])[:10] <= each < ends:
                found.setdefault((row["part"], each), []).append(round(row["price_minor"] / row["units"]))
    return {key: sorted(values) for key, values in found.items()}


def emptied_sqlite(database: Database) -> None:
    with database.writing() as connection:
        for name in ("observation", "listing_part", "override", "deal_told", "listing", "daily", "observed_day",
                     "crawl_search", "crawl", "fx_rate", "meta"):  # fmt: skip
            connection.execute(text(f"DELETE FROM {name}"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=8))
def test_step_by_step_equals_a_rebuild(sqlite_database, steps):
    emptied_sqlite(sqlite_database)
    play(sqlite_database, steps)
    step_by_step = daily(sqlite_database)
    assert step_by_step == rebuilt(sqlite_database)
    plain = plain_reading(sqlite_database)
    in_euros = {
        (part, str(each)): row
        for (part, scope, each), row in step_by_step.items()
        if scope == "currency:EUR" and row[1]
    }
    assert {key: len(values) for key, values in plain.items()} == {key: row[1] for key, row in in_euros.items()}
    assert {key: values[0] for key, values in plain.items()} == {key: row[2] for key, row in in_euros.items()}


def test_what_the_newest_sighting_said_outlives_a_late_one_before_it(sqlite_database):
    """It said nothing new, so nothing was kept of it; a late sighting that says otherwise must not become the last word."""
    ingest(sqlite_database, [listing(1, day(0)), listing(2, day(0), 100)])
    ingest(sqlite_database, [listing(1, day(2))])
    ingest(
        sqlite_database, [listing(1, day(1), condition=Condition.NEW), listing(2, day(2), 100), listing(2, day(1), 80)]
    )
    assert [figure(sqlite_database, "n", number, "condition:new") for number in range(3)] == [None, 1, None]
    assert [figure(sqlite_database, "lowest", number) for number in range(3)] == [10000, 8000, 10000]
    assert daily(sqlite_database) == rebuilt(sqlite_database)


@pytest.mark.postgres
def test_a_long_history_is_the_same_on_both(sqlite_database, postgres_database):
    from random import Random

    from tests.conftest import emptied

    dice = Random(7)
    steps = [{"after": 1, "outcome": "complete", "rate": None, "rematch": False, "sightings": [
        {"number": number, "price": dice.choice([50, 80, 100]), "title": dice.choice(["p40", "2x p40", "k80"]),
         "kind": PriceKind.FIXED, "condition": Condition.USED, "sold": dice.random() < 0.1, "sold_ago": 1,
         "country": "DE", "currency": "EUR", "seller": "anna"}
        for number in range(8) if dice.random() < 0.6]} for _ in range(12)]  # fmt: skip
    play(sqlite_database, steps)
    play(emptied(postgres_database), steps)
    step_by_step = daily(postgres_database)
    assert daily(sqlite_database) == step_by_step == rebuilt(postgres_database)
    assert len(daily(sqlite_database)) > 50


def test_a_day_ends_at_midnight_utc(sqlite_database):
    last = datetime.combine(START.date(), time(23, 59, 59), UTC)
    ingest(sqlite_database, [listing(1, last), listing(2, last + timedelta(seconds=2))])
    assert [figure(sqlite_database, "n", number) for number in (0, 1)] == [1, 2]
