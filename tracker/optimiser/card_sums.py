"""What the cards of a machine cost at least: for every number of them, watts, and amount of what is asked of them.

A table of sums over kinds of cards. Cards are one kind where they agree in all that the table knows; an amount is in
levels of `unit` and rounded up, watts in steps of `step` and rounded down: the sums are never too dear.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, gcd

import numpy as np
from numpy.typing import NDArray

from tracker.domain.target import Target
from tracker.optimiser.allowances import unit_price
from tracker.optimiser.items import Item
from tracker.optimiser.machine import FAN_WATTS, is_wide
from tracker.optimiser.rules.cards import is_wanted, merit_of, milli
from tracker.optimiser.rules.processor import may_assume

Floats = NDArray[np.float64]
_MOST_LEVELS, _MOST_STEPS, _STEP = 360, 40, 20


@dataclass(frozen=True, slots=True)
class CardKind:
    """What the sums know of a card: W, whether it wants a fan, its EPS sockets, whether it shows a picture, its levels, its width."""

    watts: int
    is_passive: bool
    eps8: int
    shows: bool
    levels: int
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


class CardSums:
    """The table for one target: `wanted` levels and `most` cards. `merit` is what is asked at most of what it maximises."""

    def __init__(self, cards: Sequence[Item], target: Target, merit: int, most: int, capacity: float) -> None:
        self.limit = target.budget.minor if target.budget else np.inf
        self.target, self.most = target, most
        self.counts = [n for n in range(1, most + 1) if target.gpus in (None, n)]
        self._amount, wanted = _asked(target, merit)[0]
        self.unit = self._unit(cards, wanted)
        self.wanted = ceil(wanted / self.unit)
        kinds = {card.key: self._kind(card) for card in cards}
        self.kinds = list(dict.fromkeys(kinds.values()))
        self.kind_of = {key: self.kinds.index(kind) for key, kind in kinds.items()}
        watts = [kind.watts for kind in self.kinds]
        common = gcd(*watts, *(kind.watts + FAN_WATTS for kind in self.kinds if kind.is_passive)) or 1
        self.step = common if most * max(watts, default=0) <= common * _MOST_STEPS else _STEP
        # The last step stands for so many watts and more: no supply that is known gives them.
        self.steps = ceil(min(most * (max(watts, default=0) + FAN_WATTS), capacity + self.step) / self.step)

    def _unit(self, cards: Sequence[Item], wanted: int) -> int:
        common = gcd(*(self._amount(card) for card in cards)) or 1
        return max(common, ceil(wanted / _MOST_LEVELS))

    def _kind(self, card: Item) -> CardKind:
        gpu = card.gpu
        levels = min(ceil(self._amount(card) / self.unit), self.wanted)
        return CardKind(
            gpu.tdp_w or 0, gpu.passive is True, gpu.eps8 or 0, gpu.has_display_output is True, levels, is_wide(card)
        )

    def allowances(self, kind: CardKind, *, blows: bool) -> float:
        """What a card of the kind costs in allowances; infinite where it may not be used."""
        target, cost = self.target, 0.0
        if kind.is_passive and not blows:
            cost += unit_price("shroud", target) if may_assume(target, "shroud") else np.inf
        return cost + (kind.eps8 * unit_price("eps-adapter", target) if may_assume(target, "eps-adapter") else 0)

    def watts(self, kind: CardKind, *, blows: bool) -> int:
        """The card's watts and its fan's, in whole steps."""
        return (kind.watts + (FAN_WATTS if kind.is_passive and not blows else 0)) // self.step

    def tables(self, prices: Sequence[Floats], rooms: Sequence[int], *, blows: bool) -> list[Floats]:
        """For every number of wide cards that there may be room for, a table.

        It holds the least cost by (shows a picture, number of cards, steps of watts, levels at least). `prices` are of each
        kind the least for so many cards, from none on.
        """
        sums = np.full((2, self.most + 1, self.steps + 1, self.wanted + 1), np.inf)
        sums[0, 0, 0, 0] = 0
        kinds = self._undominated(np.array(prices), blows=blows)
        for each in kinds:
            if self.kinds[each].is_wide:
                self._add(sums, self.kinds[each], prices[each], blows=blows)
        found = []
        for room in rooms:
            few = sums.copy()
            few[:, room + 1 :] = np.inf
            for each in kinds:
                if not self.kinds[each].is_wide:
                    self._add(few, self.kinds[each], prices[each], blows=blows)
            found.append(few)
        return found

    def _undominated(self, prices: Floats, *, blows: bool) -> list[int]:
        """Without the kinds in whose place more of another would do as well in any machine, and cost no more."""
        each = np.array([self.allowances(kind, blows=blows) for kind in self.kinds])[:, None]
        costs = prices.copy()
        costs[:, 1:] += each * np.arange(1, self.most + 1)
        dearest = np.full_like(costs, -np.inf)  # of so many more, however many there are
        with np.errstate(invalid="ignore"):
            for n in range(1, self.most + 1):
                more = costs[:, n:] - costs[:, : self.most + 1 - n]
                dearest[:, n] = np.where(np.isnan(more), np.inf, more).max(axis=1)
        facts = np.array([(-self.watts(k, blows=blows), k.shows, k.levels, not k.is_wide) for k in self.kinds])
        as_good: NDArray[np.bool_] = np.all(facts[:, None] >= facts[None], axis=2)
        as_good &= np.all(dearest[:, None] <= costs[None], axis=2)
        in_order = np.arange(len(facts))[:, None] < np.arange(len(facts))  # of two that are alike the first
        return np.flatnonzero(~(as_good & (in_order | ~as_good.T)).any(axis=0)).tolist()

    def _add(self, sums: Floats, kind: CardKind, price: Floats, *, blows: bool) -> None:
        """Any number of a kind besides what the sums hold."""
        before = sums.min(axis=0, keepdims=True) if kind.shows else sums.copy()
        for n in np.flatnonzero(np.isfinite(price[1:]) & (price[1:] <= self.limit)) + 1:
            levels = min(int(n) * kind.levels, self.wanted)
            for place, more in self.moved(sums, before, kind, int(n), blows=blows):
                costs = more + price[n]
                np.minimum(place[..., levels:], costs[..., : self.wanted + 1 - levels], out=place[..., levels:])
                np.minimum(place[..., :levels], costs[..., :1], out=place[..., :levels])

    def moved(
        self, sums: Floats, before: Floats, kind: CardKind, n: int, *, blows: bool
    ) -> list[tuple[Floats, Floats]]:
        """Where so many more cards of a kind lead, and what that comes to with their allowances; their price and levels left out."""
        watts = min(n * self.watts(kind, blows=blows), self.steps)
        within = self.steps - watts
        place = sums[1:] if kind.shows else sums
        more = before[:, : self.most + 1 - n] + n * self.allowances(kind, blows=blows)
        return [(place[:, n:, watts:-1], more[:, :, :within]), (place[:, n:, -1], more[:, :, within:].min(axis=2))]

    def shifted(self, sums: Floats, kind: CardKind, n: int, *, blows: bool) -> Floats:
        """The sums, of one amount, with so many more cards of a kind that come for nothing but their allowances."""
        shifted = np.full_like(sums, np.inf)
        before = sums.min(axis=0, keepdims=True) if kind.shows else sums
        for place, more in self.moved(shifted, before, kind, n, blows=blows):
            np.minimum(place, more, out=place)
        return shifted
