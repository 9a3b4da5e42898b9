"""What cards, and the power for them, cost at least on each base: bought all, or beside those that come with the base."""

import numpy as np
from numpy.typing import NDArray

from tracker.domain.part import Category
from tracker.domain.target import MOST_CARDS, Target
from tracker.optimiser.allowances import unit_price
from tracker.optimiser.bases import Bases
from tracker.optimiser.card_sums import CardSums, Room, best
from tracker.optimiser.feeding import Feeding
from tracker.optimiser.profiles import Profile, Profiles
from tracker.optimiser.rules.cards import lanes_of
from tracker.optimiser.rules.processor import may_assume
from tracker.optimiser.shares import Stock, least_for, lots_by_sort
from tracker.optimiser.supplies import Power, Sockets, Supplies

Floats = NDArray[np.float64]
Airs = tuple[bool, int]  # whether a host blows, and how many wide cards it takes
PLAIN, CARDS = 0, 1  # cases: no card comes with the base; all that are wanted do; after these one a shape of cards


class Settled:
    """The cards of a target over its bases, for any amount of what is asked from `least` to `top`.

    Of the most that the prices let hope for at least a `share`. `shapes` are the (kind, number) of cards that come with
    bases, `own` the rows that bring them, in their `own_case`.
    """

    def __init__(self, bases: Bases, target: Target, stock: Stock, least: int, top: int, share: float = 0) -> None:
        self.bases, self.target = bases, target
        self.profiles, supplies = Profiles(bases), Supplies.of(bases)
        ratings = [*supplies.ratings(), *self.profiles.ratings()]
        # More watts than anything known leaves for cards are all the same.
        watts = 100 * max((each for each in ratings if each is not None), default=0) / target.headroom_percent
        room = Room(bases.limit + 1 - bases.cheapest.min(), watts, is_sure=None not in ratings)
        self.sums = CardSums(bases.cards, target, top, min(self.profiles.most, MOST_CARDS), room, bases.within)
        self.power = Power(target, self.sums, Sockets.of(bases.cards))
        rests, self.rest_of = np.unique(bases.processors.rests, return_inverse=True)
        self.feeding = Feeding(supplies, self.power, rests)
        self.lanes = min((lanes_of(card, target) for card in bases.cards), default=0)
        self._lots(stock)
        self._own_cards()
        costs = [least_for(self.lots.get(n, []), self.sums.most) for n in range(len(self.sums.kinds))]
        self.worth = self.sums.worth(costs, self._own_columns())
        self.least = max(least, int(share * self.worth.most)) if np.isfinite(self.worth.most) else least
        blow = {bool(fact["blows"]) for _, fact in self.profiles.usable()}
        self._all = {blows: self.sums.choices(costs, self.worth, self.least, blows=blows) for blows in blow}
        self.ask(self.least)

    def ask(self, amount: int) -> None:
        """From here on for machines of so much of what is asked, or more."""
        self.choices = {blows: best(self.worth.enough(each, amount)) for blows, each in self._all.items()}
        self._with_lots: dict[tuple[bool, int, int, int], Floats] = {}

    def _lots(self, stock: Stock) -> None:
        """Of each kind of card the lots that a machine may have use for, as (cards, price) each."""
        bases, contents, market = self.bases, self.bases.contents, self.bases.contents.market
        kind = np.array([self.sums.kind_of.get(item.key, -1) for item in market.items], np.int64)
        cells = contents.cells(Category.GPU)
        cells = cells[np.isfinite(bases.share[cells]) & (kind[market.cell_item[cells]] >= 0)]
        self.card_cells, self.card_kind = cells, kind[market.cell_item[cells]]
        self.card_size = np.minimum(market.cell_qty[cells], max(1, self.sums.most))
        self.lots = lots_by_sort(market, stock, bases.share, cells, self.card_kind, self.card_size, self.sums.most)

    def _own_cards(self) -> None:
        """Which rows bring cards, and as what case: CARDS where they are of several kinds."""
        bases, rows, market = self.bases, self.bases.contents.rows, self.bases.contents.market
        groups = market.cell_group[self.card_cells]
        is_base = np.isin(groups, rows.group[np.isfinite(bases.row_price)])
        held = zip(self.card_kind[is_base].tolist(), self.card_size[is_base].tolist(), strict=True)
        shapes = list(held)
        self.shapes = sorted(set(shapes))
        known = {shape: number for number, shape in enumerate(self.shapes, CARDS + 1)}
        case = np.full(len(market.groups), PLAIN)
        case[groups[is_base]] = [known[shape] for shape in shapes]
        case[np.bincount(groups, minlength=len(case)) > 1] = CARDS
        of_row = case[rows.group]
        self.own = np.flatnonzero((of_row != PLAIN) & np.isfinite(bases.row_price))
        self.own_case = of_row[self.own]

    def _own_columns(self) -> Floats:
        """Of cards of one kind that come with bases: what these cost more than the cheapest, watts, amount, number."""
        bases, kinds = self.bases, self.sums.kinds
        found = np.zeros((0, 4))
        for case, (of_kind, size) in enumerate(self.shapes, CARDS + 1):
            n, rows = np.arange(1, size + 1), self.own[self.own_case == case]
            cost = bases.row_price[rows].min(initial=np.inf) - bases.cheapest.min()
            if cost < np.inf:
                column = (n * 0 + cost, n * kinds[of_kind].watts, n * kinds[of_kind].amount, n)
                found = np.concatenate([found, np.stack(column, axis=1)])
        return found

    def cases(self, level: int) -> Floats:
        """Cost by case, profile and sort of processors, for so many levels of what is asked; infinite where nobody asks."""
        shape = (CARDS + 1 + len(self.shapes), len(self.profiles.facts), len(self.bases.processors.rests))
        found = np.full(shape, np.inf)
        profile = self.profiles.of_host[self.bases.contents.rows.host[self.own]]
        alike: dict[tuple[Airs, bool], list[int]] = {}
        for number, fact in self.profiles.usable():
            alike.setdefault((airs_of(fact), bool(fact["system"])), []).append(number)
        for (airs, is_system), numbers in alike.items():
            cases = np.unique(np.append(self.own_case[np.isin(profile, numbers)], PLAIN))
            cards = np.stack([self._cards_of(level, airs, case) for case in cases.tolist()])
            boards = self.feeding.on_boards(cards) if not is_system else cards
            for number in numbers:
                fact = self.profiles.facts[number]
                fed = self.feeding.in_system(cards, fact) if is_system else boards
                found[cases, number] = self.placed(fed, fact).min(axis=1)
        return found

    def with_lot(self, of_kind: int, first: int, size: int, *, blows: bool) -> Floats:
        """The choices with `first` to `size` more cards of a kind that come for nothing but their allowances."""
        key = blows, of_kind, first, size
        if key not in self._with_lots:
            counts, kind = range(first, min(size, self.sums.most) + 1), self.sums.kinds[of_kind]
            plain = self.choices[blows]
            self._with_lots[key] = np.concatenate([self.sums.plus(plain, kind, n, 0, blows=blows) for n in counts])
        return self._with_lots[key]

    def airs(self) -> set[Airs]:
        """All that there are among the profiles."""
        return {airs_of(fact) for _, fact in self.profiles.usable()}

    def counted(self, sums: Floats) -> Floats:
        """Only numbers of cards that the target allows."""
        sums = sums.copy()
        sums[:, [n for n in range(sums.shape[1]) if n not in self.sums.counts]] = np.inf
        return sums

    def _cards_of(self, level: int, airs: Airs, case: int) -> Floats:
        """What cards cost in a case by shows a picture, number, steps of watts."""
        blows, room = airs
        if case == CARDS:
            found = np.full((2, self.sums.most + 1, self.sums.steps + 1), np.inf)
            found[1, :, 0] = 0
        else:
            of_kind, size = self.shapes[case - CARDS - 1] if case != PLAIN else (0, 0)
            choices = self.with_lot(of_kind, min(1, size), size, blows=blows)
            found = self.sums.table(choices, level, room)
        return padded(self.counted(found))

    def placed(self, costs: Floats, fact: Profile, sorts: NDArray[np.int64] | slice = slice(None)) -> Floats:
        """By case, number of cards and sort: with the picture, in as many slots as there are, on lanes enough."""
        processors, rest = self.bases.processors, self.rest_of[sorts]
        shown, dark = costs.min(axis=1), np.minimum(costs[:, 0] + _picture(self.target, fact), costs[:, 1])
        by_sort = np.where(processors.shows[sorts], shown[:, :, rest], dark[:, :, rest])
        lanes = self.power.later * self.lanes
        may = (self.power.counts <= fact["most"])[:, None] & (
            (lanes[:, None] <= processors.lanes[sorts]) | bool(fact["switch"])
        )
        return np.where(may, by_sort, np.inf)

    def with_supply(self, level: int, bases: Floats) -> dict[str, float]:
        """By a supply's key: what a machine that has it costs at least beside it, given the bases by profile and sort."""
        feeding, supplies = self.feeding, self.feeding.supplies
        keys = [psu.key for psu, _ in (*supplies.boards, *supplies.servers)]
        least = np.full(len(keys), np.inf)
        cards = {airs: self._cards_of(level, airs, PLAIN)[None] for airs in self.airs()}
        on_boards = {
            airs: [feeding.on_board_supply(each, psu) for psu, _ in supplies.boards]
            for airs, each in cards.items()
            if not airs[0]  # no board blows
        }
        for number, fact in self.profiles.usable() if keys else ():
            self.bases.within.check_time()
            airs = airs_of(fact)
            fed = on_boards[airs] if not fact["system"] else []
            served = [feeding.on_paid_server_supply(cards[airs], aux, fact) for aux, _ in supplies.servers]
            if fed or served:
                costs = self.placed(np.concatenate([*fed, *served]), fact).min(axis=1)
                first = len(supplies.boards) - len(fed)
                least[first:] = np.minimum(least[first:], (costs + bases[number]).min(axis=1))
        return dict(zip(keys, least.tolist(), strict=True))


def _picture(target: Target, fact: Profile) -> float:
    """What a picture costs a host whose cards and processor show none."""
    pays = target.display == "allowance" and may_assume(target, "display-card") and not fact["shows"]
    return float(unit_price("display-card", target)) if pays else 0.0


def airs_of(fact: Profile) -> Airs:
    """What of a profile decides which cards go into it."""
    return bool(fact["blows"]), fact["wide"]


def padded(sums: Floats) -> Floats:
    """The least up to so many steps of watts; at place 0 stands that there is no power at all."""
    least = np.minimum.accumulate(sums, axis=-1)
    return np.concatenate([np.full((*least.shape[:-1], 1), np.inf), least], axis=-1)
