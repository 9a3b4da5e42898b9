"""How much of a machine's needs one unit of each group of offers covers at most: the table that `bounds` is computed from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.items import Item
from tracker.optimiser.machine import BASE_WATTS, is_wide
from tracker.optimiser.market import Market
from tracker.optimiser.problem import BIG
from tracker.optimiser.rules.cards import is_wanted, merit_of
from tracker.optimiser.rules.power import is_server, with_headroom
from tracker.optimiser.rules.processor import may_assume

Floats = NDArray[np.float64]
ROWS = ("host", "cpu", "ram", "psu", "aux", "count", "vram", "merit", "picture", "cooler", "eps")


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of machines: the hosts in it agree in all this; None is unknown."""

    socket: str | None
    sockets: int | None
    memory_type: str | None
    is_system: bool
    blows: bool  # through passive cards
    has_aux: bool


@dataclass(frozen=True, slots=True)
class Least:
    """What the cards of any machine for a target come to at least. `watts` are those of the later stage, where one is planned."""

    fewest: int
    watts: int
    eps8: int  # sockets of each card
    all_wide: bool
    all_need_4g: bool
    all_passive: bool


def least_of(cards: Sequence[Item], target: Target, merit: int) -> Least:
    """The least that any choice of these cards comes to, where `merit` of what the target maximises is asked too."""
    largest = max(card.gpu.vram_gb or 0 for card in cards)
    best = max(merit_of(card, target) for card in cards)
    by_vram = ceil(target.vram_gb / largest) if largest else 1
    by_merit = ceil(merit / best) if best else 1
    fewest = target.gpus or max(1, by_vram, by_merit)
    later = max(fewest, target.later.gpus if target.later else 0)
    return Least(
        fewest=fewest,
        watts=later * min(card.gpu.tdp_w or 0 for card in cards),
        eps8=min(card.gpu.eps8 or 0 for card in cards),
        all_wide=all(is_wide(card) for card in cards),
        all_need_4g=all(card.gpu.needs_above_4g is True for card in cards),
        all_passive=all(card.gpu.passive is True for card in cards),
    )


class Cover:
    """The cards of any machine for the target at their least, and what every item of the market covers."""

    def __init__(self, market: Market, target: Target, merit: int) -> None:
        self.market, self.target, self.merit = market, target, merit
        self._of = {
            each: [(n, item) for n, item in enumerate(market.items) if item.category is each]
            for each in (*Category, None)
        }
        self.usable = _usable_cards([item for _, item in self._of[Category.GPU]], target, merit)
        self.has_cards = bool(self.usable)
        if self.usable:
            self.least = least_of(list(self.usable.values()), target, merit)
            self._cache: dict[tuple[object, ...], Floats] = {}

    def kinds(self) -> list[Kind]:
        """The classes that have a host that may do on offer."""
        has_server = any(_is_server(psu) for _, psu in self._of[Category.PSU])
        feeds = (False, True) if has_server and may_assume(self.target, "breakout") else (False,)
        found: dict[Kind, None] = {}
        for _, host in (*self._of[Category.BOARD], *self._of[Category.SYSTEM]):
            for has_aux in feeds:
                kind = _kind_of(host, has_aux=has_aux)
                if kind not in found and self._may_host(host, kind):
                    found[kind] = None
        return list(found)

    def processors(self, kind: Kind) -> int:
        """How many processors a machine of the class has at least."""
        return 1 if kind.is_system else kind.sockets or 1

    def needed(self, kind: Kind) -> list[int]:
        """The rows that a machine of the class must cover from what is bought or assumed."""
        owned = {part.part.partition(":")[0] for part in self.target.owned_parts}
        shows = self.target.display == "allowance" and may_assume(self.target, "display-card")
        cards = "gpu" not in owned
        needs = {
            "host": not owned & {"board", "system"},
            "cpu": "cpu" not in owned,
            "ram": "ram" not in owned,
            "psu": not kind.is_system and "psu" not in owned,
            "aux": kind.has_aux,
            "count": cards,
            "vram": cards and self.target.vram_gb > 0,
            "merit": cards and self.merit > 0,
            "picture": shows and not owned,
            "cooler": not kind.is_system and "cpu" not in owned,
            "eps": self.least.eps8 > 0 and not kind.has_aux and not owned,
        }
        return [number for number, row in enumerate(ROWS) if needs[row]]

    def of_groups(self, kind: Kind) -> Floats:
        """Group by row: what one unit covers, at most all of a need."""
        market, table = self.market, np.zeros((len(self.market.items), len(ROWS)))
        self._put(table, Category.GPU, (), self._card)
        self._put(table, Category.CPU, (kind.socket, kind.sockets, kind.is_system), lambda item: self._cpu(item, kind))
        self._put(table, Category.RAM, (kind.memory_type,), lambda item: self._ram(item, kind))
        self._put(table, Category.PSU, (kind.has_aux,), lambda item: self._psu(item, kind))
        for category in (Category.BOARD, Category.SYSTEM):
            self._put(table, category, (kind,), lambda item: self._host(item, kind))
        self._put(table, None, (kind.sockets,), lambda _: {"cooler": 1 / self.processors(kind)})
        cells = table[market.cell_item] * market.cell_qty[:, None]
        return np.minimum(market.per_group(cells), 1.0)

    def _put(
        self,
        table: Floats,
        category: Category | None,
        key: tuple[object, ...],
        share: Callable[[Item], dict[str, float]],
    ) -> None:
        """Fill the rows of a category's items; they are the same for all classes of the same key."""
        items = self._of[category]
        if not items:
            return
        if (category, *key) not in self._cache:
            block = np.zeros((len(items), len(ROWS)))
            for place, (_, item) in enumerate(items):
                for row, part in share(item).items():
                    block[place, ROWS.index(row)] = part
            self._cache[(category, *key)] = block
        table[[number for number, _ in items]] = self._cache[(category, *key)]

    def _card(self, card: Item) -> dict[str, float]:
        if card.key not in self.usable:
            return {}
        vram, merit = self.target.vram_gb, self.merit
        return {
            "count": 1 / self.least.fewest,
            "vram": (card.gpu.vram_gb or 0) / vram if vram else 0,
            "merit": merit_of(card, self.target) / merit if merit else 0,
            "picture": float(card.gpu.has_display_output is True),
        }

    def _cpu(self, cpu: Item, kind: Kind) -> dict[str, float]:
        """A whole processor where one will do, half of a pair, nothing where it can't be used."""
        facts, target = cpu.cpu, self.target
        head = facts.socket.split()[0] if facts.socket else None
        if kind.socket is not None and head is not None and head != kind.socket:
            return {}
        most = min(kind.sockets or 4, facts.max_sockets or 4)
        if or_any(facts.cores) * most < target.cores or or_any(facts.pcie_lanes) * most < target.cpu_lanes:
            return {}
        return {"cpu": 1 / self.processors(kind), "picture": float(facts.has_igpu is True)}

    def _ram(self, ram: Item, kind: Kind) -> dict[str, float]:
        fits = kind.memory_type is None or ram.ram.kind in (None, kind.memory_type)
        return {"ram": (ram.ram.gb or 0) / max(1, self.target.memory_gb)} if fits and not ram.ram.sodimm else {}

    def _psu(self, psu: Item, kind: Kind) -> dict[str, float]:
        facts = psu.psu
        if _is_server(psu):
            return {"aux": float(or_any(facts.watts) >= with_headroom(self.least.watts, self.target))}
        if facts.eps8 == 0 or or_any(facts.watts) < max(self.target.psu_watts, self._board_watts(kind)):
            return {}
        spare, wanted = max(0, (facts.eps8 or 0) - 1), self.least.fewest * self.least.eps8
        if not kind.has_aux and facts.pcie8 is not None and spare + facts.pcie8 // 2 < wanted:
            return {}
        return {"psu": 1, "eps": spare / wanted if wanted else 0}

    def _board_watts(self, kind: Kind) -> int:
        """The least rating of what feeds the board."""
        return with_headroom(BASE_WATTS + (0 if kind.has_aux else self.least.watts), self.target)

    def _host(self, host: Item, kind: Kind) -> dict[str, float]:
        if _kind_of(host, has_aux=kind.has_aux) != kind or not self._may_host(host, kind):
            return {}
        wanted, spare = self.least.fewest * self.least.eps8, (host.system.eps8 or 0) if host.system else 0
        harden = self.target.harden
        return {
            "host": 1,
            "cpu": float(host.is_system and "cpu" not in host.holds and "processor" not in harden),
            "ram": float(host.is_system and "ram" not in host.holds and "memory" not in harden),
            "picture": float(host.board.has_video is True),
            "eps": spare / wanted if wanted else 0,
        }

    def _may_host(self, host: Item, kind: Kind) -> bool:
        board, target = host.board, self.target
        most = max(self.least.fewest, target.later.gpus if target.later else 0)
        if or_any(board.x16_slots) < most or (self.least.all_wide and or_any(board.double_width_gpus) < most):
            return False
        if (self.least.all_need_4g and board.above_4g is False) or or_any(board.memory_max_gb) < _most_memory(target):
            return False
        if host.system is None:
            return True
        given = max(host.system.psu_watts) if host.system.psu_watts else BIG
        limit = BIG if kind.has_aux else or_any(host.system.gpu_power_limit_w)
        return given >= max(self._board_watts(kind), target.psu_watts) and limit >= self.least.watts


def _most_memory(target: Target) -> int:
    """The GB that a board must take for sure, now or later."""
    return max(target.memory_gb if "memory" in target.harden else 0, target.later.memory_gb if target.later else 0)


def _usable_cards(cards: Sequence[Item], target: Target, merit: int) -> dict[str, Item]:
    """Those that a machine of so much merit may hold: where the number of cards is known, each must bring its share."""
    usable = [card for card in cards if is_usable_card(card, target)]
    best = max((merit_of(card, target) for card in usable), default=0)
    others = (target.gpus - 1) * best if target.gpus is not None else merit
    return {card.key: card for card in usable if merit_of(card, target) + others >= merit}


def is_usable_card(card: Item, target: Target) -> bool:
    """Whether a card alone breaks no rule."""
    gpu = card.gpu
    if not is_wanted(card, target) or (gpu.sxm is True and "sxm-carrier" not in target.owned_allowances):
        return False
    return not (target.blower_only and gpu.blower is False and gpu.passive is not True)


def or_any(number: int | None) -> int:
    """An unknown limit allows anything."""
    return BIG if number is None else number


def _is_server(psu: Item) -> bool:
    return is_server(psu.psu.is_server, psu.psu.needs_breakout)


def _kind_of(host: Item, *, has_aux: bool) -> Kind:
    board = host.board
    head = board.socket.split()[0] if board.socket else None
    blows = host.system is not None and host.system.cools_passive_cards is True
    return Kind(head, board.sockets, board.memory_type, host.is_system, blows, has_aux)
