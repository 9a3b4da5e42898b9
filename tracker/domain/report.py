"""What a report is made from: every figure already decided, for reports to lay out and never to compute anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.domain.build import Solution
from tracker.domain.history import Deal, PartHistory
from tracker.domain.listing import PageState
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.watch import WatchHit


@dataclass(frozen=True, slots=True)
class IndexPoint:
    """A target's cheapest total on one day; None where no machine could be built, or nothing was observed."""

    day: date
    total: Money | None


@dataclass(frozen=True, slots=True)
class MachineReport:
    """One target's answer today, the one before it, its price per day, and the rent-or-buy sum."""

    target: str
    title: str
    solution: Solution
    description: str = ""
    previous: Money | None = None
    previous_day: date | None = None
    index: tuple[IndexPoint, ...] = ()
    rent: RentOrBuy | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is other than in the report before: `kind` is "cheaper", "dearer", "gone", "new_deal", "possible" and the like."""

    kind: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """How one source fared in the last run, and when it was last read; `alarm_runs` of its newest runs had an alarm."""

    marketplace: str
    state: PageState
    detail: str = ""
    pages: int = 0
    listings: int = 0
    last_ok: datetime | None = None
    coverage: Mapping[str, float] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    note: str = ""  # "resting until …", "switched off in the config"
    alarm_runs: int = 0
    alarm_since: datetime | None = None  # when the first of these runs began
    seconds: float | None = None  # that the last run took

    @property
    def is_read(self) -> bool:
        """Whether the last run read all that it was to read."""
        return self.state in (PageState.LISTINGS, PageState.EMPTY)


@dataclass(frozen=True, slots=True)
class CardValue:
    """What the cheapest offer of a card costs for what it gives (figures C5); None where a fact is unknown."""

    part: str
    name: str
    price: Money  # landed, one card
    url: str | None = None
    vram_gb: float | None = None
    per_gb_vram: Money | None = None
    per_tflop: Money | None = None  # of FP32
    per_gbs: Money | None = None  # of memory bandwidth
    per_a10g: Money | None = None  # of one A10G's measured speed on `workload`
    workload: str = ""
    confidence: str = ""  # of that speed


@dataclass(frozen=True, slots=True)
class DailyReport:
    """The morning's report.

    `rejected` counts the open listings by Reason, `rejected_now` those of them that were seen since the report before;
    `rates_day` is the day of the exchange rates used.
    """

    day: date
    generated_at: datetime
    currency: str
    is_demo: bool = False
    since: date | None = None  # the day of the report before
    machines: tuple[MachineReport, ...] = ()
    changes: tuple[Change, ...] = ()
    deals: tuple[Deal, ...] = ()
    hits: tuple[WatchHit, ...] = ()  # of the user's watches
    parts: tuple[PartHistory, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    rejected: Mapping[str, int] = field(default_factory=dict)
    rejected_now: Mapping[str, int] = field(default_factory=dict)
    listings_open: int = 0
    offers: int = 0
    rates_day: date | None = None
    estimates: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    time_zone: str = "UTC"
    locale: str = "en"
    cards: tuple[CardValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A finished message: what delivery takes. `images` maps a Content-ID (no angle brackets) to PNG bytes."""

    subject: str
    html: str
    text: str
    images: Mapping[str, bytes] = field(default_factory=dict)
    report_key: str = ""  # "daily:2026-11-21": the same key is never delivered twice to one recipient
