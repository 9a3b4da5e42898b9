"""The index of machines."""

from datetime import date, timedelta

from tests.services.market import NOW, euros
from tracker.domain.build import Allowance, BoughtOffer, Build, Offer, RuleVerdict, Solution, Status, Verdict
from tracker.domain.match import MatchedPart
from tracker.services.builds_kept import answer_before, index_of, keep_solution

DAY = date(2026, 11, 18)


def solution(total: int | None) -> Solution:
    if total is None:
        return Solution("p40-box", Status.INFEASIBLE, why_not=("no PSU",))
    offer = Offer(
        "ebay:1", (MatchedPart("gpu:tesla-p40"),), euros(total - 20), title="Tesla P40", url="https://example.org/1"
    )
    build = Build(
        "p40-box",
        euros(total),
        (BoughtOffer(offer),),
        (Allowance("ssd", euros(20)),),
        (RuleVerdict("above_4g", Verdict.UNKNOWN),),
    )
    return Solution("p40-box", Status.OPTIMAL, (build,))


def test_one_point_a_day_and_gaps_as_gaps(database):
    for number, total in ((0, 300), (1, None), (3, 280), (3, 290)):
        keep_solution(database, solution(total), day=DAY + timedelta(days=number), at=NOW)
    points = index_of(database, "p40-box", currency="EUR")
    assert [(point.day - DAY).days for point in points] == [0, 1, 2, 3]
    assert [point.total for point in points] == [euros(300), None, None, euros(290)]
    assert index_of(database, "k80-box", currency="EUR") == ()
    assert {point.total for point in index_of(database, "p40-box", currency="USD")} == {None}


def test_the_answer_before(database):
    for number, total in ((0, 300), (1, None), (2, 280)):
        keep_solution(database, solution(total), day=DAY + timedelta(days=number), at=NOW)
    assert answer_before(database, "p40-box", day=DAY) is None
    first = answer_before(database, "p40-box", day=DAY + timedelta(days=1))
    assert (first.day, first.total, first.bought) == (DAY, euros(300), {"ebay:1": "Tesla P40"})
    second = answer_before(database, "p40-box", day=DAY + timedelta(days=2))
    assert (second.total, second.bought) == (None, {})
