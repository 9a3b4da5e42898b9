"""Drops the offers that no answer can hold, so that the exact program stays small.

An answer of a known total can only hold offers whose bound (see `bounds`) is within it. A first solve over the most promising
offers gives such a total; the last one, over all that could still be part of an answer, gives the proof.
"""

from dataclasses import dataclass, field, replace
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.bounds import bounds
from tracker.optimiser.cover import is_usable_card
from tracker.optimiser.items import Item
from tracker.optimiser.lots import Lot, by_id
from tracker.optimiser.market import Columns, Market
from tracker.optimiser.problem import MOST_KITS, MOST_SOCKETS
from tracker.optimiser.rules.cards import merit_of

FEW = 120  # groups that are solved as they are, without a first guess
WIDER = 4  # times as many where the first guess finds too little


@dataclass(slots=True)
class Selection:
    """The offers of a market that one target may buy, by the least total of a machine that holds them."""

    market: Market
    target: Target
    owned: list[Lot]
    merit: int = 0
    eligible: NDArray[np.bool_] = field(init=False)
    columns: Columns = field(init=False)
    bound: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.eligible, self.columns = self.market.columns(self.target)
        self.ask_merit(self.merit)

    def ask_merit(self, merit: int) -> None:
        """From here on bound only machines whose cards come to at least so much of what the target maximises."""
        self.merit = merit
        if self.target.owned_machine is None:
            self.bound = bounds(self.market, self.target, self.columns, merit)
        else:
            wanted = self._has_wanted_card()[self.columns.group]
            self.bound = np.where(wanted, self.columns.cost.astype(np.float64), np.inf)

    def _has_wanted_card(self) -> NDArray[np.bool_]:
        groups, target = self.market.groups, self.target
        return np.array([any(is_usable_card(item, target) for item, _ in group) for group in groups], dtype=np.bool_)

    def sample(self, count: int) -> list[Lot]:
        """About so many lots, the cheapest of each group, whatever their bounds: to tell what is missing."""
        seen: set[int] = set()
        lots = list(self.owned)
        for column in np.argsort(self.columns.cost, kind="stable").tolist():
            group = int(self.columns.group[column])
            items = self._useful(self.market.groups[group])
            if group in seen or not items or len(lots) >= count:
                continue
            seen.add(group)
            lots += [self.market.lot(each, items) for each in self.market.members(group, self.eligible, 1)[:1]]
        return by_id(lots)

    def by_cards(self) -> list["Selection"]:
        """The same for each number of cards that the target leaves open."""
        if self.target.gpus is not None:
            return [self]
        counts = range(1, MOST_CARDS + 1)
        return [Selection(self.market, replace(self.target, gpus=n), self.owned, merit=1) for n in counts]

    def merit_unit(self) -> int:
        """The largest amount of which every usable card has a whole number."""
        return gcd(*self._merits()) or 1

    def most_merit(self) -> int:
        """What as many of the best usable card as fit into any machine come to."""
        return (self.target.gpus or MOST_CARDS) * max(self._merits(), default=0)

    def _merits(self) -> list[int]:
        cards = (item for item in self.market.items if item.category is Category.GPU)
        return [merit_of(item, self.target) for item in cards if is_usable_card(item, self.target)]

    def promising(self, count: int, total: float = np.inf) -> tuple[list[Lot], bool]:
        """The lots of so many columns with the lowest bounds within a total, and whether these are all there are."""
        there = np.sort(self.bound[np.isfinite(self.bound) & (self.bound <= total)])
        if count >= len(there):
            return self.within(total), True
        return self.within(float(there[count])), False

    def within(self, total: float) -> list[Lot]:
        """The lots that a machine of at most this total may hold."""
        lots = list(self.owned)
        for column in np.flatnonzero(np.isfinite(self.bound) & (self.bound <= total)).tolist():
            group, index = int(self.columns.group[column]), int(self.columns.offer[column])
            items = self._useful(self.market.groups[group])
            if index >= 0:
                lots.append(self.market.lot(index, items))
                continue
            limit = self.columns.cost[column] + total - self.bound[column]
            members = self.market.members(group, self.eligible, _units(items, self.target))
            lots += [self.market.lot(each, items) for each in members if self.market.least[each] <= limit]
        return by_id(lots)

    def _useful(self, items: tuple[tuple[Item, int], ...]) -> tuple[tuple[Item, int], ...]:
        """Only cards are bought for an owned machine."""
        if self.target.owned_machine is None:
            return items
        return tuple(pair for pair in items if pair[0].category is Category.GPU)


def _units(items: tuple[tuple[Item, int], ...], target: Target) -> int:
    """How many units of a lot a machine can have use for."""
    cards = max(target.gpus or MOST_CARDS, 1)
    most = {
        Category.CPU: MOST_SOCKETS,
        Category.RAM: MOST_KITS,
        Category.GPU: cards,
        Category.PSU: 2,
        None: MOST_SOCKETS,
    }
    return max((ceil(most.get(item.category, 1) / n) for item, n in items), default=1)
