"""The arithmetic of owning against renting, from plain numbers; figures.md B, C and E are its acceptance cases."""

from dataclasses import dataclass, replace
from decimal import Decimal

HOURS_PER_WEEK = Decimal(168)
HOURS_PER_MONTH = Decimal(730)
WEEKS_PER_YEAR = Decimal(365) / 7
MONTHS_PER_YEAR = 12
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Inputs:
    """One machine against one cloud price. All amounts are in one currency; power in W, tariffs a kWh.

    The machine is used `hours_per_week` for `weeks`; it loses `cost` - `salvage` evenly over `depreciation_years`.
    `cloud_rate` is the price an hour of an instance of `cloud_gpus` GPUs, of which `gpus_needed` are wanted: pro rata,
    or several instances. `speed_ratio` is the machine's speed as a multiple of those GPUs': below 1 the cloud needs
    fewer hours for the same work. Storage and egress are GB and GB a month, their rates a GB-month and a GB.
    """

    cost: Decimal
    watts: Decimal
    tariff: Decimal
    cloud_rate: Decimal
    depreciation_years: Decimal = Decimal(3)
    salvage: Decimal = _ZERO
    cloud_gpus: Decimal = Decimal(1)
    gpus_needed: Decimal = Decimal(1)
    hours_per_week: Decimal = HOURS_PER_WEEK
    weeks: Decimal = WEEKS_PER_YEAR
    speed_ratio: Decimal = Decimal(1)
    storage_gb: Decimal = _ZERO
    storage_rate: Decimal = _ZERO
    egress_gb: Decimal = _ZERO
    egress_rate: Decimal = _ZERO

    @property
    def hours(self) -> Decimal:
        """Hours of use of the machine."""
        return self.hours_per_week * self.weeks

    @property
    def years(self) -> Decimal:
        """The time that passes, used or not."""
        return self.weeks / WEEKS_PER_YEAR

    @property
    def months(self) -> Decimal:
        """The time that passes, in months of a twelfth of a year."""
        return self.years * MONTHS_PER_YEAR

    @property
    def hours_per_month(self) -> Decimal:
        """Hours of use in a month: 730 where it is always on."""
        return self.hours_per_week * WEEKS_PER_YEAR / MONTHS_PER_YEAR

    @property
    def electricity_per_hour(self) -> Decimal:
        """What an hour of the machine draws."""
        return self.watts / 1000 * self.tariff

    @property
    def cloud_per_hour(self) -> Decimal:
        """What the cloud charges for as much work as the machine does in an hour, all its GPUs together."""
        return self.cloud_rate * self.gpus_needed / self.cloud_gpus * self.speed_ratio

    @property
    def standing_per_month(self) -> Decimal:
        """What the cloud charges for storage and egress, however little it is used."""
        return self.storage_gb * self.storage_rate + self.egress_gb * self.egress_rate


@dataclass(frozen=True, slots=True)
class OwnCost:
    """What owning costs over the time asked for."""

    depreciation: Decimal
    electricity: Decimal

    @property
    def total(self) -> Decimal:
        """Loss of value and electricity."""
        return self.depreciation + self.electricity


@dataclass(frozen=True, slots=True)
class CloudCost:
    """What renting costs for the same work; `hours` are the cloud's."""

    hours: Decimal
    compute: Decimal
    storage: Decimal
    egress: Decimal

    @property
    def total(self) -> Decimal:
        """Compute, storage and egress."""
        return self.compute + self.storage + self.egress


def own_cost(given: Inputs) -> OwnCost:
    """Loss of value, at most all of it, and the electricity of the hours of use."""
    share = min(Decimal(1), given.years / given.depreciation_years)
    return OwnCost((given.cost - given.salvage) * share, given.hours * given.electricity_per_hour)


def cloud_cost(given: Inputs) -> CloudCost:
    """The hours that the same work takes there, and what stands there all the time."""
    return CloudCost(
        hours=given.hours * given.speed_ratio,
        compute=given.hours * given.cloud_per_hour,
        storage=given.storage_gb * given.storage_rate * given.months,
        egress=given.egress_gb * given.egress_rate * given.months,
    )


def ratio(given: Inputs) -> Decimal | None:
    """Cloud cost as a multiple of own cost; None where owning costs nothing."""
    own = own_cost(given).total
    return cloud_cost(given).total / own if own > 0 else None


def break_even_hours(given: Inputs) -> Decimal | None:
    """Hours of use after which the whole price is earned back, resale left out; None: never."""
    if given.hours_per_week <= 0:
        return None
    saved = given.cloud_per_hour + given.standing_per_month / given.hours_per_month - given.electricity_per_hour
    return given.cost / saved if saved > 0 else None


def break_even_months(given: Inputs) -> Decimal | None:
    """The same in months at these hours a week."""
    hours = break_even_hours(given)
    return None if hours is None else hours / given.hours_per_month


def is_buying_better(given: Inputs) -> bool:
    """Whether owning costs no more than renting over the time asked for."""
    return own_cost(given).total <= cloud_cost(given).total


def cash_flow(given: Inputs, months: int) -> list[tuple[int, Decimal, Decimal]]:
    """Month, own and cloud: what has been paid in all by then. All but electricity is paid at once (figures E1)."""
    power = given.electricity_per_hour * given.hours_per_month
    rent = given.cloud_per_hour * given.hours_per_month + given.standing_per_month
    return [(month, given.cost + power * month, rent * month) for month in range(months + 1)]


def cost_per_hour_of_use(given: Inputs, hours_per_week: Decimal) -> tuple[Decimal, Decimal]:
    """Own and cloud: an hour of use at so many hours a week; idle time makes owning dear (figures E2)."""
    used = replace(given, hours_per_week=hours_per_week)
    return own_cost(used).total / used.hours, cloud_cost(used).total / used.hours


def break_even_months_at(given: Inputs, hours_per_week: Decimal) -> Decimal | None:
    """Months until the price is earned back at so many hours a week; None: never."""
    return break_even_months(replace(given, hours_per_week=hours_per_week))


# Inputs in which own - cloud is a straight line, so that the value where it crosses zero is exact.
_STRAIGHT = {
    "cost": "money",
    "watts": "W",
    "tariff": "money per kWh",
    "cloud_rate": "money per hour",
    "hours_per_week": "h",
    "speed_ratio": "",
    "salvage": "money",
}


def flips(given: Inputs) -> list[tuple[str, Decimal, Decimal | None, str]]:
    """For each input: its name, its value, the value at which the answer turns (None: no possible one), its unit."""
    return [(name, getattr(given, name), _crossing(given, name), unit) for name, unit in _STRAIGHT.items()]


def _crossing(given: Inputs, name: str) -> Decimal | None:
    def gap(value: Decimal) -> Decimal:
        changed = replace(given, **{name: value})
        if name == "cost":  # a cheaper machine is worth less in the end too
            changed = replace(changed, salvage=given.salvage * value / given.cost)
        return own_cost(changed).total - cloud_cost(changed).total

    at_zero = gap(_ZERO)
    slope = gap(Decimal(1)) - at_zero
    if slope == 0:
        return None
    crossing = -at_zero / slope
    highest = {"hours_per_week": HOURS_PER_WEEK, "salvage": given.cost}.get(name)
    return crossing if crossing >= 0 and (highest is None or crossing <= highest) else None
