"""The shapes of the JSON API's answers: amounts as decimal strings, as in every `--json` of the command line."""

from datetime import date, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

Model = TypeVar("Model", bound=BaseModel)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Amount(_Answer):
    """An amount in major units, as a decimal string."""

    amount: str
    currency: str


class Page(_Answer, Generic[Model]):
    """A piece of a list; `next` is the offset of the one after it."""

    items: list[Model]
    total: int
    offset: int
    next: int | None


class Term(_Answer):
    """One term of a landed cost."""

    name: str
    amount: Amount | None  # None: it may fall due, and nobody can say how much
    estimated: bool


class BoughtLine(_Answer):
    """One offer of a build."""

    offer: str
    qty: int
    parts: list[str]
    title: str
    url: str | None
    marketplace: str
    landed: Amount
    terms: list[Term]
    last_seen: datetime | None


class NamedAmount(_Answer):
    """An allowance."""

    name: str
    amount: Amount


class Rule(_Answer):
    """A rule's verdict: "ok", "unknown" or "violated"."""

    rule: str
    verdict: str
    detail: str
    source: str


class BuildAnswer(_Answer):
    """A machine."""

    total: Amount
    offers: list[BoughtLine]
    allowances: list[NamedAmount]
    rules: list[Rule]
    vram_gb: float
    devices: int


class Flow(_Answer):
    """What has been paid by the end of a month, in the week's currency."""

    month: int
    own: str
    cloud: str


class HorizonAnswer(_Answer):
    """What both cost in all after so many months; null where a year could not be worked out."""

    months: int
    own: Amount | None
    cloud: Amount | None
    answer: str


class Rent(_Answer):
    """The sum against the cloud."""

    instance: str
    region: str
    answer: str
    why: str
    week: Amount
    weeks_for_build: str
    break_even_hours: str | None
    break_even_months: str | None
    year_own: Amount | None
    year_cloud: Amount | None
    cash_flow: list[Flow]
    horizon: HorizonAnswer


class IndexDay(_Answer):
    """A machine's cheapest total on one day; null where none could be built."""

    day: date
    total: Amount | None


class Machine(_Answer):
    """A target's answer today."""

    target: str
    title: str
    status: str
    previous: Amount | None
    builds: list[BuildAnswer]
    why_not: list[str]
    rent: Rent | None
    index: list[IndexDay]


class PartAnswer(_Answer):
    """A part and its newest figures."""

    part: str
    name: str
    day: date | None
    n: int | None
    median: Amount | None
    lowest: Amount | None


class Day(_Answer):
    """One part's figures on one day; nulls where nothing was observed."""

    day: date
    observed: bool
    n: int
    minimum: Amount | None
    lowest: Amount | None
    p10: Amount | None
    p25: Amount | None
    median: Amount | None
    p75: Amount | None
    spread: Amount | None
    mean_lowest_five: Amount | None
    new: int
    gone: int
    sold: int
    unbelieved: int
    sold_median: Amount | None


class Step(_Answer):
    """A step in a part's price."""

    day: date
    before: Amount
    after: Amount


class TrendAnswer(_Answer):
    """Slope a week with its 95 % interval, and dated steps."""

    slope_per_week: Amount
    low: Amount
    high: Amount
    days: int
    steps: list[Step]


class Elsewhere(_Answer):
    """A past price from elsewhere, imported with its source."""

    day: date
    price: Amount
    source: str
    condition: str
    note: str


class Stay(_Answer):
    """How long offers stay: half are gone within `median_days`, with the 95 % interval; null: not within what was observed."""

    n: int
    ended: int
    median_days: float | None
    low: float | None
    high: float | None
    at_most: Amount | None


class History(_Answer):
    """One part's price history, or that of one model of it."""

    part: str
    name: str
    model: str | None
    currency: str
    days: list[Day]
    trend: TrendAnswer | None
    time_to_sell: Stay
    notes: list[str]
    elsewhere: list[Elsewhere]


class ListingAnswer(_Answer):
    """A listing as kept."""

    marketplace: str
    external_id: str
    title: str
    url: str
    price: Amount | None
    shipping: Amount | None
    condition: str
    first_seen: datetime
    last_seen: datetime
    gone_at: datetime | None
    sold_at: datetime | None
    mark: str | None
    parts: list[str]
    decision: str | None
    reason: str | None
    confidence: float | None


class Seen(_Answer):
    """One price from `at` on."""

    at: datetime
    price: Amount | None
    shipping: Amount | None
    available: bool


class Life(_Answer):
    """A listing and every price it was seen at."""

    listing: ListingAnswer
    observations: list[Seen]
    archived: bool


class DealAnswer(_Answer):
    """A deal."""

    part: str
    name: str
    landed: Amount
    median: Amount
    percentile: float
    n: int
    confidence: float
    why: str
    cautions: list[str]
    listing: ListingAnswer


class Source(_Answer):
    """A source's state."""

    marketplace: str
    state: str
    detail: str
    pages: int
    listings: int
    last_ok: datetime | None
    alarms: list[str]
    note: str


class ChangeLine(_Answer):
    """One thing that is other than in the report before."""

    kind: str
    text: str


class Report(_Answer):
    """The day in figures."""

    day: date
    generated_at: datetime
    currency: str
    is_demo: bool
    listings_open: int
    offers: int
    rejected: dict[str, int]
    alarms: list[str]
    changes: list[ChangeLine]


class Past(_Answer):
    """A past report."""

    key: str
    day: date
    subject: str
