"""What all else of a machine costs at least, for every group of offers at once: a price and this are a bound.

A machine is a base (see `bases`) with cards and their power (see `settled`). Cards that come in one lot with the base are
taken with it or not at all; what holds several parts but gives no base is bounded by a machine without all of these.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.bases import Bases
from tracker.optimiser.contents import Contents
from tracker.optimiser.market import Numbers
from tracker.optimiser.problem import MOST_SOCKETS
from tracker.optimiser.settled import BOTH, CARDS, PLAIN, POWER, Settled
from tracker.optimiser.shares import Stock
from tracker.optimiser.supplies import is_server_supply

Floats = NDArray[np.float64]


class Rest:
    """The bounds of one target over its stock; `top` is the most that will be asked of what it maximises, `merit` the least."""

    def __init__(self, contents: Contents, target: Target, stock: Stock, merit: int, top: int) -> None:
        self.contents, self.target = contents, target
        self.bases = Bases(contents, target, stock, merit)
        self.is_hopeless = not self.bases.cards or not np.isfinite(self.bases.of_host).any()
        if self.is_hopeless:
            return
        self.settled = Settled(self.bases, target, stock, top)
        self.is_hopeless = self.settled.sums.most == 0

    def level(self, merit: int) -> int:
        """The levels that so much merit is; without any, those of what else the target asks."""
        if self.is_hopeless or not merit:
            return 0 if self.is_hopeless else self.settled.sums.wanted
        return min(-(-merit // self.settled.sums.unit), self.settled.sums.wanted)

    def most_within(self, total: float) -> int:
        """The most levels that a machine of at most this total may have; -1 where it can be none at all."""
        if self.is_hopeless:
            return -1
        low, high = -1, self.settled.sums.wanted
        while low < high:
            middle = (low + high + 1) // 2
            bound = self.bases.least + self._of_rows(middle, self.contents.rows.group)
            low, high = (middle, high) if bound.min() <= total + 1 else (low, middle - 1)
        return low

    def of_groups(self, level: int) -> Floats:
        """By group; infinite where no machine has use for it."""
        if self.is_hopeless:
            return np.full(len(self.contents.market.groups), np.inf)
        found = self._of_rows(level)
        self.whole, self.bare = (self._by_profile(each) for each in (self.bases.of_host, self.bases.bare))
        self.level_asked, self.beside = level, self.settled.beside(level)
        self._parts(found)
        return found

    def _by_profile(self, of_host: Floats) -> Floats:
        found = np.full((len(self.settled.facts), of_host.shape[1]), np.inf)
        np.minimum.at(found, self.settled.profile, of_host)
        return found

    def _of_rows(self, level: int, groups: Numbers | None = None) -> Floats:
        """By group as a base: with what comes with it, or with its cards too."""
        found, rows = np.full(len(self.contents.market.groups), np.inf), self.contents.rows
        self.costs = self.settled.cases(level, groups)
        every = np.arange(len(rows.group))
        self.row_processors = self._processors(every, np.full(len(every), PLAIN))
        extra = self.bases.row_extra + self.bases.row_memory
        np.minimum.at(found, rows.group, extra + self.row_processors)
        self.case_of_group = self._own_cards()
        case = self.case_of_group[rows.group]
        self.own = np.flatnonzero((case != PLAIN) & np.isfinite(self.bases.row_price))
        self.own_case = case[self.own]
        self.own_processors = self._processors(self.own, self.own_case)
        np.minimum.at(found, rows.group[self.own], extra[self.own] + self.own_processors)
        return found

    def _processors(self, rows: Numbers, case: Numbers) -> Floats:
        """What processors, cards and power cost a row at least, in its case."""
        bases, host = self.bases, self.contents.rows.host[rows]
        profile = self.settled.profile[host]
        if len(rows) and (case == case[0]).all():
            best = (bases.processors + self.costs[case[0]][self.settled.profile]).min(axis=1)[host]
        else:
            best = (bases.processors[host] + self.costs[case, profile]).min(axis=1)
        for sort, cost in zip(bases.own_sort, bases.own_cost, strict=True):
            best = np.minimum(best, cost[rows] + self.costs[case, profile, sort[rows]])
        return np.asarray(best)

    def _own_cards(self) -> Numbers:
        """Each group's case: PLAIN where it holds no card of use, CARDS where several kinds."""
        settled, groups = self.settled, len(self.contents.market.groups)
        case = np.full(groups, PLAIN)
        group = self.contents.market.cell_group[settled.card_cells]
        known = {shape: BOTH + 1 + number for number, shape in enumerate(settled.shapes)}
        shapes = zip(settled.card_kind.tolist(), settled.card_size.tolist(), strict=True)
        self.case_of_cell = np.array([known.get(shape, PLAIN) for shape in shapes], np.int64)
        case[group] = self.case_of_cell
        case[np.bincount(group, minlength=groups) > 1] = CARDS
        return case

    def _parts(self, found: Floats) -> None:
        """Not as a base: a part by its category, several by a machine that lacks them all."""
        market, bases = self.contents.market, self.bases
        cooled = self.contents.coolers > 0  # may be bought for its coolers alone
        found[cooled] = np.minimum(found[cooled], (bases.least + found).min() - MOST_SOCKETS * bases.cooler)
        used = np.isfinite(bases.share)
        count = np.bincount(market.cell_group[used], minlength=len(found))
        alone = used & (count == 1)[market.cell_group]
        rests = np.full(len(used), np.inf)
        for category, of_cells in (
            (Category.CPU, self._cpu_cells),
            (Category.RAM, self._ram_cells),
            (Category.GPU, self._card_cells),
            (Category.PSU, self._supply_cells),
        ):
            cells = self.contents.cells(category)
            cells = cells[alone[cells]]
            if len(cells):
                rests[cells] = of_cells(cells)
        np.minimum.at(found, market.cell_group, rests)
        self._several(found, used, count)

    def _own_least(self, case: int, *, cpu: bool = False, ram: bool = False, boards_only: bool = False) -> float:
        """The least of the rows that come with cards, beside a lot of a case: the cards that lack still, whatever feeds them.

        Without the processors or the memory where the lot has `cpu` or `ram`.
        """
        bases, rows = self.bases, self.contents.rows
        totals = bases.row_price[self.own] + self.beside[self.own_case, case]
        if not cpu:
            bought = bases.processors.min(axis=1)[rows.host[self.own]]
            totals += np.minimum.reduce([bought, *(cost[self.own] for cost in bases.own_cost)])
        if not ram:
            totals += bases.row_memory[self.own]
        if boards_only:
            totals = totals[self.contents.host["system"][rows.host[self.own]] == 0]
        return float(totals.min(initial=np.inf))

    def _cpu_cells(self, cells: Numbers) -> Floats:
        bases, contents = self.bases, self.contents
        place = contents.place[contents.market.cell_item[cells]]
        known, which = np.unique(place, return_inverse=True)
        hosts = np.flatnonzero(np.isfinite(bases.memorised))
        profile, is_board = self.settled.profile[hosts], contents.host["system"][hosts] == 0
        quantity = contents.market.cell_qty[cells]
        coolers = contents.coolers[contents.market.cell_group[cells]]
        best = np.full(len(cells), self._own_least(PLAIN, cpu=True))
        for n in range(1, MOST_SOCKETS + 1):
            base = bases.memorised[hosts] + n * bases.cooler * is_board
            costs = base[:, None] + self.costs[PLAIN][profile[:, None], bases.sort[known, n - 1][None, :]]
            costs = np.where(bases.stands[hosts][:, known, n - 1], costs, np.inf).min(axis=0, initial=np.inf)
            more = np.maximum(0, n - quantity)
            bought = np.where(more > 0, bases.unit[place, n - 1], 0) * more
            best = np.minimum(best, costs[which] + bought - bases.cooler * np.minimum(n, coolers))
        return best

    def _ram_cells(self, cells: Numbers) -> Floats:
        bases, contents, rows = self.bases, self.contents, self.contents.rows
        item = contents.market.cell_item[cells]
        gigabytes = contents.gigabytes[item] * contents.market.cell_qty[cells]
        totals = bases.row_price + self.row_processors
        # Beside enough of its own a kit is bought instead of that, or where a target wants a module for every channel.
        instead = (rows.memory >= bases.need) & ("memory_channels" not in self.target.harden)
        memory = np.where(instead, 0, rows.memory)
        best = np.full(len(cells), float((bases.row_price[self.own] + self.own_processors).min(initial=np.inf)))
        for kind in bases.memory:
            of_kind = np.array([host.board.memory_type == kind for host in contents.hosts], np.bool_)[rows.host]
            least = np.full(len(cells), np.inf)
            for there in np.unique(memory[of_kind]).tolist():
                total = totals[of_kind & (memory == there)].min()
                least = np.minimum(least, total + bases.lacking(kind, bases.need - there - gigabytes))
            fits = np.array([kind is None or k in (None, kind) for k in contents.memory_kinds], np.bool_)
            best = np.where(fits[contents.kind_of[item]], np.minimum(best, least), best)
        return np.asarray(best)

    def _card_cells(self, cells: Numbers) -> Floats:
        case = np.full(len(self.contents.market.cell_item), PLAIN)
        case[self.settled.card_cells] = self.case_of_cell
        totals = (self.whole + self.costs).min(axis=(1, 2))
        for each in np.unique(case[cells]).tolist():
            totals[each] = min(totals[each], self._own_least(each))
        return np.asarray(totals[case[cells]])

    def _supply_cells(self, cells: Numbers) -> Floats:
        by_key = self.settled.with_supply(self.level_asked, self.whole)
        every, boards = self._own_least(PLAIN), self._own_least(PLAIN, boards_only=True)
        items = [self.contents.market.items[each] for each in self.contents.market.cell_item[cells].tolist()]
        least = [min(by_key.get(psu.key, np.inf), every if is_server_supply(psu) else boards) for psu in items]
        return np.array(least, dtype=np.float64)

    def _several(self, found: Floats, used: NDArray[np.bool_], count: Numbers) -> None:
        """Lots of several parts: the least machine without all of these categories."""
        market, bases = self.contents.market, self.bases
        flags = np.zeros(len(found), np.int64)
        categories = (Category.CPU, Category.RAM, Category.GPU, Category.PSU)
        for bit, category in enumerate(categories):
            cells = self.contents.cells(category)
            flags[market.cell_group[cells[used[cells]]]] |= 1 << bit
        case = np.where(flags & 4, self.case_of_group, PLAIN)
        for flag, own in {*zip(flags[count > 1].tolist(), case[count > 1].tolist(), strict=True)}:
            cpu, ram, psu = bool(flag & 1), bool(flag & 2), bool(flag & 8)
            costs = self.costs[own if not psu else POWER if own == PLAIN else BOTH]
            if cpu:
                hosts = bases.cheapest if ram else bases.memorised
                least = float((hosts + costs.min(axis=1)[self.settled.profile]).min(initial=np.inf))
            else:
                least = float(((self.bare if ram else self.whole) + costs).min(initial=np.inf))
            these = (count > 1) & (flags == flag) & (case == own)
            found[these] = np.minimum(found[these], min(least, self._own_least(own, cpu=cpu, ram=ram)))
