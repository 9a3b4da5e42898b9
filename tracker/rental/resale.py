"""What a build's parts will fetch after a year, from their own price history, where there is enough of it."""

from collections.abc import Mapping
from decimal import Decimal
from statistics import median

from tracker.domain.build import Build
from tracker.domain.history import DayFigures, PartHistory
from tracker.domain.money import Money

# Below this a slope tells more of the season than of the part.
ENOUGH_DAYS = 90
_WINDOW = 14
_DAYS_PER_YEAR = 365
_COVERED = Decimal("0.5")


def paid_by_part(build: Build) -> dict[str, Money]:
    """What a build pays for each part; a bundle's price can't be told apart and stands under the offer's own id."""
    paid: dict[str, Money] = {}
    for bought in build.offers:
        parts = {part.part for part in bought.offer.parts}
        name = parts.pop() if len(parts) == 1 else bought.offer.id
        price = bought.offer.landed * bought.qty
        paid[name] = paid[name] + price if name in paid else price
    return paid


def resale_percent(bought: Mapping[str, Money], histories: Mapping[str, PartHistory]) -> Decimal | None:
    """Per cent of what the parts cost that they should fetch in a year; None where their history does not say.

    `bought` is part id → what is paid for it. Each part's median asking price of its last two weeks against its first
    two, taken to a year, weighted by price. A rise is never counted on: at most 100. None unless parts of at least half
    the money have 90 observed days.
    """
    kept, covered = Decimal(0), Decimal(0)
    paid = sum((money.amount for money in bought.values()), Decimal(0))
    for part, money in bought.items():
        history = histories.get(part)
        yearly = None if history is None else yearly_ratio(history.days)
        if yearly is not None:
            kept += money.amount * min(yearly, Decimal(1))
            covered += money.amount
    if not paid or covered < paid * _COVERED:
        return None
    return round(100 * kept / covered, 1)


def yearly_ratio(days: tuple[DayFigures, ...]) -> Decimal | None:
    """The price in a year as a multiple of today's, were the observed change to go on; None below 90 observed days."""
    seen = sorted((day for day in days if day.observed and day.median is not None), key=lambda day: day.day)
    if len(seen) < ENOUGH_DAYS:
        return None
    first, last = _level(seen[:_WINDOW]), _level(seen[-_WINDOW:])
    # From the middle of the first window to the middle of the last.
    span = (seen[-_WINDOW // 2].day - seen[_WINDOW // 2].day).days
    if first <= 0 or last <= 0 or span <= 0:
        return None
    return Decimal(str((last / first) ** (_DAYS_PER_YEAR / span)))


def _level(days: list[DayFigures]) -> float:
    return median(float(day.median.amount) for day in days if day.median is not None)
