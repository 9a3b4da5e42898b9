"""config/targets/*.toml → Targets: the machines that are wanted; every error collected with file, line, key and mend."""

import difflib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tracker.domain.errors import ConfigError, Problem, UsageError
from tracker.domain.match import FLAGS, MatchedPart
from tracker.domain.money import Money
from tracker.domain.part import BoardFacts, Catalog, GpuFacts, SystemFacts
from tracker.domain.target import RULE_NAMES, AllowancePrice, LaterStage, Target
from tracker.settings import Country, Settings, layered_names, located, problems_of, read_layered

_ALLOWANCES = "allowances"  # lies beside the targets and is none


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Amount(_Model):
    amount: Decimal = Field(ge=0, le=10**9)
    currency: str = Field(pattern="^[A-Z]{3}$")

    def money(self) -> Money:
        return Money.of(self.amount, self.currency)


class _Allowance(_Amount):
    why: str = ""
    source: str = ""


class _Later(_Model):
    gpus: int = Field(ge=1, le=16)
    memory_gb: int = Field(default=0, ge=0)


class _Speed(_Model):
    workload: str
    at_least: float = Field(gt=0)


class _LeaveOut(_Model):
    marketplaces: tuple[str, ...] = ()
    sellers: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class _OwnedMachine(_Model):
    double_width_gpus: int | None = Field(default=None, ge=0)
    x16_slots: int | None = Field(default=None, ge=0)
    above_4g: bool | None = None
    psu_watts: int | None = Field(default=None, ge=1)
    eps8: int | None = Field(default=None, ge=0)
    pcie8: int | None = Field(default=None, ge=0)
    pcie6: int | None = Field(default=None, ge=0)
    cools_passive_cards: bool | None = None


class _Owned(_Model):
    allowances: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    machine: _OwnedMachine | None = None


class _TargetFile(_Model):
    """One file of config/targets; what each key means stands in tracker.domain.target.Target."""

    description: str = ""
    vram_gb: float = Field(default=0, ge=0, le=4096)
    vram_per_device_gb: float = Field(default=0, ge=0, le=1024)
    gpus: int | None = Field(default=None, ge=1, le=8)
    cards: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    speed: _Speed | None = None
    cores: int = Field(default=0, ge=0, le=512)
    memory_gb: int = Field(default=8, ge=0, le=8192)
    cpu_lanes: int = Field(default=0, ge=0, le=512)
    lanes_per_gpu: int = Field(default=8, ge=1, le=16)
    psu_watts: int = Field(default=0, ge=0, le=10000)
    headroom_percent: int | None = Field(default=None, ge=100, le=300)
    blower_only: bool = False
    later: _Later | None = None
    budget: _Amount | None = None
    maximise: Literal["vram", "speed"] = "vram"
    workload: str = ""
    country: Country | None = None
    pickup_radius_km: float | None = Field(default=None, ge=0)
    leave_out: _LeaveOut = _LeaveOut()
    conditions: tuple[Literal["new", "open_box", "refurbished", "used", "for_parts", "unknown"], ...] = ()
    display: Literal["allowance", "required", "headless"] = "allowance"
    open_frame: bool = True
    allowances: tuple[str, ...] = ("ssd", "open-frame", "power-button")
    refused_allowances: tuple[str, ...] = ()
    owned: _Owned = _Owned()
    harden: tuple[str, ...] = ()
    trust_unnamed: bool = False  # a system has the processor and memory that its listing does not name

    @model_validator(mode="after")
    def _makes_sense(self) -> "_TargetFile":
        if self.later is not None and (self.gpus is None or self.later.gpus < self.gpus):
            raise ValueError("[later] needs `gpus` for the first stage, and at least as many later")
        if self.maximise == "speed" and not (self.workload or self.speed):
            raise ValueError('maximise = "speed" needs a `workload`')
        if not (self.vram_gb or self.gpus or self.cards or self.vram_per_device_gb or self.speed or self.budget):
            raise ValueError("asks for nothing: give vram_gb, gpus, cards, [speed] or a budget")
        return self


def load_targets(layers: tuple[Path, ...], settings: Settings, catalog: Catalog) -> dict[str, Target]:
    """Every target by name, the user's laid over ours. Raises ConfigError with all problems of all files."""
    problems: list[Problem] = []
    prices = _allowances(layers, problems)
    speeds = _speeds(layers)
    marketplaces = frozenset(layered_names("marketplaces", layers))
    known = _Known(catalog, frozenset(prices), frozenset(w for each in speeds.values() for w in each), marketplaces)
    targets: dict[str, Target] = {}
    for name in layered_names("targets", layers):
        if name == _ALLOWANCES:
            continue
        file = f"targets/{name}.toml"
        try:
            wanted = _TargetFile.model_validate(read_layered(file, layers))
        except ValidationError as error:
            problems += problems_of(error, _TargetFile, file, layers)
        except ConfigError as error:
            problems += error.problems
        else:
            problems += [located(file, layers, *wrong) for wrong in known.problems(wanted)]
            targets[name] = _target(name, wanted, prices, speeds, settings, catalog)
    if problems:
        raise ConfigError(problems)
    return targets


def pick_targets(targets: Mapping[str, Target], names: tuple[str, ...]) -> list[Target]:
    """The targets of these names. Raises UsageError that lists what there is."""
    unknown = [name for name in names if name not in targets]
    if unknown:
        near = difflib.get_close_matches(unknown[0], targets, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"no target is called {', '.join(unknown)}", mend=f"{hint}known: {', '.join(targets)}")
    return [targets[name] for name in names]


def _allowances(layers: tuple[Path, ...], problems: list[Problem]) -> dict[str, _Allowance]:
    file = f"targets/{_ALLOWANCES}.toml"
    found: dict[str, _Allowance] = {}
    try:
        tables = read_layered(file, layers).get("allowance", {})
    except ConfigError as error:
        problems += error.problems
        return found
    for name, table in (tables if isinstance(tables, Mapping) else {}).items():
        try:
            found[name] = _Allowance.model_validate(table)
        except ValidationError as error:
            problems += [
                located(file, layers, f"allowance.{name}.{wrong.key}", wrong.message, wrong.mend)
                for wrong in problems_of(error, _Allowance, file, layers)
            ]
    return found


def _speeds(layers: tuple[Path, ...]) -> dict[str, dict[str, float]]:
    """Card → workload → multiple of one A10G; what is wrong in that file is its own reader's matter."""
    cards = read_layered("cloud/performance.toml", layers).get("speed", {})
    return {
        card: {name: float(entry["relative"]) for name, entry in table.items() if isinstance(entry, Mapping) and "relative" in entry}
        for card, table in cards.items()
        if isinstance(table, Mapping)
    }  # fmt: skip


class _Known:
    """What a target may name."""

    def __init__(
        self, catalog: Catalog, allowances: frozenset[str], workloads: frozenset[str], marketplaces: frozenset[str]
    ) -> None:
        self._parts = frozenset(catalog.parts)
        # A card whose VRAM is not known can't answer any target.
        self._cards = frozenset(
            each.id for each in catalog.parts.values() if isinstance(each.facts, GpuFacts) and each.facts.vram_gb
        )
        self._allowances = allowances | {"sxm-carrier"}
        self._workloads, self._marketplaces = workloads, marketplaces
        self._vendors = frozenset(
            vendor for part in catalog.parts.values() if (vendor := getattr(part.facts, "vendor", None)) is not None
        )

    def problems(self, wanted: _TargetFile) -> list[tuple[str, str, str]]:
        """Key, message and mend for every name that is none."""
        workloads = (
            *([wanted.speed.workload] if wanted.speed else []),
            *([wanted.workload] if wanted.workload else []),
        )
        named: list[tuple[str, tuple[str, ...], frozenset[str], str]] = [
            ("cards", wanted.cards, self._cards, "card of the catalog with known VRAM"),
            ("vendors", wanted.vendors, self._vendors, "maker of cards"),
            ("harden", wanted.harden, frozenset(RULE_NAMES), "rule"),
            ("allowances", wanted.allowances, self._allowances, "allowance"),
            ("refused_allowances", wanted.refused_allowances, self._allowances, "allowance"),
            ("owned.allowances", wanted.owned.allowances, self._allowances, "allowance"),
            (
                "owned.parts",
                tuple(each for each in wanted.owned.parts if not each.startswith("ram:")),
                self._parts,
                "part",
            ),
            ("leave_out.marketplaces", wanted.leave_out.marketplaces, self._marketplaces, "marketplace"),
            ("leave_out.flags", wanted.leave_out.flags, FLAGS, "flag of a listing"),
            ("workload", workloads, self._workloads, "workload of cloud/performance.toml"),
        ]
        return [
            (key, f"{name!r} is no {what}", _nearest(name, known))
            for key, names, known, what in named
            for name in names
            if name not in known
        ]


def _nearest(name: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known)[:12])} …"


def _target(
    name: str,
    wanted: _TargetFile,
    prices: Mapping[str, _Allowance],
    speeds: Mapping[str, Mapping[str, float]],
    settings: Settings,
    catalog: Catalog,
) -> Target:
    workload = wanted.speed.workload if wanted.speed else wanted.workload
    same_names = set(_TargetFile.model_fields) & set(Target.__dataclass_fields__) - {
        "later",
        "budget",
        "headroom_percent",
        "pickup_radius_km",
    }
    plain: dict[str, Any] = {key: getattr(wanted, key) for key in same_names}
    plain |= {key: frozenset(plain[key]) for key in ("conditions", "refused_allowances", "harden")}
    if not wanted.trust_unnamed:
        plain["harden"] |= {"processor", "memory"}
    return Target(
        name=name,
        currency=settings.currency,
        **(plain | {"workload": workload}),
        least_speed=wanted.speed.at_least if wanted.speed else 0,
        speeds={card: table[workload] for card, table in speeds.items() if workload in table},
        headroom_percent=wanted.headroom_percent or round(catalog.psu_rules.headroom * 100),
        pickup_radius_km=settings.pickup_radius_km if wanted.pickup_radius_km is None else wanted.pickup_radius_km,
        later=LaterStage(wanted.later.gpus, wanted.later.memory_gb) if wanted.later else None,
        budget=wanted.budget.money() if wanted.budget else None,
        leave_out_marketplaces=frozenset(wanted.leave_out.marketplaces),
        leave_out_sellers=frozenset(wanted.leave_out.sellers),
        leave_out_flags=frozenset(wanted.leave_out.flags),
        always=wanted.allowances,
        owned_allowances=frozenset({*wanted.owned.allowances, *settings.owned_allowances}),
        owned_parts=tuple(MatchedPart(part) for part in (*wanted.owned.parts, *settings.owned_parts)),
        owned_machine=_machine(wanted.owned.machine),
        prices={key: AllowancePrice(key, each.money(), each.why, each.source) for key, each in prices.items()},
    )


def _machine(owned: _OwnedMachine | None) -> SystemFacts | None:
    if owned is None:
        return None
    return SystemFacts(
        board=BoardFacts(double_width_gpus=owned.double_width_gpus, x16_slots=owned.x16_slots, above_4g=owned.above_4g),
        psu_watts=(owned.psu_watts,) if owned.psu_watts is not None else (),
        eps8=owned.eps8,
        pcie8=owned.pcie8,
        pcie6=owned.pcie6,
        cools_passive_cards=owned.cools_passive_cards,
    )
