"""What all else of a machine costs at least, for groups of offers that are a part of it and not its base.

A part alone is bounded by what its category lacks; what holds several by a machine without all of these.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.optimiser.as_bases import AsBases
from tracker.optimiser.hosting import NO_CARDS, Hosting, Shape
from tracker.optimiser.market import Numbers
from tracker.optimiser.problem import MOST_SOCKETS

Floats = NDArray[np.float64]


class AsParts:
    """For one level of what is asked, beside the bases that there are for it."""

    def __init__(self, as_bases: AsBases, hosting: Hosting, level: int) -> None:
        self.as_bases, self.bases, self.settled = as_bases, as_bases.bases, as_bases.settled
        self.contents, self.level, self.hosting = self.bases.contents, level, hosting

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

    def _cpu_cells(self, cells: Numbers) -> Floats:
        contents, processors, bases, as_bases = self.contents, self.bases.processors, self.bases, self.as_bases
        place = contents.place[contents.market.cell_item[cells]]
        known, which = np.unique(place, return_inverse=True)
        totals = as_bases.by_pair((bases.row_price + bases.row_memory)[as_bases.row])
        is_board = contents.host["system"][as_bases.host] == 0
        quantity = contents.market.cell_qty[cells] + self._most_with_bases()[place]
        best = np.full(len(cells), np.inf)
        for n in range(1, MOST_SOCKETS + 1):
            costs = (
                as_bases.costs[:, processors.sort[known, n - 1]] + (totals + n * processors.cooler * is_board)[:, None]
            )
            stands = processors.stands[as_bases.host][:, known, n - 1]
            least = np.where(stands, costs, np.inf).min(axis=0, initial=np.inf)
            more = np.maximum(0, n - quantity)
            bought = np.where(more > 0, processors.unit[place, n - 1], 0) * more
            best = np.minimum(best, least[which] + bought)
        return best

    def _most_with_bases(self) -> Numbers:
        """By processor the most that come with any base."""
        contents, groups = self.contents, np.unique(self.contents.rows.group)
        groups = groups[(contents.cpu[groups] >= 0) & np.isfinite(self.bases.least[groups])]
        most = np.zeros(len(contents.cpus), np.int64)
        np.maximum.at(most, contents.cpu[groups], contents.cpu_count[groups])
        return most

    def _ram_cells(self, cells: Numbers) -> Floats:
        bases, contents, as_bases = self.bases, self.contents, self.as_bases
        item, there = contents.market.cell_item[cells], contents.rows.memory[as_bases.row]
        gigabytes = contents.gigabytes[item] * contents.market.cell_qty[cells]
        totals = bases.row_price[as_bases.row] + as_bases.processors
        # Beside enough of its own a kit is bought instead of that, or where a target wants a module for every channel.
        instead = (there >= bases.need) & ("memory_channels" not in bases.target.harden)
        there = np.where(instead, 0, there)
        best = np.full(len(cells), np.inf)
        for kind in bases.memory:
            of_kind, least = contents.rows_of(kind)[as_bases.row], np.full(len(cells), np.inf)
            for each in np.unique(there[of_kind]).tolist():
                total = totals[of_kind & (there == each)].min()
                least = np.minimum(least, total + bases.lacking(kind, bases.need - each - gigabytes))
            fits = contents.fitting(kind)[contents.kind_of[item]]
            best = np.where(fits, np.minimum(best, least), best)
        return best

    def _card_cells(self, cells: Numbers) -> Floats:
        shapes = self._shapes(cells)
        rooms = self.hosting.rooms()
        least = {shape: self.hosting.least(rooms, self.level, shape, first=1) for shape in set(shapes)}
        return np.array([least[shape] for shape in shapes])

    def _shapes(self, cells: Numbers) -> list[Shape]:
        """The kind of card and how many of it each cell holds."""
        place = np.searchsorted(self.settled.card_cells, cells)
        return list(zip(self.settled.card_kind[place].tolist(), self.settled.card_size[place].tolist(), strict=True))

    def _supply_cells(self, cells: Numbers) -> Floats:
        profiles = self.settled.profiles
        bases = np.full((len(profiles.facts), self.bases.of_host.shape[1]), np.inf)
        np.minimum.at(bases, profiles.of_host, self.bases.of_host)
        by_key = self.settled.with_supply(self.level, bases)
        rooms = self.hosting.rooms(psu=True)
        own = {airs: (levels[levels != NO_CARDS], room[levels != NO_CARDS]) for airs, (levels, room) in rooms.items()}
        own = {airs: each for airs, each in own.items() if len(each[0])}
        with_cards = self.hosting.least(own, self.level)
        items = [self.contents.market.items[each].key for each in self.contents.market.cell_item[cells].tolist()]
        return np.array([min(by_key.get(key, np.inf), with_cards) for key in items], dtype=np.float64)

    def _several(self, found: Floats, used: NDArray[np.bool_], count: Numbers) -> None:
        """Lots of several parts: the least machine without all of these categories."""
        market, categories = self.contents.market, (Category.CPU, Category.RAM, Category.PSU)
        flags = np.zeros((len(found), len(categories)), np.bool_)
        for number, category in enumerate(categories):
            cells = self.contents.cells(category)
            flags[market.cell_group[cells[used[cells]]], number] = True
        cards = self.settled.card_cells[used[self.settled.card_cells]]
        shape_of = dict(zip(market.cell_group[cards].tolist(), self._shapes(cards), strict=True))
        mixed = np.bincount(market.cell_group[cards], minlength=len(found)) > 1
        known: dict[tuple[bool, bool, bool, bool, Shape | None], float] = {}
        for group in np.flatnonzero(count > 1).tolist():
            cpu, ram, psu = flags[group].tolist()
            key = (cpu, ram, psu, bool(mixed[group]), shape_of.get(group))
            if key not in known:
                rooms = self.hosting.rooms(cpu=cpu, ram=ram, psu=psu)
                known[key] = (
                    self.hosting.least(rooms, self.level, key[-1] or (0, 0))
                    if not key[-2]
                    else self.hosting.least_beside_all_cards(rooms)
                )
            found[group] = min(found[group], known[key])
