"""Catalog entries: what a part is, and the facts about it that the solver needs. None means unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Category(StrEnum):
    """What kind of thing a part is; the prefix of its id."""

    GPU = "gpu"
    CPU = "cpu"
    BOARD = "board"
    RAM = "ram"
    PSU = "psu"
    SYSTEM = "system"


class Tier(StrEnum):
    """Tracked parts carry all the solver's facts; recognised ones are known by name only."""

    TRACKED = "tracked"
    RECOGNISED = "recognised"


@dataclass(frozen=True, slots=True)
class GpuFacts:
    """What the solver knows of a graphics card. Memory in GB, bandwidth in GB/s, speed in TFLOP/s, power in W, length in mm.

    `devices` is how many GPUs a framework sees (2 for a K80), each with `vram_gb_per_device`.
    `eps8`, `pcie8`, `pcie6`, `pcie16` count the power connectors (EPS12V 8-pin, PCIe 8-pin, 6-pin, 12VHPWR).
    """

    vendor: str | None = None
    architecture: str | None = None
    devices: int = 1
    vram_gb: float | None = None
    vram_gb_per_device: float | None = None
    bandwidth_gbs: float | None = None
    fp32_tflops: float | None = None
    fp16_tflops: float | None = None
    tensor_cores: int | None = None
    compute_capability: str | None = None
    last_cuda: str | None = None
    last_driver: str | None = None
    tdp_w: int | None = None
    slot_width: int | None = None
    length_mm: float | None = None
    eps8: int | None = None
    pcie8: int | None = None
    pcie6: int | None = None
    pcie16: int | None = None
    passive: bool | None = None
    blower: bool | None = None
    sxm: bool | None = None
    pcie_gen: float | None = None
    pcie_lanes: int | None = None
    has_display_output: bool | None = None
    needs_above_4g: bool | None = None


@dataclass(frozen=True, slots=True)
class CpuFacts:
    """What the solver knows of a processor. `socket` is normalised ("LGA2011-3"), memory in GB, power in W."""

    socket: str | None = None
    cores: int | None = None
    threads: int | None = None
    tdp_w: int | None = None
    pcie_lanes: int | None = None
    pcie_gen: float | None = None
    memory_types: tuple[str, ...] = ()  # ("DDR4",)
    memory_channels: int | None = None
    memory_max_gb: int | None = None
    max_sockets: int | None = None
    has_igpu: bool | None = None
    generation: str | None = None  # "v3", "v4", "Broadwell-E": what a BIOS may be too old for


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What the solver knows of a board: of a model, or, unknown where models differ, of all boards of a chipset."""

    chipset: str | None = None
    socket: str | None = None
    sockets: int | None = None  # CPU sockets
    form_factor: str | None = None
    memory_type: str | None = None
    memory_slots: int | None = None
    memory_max_gb: int | None = None
    takes_registered: bool | None = None
    x16_slots: int | None = None
    x8_slots: int | None = None
    pcie_gen: float | None = None
    double_width_gpus: int | None = None
    above_4g: bool | None = None
    has_plx: bool | None = None
    has_video: bool | None = None  # a BMC or other display output of its own


@dataclass(frozen=True, slots=True)
class PsuFacts:
    """What the solver knows of a power supply. None: not stated, to be verified before purchase."""

    watts: int | None = None
    is_server: bool = False
    needs_breakout: bool = False
    eps8: int | None = None
    pcie8: int | None = None
    efficiency: str | None = None


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What the solver knows of a whole workstation or server: its board's facts and its own power and cooling."""

    board: BoardFacts = field(default_factory=BoardFacts)
    psu_watts: tuple[int, ...] = ()  # the options it was sold with
    gpu_power_leads: str | None = None
    eps8: int | None = None
    pcie8: int | None = None
    pcie6: int | None = None
    gpu_power_limit_w: int | None = None
    proprietary_power: bool | None = None
    cools_passive_cards: bool | None = None


Facts = GpuFacts | CpuFacts | BoardFacts | PsuFacts | SystemFacts


@dataclass(frozen=True, slots=True)
class Part:
    """One catalog entry. `id` as in the design ("gpu:tesla-k80"); a board model's id is "model:asus-x99-deluxe"."""

    id: str
    category: Category
    name: str
    tier: Tier = Tier.TRACKED
    facts: Facts | None = None
    aliases: tuple[str, ...] = ()
    part_numbers: tuple[str, ...] = ()
    variant_of: str | None = None  # "gpu:tesla-m40" of "gpu:tesla-m40-24gb"
    reject_near: tuple[str, ...] = ()  # words that show another thing of the same name ("huawei" near P40)
    require_near: tuple[str, ...] = ()  # one of these words must stand by a bare alias
    source: str = ""
    unverified: tuple[str, ...] = ()  # facts that stand here but were read in no source: a rule on one says "unknown"
    note: str = ""


@dataclass(frozen=True, slots=True)
class PsuRules:
    """The numbers of the power rules (config/catalog/psus.toml). Power in W; factors without unit."""

    headroom: float = 1.25
    base_watts: int = 75
    fan_watts: int = 10
    eps8_watts: int = 235
    pcie8_watts: int = 150
    pcie6_watts: int = 75
    transient_factor: float = 2.2
    adapter_pcie8_per_eps8: int = 2
    likely_eps8_from_watts: int = 1000
    source: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All parts by id, and the models by slug ("asus-x99-deluxe"), whose `variant_of` is their board's or PSU's part."""

    parts: Mapping[str, Part]
    models: Mapping[str, Part] = field(default_factory=dict)
    psu_rules: PsuRules = field(default_factory=PsuRules)

    def get(self, part_id: str, model: str | None = None) -> Part | None:
        """The most specific entry known: the model's where given and known, else the part's."""
        if model and model in self.models:
            return self.models[model]
        return self.parts.get(part_id)
