"""All offers of a day, prepared once for many targets: equal offers in groups, prices in arrays."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracker.domain.build import Offer
from tracker.domain.money import Rates
from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.items import Item, ItemReader
from tracker.optimiser.lots import Lot, is_eligible, to_minor

Numbers = NDArray[np.int64]
# What a machine may take several of, one offer after another: bounds then count each offer only as often as it is there.
_MOST_TAKEN: dict[Category | None, int] = {Category.GPU: MOST_CARDS, Category.RAM: 16}
NEVER = np.int64(2**60)  # the price of what can't be had


@dataclass(frozen=True, slots=True)
class Columns:
    """What a target may buy, as the bounds see it: a whole group at its least price, or, where it holds cards or memory, one offer.

    `offer` is the offer's index, -1 for a group; `most` how many units there are, infinite for a group.
    """

    group: Numbers
    cost: Numbers
    most: NDArray[np.float64]
    offer: Numbers


class Market:
    """Offers by what they sell.

    `groups` are the different (item, quantity) sets; `group_of` says each offer's. `price` is for one unit in minor units,
    `least` what is left of it where another offer of the seller pays the shipping. `cells` are all (group, item, quantity).
    """

    def __init__(self, offers: Sequence[Offer], reader: ItemReader, currency: str, rates: Rates | None) -> None:
        self.offers, self.currency = offers, currency
        self.price, self.least = _prices(offers, currency, rates)
        self.groups, self.group_of = _groups(offers, reader)
        self.items: list[Item] = list({item.key: item for group in self.groups for item, _ in group}.values())
        place = {item.key: number for number, item in enumerate(self.items)}
        self.starts = (
            np.cumsum([0, *(len(group) for group in self.groups)][:-1], dtype=np.int64)
            if self.groups
            else np.zeros(0, np.int64)
        )
        self.cell_item = np.array([place[item.key] for group in self.groups for item, _ in group], dtype=np.int64)
        self.cell_qty = np.array([n for group in self.groups for _, n in group], dtype=np.float64)
        self._filled = np.array([len(group) > 0 for group in self.groups], dtype=np.bool_)
        self._order = np.lexsort((self.price, self.group_of))
        self._bounds = np.searchsorted(self.group_of[self._order], np.arange(len(self.groups) + 1))
        self._alone: dict[str, int] | None = None
        self._columns: dict[Hashable, tuple[NDArray[np.bool_], Columns]] = {}

    def columns(self, target: Target) -> tuple[NDArray[np.bool_], Columns]:
        """Which offers the target lets be bought, and the columns of them; remembered for targets of the same taste."""
        taste = (
            target.country,
            target.pickup_radius_km,
            target.conditions,
            target.leave_out_marketplaces,
            target.leave_out_sellers,
            target.leave_out_flags,
        )
        if taste not in self._columns:
            tested = (is_eligible(offer, target) for offer in self.offers)
            eligible = np.fromiter(tested, dtype=np.bool_, count=len(self.offers))
            self._columns[taste] = eligible, self._columns_of(eligible)
        return self._columns[taste]

    def _columns_of(self, eligible: NDArray[np.bool_]) -> Columns:
        rows: list[tuple[int, int, float, int]] = []
        for group, cost in enumerate(self._cheapest(eligible).tolist()):
            if cost == NEVER or not self.groups[group]:
                continue
            most = max(_MOST_TAKEN.get(item.category, 0) for item, _ in self.groups[group])
            if not most:
                rows.append((group, cost, np.inf, -1))
                continue
            members = self.members(group, eligible, most)
            rows += [(group, int(self.least[each]), self.offers[each].available, each) for each in members]
        table = list(zip(*rows, strict=True)) or [(), (), (), ()]
        group_of, cost_of, offer = (np.array(table[each], dtype=np.int64) for each in (0, 1, 3))
        return Columns(group_of, cost_of, np.array(table[2], dtype=np.float64), offer)

    def alone(self) -> dict[str, int]:
        """The least that each kind of part is asked for alone, in minor units."""
        if self._alone is None:
            best = np.full(len(self.groups), NEVER)
            np.minimum.at(best, self.group_of, self.price)
            self._alone = {}
            for group, price in zip(self.groups, best.tolist(), strict=True):
                if len(group) == 1 and group[0][1] == 1:
                    kind = group[0][0].kind
                    self._alone[kind] = min(price, self._alone.get(kind, price))
        return self._alone

    def per_group(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums over each group's cells; zero for a group that sells nothing of ours."""
        sums = np.zeros((len(self.groups), cells.shape[1]))
        if len(cells):
            sums[self._filled] = np.add.reduceat(cells, self.starts[self._filled], axis=0)
        return sums

    def _cheapest(self, eligible: NDArray[np.bool_]) -> Numbers:
        """The least that one unit of each group adds to a total; NEVER where nobody may sell it."""
        best = np.full(len(self.groups), NEVER)
        np.minimum.at(best, self.group_of[eligible], self.least[eligible])
        return best

    def members(self, group: int, eligible: NDArray[np.bool_], units: int) -> list[int]:
        """The offers of a group that an optimal machine may buy, cheapest first; it uses at most so many units.

        Beyond the cheapest offers of so many units only those are kept whose shared shipping could make them cheaper still.
        """
        there = self._order[self._bounds[group] : self._bounds[group + 1]]
        there = there[eligible[there]]
        kept: list[int] = []
        covered, dearest = 0, None
        for index in sorted(there.tolist(), key=lambda each: (self.price[each], self.offers[each].id)):
            if dearest is not None and self.least[index] > dearest:
                continue
            if dearest is not None and self.least[index] == self.price[index]:
                continue  # as dear at best, and it shares no shipping
            kept.append(index)
            covered += self.offers[index].available
            if covered >= units and dearest is None:
                dearest = self.price[index]
        return kept

    def lot(self, index: int, items: tuple[tuple[Item, int], ...]) -> Lot:
        """An offer as a lot of these items."""
        offer, price, least = self.offers[index], int(self.price[index]), int(self.least[index])
        return Lot(offer, items, price, price - least, offer.seller if least < price else None, offer.available)


def _prices(offers: Sequence[Offer], currency: str, rates: Rates | None) -> tuple[Numbers, Numbers]:
    """Price, and price without shared shipping, in minor units of one currency."""
    price = np.array([to_minor(offer.landed, currency, rates) for offer in offers], dtype=np.int64)
    shared = [
        to_minor(offer.shipping, currency, rates) if offer.shipping_shared and offer.shipping and offer.seller else 0
        for offer in offers
    ]
    return price, np.maximum(price - np.array(shared, dtype=np.int64), 0)


def _groups(offers: Sequence[Offer], reader: ItemReader) -> tuple[list[tuple[tuple[Item, int], ...]], Numbers]:
    """The different sets of items, and each offer's; what sells nothing of ours is in the group of no items."""
    known: dict[Hashable, int] = {}  # by what the offer says
    numbers: dict[tuple[tuple[str, int], ...], int] = {}  # by its items
    groups: list[tuple[tuple[Item, int], ...]] = []
    group_of = []
    for offer in offers:
        said = (*((part.part, part.qty, part.model) for part in offer.parts), *offer.facts.items())
        number = known.get(said)
        if number is None:
            items = reader.read(offer.parts, offer.facts)
            number = numbers.setdefault(tuple((item.key, n) for item, n in items), len(groups))
            if number == len(groups):
                groups.append(items)
            known[said] = number
        group_of.append(number)
    return groups, np.array(group_of, dtype=np.int64)
