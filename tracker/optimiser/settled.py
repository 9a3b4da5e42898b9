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
from tracker.optimiser.feeding import Feeding
from tracker.optimiser.profiles import Profile, Profiles
from tracker.optimiser.rules.cards import lanes_of
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.shares import Stock, least_for, lots_by_sort
from tracker.optimiser.supplies import Power, Sockets, Supplies

Floats = NDArray[np.float64]
PLAIN, CARDS, POWER, BOTH = 0, 1, 2, 3  # nothing is settled; all cards; the power; both; after these one a lot of cards


class Settled:
    """The cards of a target over its bases, for any amount of what is asked up to the `merit` given."""

    def __init__(self, bases: Bases, target: Target, stock: Stock, merit: int) -> None:
        self.bases, self.target = bases, target
        self.profiles, supplies = Profiles(bases), Supplies.of(bases)
        # More watts than anything known leaves for cards are all the same.
        capacity = 100 * max(*supplies.ratings(), *self.profiles.ratings(), 0, 0) / target.headroom_percent
        self.sums = CardSums(bases.cards, target, merit, min(self.profiles.most, MOST_CARDS), capacity)
        self.power = Power(target, self.sums, Sockets.of(bases.cards))
        rests, self.rest_of = np.unique(bases.processors.rests, return_inverse=True)
        self.feeding = Feeding(supplies, self.power, rests)
        self.lanes = min((lanes_of(card, target) for card in bases.cards), default=0)
        self._lots(stock)
        costs = [least_for(self.lots.get(n, []), self.sums.most) for n in range(len(self.sums.kinds))]
        blowing = (False, True) if self.profiles.blows else (False,)
        self.tables = [self.sums.table(costs, blows=blows) for blows in blowing]
        self.unfed = np.minimum.reduce([table.min(axis=(0, 2)) for table in self.tables])

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
        cards = [self._cards_of(level, blows=blows) for blows in range(len(self.tables))]
        boards = _unpowered(self.feeding.on_boards(cards[0]), cards[0])
        return self._by_profile(len(cards[0]), lambda fact: self._in_system(cards, fact) if fact["system"] else boards)

    def _in_system(self, cards: Sequence[Floats], fact: Profile) -> Floats:
        table = cards[-1 if fact["blows"] else 0]
        return _unpowered(self.feeding.in_system(table, fact), table)

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
        return np.stack([_padded(self._counted(each)) for each in found])

    def _by_profile(self, cases: int, powered: Callable[[Profile], Floats]) -> Floats:
        """Cost by case, profile, sort, out of the cost by case, shows a picture, number of cards and watts of the rest."""
        found = np.full((cases, len(self.profiles.facts), len(self.bases.processors.rests)), np.inf)
        for number, fact in self.profiles.usable():
            found[:, number] = self._placed(powered(fact), fact)
        return found

    def _placed(self, costs: Floats, fact: Profile) -> Floats:
        """With the picture, in as many slots as there are, on lanes enough."""
        bases, target = self.bases, self.target
        pays = target.display == "allowance" and may_assume(target, "display-card") and not fact["shows"]
        picture = float(unit_price("display-card", target)) if pays else 0.0
        shown, dark = costs.min(axis=1), np.minimum(costs[:, 0] + picture, costs[:, 1])
        by_sort = np.where(bases.processors.shows, shown[:, :, self.rest_of], dark[:, :, self.rest_of])
        lanes = self.power.later * self.lanes
        may = (self.power.counts <= fact["most"])[:, None] & (
            (lanes[:, None] <= bases.processors.lanes) | bool(fact["switch"])
        )
        return np.asarray(np.where(may, by_sort, np.inf).min(axis=1))

    def with_supply(self, level: int, bases: Floats) -> dict[str, float]:
        """By a supply's key: what a machine that has it costs at least beside it, given the bases by profile and sort."""
        cards = [_padded(self._counted(table[..., level]))[None] for table in self.tables]
        feeding, supplies = self.feeding, self.feeding.supplies
        fed = [feeding.on_board_supply(cards[0], psu) for psu, _ in supplies.boards]
        unfit = [np.full_like(each, np.inf) for each in fed]

        def powered(fact: Profile) -> Floats:
            table = cards[-1 if fact["blows"] else 0]
            served = [feeding.on_paid_server_supply(table, aux, fact) for aux, _ in supplies.servers]
            return np.concatenate([*(unfit if fact["system"] else fed), *served])

        keys = [psu.key for psu, _ in (*supplies.boards, *supplies.servers)]
        least = (self._by_profile(len(keys), powered) + bases).min(axis=(1, 2)) if keys else np.zeros(0)
        return dict(zip(keys, least.tolist(), strict=True))


def _padded(sums: Floats) -> Floats:
    """The least up to so many steps of watts; at place 0 stands that there is no power at all."""
    least = np.minimum.accumulate(sums, axis=-1)
    return np.concatenate([np.full((*least.shape[:-1], 1), np.inf), least], axis=-1)


def _unpowered(found: Floats, cards: Floats) -> Floats:
    """Where the power is settled the cards cost what they cost, whatever they draw."""
    found[POWER], found[BOTH] = cards[POWER, :, :, -1:], cards[BOTH, :, :, -1:]
    return found
