"""What a build's parts will fetch after a year, from their own price history, where there is enough of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from tracker.domain.build import Build
from tracker.domain.history import DayFigures, PartHistory
from tracker.domain.money import Money

# Below this a slope tells more of the season than of the part.
ENOUGH_DAYS = 90
_WINDOW = 14
_DAYS_PER_YEAR = 365


def paid_by_part(build: Build) -> dict[str, Money]:
    """What a build pays for each part; a bundle's price can't be told apart and stands under the offer's own id."""
    paid: dict[str, Money] = {}
    for bought in build.offers:
        parts = {part.part for part in bought.offer.parts}
        name = parts.pop() if len(parts) == 1 else bought.offer.id
        price = bought.offer.landed * bought.qty
        paid[name] = paid[name] + price if name in paid else price
    return paid


@dataclass(frozen=True, slots=True)
class Resale:
    """What parts should fetch after a year by their own history: per cent of their price, and their share of the whole."""

    percent: Decimal
    share: Decimal

    def blended(self, assumed: Decimal) -> Decimal:
        """Per cent of the whole price: the rest of it comes back as `assumed`."""
        return round(self.percent * self.share + assumed * (1 - self.share), 1)


def tracked_resale(build: Build, histories: Mapping[str, PartHistory]) -> Resale | None:
    """What a build's parts should fetch in a year; None where no history says enough.

    Each part's median asking price of its last two weeks against its first two, taken to a year, weighted by price; 90
    observed days at least. A rise is never counted on.
    """
    kept, covered = Decimal(0), Decimal(0)
    for part, money in paid_by_part(build).items():
        history = histories.get(part)
        yearly = None if history is None else yearly_ratio(history.days)
        if yearly is not None:
            kept += money.amount * min(yearly, Decimal(1))
            covered += money.amount
    return Resale(100 * kept / covered, covered / build.total.amount) if covered and build.total.minor else None


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
