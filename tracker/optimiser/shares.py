"""Shares the price of what holds several parts out among them, so that each can be looked at alone.

Whoever buys such a lot pays at least the shares of the parts that the machine uses: a sum of shares is never too dear.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.optimiser.contents import HOSTS, Contents

Floats = NDArray[np.float64]


def shares(contents: Contents, sizes: Floats, sorts: NDArray[np.int64], least: Floats) -> Floats:
    """Each cell's share of its group's price, hosts and coolers left out; infinite where nothing is used or on offer.

    `sizes` say how much of what is wanted a cell gives (0: nothing of use), `sorts` which cells stand in for each other.
    """
    market = contents.market
    groups, price = market.cell_group, least[market.cell_group]
    is_used = (sizes > 0) & np.isfinite(price)
    several = np.bincount(groups[is_used], minlength=len(market.groups))[groups] > 1
    share = np.where(is_used, price, np.inf)
    alone = is_used & ~several
    rate = np.full(int(sorts.max(initial=0)) + 1, np.inf)
    np.minimum.at(rate, sorts[alone], price[alone] / sizes[alone])
    mixed = is_used & several
    rates = rate[sorts[mixed]]
    worth = np.where(np.isfinite(rates), rates, price[mixed] / sizes[mixed]) * sizes[mixed]
    worth += 1e-9  # what is free alone takes its part too where all is free
    whole = np.bincount(groups[mixed], worth, len(market.groups))
    share[mixed] = price[mixed] * worth / whole[groups[mixed]]
    return share


def hosts_of(contents: Contents) -> NDArray[np.bool_]:
    """Which groups hold a board or a system."""
    found = np.zeros(len(contents.market.groups), dtype=np.bool_)
    for category in HOSTS:
        found[contents.market.cell_group[contents.cells(category)]] = True
    return found
