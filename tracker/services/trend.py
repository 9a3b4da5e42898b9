"""Where a price goes: a robust slope with its interval, and the days on which it stepped."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import log
from statistics import median

from tracker.domain.history import DayFigures, Trend
from tracker.domain.money import Money

_LEAST_DAYS = 10  # fewer medians carry no slope worth telling
_LEAST_SPAN = timedelta(days=14)
_SHORTEST_LEVEL = 5  # observed days that a level must last
_FEWEST_OFFERS = 5  # a day, on the middle day of a level
_SMALLEST_STEP = 0.08  # of the price: below it, a step is noise of the mix of offers


def trend_of(days: Sequence[DayFigures], currency: str) -> Trend | None:
    """The Theil-Sen slope of the daily medians with its 95 % interval, and the steps; None for too short a history."""
    points = [(figures.day, figures.median.minor, figures.n) for figures in days if figures.median is not None]
    if len(points) < _LEAST_DAYS or points[-1][0] - points[0][0] < _LEAST_SPAN:
        return None
    from scipy.stats import theilslopes

    start = points[0][0]
    fitted = theilslopes([minor for _, minor, _ in points], [(day - start).days for day, _, _ in points])
    slope, low, high = (Money(round(7 * float(value)), currency) for value in (fitted[0], fitted[2], fitted[3]))
    return Trend(slope, low, high, len(points), tuple(_steps(points, currency)))


def _steps(points: Sequence[tuple[date, int, int]], currency: str) -> list[tuple[date, Money, Money]]:
    """The change-points of the medians' logarithm: (first day of the new level, level before, level after).

    Between levels of few offers the median steps with each that comes or goes: those are none of the market's.
    """
    if len(points) < 4 * _SHORTEST_LEVEL or any(minor <= 0 for _, minor, _ in points):
        return []
    import numpy as np
    from ruptures import KernelCPD

    logs = np.array([[log(minor)] for _, minor, _ in points])
    # BIC-like: a step must save more squared error than the day-to-day noise would by chance.
    noise = max(float(np.median(np.abs(np.diff(logs[:, 0])))) / 0.954, 0.01)  # MAD of a difference of two normals
    penalty = 3 * noise**2 * log(len(points))
    ends = KernelCPD(kernel="linear", min_size=_SHORTEST_LEVEL).fit(logs).predict(pen=penalty)
    bounds = [0, *ends]
    levels = [
        (median(minor for _, minor, _ in points[a:b]), median(n for _, _, n in points[a:b]))
        for a, b in pairwise(bounds)
    ]
    return [
        (points[at][0], Money(round(before), currency), Money(round(after), currency))
        for at, (before, n_before), (after, n_after) in zip(ends, levels, levels[1:], strict=False)
        if abs(log(after / before)) >= abs(log(1 - _SMALLEST_STEP)) and min(n_before, n_after) >= _FEWEST_OFFERS
    ]
