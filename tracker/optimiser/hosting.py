"""What a base costs at least that has room, lanes and power for so many more cards of so many watts."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tracker.optimiser.card_sums import AMOUNT, COST, WIDE
from tracker.optimiser.problem import BIG
from tracker.optimiser.profiles import Profile
from tracker.optimiser.settled import CARDS, Airs, Settled, airs_of, padded

Floats = NDArray[np.float64]
Shape = tuple[int, int]  # a kind of card, and how many of it come in a lot
NO_CARDS = -1  # of its own that a base uses
# By which cards bases take: what their own come to (or NO_CARDS), and for each the least cost by shows a picture, number of
# further cards, steps of watts.
Rooms = Mapping[Airs, tuple[NDArray[np.int64], Floats]]


class Hosting:
    """For one target's bases; each question is what is left out of them, as bought apart."""

    def __init__(self, settled: Settled) -> None:
        self.settled, self.bases, self.sums = settled, settled.bases, settled.sums
        # As cards that cost nothing: by the steps of watts that they draw, for every number of them.
        steps = self.sums.steps + 1
        free = np.where(np.eye(steps, dtype=np.bool_)[:, None, None, :], 0.0, np.inf)
        self._cards = np.broadcast_to(padded(free), (steps, 1, self.sums.most + 1, steps + 1))
        self._on_boards = self.settled.feeding.on_boards(self._cards)
        # A supply that is paid may have leads for all cards.
        self._paid = np.zeros_like(self._on_boards) - settled.power.saving(BIG)[:, None]
        processors = self.bases.processors
        facts = np.stack([-processors.rests, processors.lanes, processors.shows])
        self._as_good = np.all(facts[:, :, None] >= facts[:, None, :], axis=0)
        self._in_systems: dict[int, Floats] = {}
        self._for_nothing: dict[tuple[int, bool], Floats] = {}
        self._known: dict[tuple[bool, bool, bool], Rooms] = {}

    def rooms(self, *, cpu: bool = False, ram: bool = False, psu: bool = False) -> Rooms:
        """Without processors, memory or power for what is left out."""
        if (cpu, ram, psu) not in self._known:
            self._known[cpu, ram, psu] = self._rooms(cpu=cpu, ram=ram, psu=psu)
        return self._known[cpu, ram, psu]

    def _rooms(self, *, cpu: bool, ram: bool, psu: bool) -> Rooms:
        bases, settled = self.bases, self.settled
        of_host = bases.of_host if not ram else bases.bare
        if cpu:
            of_host = np.repeat((bases.cheapest if ram else bases.memorised)[:, None], of_host.shape[1], axis=1)
        by_profile = np.full((len(settled.profiles.facts), of_host.shape[1]), np.inf)
        np.minimum.at(by_profile, settled.profiles.of_host, of_host)
        found: dict[Airs, dict[int, Floats]] = {airs: {} for airs in settled.airs()}
        hosts, price = self._own_rows(cpu=cpu, ram=ram)
        for number, fact in settled.profiles.usable():
            bases.within.check_time()
            of_airs = found[airs_of(fact)]
            power = self._power(number, fact) if not psu else self._paid
            _lower(of_airs, NO_CARDS, settled.counted(self._room(power, fact, by_profile[number])))
            mine = np.flatnonzero(settled.profiles.of_host[hosts] == number)
            if len(mine):
                if (number, psu) not in self._for_nothing:
                    self._for_nothing[number, psu] = self._room(power, fact, np.zeros(of_host.shape[1]))
                room = self._for_nothing[number, psu]
                self._add_own(of_airs, room, settled.own_case[mine], price[mine], blows=bool(fact["blows"]))
        return {airs: self._within_limit(each) for airs, each in found.items() if each}

    def _within_limit(self, rooms: Mapping[int, Floats]) -> tuple[NDArray[np.int64], Floats]:
        """Without those of cards than which others that come to more are as cheap for whatever stands beside them."""
        kept, least = [NO_CARDS], np.full_like(rooms[NO_CARDS], self.bases.limit + 1)
        for amount in sorted(rooms, reverse=True):
            if amount != NO_CARDS and (rooms[amount] < least).any():
                kept.append(amount)
                least = np.minimum(least, rooms[amount])
        return np.array(kept, np.int64), np.stack([rooms[amount] for amount in kept])

    def _power(self, number: int, fact: Profile) -> Floats:
        if not fact["system"]:
            return self._on_boards
        if number not in self._in_systems:
            self._in_systems[number] = self.settled.feeding.in_system(self._cards, fact)
        return self._in_systems[number]

    def _own_rows(self, *, cpu: bool, ram: bool) -> tuple[NDArray[np.int64], Floats]:
        """The hosts of the rows that bring cards, and what they cost."""
        bases, own = self.bases, self.settled.own
        host, price = bases.contents.rows.host[own], bases.row_price[own]
        if not ram:
            price = price + bases.row_memory[own]
        if not cpu:
            bought = bases.processors.for_host.min(axis=1, initial=np.inf)[host]
            price = price + np.minimum.reduce([bought, *(cost[own] for cost in bases.processors.own_cost)])
        return host, price

    def _room(self, power: Floats, fact: Profile, prices: Floats) -> Floats:
        """By shows a picture, number of cards, steps of watts: with the best processors at these prices by sort."""
        sorts = self._best(prices)
        unseen = np.full_like(power, np.inf)
        found = []
        for shows in (False, True):
            pair = [unseen, power] if shows else [power, unseen]
            costs = self.settled.placed(np.concatenate(pair, axis=1), fact, sorts)
            found.append((costs + prices[sorts]).min(axis=2, initial=np.inf).T)
        return np.stack(found)

    def _best(self, prices: Floats) -> NDArray[np.int64]:
        """The sorts of processors than which none is cheaper and as good in all else."""
        cheaper = prices[:, None] < prices[None]
        alike = prices[:, None] == prices[None]
        in_order = np.arange(len(prices))[:, None] < np.arange(len(prices))
        beaten = self._as_good & (cheaper | (alike & (in_order | ~self._as_good.T)))
        return np.flatnonzero(np.isfinite(prices) & ~beaten.any(axis=0))

    def _add_own(
        self, own: dict[int, Floats], room: Floats, cases: NDArray[np.int64], prices: Floats, *, blows: bool
    ) -> None:
        """The least of each case on a profile, by how many of its cards are used."""
        sums = self.sums
        for case in np.unique(cases).tolist():
            price = prices[cases == case].min()
            if case == CARDS:
                _lower(own, sums.wanted, np.full_like(room, price + room.min()))
                continue
            of_kind, size = self.settled.shapes[case - CARDS - 1]
            kind = sums.kinds[of_kind]
            for n in range(1, min(size, sums.most) + 1):
                more = np.full_like(room, np.inf)
                more[:, : sums.most + 1 - n] = self._with(self.settled.counted(room), of_kind, n, blows=blows) + price
                _lower(own, min(n * kind.amount, sums.wanted), more)

    def _with(self, room: Floats, of_kind: int, n: int, *, blows: bool) -> Floats:
        """What is left of the room, and paid in allowances, with so many cards of a kind."""
        sums, kind = self.sums, self.sums.kinds[of_kind]
        steps = np.minimum(np.arange(sums.steps + 1) + n * sums.watts(kind, blows=blows) // sums.step, sums.steps)
        return room[..., int(kind.shows) :, n:, :][..., steps] + n * sums.allowances(kind, blows=blows)

    def least(self, rooms: Rooms, amount: int, lot: Shape = (0, 0), first: int = 0) -> float:
        """What a machine on these bases costs at least, for so much of what is asked.

        With at least `first` cards of a lot, which are paid.
        """
        self.bases.within.check_time()
        found = np.inf
        for (blows, wide), (own, room) in rooms.items():
            choices = self.settled.with_lot(lot[0], first, lot[1], blows=blows)
            left = amount - np.maximum(0, own)[:, None]
            choices = choices[(choices[:, AMOUNT] >= left.min(initial=amount)) & (choices[:, WIDE] <= wide)]
            is_enough = choices[:, AMOUNT] >= left
            shows, number, steps = self.sums.places(choices)
            costs = choices[:, COST] + room[:, shows, number, steps]
            found = min(found, float(costs[is_enough].min(initial=np.inf)))
        return found

    def least_beside_all_cards(self, rooms: Rooms) -> float:
        """The same where all cards are there and paid."""
        return min((float(room.min()) for _, room in rooms.values()), default=np.inf)


def _lower(own: dict[int, Floats], level: int, costs: Floats) -> None:
    own[level] = np.minimum(own.get(level, np.inf), costs)
