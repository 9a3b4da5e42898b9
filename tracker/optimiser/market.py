"""All offers of a day, prepared once for many targets: equal offers in groups, prices and contents in arrays."""

from collections.abc import Hashable, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from tracker.domain.build import Offer
from tracker.domain.money import Rates
from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.items import Item, ItemReader
from tracker.optimiser.lots import Lot, is_eligible, to_minor
from tracker.optimiser.problem import MOST_KITS, MOST_SOCKETS

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Group = tuple[tuple[Item, int], ...]


class Market:
    """Offers by what they sell.

    `groups` are the different (item, quantity) sets; `group_of` says each offer's. `price` is for one unit in minor units,
    `shipping` what of it another offer of the same `seller` (a number, -1: shares none) may pay, `least` the lowest price of
    each group. `cell_group`, `cell_item` and `cell_qty` are all (group, item, quantity).
    """

    def __init__(self, offers: Sequence[Offer], reader: ItemReader, currency: str, rates: Rates | None) -> None:
        self.offers = offers
        self.available = np.array([offer.available for offer in offers], dtype=np.int64)
        self.groups, self.group_of = _groups(offers, reader)
        self.owned: tuple[Lot, ...] = ()
        self._eligible: dict[Hashable, Mask] = {}
        self.index_cells()
        self.set_prices(currency, rates)

    def set_prices(self, currency: str, rates: Rates | None) -> None:
        """What is asked for the offers, in a currency. Raises NoRateError."""
        self.price = np.array([to_minor(offer.landed, currency, rates) for offer in self.offers], dtype=np.int64)
        self.shipping, self.seller = _shared(self.offers, currency, rates)
        self.shipping = np.minimum(self.shipping, self.price)
        self._alone: dict[str, int] | None = None
        self._by_price = np.lexsort((self.price, self.group_of))
        self.least = np.full(len(self.groups), np.iinfo(np.int64).max)
        np.minimum.at(self.least, self.group_of, self.price)

    def asked_in(self, currency: str, rates: Rates | None) -> "Market":
        """The same offers at their prices in another currency. Raises NoRateError."""
        other = copy(self)
        other.set_prices(currency, rates)
        return other

    def index_cells(self) -> None:
        """Number the items and cells of the groups."""
        self.items: list[Item] = list({item.key: item for group in self.groups for item, _ in group}.values())
        place = {item.key: number for number, item in enumerate(self.items)}
        cells = [(g, place[item.key], n) for g, group in enumerate(self.groups) for item, n in group]
        table = np.array(cells, dtype=np.int64).reshape(-1, 3)
        self.cell_group, self.cell_item, self.cell_qty = table[:, 0], table[:, 1], table[:, 2]

    def plus(self, owned: Sequence[Lot]) -> "Market":
        """The same market with what is owned already, at no price."""
        if not owned:
            return self
        more = copy(self)
        more.owned = tuple(owned)
        free = np.zeros(len(owned), dtype=np.int64)
        more.price, more.shipping = np.append(self.price, free), np.append(self.shipping, free)
        more.seller, more.available = np.append(self.seller, free - 1), np.append(self.available, free + 1)
        first = len(self.groups)
        more.least = np.append(self.least, free)
        more.groups = [*self.groups, *(lot.items for lot in owned)]
        more.group_of = np.append(self.group_of, np.arange(first, first + len(owned)))
        more.index_cells()
        return more

    def eligible(self, target: Target) -> Mask:
        """Which offers the target lets be bought; remembered for targets of the same taste."""
        taste = (
            target.country,
            target.pickup_radius_km,
            target.conditions,
            target.leave_out_marketplaces,
            target.leave_out_sellers,
            target.leave_out_flags,
        )
        if taste not in self._eligible:
            tested = (is_eligible(offer, target) for offer in self.offers)
            self._eligible[taste] = np.fromiter(tested, dtype=np.bool_, count=len(self.offers))
        return self._eligible[taste]

    def buyable(self, target: Target) -> Numbers:
        """The offers that an answer to the target may hold, and what is owned.

        Of offers of the same content as many as a machine can use come first by price: what is dearer than all of these,
        even if another offer pays its shipping, is never needed.
        """
        order = self._by_price[self.eligible(target)[self._by_price]]
        group, price, available = self.group_of[order], self.price[order], self.available[order]
        first = np.flatnonzero(np.diff(group, prepend=-1))
        before = np.cumsum(available) - available
        before -= np.repeat(before[first], np.diff(first, append=len(order)))
        is_enough = before + available >= self.units(target)[group]
        limit = np.full(len(self.groups), np.iinfo(np.int64).max)
        np.minimum.at(limit, group[is_enough], price[is_enough])
        cheap = np.sort(order[price - self.shipping[order] <= limit[group]])
        return np.append(cheap, np.arange(len(self.offers), len(self.price)))

    def units(self, target: Target) -> Numbers:
        """By group how many of its lots a machine for the target can have use for."""
        of_item = np.array([_most_used(item, target) for item in self.items], np.int64)[self.cell_item]
        return np.bincount(self.cell_group, -(-of_item // self.cell_qty), len(self.groups)).astype(np.int64)

    def alone(self) -> dict[str, int]:
        """The least that each kind of part is asked for alone, in minor units."""
        if self._alone is None:
            self._alone = {}
            for group, price in zip(self.groups, self.least.tolist(), strict=True):
                if len(group) == 1 and group[0][1] == 1:
                    kind = group[0][0].kind
                    self._alone[kind] = min(price, self._alone.get(kind, price))
        return self._alone

    def lot(self, index: int, *, cards_only: bool = False) -> Lot:
        """An offer, or something owned, as a lot; where only cards are bought, of its cards."""
        if index >= len(self.offers):
            return self.owned[index - len(self.offers)]
        offer, price, shipping = self.offers[index], int(self.price[index]), int(self.shipping[index])
        items = self.groups[self.group_of[index]]
        if cards_only:
            items = tuple(pair for pair in items if pair[0].category is Category.GPU)
        return Lot(offer, items, price, shipping, offer.seller if shipping else None, offer.available)


def _most_used(item: Item, target: Target) -> int:
    """How many of an item a machine uses at most; a kit of memory without which there is enough is in no answer."""
    match item.category:
        case Category.GPU:
            return target.gpus or MOST_CARDS
        case Category.RAM if item.ram.gb and "memory_channels" not in target.harden:
            return min(MOST_KITS, -(-max(1, target.memory_gb) // item.ram.gb))
        case Category.RAM:
            return MOST_KITS
        case Category.CPU | None:
            return MOST_SOCKETS
        case _:
            return 1


def _shared(offers: Sequence[Offer], currency: str, rates: Rates | None) -> tuple[Numbers, Numbers]:
    """Of each offer the shipping that it shares with others of its seller, and the seller's number."""
    numbers: dict[str, int] = {}
    shipping, sellers = np.zeros(len(offers), dtype=np.int64), np.full(len(offers), -1, dtype=np.int64)
    for index, offer in enumerate(offers):
        if offer.shipping_shared and offer.shipping and offer.seller:
            shipping[index] = to_minor(offer.shipping, currency, rates)
            sellers[index] = numbers.setdefault(offer.seller, len(numbers))
    return shipping, sellers


def _groups(offers: Sequence[Offer], reader: ItemReader) -> tuple[list[Group], Numbers]:
    """The different sets of items, and each offer's; what sells nothing of ours is in the group of no items."""
    known: dict[Hashable, int] = {}  # by what the offer says
    numbers: dict[tuple[tuple[str, int], ...], int] = {}  # by its items
    groups: list[Group] = []
    group_of = []
    for offer in offers:
        said = (offer.parts, *offer.facts.items()) if offer.facts else offer.parts
        number = known.get(said)
        if number is None:
            items = reader.read(offer.parts, offer.facts)
            number = numbers.setdefault(tuple((item.key, n) for item, n in items), len(groups))
            if number == len(groups):
                groups.append(items)
            known[said] = number
        group_of.append(number)
    return groups, np.array(group_of, dtype=np.int64)
