"""What may be bought, what is wanted, and the machine that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tracker.domain.match import MatchedPart
from tracker.domain.money import Money, total


@dataclass(frozen=True, slots=True)
class CostTerm:
    """One term of a landed cost: "price", "shipping", "import_vat", "duty", "buyer_fee". Estimated ones say from what.

    An `unknown` term may fall due, and nobody can say how much: its amount is none, and no sum holds it.
    """

    name: str
    amount: Money
    estimated: bool = False
    note: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class LandedCost:
    """What one unit of an offer costs at the user's door, each term apart, in one currency; at least one term."""

    terms: tuple[CostTerm, ...]

    @property
    def total(self) -> Money:
        """The sum of the terms."""
        return total((term.amount for term in self.terms), self.terms[0].amount.currency)

    @property
    def estimated(self) -> bool:
        """Whether any term is an estimate."""
        return any(term.estimated for term in self.terms)

    @property
    def unknown(self) -> tuple[CostTerm, ...]:
        """The terms that may come on top of the total."""
        return tuple(term for term in self.terms if term.unknown)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the solver may buy: a buyable listing with its landed cost for one unit (a lot is one unit of many parts).

    `shipping` is the part of `landed` that is shipping; where `shipping_shared`, offers of one seller pay only the dearest
    of theirs once. `facts` are what the listing states ("modules", "registered", "eps8", "pcie8", …); absent means unknown.
    """

    id: str
    parts: tuple[MatchedPart, ...]
    landed: Money
    available: int = 1
    facts: Mapping[str, int | bool | str] = field(default_factory=dict)
    seller: str | None = None
    country: str | None = None
    shipping: Money | None = None
    shipping_shared: bool = False
    url: str | None = None
    title: str = ""
    marketplace: str = ""
    condition: str = "unknown"
    cost: LandedCost | None = None
    distance_km: float | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    flags: tuple[str, ...] = ()


class Verdict(StrEnum):
    """What a compatibility rule says of a build."""

    OK = "ok"
    UNKNOWN = "unknown"  # verify before purchase
    VIOLATED = "violated"


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule's word on a build: `detail` in a sentence with its numbers, `source` of the fact it rests on."""

    rule: str
    verdict: Verdict
    detail: str = ""
    source: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Allowance:
    """A stated price for what is not searched (an SSD, an open frame, a shroud); a line of its own, times `qty`."""

    name: str
    amount: Money  # for all `qty`
    qty: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class BoughtOffer:
    """An offer in a build, how many units of it, and the parts of it the machine has no use for.

    `spare_value` is what those parts alone are offered for at least; None where nobody offers them alone.
    """

    offer: Offer
    qty: int = 1
    spare: tuple[MatchedPart, ...] = ()
    spare_value: Money | None = None


@dataclass(frozen=True, slots=True)
class LaterStep:
    """The later stage that a build is sized for: what comes on top then, at today's prices, and both stages' total."""

    gpus: int
    memory_gb: int
    added: Money
    total: Money
    offers: tuple[BoughtOffer, ...] = ()
    allowances: tuple[Allowance, ...] = ()


class Status(StrEnum):
    """The proof that comes with an answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"  # best found; not proved
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Build:
    """A machine: what is bought, what is allowed for, each rule's verdict, and what it comes to.

    Memory in GB, power in W. `cards` are the GPUs that the machine uses, by part id.
    """

    target: str
    total: Money
    offers: tuple[BoughtOffer, ...]
    allowances: tuple[Allowance, ...] = ()
    rules: tuple[RuleVerdict, ...] = ()
    cards: Mapping[str, int] = field(default_factory=dict)
    devices: int = 0
    vram_gb: float = 0
    ram_gb: int | None = None
    cores: int | None = None
    peak_watts: int | None = None
    psu_watts: int | None = None
    speed: float | None = None  # on the target's workload, 1.0 = one A10G
    later: LaterStep | None = None

    @property
    def to_verify(self) -> tuple[RuleVerdict, ...]:
        """The rules whose facts are unknown."""
        return tuple(rule for rule in self.rules if rule.verdict is Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer to one target: the proof's status, builds in order of total, or why there is none."""

    target: str
    status: Status
    builds: tuple[Build, ...] = ()
    why_not: tuple[str, ...] = ()
    seconds: float = 0
    offers_seen: int = 0
    offers_kept: int = 0
    notes: tuple[str, ...] = ()  # "€50 more buys 12 GB more VRAM"
