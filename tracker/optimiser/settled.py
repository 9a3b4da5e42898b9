"""What cards, and the power for them, cost at least on each base, in several cases: each has something settled and paid."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.allowances import unit_price
from tracker.optimiser.bases import Bases
from tracker.optimiser.card_sums import CardSums
from tracker.optimiser.contents import or_any
from tracker.optimiser.items import Item
from tracker.optimiser.machine import BASE_WATTS, is_wide
from tracker.optimiser.problem import BIG
from tracker.optimiser.rules.cards import lanes_of
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.shares import Stock, least_for, lots_by_sort
from tracker.optimiser.supplies import Power, Sockets, is_server_supply

Floats = NDArray[np.float64]
PLAIN, CARDS, POWER, BOTH = 0, 1, 2, 3  # nothing is settled; all cards; the power; both; after these one a lot of cards
_FACTS = ("most", "switch", "shows", "system", "watts", "limit", "eps8", "pcie8", "pcie6", "blows")


class Settled:
    """The cards of a target over its bases, for any amount of what is asked up to the `merit` given."""

    def __init__(self, bases: Bases, target: Target, stock: Stock, merit: int) -> None:
        self.bases, self.target = bases, target
        supplies = self._supplies()
        self.board_supplies = [(psu, price) for psu, price in supplies if not is_server_supply(psu)]
        may_break_out = may_assume(target, "breakout")
        self.server_supplies = [(psu, price) for psu, price in supplies if may_break_out and is_server_supply(psu)]
        self.rests, self.rest_of = np.unique(bases.rests, return_inverse=True)
        self.later = target.later.gpus if target.later else 0
        self.lanes = min((lanes_of(card, target) for card in bases.cards), default=0)
        self._profiles()
        most = int(min(max(self.facts[:, 0], default=0), MOST_CARDS))
        self.sums = CardSums(bases.cards, target, merit, most, self._capacity())
        self.power = Power(target, self.sums, Sockets.of(bases.cards))
        self._lots(stock)
        costs = [least_for(self.lots.get(n, []), most) for n in range(len(self.sums.kinds))]
        blowing = (False, True) if self.facts[:, -1].any() else (False,)
        self.tables = [self.sums.table(costs, blows=blows) for blows in blowing]
        self.unfed = np.minimum.reduce([table.min(axis=(0, 2)) for table in self.tables])
        self.breakout = float(unit_price("breakout", target))

    def _supplies(self) -> list[tuple[Item, float]]:
        """Every power supply on offer with its least price."""
        bases, market = self.bases, self.bases.contents.market
        cells = bases.contents.cells(Category.PSU)
        least = np.full(len(market.items), np.inf)
        np.minimum.at(least, market.cell_item[cells], bases.share[cells])
        return [(market.items[each], float(least[each])) for each in np.flatnonzero(np.isfinite(least)).tolist()]

    def _profiles(self) -> None:
        """What of a host matters to the cards: `facts` of each profile, and each host's `profile`."""
        host, cards = self.bases.contents.host, self.bases.cards
        most = np.full(len(host["slots"]), 0)
        for n in [self.target.gpus] if self.target.gpus else range(1, MOST_CARDS + 1):
            fits = host["slots"] >= max(n, self.later)
            if all(is_wide(card) for card in cards):
                fits &= host["wide"] >= max(n, self.later)
            if all(card.gpu.needs_above_4g is True for card in cards):
                fits &= host["decodes"] > 0
            most[fits] = n
        table = np.stack([most, *(host[name] for name in _FACTS[1:])], axis=1)
        known, profile = np.unique(table, axis=0, return_inverse=True)
        self.facts, self.profile = known.reshape(-1, len(_FACTS)), profile.reshape(-1).astype(np.int64)
        self.is_there = np.zeros(len(self.facts), np.bool_)
        self.is_there[self.profile[np.isfinite(self.bases.cheapest)]] = True

    def _capacity(self) -> float:
        """The most watts that anything known leaves for cards; more than these are all the same."""
        supplies = [*self.board_supplies, *self.server_supplies]
        ratings = [psu.psu.watts for psu, _ in supplies if psu.psu.watts is not None]
        system = self.facts[:, _FACTS.index("watts")]
        ratings += [int(each) for each in system if each < BIG]
        return 100 * max(ratings, default=0) / self.target.headroom_percent

    def _lots(self, stock: Stock) -> None:
        """Of each kind of card the lots that a machine may have use for, as (cards, price) each."""
        bases, contents, market = self.bases, self.bases.contents, self.bases.contents.market
        kind = np.array([self.sums.kind_of.get(item.key, -1) for item in market.items], np.int64)
        cells = contents.cells(Category.GPU)
        cells = cells[np.isfinite(bases.share[cells]) & (kind[market.cell_item[cells]] >= 0)]
        self.card_cells, self.card_kind = cells, kind[market.cell_item[cells]]
        self.card_size = np.minimum(market.cell_qty[cells], max(1, self.sums.most))
        self.lots = lots_by_sort(market, stock, bases.share, cells, self.card_kind, self.card_size, self.sums.most)

    def cases(self, level: int, groups: NDArray[np.int64] | None = None) -> Floats:
        """Every case, for so many levels of what is asked; of lots of cards only those of some groups, if given."""
        market = self.bases.contents.market
        of_interest = np.isin(market.cell_group[self.card_cells], groups) if groups is not None else slice(None)
        kinds, sizes = self.card_kind[of_interest].tolist(), self.card_size[of_interest].tolist()
        self.shapes = sorted({*zip(kinds, sizes, strict=True)})
        return self._cases([self._cards_of(level, blows=blows) for blows in range(len(self.tables))])

    def beside(self, level: int) -> Floats:
        """By the case of what comes with the base, and of a lot bought beside it: what the cards that lack still cost at least.

        Whatever feeds them. PLAIN is a lot without cards; where what there is is not known to the sums, nothing lacks.
        """
        cases = BOTH + 1 + len(self.shapes)
        found = np.zeros((cases, cases))
        most, wanted = self.sums.most, np.arange(self.sums.wanted + 1)
        lacking = np.full((most + 1, len(wanted)), np.inf)  # by how many are there, and the levels that lack
        for there in range(most + 1):
            counts = [n - there for n in self.sums.counts if n >= there]
            lacking[there] = self.unfed[counts].min(axis=0, initial=np.inf)
        sizes = np.array([0, *(size for _, size in self.shapes)])
        levels = np.array([0, *(self.sums.kinds[kind].levels for kind, _ in self.shapes)])
        columns = np.array([PLAIN, *range(BOTH + 1, cases)])
        for number, (kind, size) in enumerate(self.shapes):
            best = np.full(len(sizes), np.inf)
            for own, more in product(range(1, size + 1), range(int(sizes.max()) + 1)):
                if own + more > most:
                    continue
                left = np.maximum(0, level - own * self.sums.kinds[kind].levels - more * levels)
                best = np.where(more <= sizes, np.minimum(best, lacking[own + more, left]), best)
            found[BOTH + 1 + number, columns] = best
        return found

    def _counted(self, sums: Floats) -> Floats:
        """Only numbers of cards that the target allows."""
        sums = sums.copy()
        sums[:, [n for n in range(sums.shape[1]) if n not in self.sums.counts]] = np.inf
        return sums

    def _padded(self, sums: Floats) -> Floats:
        """The least up to so many steps of watts; at place 0 stands that there is no power at all."""
        least = np.minimum.accumulate(sums, axis=-1)
        return np.concatenate([np.full((*least.shape[:-1], 1), np.inf), least], axis=-1)

    def _cards_of(self, level: int, *, blows: int) -> Floats:
        """What cards cost by case, shows a picture, number, steps of watts."""
        table, sums = self.tables[blows], self.sums
        plain = table[..., level]
        free = np.full_like(plain, np.inf)
        free[1, :, 0] = 0
        found = [plain, free, plain, free]
        for kind_of, size in self.shapes:
            kind = sums.kinds[kind_of]
            own = [
                sums.shifted(table[..., max(0, level - n * kind.levels)], kind, n, blows=bool(blows))
                for n in range(1, size + 1)
            ]
            found.append(np.minimum.reduce(own))
        return np.stack([self._padded(self._counted(each)) for each in found])

    def _cases(self, cards: Sequence[Floats]) -> Floats:
        """The least cost by case, profile and sort of processors."""
        boards = self._on_boards(cards[0])
        return self._by_profile(
            len(cards[0]), lambda fact: boards if not fact["system"] else self._in_system(cards, fact)
        )

    def _by_profile(self, cases: int, powered: Callable[[dict[str, int]], Floats | None]) -> Floats:
        """Cost by case, profile, sort, out of the cost by case, shows a picture, number of cards and watts of the rest."""
        found = np.full((cases, len(self.facts), len(self.bases.rests)), np.inf)
        for number, row in enumerate(self.facts.tolist()):
            fact = dict(zip(_FACTS, row, strict=True))
            costs = powered(fact) if fact["most"] and self.is_there[number] else None
            if costs is not None:
                found[:, number] = self._placed(costs, fact)
        return found

    def _placed(self, costs: Floats, fact: dict[str, int]) -> Floats:
        """With the picture, in as many slots as there are, on lanes enough."""
        bases, target = self.bases, self.target
        pays = target.display == "allowance" and may_assume(target, "display-card") and not fact["shows"]
        picture = float(unit_price("display-card", target)) if pays else 0.0
        shown, dark = costs.min(axis=1), np.minimum(costs[:, 0] + picture, costs[:, 1])
        by_sort = np.where(bases.shows, shown[:, :, self.rest_of], dark[:, :, self.rest_of])
        lanes = self.power.later * self.lanes
        may = (self.power.counts <= fact["most"])[:, None] & ((lanes[:, None] <= bases.lanes) | bool(fact["switch"]))
        return np.asarray(np.where(may, by_sort, np.inf).min(axis=1))

    def _on_boards(self, cards: Floats) -> Floats:
        """Cost by case, shows, number and watts of the rest: each supply in turn, alone or beside a server supply."""
        found = np.full((*cards.shape[:3], len(self.rests)), np.inf)
        for psu, price in self.board_supplies:
            steps, saving = self.power.of_supply(psu, self.rests)
            np.minimum(found, _taken(cards, steps) + (price - saving[:, None]), out=found)
        np.minimum(found, self._beside(cards) + self._feeding(), out=found)
        if len(cards) > BOTH:
            found[POWER], found[BOTH] = cards[POWER, :, :, -1:], cards[BOTH, :, :, -1:]
        return found

    def _feeding(self) -> Floats:
        """The least that a supply costs which feeds the board alone, by watts of the rest."""
        costs = [np.where(self.power.feeds_board(psu, self.rests), price, np.inf) for psu, price in self.board_supplies]
        return np.minimum.reduce(costs) if costs else np.full(len(self.rests), np.inf)

    def _beside(self, cards: Floats) -> Floats:
        """What cards cost that a server supply feeds, with the supply and its breakout board; not what feeds the board."""
        found = np.full((*cards.shape[:3], 1), np.inf)
        for aux, price in self.server_supplies:
            steps = self.power.steps(or_any(aux.psu.watts), np.zeros(1, np.int64))
            np.minimum(found, _taken(cards, steps) + (price + self.breakout), out=found)
        return found

    def _in_system(self, cards: Sequence[Floats], fact: dict[str, int]) -> Floats:
        """The same in a system: on its own supply, or on a server supply beside."""
        table = cards[-1 if fact["blows"] else 0]
        steps = self.power.steps(fact["watts"], self.rests + BASE_WATTS, fact["limit"])
        has_leads = self.power.has_leads(fact["pcie8"], fact["pcie6"], fact["eps8"])
        saving = self.power.saving(fact["eps8"])[:, None]
        found = _taken(table, np.where(has_leads[:, None], steps, 0)) - saving
        found = np.minimum(found, self._beside(table) + self._starts(fact))
        if len(table) > BOTH:
            found[POWER], found[BOTH] = table[POWER, :, :, -1:], table[BOTH, :, :, -1:]
        return np.asarray(found)

    def _starts(self, fact: dict[str, int]) -> Floats:
        """Nothing where a system's own supply feeds all but the cards, by watts of the rest."""
        enough = 100 * fact["watts"] >= self.target.headroom_percent * (self.rests + BASE_WATTS)
        return np.where(enough, 0.0, np.inf)

    def with_supply(self, level: int, bases: Floats) -> dict[str, float]:
        """By a supply's key: what a machine that has it costs at least beside it, given the bases by profile and sort."""
        cards = [self._padded(self._counted(table[..., level]))[None] for table in self.tables]
        aside, none = self._beside(cards[0]), np.zeros(1, np.int64)
        fed = [self._fed(psu, cards[0], aside) for psu, _ in self.board_supplies]
        served = [self.power.steps(or_any(aux.psu.watts), none) for aux, _ in self.server_supplies]
        given = [np.concatenate([_taken(each, steps) for steps in served]) + self.breakout for each in cards if served]
        found = self._least_with(fed, bases, lambda fact: None if fact["system"] else np.concatenate(fed))
        found += self._least_with(
            served,
            bases,
            lambda fact: (
                given[-1 if fact["blows"] else 0] + self._starts(fact) if fact["system"] else given[0] + self._feeding()
            ),
        )
        keys = [psu.key for psu, _ in (*self.board_supplies, *self.server_supplies)]
        return dict(zip(keys, found, strict=True))

    def _fed(self, psu: Item, cards: Floats, aside: Floats) -> Floats:
        """Cards that a board's supply feeds, or that a server supply feeds beside it."""
        steps, saving = self.power.of_supply(psu, self.rests)
        board = np.where(self.power.feeds_board(psu, self.rests), 0.0, np.inf)
        return np.minimum(_taken(cards, steps) - saving[:, None], aside + board)

    def _least_with(
        self, supplies: Sequence[object], bases: Floats, powered: Callable[[dict[str, int]], Floats | None]
    ) -> list[float]:
        if not supplies:
            return []
        costs = self._by_profile(len(supplies), powered)
        return [float(each) for each in (costs + bases).min(axis=(1, 2))]


def _taken(cards: Floats, steps: NDArray[np.int64]) -> Floats:
    """Costs by case, shows, number and steps of watts, at the steps that are there by number and watts of the rest."""
    return np.asarray(cards[:, :, np.arange(cards.shape[2])[:, None], steps])
