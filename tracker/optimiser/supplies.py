"""What power a machine can have: how many watts each supply, or system, leaves for so many cards, and its stated leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.allowances import unit_price
from tracker.optimiser.bases import Bases
from tracker.optimiser.card_sums import CardSums
from tracker.optimiser.contents import or_any
from tracker.optimiser.items import Item
from tracker.optimiser.machine import BASE_WATTS, leads_of_16_pin
from tracker.optimiser.rules.power import is_server
from tracker.optimiser.rules.processor import may_assume

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]


def is_server_supply(psu: Item) -> bool:
    """Whether it feeds cards only, through a breakout board."""
    return is_server(psu.psu.is_server, psu.psu.needs_breakout)


def _is_as_good(one: Item, other: Item) -> bool:
    a, b = one.psu, other.psu
    leads = or_any(a.pcie8) >= or_any(b.pcie8) and (a.eps8 or 0) >= (b.eps8 or 0) and (a.eps8 != 0 or b.eps8 == 0)
    return leads and or_any(a.watts) >= or_any(b.watts)


@dataclass(frozen=True)
class Supplies:
    """Those on offer, each with its least price: for boards, and those that feed cards only, where a breakout board may be had."""

    boards: list[tuple[Item, float]]
    servers: list[tuple[Item, float]]

    @classmethod
    def of(cls, bases: Bases) -> "Supplies":
        """Whatever the bases' stock holds."""
        market, cells = bases.contents.market, bases.contents.cells(Category.PSU)
        least = np.full(len(market.items), np.inf)
        np.minimum.at(least, market.cell_item[cells], bases.share[cells])
        there = [(market.items[each], float(least[each])) for each in np.flatnonzero(np.isfinite(least)).tolist()]
        servers = [each for each in there if is_server_supply(each[0])] if may_assume(bases.target, "breakout") else []
        return cls([each for each in there if not is_server_supply(each[0])], servers)

    @cached_property
    def best(self) -> list[tuple[Item, float]]:
        """Those for boards than which none is cheaper and as good in all that feeds cards."""
        found: list[tuple[Item, float]] = []
        for psu, price in sorted(self.boards, key=lambda each: each[1]):
            if not any(_is_as_good(other, psu) for other, _ in found):
                found.append((psu, price))
        return found

    def ratings(self) -> list[int | None]:
        """Their watts, None where these are unknown."""
        return [psu.psu.watts for psu, _ in (*self.boards, *self.servers)]


@dataclass(frozen=True, slots=True)
class Sockets:
    """The least that each card wants of leads (EPS sockets as two through an adapter), and the most EPS sockets of one."""

    leads: int
    most_eps: int

    @classmethod
    def of(cls, cards: Sequence[Item]) -> "Sockets":
        """Those of any choice of these cards."""
        gpus = [(card, card.gpu) for card in cards]
        leads = [(g.pcie8 or 0) + leads_of_16_pin(c) + (g.pcie6 or 0) + 2 * (g.eps8 or 0) for c, g in gpus]
        return cls(min(leads, default=0), max((g.eps8 or 0 for _, g in gpus), default=0))


class Power:
    """For one target's cards: `counts` from none on, `later` of each (the cards that power is sized for)."""

    def __init__(self, target: Target, sums: CardSums, sockets: Sockets) -> None:
        self.target, self.sums, self.sockets = target, sums, sockets
        self.counts = np.arange(sums.most + 1)
        self.later = np.maximum(self.counts, target.later.gpus if target.later else 0)
        self.adapter = float(unit_price("eps-adapter", target)) if may_assume(target, "eps-adapter") else 0.0

    def steps(self, rating: float, rest: Steps | int, limit: float = np.inf) -> Steps:
        """By number of cards (and by watts of the rest): steps of watts that are left for the cards, from 1; 0 where none are."""
        left = np.minimum(100 * rating / self.target.headroom_percent - np.asarray(rest), limit)
        share = left[None, ...] * (self.counts / np.maximum(self.later, 1)).reshape(-1, *[1] * left.ndim)
        steps = np.floor(share / self.sums.step + 1e-9).astype(np.int64) + 1
        return np.where(left[None, ...] < 0, 0, np.clip(steps, 0, self.sums.steps + 1))

    def has_leads(self, pcie8: int, pcie6: int, spare: int) -> NDArray[np.bool_]:
        """By number of cards: whether the stated leads may do for them, now and later."""
        saved = 2 * np.minimum(spare, self.later * self.sockets.most_eps)
        return np.asarray(self.later * self.sockets.leads - saved - pcie6 <= pcie8)

    def saving(self, spare: int) -> Floats:
        """By number of cards: what spare EPS leads save in adapters at most."""
        return np.asarray(self.adapter * np.minimum(spare, self.counts * self.sockets.most_eps), dtype=np.float64)

    def of_supply(self, psu: Item, rest: Steps) -> tuple[Steps, Floats]:
        """A board's supply: the steps left by number of cards and watts of the processors, and what its leads save."""
        facts, spare = psu.psu, max(0, (psu.psu.eps8 or 0) - 1)
        steps = self.steps(or_any(facts.watts), rest + BASE_WATTS)
        if facts.eps8 == 0 or or_any(facts.watts) < self.target.psu_watts:
            steps = np.zeros_like(steps)
        return np.where(self.has_leads(or_any(facts.pcie8), 0, spare)[:, None], steps, 0), self.saving(spare)

    def feeds_board(self, psu: Item, rest: Steps) -> NDArray[np.bool_]:
        """By watts of the processors: whether the supply feeds the board alone, beside a server supply."""
        watts = or_any(psu.psu.watts)
        enough = 100 * watts >= self.target.headroom_percent * (rest + BASE_WATTS)
        return np.asarray(enough & (psu.psu.eps8 != 0) & (watts >= self.target.psu_watts))
