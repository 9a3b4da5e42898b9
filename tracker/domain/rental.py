"""Cloud prices and what comes of comparing a build with renting."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.money import Money


@dataclass(frozen=True, slots=True)
class CloudInstance:
    """A cloud machine and its price an hour in one region on one day. VRAM in GB for the whole instance.

    `term` is "on_demand", "spot", "reserved_1yr" or "reserved_3yr".
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way of holding a build against the cloud, over `hours` of use of the build.

    `name` is "same_hours", "same_vram" or "same_work". `ratio` is cloud / own. `cloud_hours` differs from `hours` where
    the speeds do. Where it can't be said (`unknown` says why), the amounts are None.
    """

    name: str
    hours: Decimal
    own: Money | None
    cloud: Money | None
    ratio: Decimal | None
    cloud_hours: Decimal | None = None
    note: str = ""
    unknown: str = ""


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
    break_even_months: Decimal | None  # of 730 h always on
    answer: str  # "buy" or "rent"
    why: str
    comparisons: tuple[Comparison, ...] = ()
    assumptions: tuple[str, ...] = ()
