"""What all else of a machine costs at least, for groups of offers that are a part of it and not its base.

A part alone is bounded by what its category lacks; what holds several by a machine without all of these.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.optimiser.as_bases import AsBases
from tracker.optimiser.market import Numbers
from tracker.optimiser.problem import MOST_SOCKETS
from tracker.optimiser.settled import BOTH, PLAIN, POWER
from tracker.optimiser.supplies import is_server_supply

Floats = NDArray[np.float64]


class AsParts:
    """For one level of what is asked, beside the bases that there are for it."""

    def __init__(self, as_bases: AsBases, level: int) -> None:
        self.as_bases, self.bases, self.settled = as_bases, as_bases.bases, as_bases.settled
        self.contents, self.level = self.bases.contents, level
        self.whole, self.bare = (self._by_profile(each) for each in (self.bases.of_host, self.bases.bare))
        self.beside = self.settled.beside(level)

    def _by_profile(self, of_host: Floats) -> Floats:
        found = np.full((len(self.settled.profiles.facts), of_host.shape[1]), np.inf)
        np.minimum.at(found, self.settled.profiles.of_host, of_host)
        return found

    def lower(self, found: Floats) -> None:
        """Lower the bounds of groups to those that they have as parts."""
        market, bases = self.contents.market, self.bases
        cooled = self.contents.coolers > 0  # may be bought for its coolers alone
        found[cooled] = np.minimum(found[cooled], (bases.least + found).min())
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
        bases, own = self.bases, self.as_bases.own
        host = self.contents.rows.host[own]
        totals = bases.row_price[own] + self.beside[self.as_bases.own_case, case]
        if not cpu:
            processors = bases.processors
            bought = processors.for_host.min(axis=1)[host]
            totals += np.minimum.reduce([bought, *(cost[own] for cost in processors.own_cost)])
        if not ram:
            totals += bases.row_memory[own]
        if boards_only:
            totals = totals[self.contents.host["system"][host] == 0]
        return float(totals.min(initial=np.inf))

    def _cpu_cells(self, cells: Numbers) -> Floats:
        contents, processors, memorised = self.contents, self.bases.processors, self.bases.memorised
        place = contents.place[contents.market.cell_item[cells]]
        known, which = np.unique(place, return_inverse=True)
        hosts = np.flatnonzero(np.isfinite(memorised))
        profile, is_board = self.settled.profiles.of_host[hosts], contents.host["system"][hosts] == 0
        quantity = contents.market.cell_qty[cells]
        best = np.full(len(cells), self._own_least(PLAIN, cpu=True))
        for n in range(1, MOST_SOCKETS + 1):
            base = memorised[hosts] + n * processors.cooler * is_board
            cards = self.as_bases.costs[PLAIN][profile[:, None], processors.sort[known, n - 1][None, :]]
            stands = processors.stands[hosts][:, known, n - 1]
            costs = np.where(stands, base[:, None] + cards, np.inf).min(axis=0, initial=np.inf)
            more = np.maximum(0, n - quantity)
            bought = np.where(more > 0, processors.unit[place, n - 1], 0) * more
            best = np.minimum(best, costs[which] + bought)
        return best

    def _ram_cells(self, cells: Numbers) -> Floats:
        bases, contents, as_bases = self.bases, self.contents, self.as_bases
        item, there = contents.market.cell_item[cells], contents.rows.memory
        gigabytes = contents.gigabytes[item] * contents.market.cell_qty[cells]
        totals = bases.row_price + as_bases.processors
        # Beside enough of its own a kit is bought instead of that, or where a target wants a module for every channel.
        instead = (there >= bases.need) & ("memory_channels" not in bases.target.harden)
        there = np.where(instead, 0, there)
        own = bases.row_price[as_bases.own] + as_bases.own_processors
        best = np.full(len(cells), float(own.min(initial=np.inf)))
        for kind in bases.memory:
            of_kind, least = contents.rows_of(kind), np.full(len(cells), np.inf)
            for each in np.unique(there[of_kind]).tolist():
                total = totals[of_kind & (there == each)].min()
                least = np.minimum(least, total + bases.lacking(kind, bases.need - each - gigabytes))
            fits = contents.fitting(kind)[contents.kind_of[item]]
            best = np.where(fits, np.minimum(best, least), best)
        return best

    def _card_cells(self, cells: Numbers) -> Floats:
        case = np.full(len(self.contents.market.cell_item), PLAIN)
        case[self.settled.card_cells] = self.as_bases.case_of_cell
        totals = (self.whole + self.as_bases.costs).min(axis=(1, 2))
        for each in np.unique(case[cells]).tolist():
            totals[each] = min(totals[each], self._own_least(each))
        return np.asarray(totals[case[cells]])

    def _supply_cells(self, cells: Numbers) -> Floats:
        by_key = self.settled.with_supply(self.level, self.whole)
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
        case = np.where(flags & 4, self.as_bases.case_of_group, PLAIN)
        for flag, own in {*zip(flags[count > 1].tolist(), case[count > 1].tolist(), strict=True)}:
            cpu, ram, psu = bool(flag & 1), bool(flag & 2), bool(flag & 8)
            costs = self.as_bases.costs[own if not psu else POWER if own == PLAIN else BOTH]
            if cpu:
                hosts = bases.cheapest if ram else bases.memorised
                least = float((hosts + costs.min(axis=1)[self.settled.profiles.of_host]).min(initial=np.inf))
            else:
                least = float(((self.bare if ram else self.whole) + costs).min(initial=np.inf))
            these = (count > 1) & (flags == flag) & (case == own)
            found[these] = np.minimum(found[these], min(least, self._own_least(own, cpu=cpu, ram=ram)))
