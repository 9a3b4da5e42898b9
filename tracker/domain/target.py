"""The machine that is wanted: what it must hold, what may be assumed, what is owned already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.part import SystemFacts

# Every rule that a target may harden; tracker.optimiser.check says what each means.
RULE_NAMES = (
    "wanted_cards", "gpus", "vram", "speed", "processor", "socket", "cpu_count", "bios", "cpu_cooler", "cpu_lanes", "cores",
    "memory", "memory_type", "memory_registered", "memory_slots", "memory_max", "memory_channels", "slots", "case",
    "pcie_lanes", "above_4g", "sxm", "power", "psu_watts", "psu_connectors", "server_psu", "passive_cooling", "blower",
    "display", "cuda_support", "later_slots", "later_lanes", "later_power", "later_connectors", "later_memory",
)  # fmt: skip
MOST_CARDS = 8  # no host in the catalog takes more; a target that does not say how many GPUs gets at most these


@dataclass(frozen=True, slots=True)
class AllowancePrice:
    """What one piece of something that is not searched costs, why it is needed, and where the price is from."""

    name: str
    price: Money
    why: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class LaterStage:
    """The machine that is to grow out of this one (C4): board, lanes, slots, power and memory are sized for it."""

    gpus: int
    memory_gb: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """A wanted machine. Memory in GB, power in W, distances in km, speed in multiples of one A10G on `workload`.

    `cards` are the GPU part ids that may be used (none: any whose VRAM is known). With a `budget` the answer is the best
    machine for at most so much: most of `maximise`, then the cheapest. `always` are allowances that every build of this
    target needs ("ssd"); others (shroud, adapter, cooler, …) are added where a rule calls for them. `owned_allowances`
    cost nothing, `refused_allowances` may not be used. `owned_machine` stands where only cards are bought. `harden` names
    rules for which unknown (or a warning) is a refusal. `headroom_percent` is what a power supply must give per 100 W.
    """

    name: str
    description: str = ""
    currency: str = "EUR"
    vram_gb: float = 0
    vram_per_device_gb: float = 0
    gpus: int | None = None  # exactly so many cards
    cards: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    workload: str = ""
    least_speed: float = 0
    speeds: Mapping[str, float] = field(default_factory=dict)  # card → its speed on `workload`; absent is unknown
    cores: int = 0
    memory_gb: int = 8
    cpu_lanes: int = 0  # the CPUs' PCIe lanes in all
    lanes_per_gpu: int = 8
    psu_watts: int = 0
    headroom_percent: int = 125
    blower_only: bool = False
    later: LaterStage | None = None
    budget: Money | None = None
    maximise: str = "vram"  # "vram" or "speed"; only with a budget
    country: str | None = None  # sellers of this country only
    pickup_radius_km: float | None = None
    leave_out_marketplaces: frozenset[str] = frozenset()
    leave_out_sellers: frozenset[str] = frozenset()
    leave_out_flags: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()  # none: all but for_parts
    display: str = "allowance"  # "allowance", "required" or "headless"
    open_frame: bool = True  # else a case, whose room is not known
    always: tuple[str, ...] = ()
    owned_allowances: frozenset[str] = frozenset()
    refused_allowances: frozenset[str] = frozenset()
    owned_parts: tuple[MatchedPart, ...] = ()
    owned_machine: SystemFacts | None = None
    harden: frozenset[str] = frozenset()
    prices: Mapping[str, AllowancePrice] = field(default_factory=dict)
