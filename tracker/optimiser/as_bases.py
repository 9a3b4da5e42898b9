"""What all else of a machine costs at least, for groups of offers that are its base: with what comes in them, or with their cards too."""

import numpy as np
from numpy.typing import NDArray

from tracker.optimiser.bases import Bases
from tracker.optimiser.market import Numbers
from tracker.optimiser.settled import BOTH, CARDS, PLAIN, Settled

Floats = NDArray[np.float64]


class AsBases:
    """For one level of what is asked: `costs` of the cards in every case, `processors` and what hangs on them by row.

    `own` are the rows whose group holds cards of use, with their case and the same with these cards. Of lots of cards only
    those of some groups are looked at, if given.
    """

    def __init__(self, bases: Bases, settled: Settled, level: int, groups: Numbers | None = None) -> None:
        self.bases, self.settled, self.rows = bases, settled, bases.contents.rows
        self.costs = settled.cases(level, groups)
        every = np.arange(len(self.rows.group))
        self.processors = self._processors(every, np.full(len(every), PLAIN))
        self.case_of_group = self._own_cards()
        case = self.case_of_group[self.rows.group]
        self.own = np.flatnonzero((case != PLAIN) & np.isfinite(bases.row_price))
        self.own_case = case[self.own]
        self.own_processors = self._processors(self.own, self.own_case)

    def of_groups(self) -> Floats:
        """By group what is to be added to its price; infinite where it is no base."""
        found, group = np.full(len(self.case_of_group), np.inf), self.rows.group
        extra = self.bases.row_extra + self.bases.row_memory
        np.minimum.at(found, group, extra + self.processors)
        np.minimum.at(found, group[self.own], extra[self.own] + self.own_processors)
        return found

    def _processors(self, rows: Numbers, case: Numbers) -> Floats:
        """What processors, cards and power cost a row at least, in its case."""
        bought, host = self.bases.processors, self.rows.host[rows]
        of_host = self.settled.profiles.of_host
        if len(rows) and (case == case[0]).all():
            best = (bought.for_host + self.costs[case[0]][of_host]).min(axis=1)[host]
        else:
            best = (bought.for_host[host] + self.costs[case, of_host[host]]).min(axis=1)
        for sort, cost in zip(bought.own_sort, bought.own_cost, strict=True):
            best = np.minimum(best, cost[rows] + self.costs[case, of_host[host], sort[rows]])
        return np.asarray(best)

    def _own_cards(self) -> Numbers:
        """Each group's case: PLAIN where it holds no card of use, CARDS where several kinds."""
        settled, market = self.settled, self.bases.contents.market
        case = np.full(len(market.groups), PLAIN)
        group = market.cell_group[settled.card_cells]
        known = {shape: BOTH + 1 + number for number, shape in enumerate(settled.shapes)}
        shapes = zip(settled.card_kind.tolist(), settled.card_size.tolist(), strict=True)
        self.case_of_cell = np.array([known.get(shape, PLAIN) for shape in shapes], np.int64)
        case[group] = self.case_of_cell
        case[np.bincount(group, minlength=len(case)) > 1] = CARDS
        return case
