"""A market's items and groups as arrays of facts: the same for every target. An unknown limit is BIG, it allows anything."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.optimiser.items import Item
from tracker.optimiser.market import Market, Mask, Numbers
from tracker.optimiser.problem import BIG, MOST_SOCKETS
from tracker.optimiser.rules.processor import fits

HOSTS = (Category.BOARD, Category.SYSTEM)
NONE, SEVERAL = -1, -2
_HOST_FACTS: dict[str, Callable[[Item], int]] = {
    "slots": lambda host: or_any(host.board.x16_slots),
    "wide": lambda host: or_any(host.board.double_width_gpus),
    "decodes": lambda host: host.board.above_4g is not False,
    "memory": lambda host: or_any(host.board.memory_max_gb),
    "switch": lambda host: host.board.has_plx is True,
    "shows": lambda host: host.is_owned_machine or host.board.has_video is True,
    "system": lambda host: host.is_system,
    "owned": lambda host: host.is_owned_machine,
    "may_hold_cpu": lambda host: host.is_system and "cpu" not in host.holds,
    "may_hold_ram": lambda host: host.is_system and "ram" not in host.holds,
    "blows": lambda host: host.system is not None and host.system.cools_passive_cards is True,
    "watts": lambda host: max(host.system.psu_watts) if host.system and host.system.psu_watts else BIG,
    "limit": lambda host: or_any(host.system.gpu_power_limit_w if host.system else None),
    "eps8": lambda host: (host.system.eps8 or 0) if host.system else 0,
    "pcie8": lambda host: or_any(host.system.pcie8 if host.system else None),
    "pcie6": lambda host: (host.system.pcie6 or 0) if host.system else 0,
}
_CPU_FACTS: dict[str, Callable[[Item], int]] = {
    "cores": lambda cpu: or_any(cpu.cpu.cores),
    "lanes": lambda cpu: or_any(cpu.cpu.pcie_lanes),
    "watts": lambda cpu: cpu.cpu.tdp_w or 0,
    "shows": lambda cpu: cpu.cpu.has_igpu is True,
}


def or_any(number: float | None) -> int:
    """An unknown limit allows anything."""
    return BIG if number is None else int(number)


@dataclass(frozen=True, slots=True)
class Rows:
    """Every host in every group that holds one: the group, the host's place among hosts, the memory in it that fits."""

    group: Numbers
    host: Numbers
    memory: Numbers


class Contents:
    """Places of items by category, facts of processors and memory, what each group holds of them."""

    def __init__(self, market: Market) -> None:
        self.market = market
        items = market.items
        self.category = np.array([_code(item.category) for item in items], dtype=np.int64)
        self.hosts = [item for item in items if item.category in HOSTS]
        self.cpus = [item for item in items if item.category is Category.CPU]
        self.place = _places(items, self.category)
        self.cell_category = self.category[market.cell_item] if items else np.zeros(0, np.int64)
        self.memory_kinds = [None, *sorted({k for each in items if (k := _memory_kind(each)) is not None})]
        self.gigabytes = np.array([item.ram.gb or 0 for item in items], dtype=np.int64)
        self.kind_of = np.array([self.memory_kinds.index(_memory_kind(item)) for item in items], dtype=np.int64)
        self.is_memory = np.array([item.category is Category.RAM and not item.ram.sodimm for item in items], np.bool_)
        self.cpu, self.cpu_count = self._only(Category.CPU)
        self.coolers = self._sum(_code(None))
        self.rows = self._rows()
        self.fits = self._fits()
        self.host = {name: np.array([fact(h) for h in self.hosts], np.int64) for name, fact in _HOST_FACTS.items()}
        self.processor = {name: np.array([fact(c) for c in self.cpus], np.int64) for name, fact in _CPU_FACTS.items()}

    def cells(self, category: Category | None) -> Numbers:
        """The cells of a category."""
        return np.flatnonzero(self.cell_category == _code(category))

    def _sum(self, code: int) -> Numbers:
        cells = np.flatnonzero(self.cell_category == code)
        groups, counts = self.market.cell_group[cells], self.market.cell_qty[cells]
        return np.bincount(groups, counts, len(self.market.groups)).astype(np.int64)

    def _only(self, category: Category) -> tuple[Numbers, Numbers]:
        """Of each group the place of its only item of a category (or NONE, or SEVERAL), and how many of it."""
        cells = self.cells(category)
        groups = self.market.cell_group[cells]
        place = np.full(len(self.market.groups), NONE)
        place[groups] = self.place[self.market.cell_item[cells]]
        place[np.bincount(groups, minlength=len(place)) > 1] = SEVERAL
        return place, self._sum(_code(category))

    def _rows(self) -> Rows:
        market = self.market
        cells = np.flatnonzero(np.isin(self.cell_category, [_code(each) for each in HOSTS]))
        group, host = market.cell_group[cells], self.place[market.cell_item[cells]]
        memory = np.zeros((len(market.groups), len(self.memory_kinds)), dtype=np.int64)
        kits = np.flatnonzero(self.is_memory[market.cell_item]) if len(market.items) else np.zeros(0, np.int64)
        item = market.cell_item[kits]
        np.add.at(memory, (market.cell_group[kits], self.kind_of[item]), self.gigabytes[item] * market.cell_qty[kits])
        takes = np.array([self.fitting(each.board.memory_type) for each in self.hosts], np.bool_)
        return Rows(
            group, host, (memory[group] * takes.reshape(len(self.hosts), len(self.memory_kinds))[host]).sum(axis=1)
        )

    def fitting(self, board: str | None) -> Mask:
        """By memory kind: whether a board of a memory type may take it."""
        return np.array([kind is None or board in (None, kind) for kind in self.memory_kinds], np.bool_)

    def rows_of(self, board: str | None) -> Mask:
        """The rows whose host is of a memory type."""
        return np.array([host.board.memory_type == board for host in self.hosts], np.bool_)[self.rows.host]

    def _fits(self) -> Mask:
        """Host by processor by number of them (from one): whether socket, chipset and count allow it."""
        table = np.zeros((len(self.hosts), len(self.cpus), MOST_SOCKETS), dtype=np.bool_)
        hosts, host_of = _alike(self.hosts, lambda h: (h.board.socket, h.board.chipset, h.board.sockets, h.is_system))
        cpus, cpu_of = _alike(self.cpus, lambda c: (c.cpu.socket, c.cpu.generation, c.cpu.max_sockets))
        alike = np.array([[_may_stand(h, c) for c in cpus] for h in hosts], dtype=np.bool_)
        if len(hosts) and len(cpus):
            table = alike[np.ix_(host_of, cpu_of)]
        return table


def _may_stand(host: Item, cpu: Item) -> list[bool]:
    sockets, most = host.board.sockets, or_any(cpu.cpu.max_sockets)
    counts = range(1, MOST_SOCKETS + 1)
    if not fits(host, cpu):
        return [False] * MOST_SOCKETS
    if sockets is None:
        return [n <= max(1, most) for n in counts]
    return [n <= max(1, most) and n <= sockets and (host.is_system or n == sockets) for n in counts]


def _alike(items: list[Item], facts: Callable[[Item], object]) -> tuple[list[Item], list[int]]:
    """One item of each sort, and each item's sort."""
    known: dict[object, int] = {}
    first: list[Item] = []
    for item in items:
        if known.setdefault(facts(item), len(first)) == len(first):
            first.append(item)
    return first, [known[facts(item)] for item in items]


def _memory_kind(item: Item) -> str | None:
    return item.ram.kind if item.category is Category.RAM else None


def _code(category: Category | None) -> int:
    return -1 if category is None else list(Category).index(category)


def _places(items: list[Item], category: NDArray[np.int64]) -> Numbers:
    """Each item's place among those of its category; boards and systems are counted together."""
    place = np.zeros(len(items), dtype=np.int64)
    hosts = np.isin(category, [_code(each) for each in HOSTS])
    for chosen in (hosts, *(category == code for code in np.unique(category[~hosts]))):
        place[chosen] = np.arange(np.count_nonzero(chosen))
    return place
