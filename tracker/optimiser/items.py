"""What an offer gives a machine: its parts as items, the catalog's facts laid over by what the listing itself states."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from tracker.domain.match import MatchedPart
from tracker.domain.part import (
    BoardFacts,
    Catalog,
    Category,
    CpuFacts,
    GpuFacts,
    Part,
    PsuFacts,
    SystemFacts,
)

COOLER = "accessory:cpu-cooler"
OWNED_MACHINE = "system:owned"
# What a listing may state about the one part of a category in it; "eps" is the short word of the offers file.
_STATED: Mapping[Category, Mapping[str, str]] = {
    Category.PSU: {"watts": "watts", "eps": "eps8", "eps8": "eps8", "pcie8": "pcie8", "efficiency": "efficiency",
                   "is_server": "is_server", "needs_breakout": "needs_breakout"},
    Category.GPU: {"blower": "blower", "passive": "passive"},
    Category.BOARD: {"above_4g": "above_4g", "has_plx": "has_plx", "has_video": "has_video"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RamFacts:
    """A memory offer's modules: `kind` is "DDR4", `gb` in all, `modules` how many sticks; None is unknown."""

    kind: str | None = None
    gb: int | None = None
    modules: int | None = None
    registered: bool | None = None
    sodimm: bool = False


ItemFacts = GpuFacts | CpuFacts | BoardFacts | PsuFacts | SystemFacts | RamFacts


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of component that a machine can use: equal items are interchangeable.

    `key` sorts and identifies. `source` is where the facts are from; `unverified` names those that no source confirms.
    A system says by `holds` which of "cpu", "ram" its listing named: what it does not name may be in it (unknown).
    """

    key: str
    part: str
    category: Category | None  # None: a CPU cooler that comes with something
    facts: ItemFacts | None
    name: str
    source: str = ""
    unverified: frozenset[str] = frozenset()
    holds: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """What it is, whatever its listing says of it: two machines of the same kinds are the same machine."""
        return self.key.partition(",")[0].partition("[")[0]

    @property
    def is_system(self) -> bool:
        """Whether it brings its own case, power supply and cooling."""
        return self.category is Category.SYSTEM

    @property
    def is_owned_machine(self) -> bool:
        """Whether it is the user's own machine, which only gets cards."""
        return self.part == OWNED_MACHINE

    @property
    def board(self) -> BoardFacts:
        """A host's board facts; all unknown where the catalog has none."""
        if isinstance(self.facts, SystemFacts):
            return self.facts.board
        return self.facts if isinstance(self.facts, BoardFacts) else _NO_BOARD

    @property
    def gpu(self) -> GpuFacts:
        """A card's facts; all unknown where the catalog has none."""
        return self.facts if isinstance(self.facts, GpuFacts) else _NO_GPU

    @property
    def cpu(self) -> CpuFacts:
        """A processor's facts."""
        return self.facts if isinstance(self.facts, CpuFacts) else _NO_CPU

    @property
    def psu(self) -> PsuFacts:
        """A power supply's facts."""
        return self.facts if isinstance(self.facts, PsuFacts) else _NO_PSU

    @property
    def ram(self) -> RamFacts:
        """A memory kit's facts."""
        return self.facts if isinstance(self.facts, RamFacts) else _NO_RAM

    @property
    def system(self) -> SystemFacts | None:
        """A whole machine's own facts, None for a board."""
        return self.facts if isinstance(self.facts, SystemFacts) else None


_NO_BOARD, _NO_GPU, _NO_CPU, _NO_PSU, _NO_RAM = BoardFacts(), GpuFacts(), CpuFacts(), PsuFacts(), RamFacts()


@dataclass(slots=True)
class ItemReader:
    """Turns an offer's parts and stated facts into (item, quantity) pairs; remembers what it has read."""

    catalog: Catalog
    _known: dict[str, Item] = field(default_factory=dict)

    def read(self, parts: tuple[MatchedPart, ...], facts: Mapping[str, Any]) -> tuple[tuple[Item, int], ...]:
        """The items of one offer, sorted by key, equal ones summed. Parts without a category of ours are left out."""
        counted: dict[str, int] = {}
        named = {part.part.partition(":")[0] for part in parts}
        for part in parts:
            if part.part.startswith("psu:") and "system" in named:
                continue  # a system's own supply: read with the system
            item = self._item(part, parts, facts, named)
            if item is not None:
                counted[item.key] = counted.get(item.key, 0) + part.qty
        if facts.get("cooler") is True and "cpu" in named:
            cpus = sum(part.qty for part in parts if part.part.startswith("cpu:"))
            counted[self._remember(_COOLER_ITEM).key] = cpus
        return tuple((self._known[key], counted[key]) for key in sorted(counted))

    def _item(
        self, part: MatchedPart, parts: tuple[MatchedPart, ...], facts: Mapping[str, Any], named: set[str]
    ) -> Item | None:
        word = part.part.partition(":")[0]
        try:
            category = Category(word)
        except ValueError:
            return None
        entry = self.catalog.get(part.part, part.model)
        if category is Category.RAM:
            return self._remember(_ram_item(part, facts))
        stated = {ours: facts[theirs] for theirs, ours in _STATED.get(category, {}).items() if theirs in facts}
        if category is Category.SYSTEM:
            return self._remember(_system_item(part, entry, parts, facts, named))
        return self._remember(_plain_item(part, category, entry, stated))

    def _remember(self, item: Item) -> Item:
        return self._known.setdefault(item.key, item)


def owned_machine_item(facts: SystemFacts) -> Item:
    """The user's own machine as a host: it has its CPU, memory, power supply and cooler."""
    return Item(
        key=OWNED_MACHINE,
        part=OWNED_MACHINE,
        category=Category.SYSTEM,
        facts=facts,
        name="your own machine",
        source="what the target says of your machine",
    )


def _plain_item(part: MatchedPart, category: Category, entry: Part | None, stated: Mapping[str, Any]) -> Item:
    facts = _with_stated(_base_facts(part, category, entry), stated)
    model = f"@{part.model}" if part.model else ""
    said = "".join(f",{name}={value}" for name, value in sorted(stated.items()))
    return Item(
        key=f"{part.part}{model}{said}",
        part=part.part,
        category=category,
        facts=facts,
        name=entry.name if entry else part.part,
        source=entry.source if entry else "",
        unverified=frozenset(entry.unverified if entry else ()) - set(stated),
    )


def _base_facts(part: MatchedPart, category: Category, entry: Part | None) -> ItemFacts | None:
    if entry is not None and entry.facts is not None:
        if category is Category.PSU and isinstance(entry.facts, PsuFacts) and entry.facts.watts is None:
            return replace(entry.facts, watts=_number(part.part))
        return entry.facts
    if category is Category.PSU:
        return PsuFacts(watts=_number(part.part))
    empty: Mapping[Category, ItemFacts] = {
        Category.GPU: _NO_GPU, Category.CPU: _NO_CPU, Category.BOARD: _NO_BOARD
    }  # fmt: skip
    return empty.get(category)


def _with_stated(facts: ItemFacts | None, stated: Mapping[str, Any]) -> ItemFacts | None:
    return replace(facts, **stated) if facts is not None and stated else facts


def _system_item(
    part: MatchedPart, entry: Part | None, parts: tuple[MatchedPart, ...], facts: Mapping[str, Any], named: set[str]
) -> Item:
    base = entry.facts if entry is not None and isinstance(entry.facts, SystemFacts) else SystemFacts()
    unverified = set(entry.unverified if entry else ())
    watts = [number for each in parts if each.part.startswith("psu:") and (number := _number(each.part)) is not None]
    if "watts" in facts:
        watts = [int(facts["watts"])]
    said = ""
    if watts:
        base, said = replace(base, psu_watts=tuple(watts)), f",watts={watts[0]}"
        unverified.discard("psu_watts")
    for name, ours in (("eps", "eps8"), ("eps8", "eps8"), ("pcie8", "pcie8"), ("pcie6", "pcie6")):
        if name in facts:
            base, said = replace(base, **{ours: facts[name]}), f"{said},{ours}={facts[name]}"
            unverified.discard(ours)
    if "above_4g" in facts:
        base = replace(base, board=replace(base.board, above_4g=bool(facts["above_4g"])))
        said = f"{said},above_4g={facts['above_4g']}"
        unverified.discard("above_4g")
    holds = frozenset(named & {"cpu", "ram"}) | (
        frozenset({"cpu", "ram"}) if facts.get("barebone") is True else frozenset()
    )
    held = "+".join(sorted(holds))
    return Item(
        key=f"{part.part}@{part.model or ''}[{held}]{said}",
        part=part.part,
        category=Category.SYSTEM,
        facts=base,
        name=entry.name if entry else part.part,
        source=entry.source if entry else "",
        unverified=frozenset(unverified),
        holds=holds,
    )


def _ram_item(part: MatchedPart, facts: Mapping[str, Any]) -> Item:
    kind, _, gigabytes = part.part.removeprefix("ram:").partition(":")
    modules, registered = facts.get("modules"), facts.get("registered")
    if modules is not None:
        modules = modules // part.qty if modules % part.qty == 0 else None
    said = f",modules={modules},registered={registered}" if modules is not None or registered is not None else ""
    gb = int(gigabytes) if gigabytes.isdecimal() else None
    return Item(
        key=f"{part.part}{said}",
        part=part.part,
        category=Category.RAM,
        facts=RamFacts(
            kind=None if kind == "unknown" else kind.removeprefix("sodimm-").upper(),
            gb=gb,
            modules=modules,
            registered=registered,
            sodimm=kind.startswith("sodimm"),
        ),
        name=f"{gb or '?'} GB {'memory' if kind == 'unknown' else kind.upper()}",
        source="the listing",
    )


@lru_cache(maxsize=4096)
def _number(part_id: str) -> int | None:
    tail = part_id.rpartition(":")[2]
    return int(tail) if tail.isdecimal() else None


_COOLER_ITEM = Item(key=COOLER, part=COOLER, category=None, facts=None, name="CPU cooler", source="the listing")
