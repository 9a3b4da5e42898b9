"""Owning against renting over so many months, from the sum that was worked out for a year."""

from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.domain.money import Money
from tracker.domain.rental import CashFlow, RentOrBuy

LONGEST = 60  # months
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Horizon:
    """What both cost in all after `months`: owning is loss of value and electricity. None: the year is not known."""

    months: int
    own: Money | None
    cloud: Money | None

    @property
    def answer(self) -> str:
        """Either "buy" or "rent"; empty where a sum is not known."""
        if self.own is None or self.cloud is None:
            return ""
        return "buy" if self.own <= self.cloud else "rent"


def over(rent: RentOrBuy, months: int) -> Horizon:
    """The sums after `months`: hours go on evenly, and the value falls in a straight line, as in the first year, to nothing."""
    if rent.year_own is None or rent.year_cloud is None or len(rent.cash_flow) < 2:  # noqa: PLR2004 - a first and a last
        return Horizon(months, None, None)
    power, _ = _a_month(rent)
    loss_a_month = rent.year_own.amount / _YEAR - power
    loss = min(rent.build_total.amount, loss_a_month * months)
    own = Money.of(loss + power * months, rent.year_own.currency)
    return Horizon(months, own, Money.of(rent.year_cloud.amount * months / _YEAR, rent.year_cloud.currency))


def with_horizon(rent: RentOrBuy, months: int) -> RentOrBuy:
    """The same with the money spent month by month up to `months`, for the picture."""
    if len(rent.cash_flow) < 2:  # noqa: PLR2004 - a first and a last
        return rent
    start, (power, cloud) = rent.cash_flow[0], _a_month(rent)
    flow = (
        CashFlow(
            month,
            Money.of(start.own.amount + power * month, start.own.currency),
            Money.of(start.cloud.amount + cloud * month, start.cloud.currency),
        )
        for month in range(months + 1)
    )
    return replace(rent, cash_flow=tuple(flow))


def _a_month(rent: RentOrBuy) -> tuple[Decimal, Decimal]:
    """What a month adds to each side of the cash flow."""
    first, last = rent.cash_flow[0], rent.cash_flow[-1]
    months = last.month - first.month
    return (last.own.amount - first.own.amount) / months, (last.cloud.amount - first.cloud.amount) / months
