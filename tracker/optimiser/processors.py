"""What processors, and their coolers, cost at least: bought for a host, or beside those that come with it."""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.contents import SEVERAL, Contents
from tracker.optimiser.market import Numbers
from tracker.optimiser.problem import BIG, MOST_SOCKETS

Floats = NDArray[np.float64]
NO_CPU, ANY_CPU = 0, 1  # sorts of processors: none named in a system; several in one lot, taken for the best of all
_COUNTS = np.arange(1, MOST_SOCKETS + 1)


class Processors:
    """For one target: `unit` is one's price by processor and number of them, `stands` whether a host takes so many.

    So many of a processor are one `sort` with others where they agree in what matters to the cards and their power:
    `rests` (W), `lanes` and `shows` by sort. `for_host` is the least by host and sort of those bought for it; `own_sort`
    and `own_cost` are by number of them and row, for those that come with the host. Each on a bare board has its `cooler`.
    """

    def __init__(self, contents: Contents, target: Target, share: Floats, cooler: float) -> None:
        self.contents, self.cooler = contents, cooler
        self.unit = self._units(share)
        facts = {name: values[:, None] * _COUNTS for name, values in contents.processor.items()}
        may = (facts["cores"] >= target.cores) & (facts["lanes"] >= target.cpu_lanes)
        self.stands = contents.fits & may
        self._sort(facts)
        self.for_host = self._for_hosts("processor" in target.harden)
        self.own_sort, self.own_cost = self._own()

    def _units(self, share: Floats) -> Floats:
        contents, market = self.contents, self.contents.market
        cells = contents.cells(Category.CPU)
        each = share[cells][:, None] / np.minimum(market.cell_qty[cells][:, None], _COUNTS)
        units = np.full((len(contents.cpus), MOST_SOCKETS), np.inf)
        np.minimum.at(units, contents.place[market.cell_item[cells]], each)
        return units

    def _sort(self, facts: dict[str, Numbers]) -> None:
        one = self.contents.processor
        rest = facts["watts"] // 10 * 10
        lanes = np.where(one["lanes"][:, None] >= BIG, BIG, facts["lanes"])
        shows = np.broadcast_to(one["shows"][:, None], rest.shape)
        table = np.stack([each.ravel() for each in (rest, lanes, shows)], axis=1).reshape(-1, 3)
        known, sorts = np.unique(table, axis=0, return_inverse=True)
        known = np.concatenate([[[0, BIG, 0], [0, BIG, 1]], known])
        self.rests, self.lanes, self.shows = known[:, 0], known[:, 1], known[:, 2].astype(np.bool_)
        self.sort = (sorts.reshape(rest.shape) + 2).astype(np.int64)

    def _for_hosts(self, must_be_named: bool) -> Floats:
        host = self.contents.host
        order = np.argsort(self.sort.ravel(), kind="stable")
        found = np.full((len(self.contents.hosts), len(self.rests)), np.inf)
        if found.size and len(order):
            costs = np.where(self.stands, self.unit * _COUNTS, np.inf)
            costs += (_COUNTS * self.cooler) * (host["system"] == 0)[:, None, None]
            costs = costs.reshape(len(found), -1)[:, order]
            sorts, starts = np.unique(self.sort.ravel()[order], return_index=True)
            found[:, sorts] = np.minimum.reduceat(costs, starts, axis=1)
        may_hold = (host["may_hold_cpu"] > 0) & (not must_be_named)
        found[may_hold | (host["owned"] > 0), NO_CPU] = 0
        return found

    def _own(self) -> tuple[Numbers, Floats]:
        contents, rows = self.contents, self.contents.rows
        own, has = contents.cpu[rows.group], contents.cpu_count[rows.group]
        is_board = contents.host["system"][rows.host] == 0
        sorts = np.full((MOST_SOCKETS, len(own)), ANY_CPU)
        costs = np.full((MOST_SOCKETS, len(own)), np.inf)
        costs[:, own == SEVERAL] = 0
        one = own >= 0
        for n in range(1, MOST_SOCKETS + 1):
            cpu, host = own[one], rows.host[one]
            more = np.maximum(0, n - has[one])
            bought = np.where(more > 0, self.unit[cpu, n - 1], 0) * more
            cooled = n * self.cooler * is_board[one]
            costs[n - 1, one] = np.where(self.stands[host, cpu, n - 1], bought + cooled, np.inf)
            sorts[n - 1, one] = self.sort[cpu, n - 1]
        return sorts, costs
