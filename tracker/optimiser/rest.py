"""What a machine costs at least that holds an offer, for all offers at once: its price, and the least of all else.

A machine is a base (see `bases`) with cards and their power (see `settled`). A group is bounded as a base (see `as_bases`)
and as a part of a machine on another base (see `as_parts`).
"""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.target import Target
from tracker.optimiser.as_bases import AsBases
from tracker.optimiser.as_parts import AsParts
from tracker.optimiser.bases import Bases
from tracker.optimiser.contents import Contents
from tracker.optimiser.hosting import Hosting
from tracker.optimiser.settled import Settled
from tracker.optimiser.shares import Stock, Within

Floats = NDArray[np.float64]


class Rest:
    """The bounds of one target over its stock, for totals within a limit. All that takes long raises TimeoutError after the deadline.

    `merit` is the least that will be asked of what it maximises, `top` the most; see `settled` for the `share`.
    """

    def __init__(
        self, contents: Contents, target: Target, stock: Stock, merit: int, top: int, within: Within, share: float = 0
    ) -> None:
        self.least, self.top, self.limit = merit, top, within.limit
        self.bases = Bases(contents, target, stock, merit, within)
        self.is_hopeless = not self.bases.cards or not np.isfinite(self.bases.of_host).any()
        if self.is_hopeless:
            return
        self.settled = Settled(self.bases, target, stock, merit, top, share)
        self.least = self.settled.least
        self.is_hopeless = self.settled.sums.most == 0
        if not self.is_hopeless:
            self.hosting = Hosting(self.settled)

    def most_merit(self, unit: int) -> int:
        """The most of what is maximised, in whole units, that a machine may have; less than `least` where none has that."""
        if self.is_hopeless:
            return 0
        low, high = (self.least - 1) // unit, self.top // unit
        rooms = self.hosting.rooms()
        while low < high:
            middle = (low + high + 1) // 2
            is_within = self.hosting.least(rooms, middle * unit) <= self.limit + 1
            low, high = (middle, high) if is_within else (low, middle - 1)
        return low * unit

    def bounds(self, stock: Stock, merit: int) -> Floats:
        """By offer of the stock the least total of a machine of so much merit that holds it; infinite where none has use for it.

        Without a merit it is of what else the target asks of the cards.
        """
        if self.is_hopeless:
            return np.full(len(stock.index), np.inf)
        amount = min(merit or self.settled.sums.wanted, self.settled.sums.wanted)
        self.settled.ask(amount)
        as_bases = AsBases(self.bases, self.settled, amount)
        rest = as_bases.of_groups()
        least = (self.bases.least + rest).min()
        if least > self.limit + 1:
            return np.full(len(stock.index), np.inf)
        AsParts(as_bases, self.hosting, amount).lower(rest)
        # Every machine has a base: no part makes it cheaper than the cheapest of these.
        return np.asarray(np.maximum(stock.price + rest[stock.group], least))
