"""What of a host matters to the cards and their power: hosts that agree in all of it share a profile."""

from collections.abc import Iterator

import numpy as np

from tracker.domain.target import MOST_CARDS
from tracker.optimiser.bases import Bases
from tracker.optimiser.machine import is_wide
from tracker.optimiser.problem import BIG

_FACTS = ("most", "wide", "switch", "shows", "system", "watts", "limit", "eps8", "pcie8", "pcie6", "blows")
Profile = dict[str, int]  # a fact's name and value; "most" is how many cards it takes, "wide" how many wide ones


class Profiles:
    """The profiles of a target's hosts: `facts` in the order of their numbers, and the number `of_host`."""

    def __init__(self, bases: Bases) -> None:
        host = bases.contents.host
        table = np.stack(
            [self._most(bases), np.minimum(host["wide"], MOST_CARDS), *(host[name] for name in _FACTS[2:])], axis=1
        )
        known, number = np.unique(table, axis=0, return_inverse=True)
        self.facts: list[Profile] = [dict(zip(_FACTS, row, strict=True)) for row in known.tolist()]
        self.of_host = number.reshape(-1).astype(np.int64)
        self._on_offer = set(self.of_host[np.isfinite(bases.cheapest)].tolist())

    def _most(self, bases: Bases) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        host, target = bases.contents.host, bases.target
        later = target.later.gpus if target.later else 0
        most = np.zeros(len(bases.contents.hosts), np.int64)
        for n in [target.gpus] if target.gpus else range(1, MOST_CARDS + 1):
            fits = host["slots"] >= max(n, later)
            if all(is_wide(card) for card in bases.cards):
                fits &= host["wide"] >= max(n, later)
            if all(card.gpu.needs_above_4g is True for card in bases.cards):
                fits &= host["decodes"] > 0
            most[fits] = n
        return most

    def usable(self) -> Iterator[tuple[int, Profile]]:
        """Number and facts of those that are on offer and take a card."""
        return ((n, fact) for n, fact in enumerate(self.facts) if fact["most"] and n in self._on_offer)

    @property
    def most(self) -> int:
        """The most cards that any host takes."""
        return max((fact["most"] for fact in self.facts), default=0)

    def ratings(self) -> list[int | None]:
        """The watts of the systems, None where these are unknown."""
        return [fact["watts"] if fact["watts"] < BIG else None for _, fact in self.usable() if fact["system"]]
