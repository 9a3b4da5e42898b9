"""What a base (host, memory, processors) costs at least, by what matters to the cards that stand on it."""

from math import gcd

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.allowances import BOARD_ONLY, unit_price
from tracker.optimiser.card_sums import usable_cards
from tracker.optimiser.contents import Contents
from tracker.optimiser.market import Numbers
from tracker.optimiser.problem import BIG, MOST_SOCKETS
from tracker.optimiser.processors import Processors
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.shares import Stock, Within, least_for, lots_by_sort, shares

Floats = NDArray[np.float64]


class Bases:
    """For one target and what is on offer, in machines within a `limit`: `share` of each cell, costs of processors, memory and rows.

    `rests` (W), `lanes` and `shows` are facts of each sort of processors. `of_host` is the least by host and sort, with all
    prices in it, `bare` the same without its memory; `memorised` and `cheapest` are both without processors.
    Rows are those of the contents: `row_extra` is what is added to their price.
    """

    def __init__(self, contents: Contents, target: Target, stock: Stock, merit: int, within: Within) -> None:
        least = np.full(len(contents.market.groups), np.inf)
        np.minimum.at(least, stock.group, stock.price)
        within.check_time()
        self.contents, self.target, self.least, self.within, self.limit = contents, target, least, within, within.limit
        self.need = max(1, target.memory_gb)
        on_offer = np.unique(contents.market.cell_item[np.isfinite(least[contents.market.cell_group])])
        gpus = [contents.market.items[each] for each in on_offer.tolist()]
        self.cards = usable_cards([item for item in gpus if item.category is Category.GPU], target, merit)
        self.size, self.share = self._shares()
        self.processors = Processors(contents, target, self.share, self._cooler())
        self.memory_need, self.memory = self._memory(stock)
        rows = contents.rows
        self.row_extra = self._always()[rows.host] - self._own_supplies()[rows.group]
        self.row_price = least[rows.group] + self.row_extra
        self.row_memory = self._row_memory()
        self.cheapest = self._least_of_hosts(self.row_price)
        self.memorised = self._least_of_hosts(self.row_price + self.row_memory)
        self.bare, self.of_host = (each[:, None] + self.processors.for_host for each in (self.cheapest, self.memorised))
        for table, price in ((self.bare, self.row_price), (self.of_host, self.row_price + self.row_memory)):
            for sort, cost in zip(self.processors.own_sort, self.processors.own_cost, strict=True):
                np.minimum.at(table, (rows.host, sort), price + cost)

    def _cooler(self) -> float:
        """What cooling a processor on a bare board costs: nothing where any offer brings a cooler, as it may be had for that."""
        if not may_assume(self.target, "cpu-cooler") or self.contents.coolers[np.isfinite(self.least)].any():
            return 0.0
        return float(unit_price("cpu-cooler", self.target))

    def _own_supplies(self) -> Floats:
        """By group the shares of the power supplies in it: they are paid for again, as bought apart."""
        market, cells = self.contents.market, self.contents.cells(Category.PSU)
        cells = cells[np.isfinite(self.share[cells])]
        return np.bincount(market.cell_group[cells], self.share[cells], len(market.groups)).astype(np.float64)

    def _shares(self) -> tuple[Floats, Floats]:
        """What each cell gives of what is wanted (0: nothing), and its share of its group's price."""
        contents, market = self.contents, self.contents.market
        item, quantity = market.cell_item, market.cell_qty
        cpus, psus, kits = (contents.cells(each) for each in (Category.CPU, Category.PSU, Category.RAM))
        size, sort = np.zeros(len(item)), np.zeros(len(item), np.int64)
        kits = kits[contents.is_memory[item[kits]]]
        size[kits] = np.minimum(contents.gigabytes[item[kits]] * quantity[kits], self.need)
        size[cpus], size[psus] = np.minimum(quantity[cpus], MOST_SOCKETS), 1
        keys = {card.key for card in self.cards}
        usable = np.array([each.key in keys for each in market.items], np.bool_)
        cards = contents.cells(Category.GPU)
        cards = cards[usable[item[cards]]]
        size[cards] = np.minimum(quantity[cards], self.target.gpus or BIG)
        sockets = list(dict.fromkeys(cpu.cpu.socket for cpu in contents.cpus))
        socket_of = np.array([sockets.index(cpu.cpu.socket) for cpu in contents.cpus], np.int64)
        sort[kits] = 1 + contents.kind_of[item[kits]]
        first = 1 + len(contents.memory_kinds)
        sort[cpus] = first + socket_of[contents.place[item[cpus]]]
        sort[cards] = first + 1 + len(sockets) + item[cards]
        return size, shares(contents, size, sort, self.least)

    def _always(self) -> Floats:
        """What a machine on each host always pays for allowances; infinite where the host will never do."""
        contents, target = self.contents, self.target
        facts = contents.host
        prices = {name: unit_price(name, target) for name in target.always}
        of_system = sum(price for name, price in prices.items() if name not in BOARD_ONLY)
        cost = np.where(facts["system"] > 0, of_system, sum(prices.values())).astype(np.float64)
        cost[facts["owned"] > 0] = 0
        cost[facts["memory"] < (target.later.memory_gb if target.later else 0)] = np.inf
        cost[(facts["system"] > 0) & (facts["watts"] < target.psu_watts)] = np.inf
        return cost

    def _memory(self, stock: Stock) -> tuple[int, dict[str | None, Floats]]:
        """The step in GB, and by the board's memory type what so many steps of memory cost at least, from none on."""
        contents, market = self.contents, self.contents.market
        cells = np.flatnonzero(np.isfinite(self.share) & contents.is_memory[market.cell_item] & (self.size > 0))
        sizes = self.size[cells].astype(np.int64)
        step = gcd(*(size for size in sizes.tolist() if size < self.need)) or self.need
        most, kinds = -(-self.need // step), contents.kind_of[market.cell_item[cells]]
        lots = lots_by_sort(market, stock, self.share, cells, kinds, -(-sizes // step), most)
        found: dict[str | None, Floats] = {}
        for board in {host.board.memory_type for host in contents.hosts}:
            fitting = np.flatnonzero(contents.fitting(board)).tolist()
            found[board] = least_for([lot for n in fitting for lot in lots.get(n, [])], most)
        return step, found

    def lacking(self, kind: str | None, gigabytes: Numbers) -> Floats:
        """What it costs at least to have so many GB more of what fits a board of a memory type."""
        steps = -(-np.maximum(0, gigabytes) // self.memory_need)
        return np.asarray(self.memory[kind][steps])

    def _row_memory(self) -> Floats:
        contents, rows = self.contents, self.contents.rows
        cost = np.full(len(rows.group), np.inf)
        for kind in self.memory:
            of_kind = contents.rows_of(kind)
            cost[of_kind] = self.lacking(kind, self.need - rows.memory[of_kind])
        cost[contents.host["memory"][rows.host] < self.need] = np.inf
        may_hold = (contents.host["may_hold_ram"] > 0) & ("memory" not in self.target.harden)
        cost[(may_hold | (contents.host["owned"] > 0))[rows.host]] = 0
        return cost

    def _least_of_hosts(self, prices: Floats) -> Floats:
        found = np.full(len(self.contents.hosts), np.inf)
        np.minimum.at(found, self.contents.rows.host, prices)
        return found
