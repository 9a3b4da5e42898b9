"""The choices of cards that a machine may hold, by cost: of those that are better than any other in something.

Cards are one kind where they agree in all that the sums know. Amounts and watts are exact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, gcd
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tracker.domain.target import Target
from tracker.optimiser.allowances import unit_price
from tracker.optimiser.items import Item
from tracker.optimiser.machine import FAN_WATTS, is_wide
from tracker.optimiser.rules.cards import is_wanted, merit_of, milli
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.shares import Within

Floats = NDArray[np.float64]
COST, WATTS, AMOUNT, COUNT, WIDE, SHOWS = range(6)  # columns of choices: of all their cards together
_MOST_STEPS, _STEP = 128, 10
_CHUNK = 256  # choices that are looked up at once


@dataclass(frozen=True, slots=True)
class CardKind:
    """What the sums know of a card: W, whether it wants a fan, its EPS sockets, whether it shows a picture, its amount, its width."""

    watts: int
    is_passive: bool
    eps8: int
    shows: bool
    amount: int
    is_wide: bool


def usable_cards(items: Sequence[Item], target: Target, merit: int) -> list[Item]:
    """Those that an answer of so much merit may hold.

    Where the number of cards is known, each must bring its share; else each must bring something, if but a picture.
    """
    usable = [card for card in items if is_usable_card(card, target)]
    if target.gpus is None and _is_asked(target, merit):
        usable = [card for card in usable if _brings_anything(card, target, merit)]
    for amount, wanted in _asked(target, merit):
        best = max((amount(card) for card in usable), default=0)
        others = (target.gpus - 1) * best if target.gpus is not None else wanted
        usable = [card for card in usable if amount(card) + others >= wanted]
    return usable


def _is_asked(target: Target, merit: int) -> bool:
    return any(wanted for _, wanted in _asked(target, merit))


def _brings_anything(card: Item, target: Target, merit: int) -> bool:
    """Whether a machine may be better with the card than without."""
    shows = card.gpu.has_display_output
    may_show = target.display != "headless" and (shows is True or (shows is None and target.display == "required"))
    return may_show or any(amount(card) for amount, _ in _asked(target, merit))


def _asked(target: Target, merit: int) -> list[tuple[Callable[[Item], int], int]]:
    """What is asked of all cards together, in thousandths; the sums hold the first."""
    wants: list[tuple[Callable[[Item], int], int]] = [
        (lambda card: merit_of(card, target), merit),
        (lambda card: milli(card.gpu.vram_gb or 0), milli(target.vram_gb)),
        (lambda card: milli(target.speeds.get(card.part, 0)), milli(target.least_speed)),
    ]
    return [(amount, wanted) for amount, wanted in wants if wanted] or wants[:1]


def is_usable_card(card: Item, target: Target) -> bool:
    """Whether a card alone breaks no rule."""
    gpu = card.gpu
    if not is_wanted(card, target) or (gpu.sxm is True and "sxm-carrier" not in target.owned_allowances):
        return False
    return not (target.blower_only and gpu.blower is False and gpu.passive is not True)


@dataclass(frozen=True, slots=True)
class Room:
    """What there is at most for cards: cost with their allowances, and watts, infinite where a supply's are unknown."""

    cost: float
    watts: float
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """What a unit of cost, a watt and a card's place are worth at most of what is asked, and what that makes for a room in all.

    Any cards that are there give at most what they cost, draw and take of places: so no choice adds up to more.
    """

    each: Floats
    most: float

    @classmethod
    def of(cls, columns: Floats, room: Room, places: int) -> Self:
        """The least `most` of a grid of values, given whatever cards come at (cost, watts, amount, number)."""
        cost, watts, amount, number = columns.T
        if not len(columns) or room.cost == np.inf:
            return cls(np.zeros(3), np.inf)
        scale = np.append(0, np.geomspace(1, 1 / 256, 25))
        per_cost, per_watt = (scale * (amount / np.maximum(each, 1)).max() for each in (cost, watts))
        if not room.is_sure:
            per_watt = per_watt[:1]
        left = amount - per_cost[:, None, None] * cost - per_watt[:, None] * watts
        per_card = np.maximum(0, (left / number).max(axis=2))
        most = per_cost[:, None] * room.cost + per_card * places
        if room.is_sure:
            most = most + per_watt * room.watts
        at = np.unravel_index(most.argmin(), most.shape)
        return cls(np.array([per_cost[at[0]], per_watt[at[1]], per_card[at]]), float(most[at]))

    def enough(self, choices: Floats, least: int) -> Floats:
        """The choices in machines that may come to at least so much."""
        if self.most == np.inf:
            return choices
        most = self.most + choices[:, AMOUNT] - choices[:, (COST, WATTS, COUNT)] @ self.each
        return choices[most >= least - 1]  # one for rounding


class CardSums:
    """The choices for one target: of at most `most` cards, of `room.cost` with their allowances, amounts up to what is `wanted`.

    `merit` is what is asked at most of what the target maximises. Power comes in `steps` of `step` W.
    """

    def __init__(
        self, cards: Sequence[Item], target: Target, merit: int, most: int, room: Room, within: Within
    ) -> None:
        self.target, self.most, self.room, self.within = target, most, room, within
        self.counts = [n for n in range(1, most + 1) if target.gpus in (None, n)]
        self._amount, self.wanted = _asked(target, merit)[0]
        kinds = {card.key: self._kind(card) for card in cards}
        self.kinds = list(dict.fromkeys(kinds.values()))
        self.kind_of = {key: self.kinds.index(kind) for key, kind in kinds.items()}
        watts = [kind.watts for kind in self.kinds]
        common = gcd(*watts, *(kind.watts + FAN_WATTS for kind in self.kinds if kind.is_passive)) or 1
        self.step = common if most * max(watts, default=0) <= common * _MOST_STEPS else _STEP
        # The last step stands for so many watts and more: no supply that is known gives them.
        self.steps = ceil(min(most * (max(watts, default=0) + FAN_WATTS), room.watts + self.step) / self.step)

    def _kind(self, card: Item) -> CardKind:
        gpu = card.gpu
        amount = min(self._amount(card), self.wanted)
        return CardKind(
            gpu.tdp_w or 0, gpu.passive is True, gpu.eps8 or 0, gpu.has_display_output is True, amount, is_wide(card)
        )

    def allowances(self, kind: CardKind, *, blows: bool) -> float:
        """What a card of the kind costs in allowances; infinite where it may not be used."""
        target, cost = self.target, 0.0
        if kind.is_passive and not blows:
            cost += unit_price("shroud", target) if may_assume(target, "shroud") else np.inf
        return cost + (kind.eps8 * unit_price("eps-adapter", target) if may_assume(target, "eps-adapter") else 0)

    def watts(self, kind: CardKind, *, blows: bool) -> int:
        """The card's watts and its fan's."""
        return kind.watts + (FAN_WATTS if kind.is_passive and not blows else 0)

    def worth(self, prices: Sequence[Floats], own: Floats) -> Worth:
        """What cost, watts and places are worth at most, where cards come at these prices or with bases (as columns)."""
        rows = [own]
        for kind, price in zip(self.kinds, prices, strict=True):
            n = np.flatnonzero(np.isfinite(price[1:])) + 1
            rows.append(np.stack([price[n], n * kind.watts, n * kind.amount, n], axis=1))
        return Worth.of(np.concatenate(rows), self.room, self.most)

    def choices(self, prices: Sequence[Floats], worth: Worth, least: int, *, blows: bool) -> Floats:
        """All choices worth while for at least so much; `prices` are of each kind the least for so many cards, from none on."""
        found, looked_at = np.zeros((1, SHOWS + 1)), _CHUNK
        for each in self._undominated(np.array(prices), blows=blows):
            self.within.check_time()
            price = prices[each]
            buyable = np.flatnonzero(np.isfinite(price[1:]) & (price[1:] <= self.room.cost)) + 1
            more = [self.plus(found, self.kinds[each], n, price[n], blows=blows) for n in buyable.tolist()]
            found = np.concatenate([found, *(worth.enough(choices, least) for choices in more)])
            if len(found) > looked_at:
                found = best(found)
                looked_at = max(_CHUNK, 2 * len(found))
        return best(found)

    def plus(self, choices: Floats, kind: CardKind, n: int, price: float, *, blows: bool) -> Floats:
        """Those that so many more cards of a kind leave room for, with these at a price and their allowances."""
        if not n:
            return choices
        cost = price + n * self.allowances(kind, blows=blows)
        watts = n * self.watts(kind, blows=blows)
        more = choices[(choices[:, COUNT] <= self.most - n) & (choices[:, COST] + cost <= self.room.cost)]
        more += (cost, watts, n * kind.amount, n, n * kind.is_wide, 0)
        more[:, AMOUNT] = np.minimum(more[:, AMOUNT], self.wanted)
        more[:, WATTS] = np.minimum(more[:, WATTS], self.steps * self.step)
        if kind.shows:
            more[:, SHOWS] = 1
        return more

    def places(self, choices: Floats) -> tuple[NDArray[np.int64], ...]:
        """Where choices stand in tables by shows a picture, number of cards, steps of watts."""
        return tuple(choices[:, (SHOWS, COUNT, WATTS)].astype(np.int64).T // ((1,), (1,), (self.step,)))

    def table(self, choices: Floats, amount: int, room: int) -> Floats:
        """The least cost of so much with so many wide cards at most, by shows a picture, number of cards, steps of watts."""
        found = np.full((2, self.most + 1, self.steps + 1), np.inf)
        fitting = choices[(choices[:, AMOUNT] >= amount) & (choices[:, WIDE] <= room)]
        np.minimum.at(found, self.places(fitting), fitting[:, COST])
        return found

    def _undominated(self, prices: Floats, *, blows: bool) -> list[int]:
        """The kinds, those first that give most for their price; without those in whose place more of another do as well.

        That is in any machine, and at no higher cost.
        """
        each = np.array([self.allowances(kind, blows=blows) for kind in self.kinds])[:, None]
        costs = prices.copy()
        costs[:, 1:] += each * np.arange(1, self.most + 1)
        dearest = np.full_like(costs, -np.inf)  # of so many more, however many there are
        with np.errstate(invalid="ignore"):
            for n in range(1, self.most + 1):
                more = costs[:, n:] - costs[:, : self.most + 1 - n]
                dearest[:, n] = np.where(np.isnan(more), np.inf, more).max(axis=1)
        facts = np.array([(-self.watts(k, blows=blows), k.shows, k.amount, not k.is_wide) for k in self.kinds])
        as_good: NDArray[np.bool_] = np.all(facts[:, None] >= facts[None], axis=2)
        as_good &= np.all(dearest[:, None] <= costs[None], axis=2)
        in_order = np.arange(len(facts))[:, None] < np.arange(len(facts))  # of two that are alike the first
        left = np.flatnonzero(~(as_good & (in_order | ~as_good.T)).any(axis=0))
        worth = facts[left, 2] / np.maximum(costs[left, 1], 1)
        return [int(each) for each in left[np.argsort(-worth, kind="stable")]]


def best(choices: Floats) -> Floats:
    """Without those than which another of as many cards is as good in all: of the same cost and facts one is left.

    Cheap ones first, each is held against the least watts so far of as many cards, no wider, that show as much and have
    as much.
    """
    choices = choices[np.lexsort((choices * (1, 1, -1, 1, 1, -1)).T[[SHOWS, WIDE, AMOUNT, WATTS, COST]])]
    amounts, level = np.unique(choices[:, AMOUNT], return_inverse=True)
    number, wide, shows = choices[:, (COUNT, WIDE, SHOWS)].astype(np.int64).T
    least = np.full((number.max(initial=0) + 1, wide.max(initial=0) + 1, 2, len(amounts)), np.inf)
    watts, kept = choices[:, WATTS], []
    for first in range(0, len(choices), _CHUNK):
        each = slice(first, first + _CHUNK)
        places = number[each], wide[each], shows[each], level[each]
        left = np.flatnonzero(watts[each] < least[places])
        for n, w, s, a, place in zip(*(row[left].tolist() for row in places), (left + first).tolist(), strict=True):
            if watts[place] < least[n, w, s, a]:
                kept.append(place)
                beaten = least[n, w:, : s + 1, : a + 1]
                np.minimum(beaten, watts[place], out=beaten)
    return choices[kept]
