"""Cloud prices and what comes of comparing a build with renting."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.money import Money


@dataclass(frozen=True, slots=True)
class CloudInstance:
    """A cloud machine and its price an hour in one region on one day. VRAM in GB for the whole instance.

    `term` is "on_demand", "spot", "reserved_1yr" or "reserved_3yr". `rate` is the exact price that `hourly` rounds to
    the minor unit. `cards` is how many of the catalog's `gpu` it has: a p2.xlarge is half a K80.
    """

    name: str
    region: str
    gpu: str
    gpus: int
    vram_gb: float
    hourly: Money
    as_of: date
    term: str = "on_demand"
    source: str = ""
    rate: Decimal = Decimal(0)
    cards: Decimal = Decimal(1)
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a kWh costs a household: the exact amount, taxes included."""

    per_kwh: Decimal
    currency: str
    period: str = ""
    source: str = ""
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a card is on one workload: `relative` to one A10G (None: not known so), `value` in `unit` as measured."""

    relative: Decimal | None = None
    value: Decimal | None = None
    unit: str = ""
    confidence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CashFlow:
    """What has been paid, in all, by the end of a month (month 0: the day the parts are bought)."""

    month: int
    own: Money
    cloud: Money


@dataclass(frozen=True, slots=True)
class Utilisation:
    """What one hour of use costs at so many hours a week, over a year; the machine's loss of value counts whole."""

    hours_per_week: Decimal
    own_per_hour: Money
    cloud_per_hour: Money
    break_even_months: Decimal | None = None  # None: never


@dataclass(frozen=True, slots=True)
class Flip:
    """An input that would turn the answer: its value now, and the value from which it does (None: none does)."""

    name: str
    now: Decimal
    flips_at: Decimal | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way of holding a build against the cloud, over `hours` of use of the build.

    `name` is "same_hours", "same_vram" or "same_work". `ratio` is cloud / own. `cloud_hours` differs from `hours` where
    the speeds do. Where it can't be said (`unknown` says why), the amounts are None. `confidence` and `source` are those
    of the speeds that it rests on.
    """

    name: str
    hours: Decimal
    own: Money | None
    cloud: Money | None
    ratio: Decimal | None
    cloud_hours: Decimal | None = None
    note: str = ""
    unknown: str = ""
    confidence: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class RentOrBuy:
    """The honest sum for one build, in the user's currency."""

    build_total: Money
    instance: CloudInstance
    hourly: Money  # the instance's price in the user's currency
    week: Money  # 168 hours of it
    weeks_for_build: Decimal  # build total / week: below 1, buying is cheaper than one week
    electricity_per_hour: Money
    electricity_per_kwh: Money
    watts: int
    break_even_hours: Decimal | None  # None: never
    break_even_months: Decimal | None  # at `hours_per_week`
    answer: str  # "buy" or "rent"
    why: str
    comparisons: tuple[Comparison, ...] = ()
    assumptions: tuple[str, ...] = ()
    tariff: Decimal = Decimal(0)  # the exact price of a kWh
    rate: Decimal = Decimal(0)  # the exact price an hour
    year_own: Money | None = None  # loss of value and electricity, at the user's hours a week
    year_cloud: Money | None = None
    cash_flow: tuple[CashFlow, ...] = ()
    utilisation: tuple[Utilisation, ...] = ()
    sensitivity: tuple[Flip, ...] = ()
    alternatives: tuple[CloudInstance, ...] = ()  # the same instance on other terms: spot, reserved
    hours_per_week: Decimal = Decimal(168)  # of use
