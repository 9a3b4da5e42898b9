"""Resale (figures E3): from the parts' own history once there is enough of it, never a hoped-for rise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tracker.domain.history import DayFigures, PartHistory
from tracker.domain.money import Money
from tracker.rental.resale import resale_percent, yearly_ratio

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


def test_too_few_days_say_nothing() -> None:
    assert yearly_ratio(history(P40, 89, 300, 0.7).days) is None
    assert resale_percent({P40: Money.of(300, "EUR")}, {P40: history(P40, 60, 300, 0.7)}) is None
    assert resale_percent({P40: Money.of(300, "EUR")}, {}) is None
    assert resale_percent({}, {}) is None


def test_parts_weigh_by_what_they_cost() -> None:
    known = {P40: history(P40, 200, 300, 0.6), BOARD: history(BOARD, 200, 100, 0.8)}
    percent = resale_percent({P40: Money.of(300, "EUR"), BOARD: Money.of(100, "EUR")}, known)
    assert percent is not None
    assert abs(percent - 65) < 1  # (300 × 0.6 + 100 × 0.8) / 400


def test_a_rise_is_not_counted_on() -> None:
    assert resale_percent({P40: Money.of(300, "EUR")}, {P40: history(P40, 200, 300, 1.5)}) == 100


def test_less_than_half_the_money_covered_is_not_enough() -> None:
    bought = {P40: Money.of(100, "EUR"), BOARD: Money.of(300, "EUR")}
    assert resale_percent(bought, {P40: history(P40, 200, 100, 0.6)}) is None
