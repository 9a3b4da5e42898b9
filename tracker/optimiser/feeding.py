"""What cards cost with the power for them: on a board's supply, in a system, on a server supply beside either.

Costs of cards come by case, shows a picture, number of cards and steps of watts; they leave by watts of the rest
(processors and fans) instead of steps: whatever leaves the cards enough.
"""

import numpy as np
from numpy.typing import NDArray

from tracker.optimiser.allowances import unit_price
from tracker.optimiser.contents import or_any
from tracker.optimiser.items import Item
from tracker.optimiser.machine import BASE_WATTS
from tracker.optimiser.profiles import Profile
from tracker.optimiser.supplies import Power, Supplies

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]


class Feeding:
    """The supplies on offer for a target's cards; `rests` are the watts of the rest that there are."""

    def __init__(self, supplies: Supplies, power: Power, rests: Steps) -> None:
        self.supplies, self.power, self.rests = supplies, power, rests
        self._breakout = float(unit_price("breakout", power.target))
        costs = [np.where(power.feeds_board(psu, rests), price, np.inf) for psu, price in supplies.boards]
        # The least that a supply costs which feeds the board alone.
        self._board_alone = np.minimum.reduce(costs) if costs else np.full(len(rests), np.inf)

    def on_boards(self, cards: Floats) -> Floats:
        """On a board: each supply in turn, alone or beside a server supply."""
        found = np.full((*cards.shape[:3], len(self.rests)), np.inf)
        for psu, price in self.supplies.best:
            steps, saving = self.power.of_supply(psu, self.rests)
            np.minimum(found, _taken(cards, steps) + (price - saving[:, None]), out=found)
        return np.minimum(found, self._on_server_supply(cards) + self._board_alone)

    def in_system(self, cards: Floats, fact: Profile) -> Floats:
        """In a system: on its own supply, or on a server supply beside."""
        steps = self.power.steps(fact["watts"], self.rests + BASE_WATTS, fact["limit"])
        has_leads = self.power.has_leads(fact["pcie8"], fact["pcie6"], fact["eps8"])
        saving = self.power.saving(fact["eps8"])[:, None]
        found = _taken(cards, np.where(has_leads[:, None], steps, 0)) - saving
        return np.minimum(found, self._on_server_supply(cards) + self._starts(fact))

    def on_board_supply(self, cards: Floats, psu: Item) -> Floats:
        """On a board with this supply, which is paid: it feeds the cards, or a server supply beside it does."""
        steps, saving = self.power.of_supply(psu, self.rests)
        board = np.where(self.power.feeds_board(psu, self.rests), 0.0, np.inf)
        return np.minimum(_taken(cards, steps) - saving[:, None], self._on_server_supply(cards) + board)

    def on_paid_server_supply(self, cards: Floats, aux: Item, fact: Profile) -> Floats:
        """On this server supply, which is paid, with what feeds all else."""
        base = self._starts(fact) if fact["system"] else self._board_alone
        return self._behind(cards, aux) + self._breakout + base

    def _on_server_supply(self, cards: Floats) -> Floats:
        """The least of the server supplies with its breakout board; not what feeds the board."""
        found = np.full((*cards.shape[:3], 1), np.inf)
        for aux, price in self.supplies.servers:
            np.minimum(found, self._behind(cards, aux) + (price + self._breakout), out=found)
        return found

    def _behind(self, cards: Floats, aux: Item) -> Floats:
        return _taken(cards, self.power.steps(or_any(aux.psu.watts), np.zeros(1, np.int64)))

    def _starts(self, fact: Profile) -> Floats:
        """Nothing where a system's own supply feeds all but the cards."""
        enough = 100 * fact["watts"] >= self.power.target.headroom_percent * (self.rests + BASE_WATTS)
        return np.where(enough, 0.0, np.inf)


def _taken(cards: Floats, steps: Steps) -> Floats:
    """The costs at the steps that are there by number and watts of the rest."""
    return np.asarray(cards[:, :, np.arange(cards.shape[2])[:, None], steps])
