"""Drops the offers that no answer can hold, so that the exact program stays small.

An answer of a known total holds only offers whose bound (see `rest`) is within it. What is dropped lowers no bound any more,
and shares no seller's shipping: so what is left is bounded again, until nothing more goes.
"""

from dataclasses import dataclass, field
from math import gcd

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.card_sums import is_usable_card
from tracker.optimiser.contents import Contents
from tracker.optimiser.lots import Lot, by_id
from tracker.optimiser.market import Market, Numbers
from tracker.optimiser.rest import Rest
from tracker.optimiser.rules.cards import merit_of
from tracker.optimiser.shares import Stock, Within

Floats = NDArray[np.float64]
FEW = 60  # lots that are solved as they are; of more the first guess is over so many
WIDER = 3  # times as many where the first guess finds too little
_SHARES = (0.8, 0.5, 0)  # of the most that prices let hope for, what machines are looked for that have it
_ENOUGH = 0.9  # bounding again is worth while as long as it drops a tenth


@dataclass(slots=True)
class Selection:
    """The offers of a market that one target may buy (`index`), by the least total of a machine that holds them (`bound`).

    Nothing is bounded before `restart`; nothing after the `deadline` (of the monotonic clock): a TimeoutError says so.
    """

    market: Market
    contents: Contents
    target: Target
    few: int = FEW
    deadline: float = np.inf
    known: frozenset[str] = field(init=False, default=frozenset())  # ids of a machine's offers: every guess holds them
    merit: int = field(init=False, default=0)
    limit: float = field(init=False)
    every: Numbers = field(init=False)
    index: Numbers = field(init=False)
    bound: Floats = field(init=False)
    _of_every: Rest | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.every = self.index = self.market.buyable(self.target)
        self.limit = self._budget()

    def restart(self, merit: int = 0) -> None:
        """All offers again, for machines whose cards come to at least so much of what the target maximises."""
        self.index, self.limit = self.every, self._budget()
        self.ask(merit)

    def ask(self, merit: int) -> None:
        """Only machines that have so much: more than was asked when the offers that are left were kept."""
        self.merit = merit
        self._bound()

    def narrow(self, total: float) -> None:
        """Keep what a machine of at most this total may hold."""
        before, self.limit = np.inf, min(total, self.limit)
        while self.few < len(self.index) < _ENOUGH * before:
            before = len(self.index)
            kept = self.bound <= total + 1  # one for rounding
            self.index, known = self.index[kept], self.bound[kept]
            if len(self.index) < before:
                self._bound()
                self.bound = np.maximum(self.bound, known)
        kept = self.bound <= total + 1
        self.index, self.bound = self.index[kept], self.bound[kept]

    def _within(self) -> Within:
        return Within(self.limit, self.deadline)

    def _budget(self) -> float:
        return self.target.budget.minor if self.target.budget else np.inf

    def _bound(self) -> None:
        stock = self._stock()
        self.bound = stock.price
        if len(self.index):
            self.bound = self._rest(stock).bounds(stock, self.merit)

    def _rest(self, stock: Stock) -> Rest:
        """The bounds over a stock; over all offers those are kept that `most_merit` made, for what they are good for."""
        known = self._of_every
        if known is not None and self.index is self.every and known.least <= self.merit <= known.top:
            return known
        return Rest(self.contents, self.target, stock, self.merit, self.merit, self._within())

    def _stock(self) -> Stock:
        """The offers left at the least that they add to a total: of shared shipping each lot of a seller pays its part."""
        market, index = self.market, self.index
        group, shipping, seller = market.group_of[index], market.shipping[index], market.seller[index]
        shared = np.flatnonzero(shipping > 0)
        price = market.price[index].astype(np.float64)
        if len(shared):
            units = np.minimum(market.available[index[shared]], market.units(self.target)[group[shared]])
            others = np.bincount(seller[shared], units)[seller[shared]]
            price[shared] -= shipping[shared] * (1 - 1 / np.maximum(1, others))
        return Stock(index, group, price, market.available[index])

    def promising(self, count: int) -> tuple[list[Lot], bool]:
        """About so many lots with the lowest bounds, some of every category, and whether these are all there are."""
        within = np.flatnonzero(np.isfinite(self.bound))
        if count >= len(within):
            return self._lots(within), True
        order = within[np.lexsort((self.market.price[self.index[within]], self.bound[within]))]
        groups = self.market.group_of[self.index[order]]
        categories = [np.unique(self.market.cell_group[self.contents.cells(each)]) for each in Category]
        holds = [np.isin(groups, each) for each in categories]
        chosen = [order[held][: count // len(Category)] for held in holds]
        if self.known:
            chosen.append(np.array([each for each in within.tolist() if self._name(each) in self.known], np.int64))
        return self._lots(np.unique(np.concatenate(chosen))), False

    def _name(self, place: int) -> str:
        return self.market.lot(int(self.index[place])).offer.id

    def lots(self) -> list[Lot]:
        """All that is left."""
        return self._lots(np.flatnonzero(np.isfinite(self.bound)))

    def _lots(self, chosen: Numbers) -> list[Lot]:
        cards_only = self.target.owned_machine is not None
        lots = [self.market.lot(each, cards_only=cards_only) for each in self.index[chosen].tolist()]
        return by_id([lot for lot in lots if lot.items])

    def sample(self, count: int) -> list[Lot]:
        """About so many lots of every category and all prices, whatever their bounds: to tell what is missing."""
        market, contents, index = self.market, self.contents, self.market.buyable(self.target)
        index = index[np.lexsort((index, market.price[index]))]
        usable = np.zeros(len(market.items), np.bool_)
        usable[[place for place, _ in self._merits()]] = True
        chosen = [index[index >= len(market.offers)]]  # what is owned
        for category in (Category.BOARD, Category.SYSTEM, Category.CPU, Category.RAM, Category.PSU, Category.GPU):
            cells = contents.cells(category)
            wanted = cells[usable[market.cell_item[cells]]]
            groups = market.cell_group[wanted if len(wanted) else cells]
            there = index[np.isin(market.group_of[index], groups)]
            spread = np.linspace(0, len(there) - 1, min(len(there), count // 6))
            chosen.append(there[spread.astype(np.int64)])
        cards_only = self.target.owned_machine is not None
        lots = [market.lot(each, cards_only=cards_only) for each in np.unique(np.concatenate(chosen)).tolist()]
        return by_id([lot for lot in lots if lot.items])

    def most_merit(self) -> int:
        """More of what the target maximises than this no machine within the limit has."""
        self.index, stock = self.every, self._stock()
        top = (self.target.gpus or MOST_CARDS) * max((merit for _, merit in self._merits()), default=0)
        for share in _SHARES:
            rest = Rest(self.contents, self.target, stock, 1, top, self._within(), share)
            most = rest.most_merit(self.unit())
            if most >= rest.least:
                self._of_every = rest
                return most
        return 0

    def _merits(self) -> list[tuple[int, int]]:
        """Of each item that is a card of use: its place, and what it has of what the target maximises."""
        cards = [(n, item) for n, item in enumerate(self.market.items) if item.category is Category.GPU]
        return [(n, merit_of(item, self.target)) for n, item in cards if is_usable_card(item, self.target)]

    def unit(self) -> int:
        """Every machine has a multiple of this of what the target maximises."""
        return gcd(*(merit for _, merit in self._merits())) or 1
