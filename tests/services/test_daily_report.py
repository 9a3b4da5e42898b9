"""The morning's report: what it says of figures that were decided before."""

from datetime import UTC, datetime

from tests.services.market import euros
from tracker.domain.build import BoughtOffer, Build, CostTerm, LandedCost, Offer, Solution, Status
from tracker.domain.match import MatchedPart
from tracker.domain.target import Target
from tracker.services.daily_report import Answer, Findings, compose
from tracker.settings import Settings

AT = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)


def bought(name: str, *terms: CostTerm) -> BoughtOffer:
    cost = LandedCost((CostTerm("price", euros(100)), *terms))
    return BoughtOffer(Offer(name, (MatchedPart("gpu:tesla-p40", 1),), cost.total, title=f"card {name}", cost=cost), 1)


def estimates(*offers: BoughtOffer) -> tuple[str, ...]:
    build = Build("p40-box", euros(100), offers)
    answer = Answer(Target("p40-box"), Solution("p40-box", Status.OPTIMAL, (build,)))
    return compose(Findings([answer], []), day=AT.date(), at=AT, settings=Settings(), is_demo=False).estimates


def test_equal_estimates_are_one_line_and_those_of_nothing_none():
    shipping = CostTerm("shipping", euros(8), estimated=True, note="not stated")
    nothing = CostTerm("import_vat", euros(0), estimated=True, note="none counted")
    vat = CostTerm("import_vat", euros("21.60"), estimated=True)
    assert estimates(bought("a", shipping, nothing), bought("b", shipping, vat)) == (
        "shipping 8.00 EUR of each of 2 offers (not stated)",
        "import VAT 21.60 EUR of card b",
    )
