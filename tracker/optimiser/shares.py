"""Shares the price of what holds several parts out among them, so that each can be looked at alone.

Whoever buys such a lot pays at least the shares of the parts that the machine uses: a sum of shares is never too dear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from tracker.optimiser.contents import Contents
from tracker.optimiser.market import Market, Numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stock:
    """The offers that may still be part of an answer: `index` among the market's, their group, price and how many there are."""

    index: Numbers
    group: Numbers
    price: Floats
    available: Numbers


@dataclass(frozen=True, slots=True)
class Within:
    """What bounds are asked for: machines of at most a total; and until when, by the monotonic clock."""

    limit: float
    deadline: float

    def check_time(self) -> None:
        """Raise TimeoutError after the deadline."""
        if monotonic() > self.deadline:
            raise TimeoutError("the time ran out before every offer was looked at")


def shares(contents: Contents, sizes: Floats, sorts: NDArray[np.int64], least: Floats) -> Floats:
    """Each cell's share of its group's price, hosts and coolers left out; infinite where nothing is used or on offer.

    `sizes` say how much of what is wanted a cell gives (0: nothing of use), `sorts` which cells stand in for each other.
    They are worth what the whole market asks for them alone: so the shares stay the same whatever is left of it.
    """
    market = contents.market
    groups, price = market.cell_group, least[market.cell_group]
    is_used = (sizes > 0) & np.isfinite(price)
    several = np.bincount(groups[sizes > 0], minlength=len(market.groups))[groups] > 1
    share = np.where(is_used, price, np.inf)
    alone = (sizes > 0) & ~several
    rate = np.full(int(sorts.max(initial=0)) + 1, np.inf)
    np.minimum.at(rate, sorts[alone], market.least[groups[alone]] / sizes[alone])
    mixed = is_used & several
    rates = rate[sorts[mixed]]
    worth = np.where(np.isfinite(rates), rates, price[mixed] / sizes[mixed]) * sizes[mixed]
    worth += 1e-9  # what is free alone takes its part too where all is free
    whole = np.bincount(groups[mixed], worth, len(market.groups))
    share[mixed] = price[mixed] * worth / whole[groups[mixed]]
    return share


def lots_by_sort(
    market: Market, stock: Stock, share: Floats, cells: Numbers, sorts: Numbers, sizes: Numbers, most: int
) -> dict[int, list[tuple[int, float]]]:
    """By the sort of the cells the lots of each size that come first by price, as (size, price), enough for `most` in all."""
    found: dict[int, list[tuple[int, float]]] = {}
    groups = market.cell_group[cells]
    several = np.bincount(groups, minlength=len(market.groups)) > 1
    for rare in np.flatnonzero(several[groups]).tolist():  # as if there were any number of them
        lot = int(sizes[rare]), float(share[cells[rare]])
        found.setdefault(int(sorts[rare]), []).extend([lot] * most)
    place = np.full(len(market.groups), -1)
    place[groups] = np.arange(len(cells))
    offers = np.flatnonzero((place[stock.group] >= 0) & ~several[stock.group])
    if not len(offers):
        return found
    cell = place[stock.group[offers]]
    least = np.full(len(cells), np.inf)
    np.minimum.at(least, cell, stock.price[offers])
    part = np.ones(len(cells))
    part[least > 0] = share[cells[least > 0]] / least[least > 0]
    price = stock.price[offers] * part[cell]
    code = sorts[cell] * (most + 1) + np.minimum(sizes[cell], most)
    order = np.lexsort((price, code))
    starts = np.flatnonzero(np.diff(code[order], prepend=-1))
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        sort, size = divmod(int(code[order[first]]), most + 1)
        left = -(-most // max(1, size))
        for each in order[first : min(last, first + left)].tolist():
            units = min(left, int(stock.available[offers[each]]))
            found.setdefault(sort, []).extend([(size, float(price[each]))] * units)
            left -= units
    return found


def least_for(lots: Sequence[tuple[int, float]], most: int) -> Floats:
    """The least that so many cards, or steps of memory, cost, from none on: lots of (size, price), each there once, bought whole."""
    best = [0.0] + [np.inf] * most
    for size, price in lots:
        for wanted in range(most, 0, -1):
            best[wanted] = min(best[wanted], best[max(0, wanted - size)] + price)
    return np.array(best)
