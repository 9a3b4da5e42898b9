"""A price far from its parts' history lowers the confidence and is told; it never decides alone."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.services.market import NOW, TinyMatcher, day, euros, listing
from tests.services.test_rollups import STEP, daily, emptied_sqlite, play, rebuilt
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.domain.money import Rates
from tracker.services.ingest import ingest_feed
from tracker.services.marks import decide, mark
from tracker.services.price_sense import FEWEST, Usual, sensed, usual_of, usual_together, weight
from tracker.services.rematch import rematch
from tracker.services.reviews import answered
from tracker.services.too_cheap import suspects
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, load

MATCH = Match(Kind.PART, Decision.ACCEPT, 0.999, (MatchedPart("gpu:tesla-p40"),))
OFTEN = Usual(20_000, 0.2, 100)


def in_light_of(euro: int, usual: Usual, match: Match = MATCH) -> Match:
    return sensed(match, euros(euro), usual)


def test_a_fan_shroud_and_a_computer_wait_for_a_person() -> None:
    shroud, computer = in_light_of(9, OFTEN), in_light_of(2000, OFTEN)
    for match in (shroud, computer):
        assert (match.decision, match.reason) == (Decision.REVIEW, Reason.PRICE_OUT_OF_LINE)
    assert (shroud.flags, computer.flags) == (("price_too_low",), ("price_too_high",))
    assert shroud.evidence[-1].text == "9.00 EUR is 4% of the usual 200.00 EUR (median of 100 asked)"
    assert computer.evidence[-1].text == "2000.00 EUR is 1000% of the usual 200.00 EUR (median of 100 asked)"


def test_a_bargain_is_no_doubt() -> None:
    assert in_light_of(120, OFTEN) == MATCH
    assert in_light_of(350, OFTEN) == MATCH
    low = in_light_of(90, OFTEN)
    assert (low.decision, low.flags) == (Decision.ACCEPT, ("price_below_usual",))
    assert low.confidence < MATCH.confidence


@given(st.integers(0, 10**9), st.integers(1, 10**7), st.floats(0, 3), st.integers(FEWEST, 500),
       st.sampled_from(Decision), st.floats(0, 1))  # fmt: skip
def test_a_price_never_decides_alone(
    asked: int, middle: int, spread: float, n: int, decision: Decision, chance: float
) -> None:
    match = replace(MATCH, decision=decision, confidence=chance)
    seen = in_light_of(asked // 100, Usual(middle, spread, n), match)
    assert seen.confidence <= match.confidence
    assert 0.5 <= weight(asked, Usual(middle, spread, n)) <= 1
    if decision is Decision.REJECT:
        assert seen == match
    else:
        assert seen.decision is not Decision.REJECT
        assert decision is Decision.ACCEPT or seen.decision is Decision.REVIEW


def test_the_more_is_known_the_more_a_price_says() -> None:
    weights = [weight(5_000, Usual(20_000, 0.2, n)) for n in (FEWEST, 8, 20, 100)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 0.9 > weights[2]  # a quarter of the median of four prices is no great doubt yet
    assert weight(5_000, Usual(20_000, 1.0, 100)) == 1  # where prices lie wide apart, it is none either
    assert usual_of([100] * (FEWEST - 1)) is None


def test_a_lot_and_a_bundle_are_held_against_all_that_is_known_of_them() -> None:
    lot = usual_together([MatchedPart("a", 4)], {"a": OFTEN}, Kind.PART)
    assert lot is not None
    assert (lot.middle, lot.is_whole) == (80_000, True)
    bundle = usual_together([MatchedPart("a"), MatchedPart("b")], {"a": OFTEN, "b": None}, Kind.BUNDLE)
    assert bundle is not None
    assert weight(1_000_000, bundle) == 1  # the unknown part may be worth it
    assert weight(1_000, bundle) == 0.5
    assert usual_together([MatchedPart("b")], {}, Kind.PART) is None


def test_a_price_that_looked_like_none_is_one_where_such_things_cost_that() -> None:
    bait = replace(MATCH, flags=("price_is_bait",))
    assert in_light_of(123, Usual(12_500, 0.2, 30), bait).flags == ()
    assert in_light_of(1, Usual(12_500, 0.2, 30), bait).flags == ("price_too_low",)


def ingest(database: Database, listings: list, matcher: TinyMatcher | None = None) -> None:
    ingest_feed(database, listings, matcher=matcher or TinyMatcher(), now=NOW)


def market(database: Database, days: int = 5) -> None:
    """Five P40 a day around 200 euros."""
    for number in range(days):
        ingest(database, [listing(f"{number}-{n}", day(number), 190 + 5 * n) for n in range(5)])


def stored(database: Database, number: str):
    with database.reading() as connection:
        (found,) = load(connection, LISTING.c.external_id == number)
        part = connection.execute(select(LISTING.c.price_part).where(LISTING.c.external_id == number)).scalar()
    return found.match, part


def test_a_strange_price_is_neither_counted_nor_bought_and_said(database) -> None:
    market(database)
    ingest(database, [listing("bait", day(5), 9), listing("fair", day(5), 180)])
    match, part = stored(database, "bait")
    assert (match.decision, match.reason, match.flags, part) == (
        Decision.REVIEW, Reason.PRICE_OUT_OF_LINE, ("price_too_low",), None
    )  # fmt: skip
    assert stored(database, "fair")[1] == "gpu:tesla-p40"
    assert [(suspect.title, suspect.asked) for suspect in suspects(database)] == [("Tesla P40", euros(9))]
    assert "of the usual 200.00 EUR" in suspects(database)[0].why
    assert daily(database) == rebuilt(database)


def test_the_first_day_judges_itself_whatever_the_order(sqlite_database) -> None:
    ingest(sqlite_database, [listing("bait", day(0), 9)])
    assert stored(sqlite_database, "bait")[0].decision is Decision.ACCEPT  # nothing is known of a P40 yet
    ingest(sqlite_database, [listing(number, day(0), 190 + number) for number in range(20)])
    assert stored(sqlite_database, "bait")[0].decision is Decision.REVIEW


def test_another_price_and_a_persons_word_end_the_doubt(sqlite_database) -> None:
    market(sqlite_database)
    ingest(sqlite_database, [listing("a", day(5), 9), listing("b", day(5), 9)])
    ingest(sqlite_database, [listing("a", day(6), 185)])
    assert stored(sqlite_database, "a")[0].decision is Decision.ACCEPT
    sure = answered(stored(sqlite_database, "b")[0], "y")
    decide(sqlite_database, "ebay:b", sure, matcher=TinyMatcher(), now=NOW)
    rematch(sqlite_database, TinyMatcher("2"))
    assert stored(sqlite_database, "b")[0].decision is Decision.ACCEPT
    assert stored(sqlite_database, "b")[1] == "gpu:tesla-p40"  # it counts, and may be bought


def test_a_mark_taken_away_leaves_the_doubt_of_the_price(sqlite_database) -> None:
    market(sqlite_database)
    ingest(sqlite_database, [listing("a", day(5), 9)])
    before = stored(sqlite_database, "a")
    for word in ("wrong", None):
        mark(sqlite_database, "ebay:a", word, matcher=TinyMatcher())
    assert stored(sqlite_database, "a") == before


def test_a_rematch_after_ingests_changes_nothing(sqlite_database) -> None:
    market(sqlite_database)
    ingest(sqlite_database, [listing("bait", day(5), 9), listing("dear", day(5), 9000), listing("p", day(5), 200)])
    result = rematch(sqlite_database, TinyMatcher("2"))
    assert (result.matched, result.changed) == (28, 0)


def test_a_broken_one_is_not_judged_by_what_working_ones_cost(sqlite_database) -> None:
    market(sqlite_database)
    ingest(sqlite_database, [listing("broken", day(5), 9, title="broken p40")])
    assert stored(sqlite_database, "broken")[0].flags == ()


def decisions(database: Database) -> dict:
    names = (
        "marketplace",
        "external_id",
        "decision",
        "confidence",
        "reason",
        "flags",
        "evidence",
        "price_part",
        "units",
    )
    with database.reading() as connection:
        return {row[:2]: tuple(row)[2:] for row in connection.execute(select(*(LISTING.c[name] for name in names)))}


@pytest.mark.parametrize("seed", range(3))
def test_feeds_in_any_order_within_a_day_come_to_the_same(sqlite_database, seed) -> None:
    from random import Random

    dice = Random(seed)
    feeds = [
        [listing(f"feed{feed}-{n}", day(5) + timedelta(minutes=feed), dice.choice([9, 60, 100, 200, 210, 1900])) for n in range(6)]
        for feed in range(4)
    ]  # fmt: skip
    market(sqlite_database, 2)
    for feed in feeds:
        ingest(sqlite_database, feed)
    forward = decisions(sqlite_database)
    emptied_sqlite(sqlite_database)
    market(sqlite_database, 2)
    for feed in reversed(feeds):
        ingest(sqlite_database, feed)
    assert decisions(sqlite_database) == forward
    assert len({row[0] for row in forward.values()}) == 2  # some of both


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=8))
def test_step_by_step_equals_a_rematch(sqlite_database, steps) -> None:
    emptied_sqlite(sqlite_database)
    market(sqlite_database, 2)
    play(sqlite_database, [step | {"rematch": False} for step in steps])
    step_by_step = decisions(sqlite_database)
    result = rematch(sqlite_database, TinyMatcher("again"))
    assert decisions(sqlite_database) == step_by_step
    assert result.changed == 0


def test_other_words_at_the_same_price_are_judged_too(sqlite_database) -> None:
    """A title that changed was matched anew, and its price held against nothing: a rematch found it in doubt."""
    market(sqlite_database)
    for at, title in ((5, "Tesla P40"), (6, "p40")):
        ingest(sqlite_database, [listing("a", day(at), 88, title=title)])
        assert stored(sqlite_database, "a")[0].flags == ("price_below_usual",)
    judged = decisions(sqlite_database)
    assert rematch(sqlite_database, TinyMatcher("2")).changed == 0
    assert decisions(sqlite_database) == judged


def test_another_currency_of_the_user_judges_all_anew(sqlite_database) -> None:
    market(sqlite_database)
    ingest(sqlite_database, [listing("bait", day(5), 9)])
    rates = Rates(day(5).date(), {"USD": Decimal(2)})
    ingest_feed(sqlite_database, [], matcher=TinyMatcher(), now=NOW, currency="USD", rates=rates)
    assert "18.00 USD is 4% of the usual 400.00 USD" in suspects(sqlite_database)[0].why


@pytest.mark.parametrize(("ratings", "flags"), [("1", ("new_seller",)), ("340", ()), ("many", ())])
def test_a_seller_whom_nobody_knows_is_told(sqlite_database, ratings, flags) -> None:
    ingest(sqlite_database, [listing("a", day(5), 200, texts={"seller_ratings": ratings})])
    assert stored(sqlite_database, "a")[0].flags == flags


def test_a_price_from_elsewhere_is_held_against_the_stored_history(sqlite_database) -> None:
    from tracker.services.price_told import PriceTold

    told = PriceTold(sqlite_database, day(6).date())
    assert told.of(MATCH, euros(9)) == MATCH  # nothing is known yet
    market(sqlite_database)
    told = PriceTold(sqlite_database, day(6).date())
    assert told.of(MATCH, euros(9)).decision is Decision.REVIEW
    assert told.of(MATCH, euros(190)) == told.of(MATCH, None) == MATCH
    assert told.of(replace(MATCH, defect=True), euros(9)).flags == ()
