"""What all else of a machine costs at least, for groups of offers that are its base: with what comes in them, or with their cards too."""

import numpy as np
from numpy.typing import NDArray

from tracker.optimiser.bases import Bases
from tracker.optimiser.settled import PLAIN, Settled

Floats = NDArray[np.float64]


class AsBases:
    """For one level of what is asked: every `row`, and again those whose group holds cards of use, in their `case`.

    Rows of the same host and case are a pair: `costs` are of the cards by pair and sort of processors. `processors` is what
    these and all that hangs on them come to.
    """

    def __init__(self, bases: Bases, settled: Settled, level: int) -> None:
        self.bases, self.settled, rows = bases, settled, bases.contents.rows
        every = np.flatnonzero(np.isfinite(bases.row_price))
        self.row = np.concatenate([every, settled.own])
        self.case = np.concatenate([np.full(len(every), PLAIN), settled.own_case])
        cases = settled.cases(level)
        pairs, self.pair = np.unique(rows.host[self.row] * len(cases) + self.case, return_inverse=True)
        self.host, pair_case = np.divmod(pairs, len(cases))
        self.costs = cases[pair_case, settled.profiles.of_host[self.host]]
        self.processors = self._processors()

    def of_groups(self) -> Floats:
        """By group what is to be added to its price; infinite where it is no base."""
        bases, rows = self.bases, self.bases.contents.rows
        found = np.full(len(bases.least), np.inf)
        extra = (bases.row_extra + bases.row_memory)[self.row]
        np.minimum.at(found, rows.group[self.row], extra + self.processors)
        return found

    def by_pair(self, totals: Floats) -> Floats:
        """The least of the rows of each pair."""
        found = np.full(len(self.host), np.inf)
        np.minimum.at(found, self.pair, totals)
        return found

    def _processors(self) -> Floats:
        """What processors, cards and power cost each row at least: bought for it, or those that come along."""
        bought = self.bases.processors
        best = (bought.for_host[self.host] + self.costs).min(axis=1, initial=np.inf)[self.pair]
        for sort, cost in zip(bought.own_sort, bought.own_cost, strict=True):
            best = np.minimum(best, cost[self.row] + self.costs[self.pair, sort[self.row]])
        return np.asarray(best)
