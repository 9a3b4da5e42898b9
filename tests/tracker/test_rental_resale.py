"""Resale (figures E3): from the parts' own history once there is enough of it, never a hoped-for rise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tracker.domain.build import BoughtOffer, Build, Offer
from tracker.domain.history import DayFigures, PartHistory
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.rental.resale import paid_by_part, tracked_resale, yearly_ratio

P40, BOARD = "gpu:tesla-p40", "board:x99"


def history(part: str, days: int, start: float, yearly: float, gaps: int = 0) -> PartHistory:
    """`days` of medians that change by the factor `yearly` in a year; every `gaps`-th day was not observed."""
    figures = []
    for number in range(days):
        price = Money.of(Decimal(str(round(start * yearly ** (number / 365), 2))), "EUR")
        seen = not (gaps and number % gaps == 0)
        day = date(2026, 1, 1) + timedelta(days=number)
        figures.append(DayFigures(part, day, n=5, median=price if seen else None, observed=seen))
    return PartHistory(part, part, "EUR", tuple(figures))


@pytest.mark.parametrize(("days", "gaps"), [(120, 0), (365, 0), (200, 3)])
def test_a_yearly_fall_is_read_from_part_of_a_year_with_gaps(days: int, gaps: int) -> None:
    ratio = yearly_ratio(history(P40, days, 300, 0.7, gaps).days)
    assert ratio is not None
    assert abs(float(ratio) - 0.7) < 0.02


def build(total: int, **paid: int) -> Build:
    """A machine of offers of one part each; what is left of the total are allowances."""
    parts = {"p40": P40, "board": BOARD}
    offers = [Offer(name, (MatchedPart(parts[name]),), Money.of(amount, "EUR")) for name, amount in paid.items()]
    return Build("box", Money.of(total, "EUR"), tuple(BoughtOffer(offer) for offer in offers))


def test_too_few_days_say_nothing() -> None:
    assert yearly_ratio(history(P40, 89, 300, 0.7).days) is None
    assert tracked_resale(build(300, p40=300), {P40: history(P40, 60, 300, 0.7)}) is None
    assert tracked_resale(build(300, p40=300), {}) is None
    assert tracked_resale(build(300), {}) is None


def test_parts_weigh_by_what_they_cost() -> None:
    known = {P40: history(P40, 200, 300, 0.6), BOARD: history(BOARD, 200, 100, 0.8)}
    resale = tracked_resale(build(400, p40=300, board=100), known)
    assert resale is not None
    assert abs(resale.percent - 65) < 1  # (300 × 0.6 + 100 × 0.8) / 400
    assert resale.share == 1


def test_a_rise_is_not_counted_on() -> None:
    resale = tracked_resale(build(300, p40=300), {P40: history(P40, 200, 300, 1.5)})
    assert resale is not None
    assert resale.percent == 100


def test_what_no_history_covers_comes_back_as_assumed() -> None:
    """A quarter of the price is the card's; allowances and the board are the rest."""
    resale = tracked_resale(build(400, p40=100, board=200), {P40: history(P40, 200, 100, 0.8)})
    assert resale is not None
    assert resale.share == Decimal("0.25")
    assert abs(resale.blended(Decimal(40)) - 50) < 1  # 80 × 0.25 + 40 × 0.75


def test_a_bundle_s_price_is_of_no_part_and_a_lot_s_of_its_own() -> None:
    bundle = Offer("ebay:1", (MatchedPart(P40), MatchedPart(BOARD)), Money.of(200, "EUR"))
    lot = Offer("ebay:2", (MatchedPart(P40, 3),), Money.of(410, "EUR"))
    bought = Build("box", Money.of(1020, "EUR"), (BoughtOffer(bundle), BoughtOffer(lot, 2)))
    assert paid_by_part(bought) == {"ebay:1": Money.of(200, "EUR"), P40: Money.of(820, "EUR")}
