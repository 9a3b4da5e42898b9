"""The Pareto front of a target: what more VRAM, or more speed, costs at least."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.domain.build import Build
from tracker.domain.target import Target
from tracker.optimiser.answer import build_of
from tracker.optimiser.lots import Lot
from tracker.optimiser.rules.cards import merit_of
from tracker.optimiser.search import Search

MOST_POINTS = 24


def front(target: Target, lots: Sequence[Lot], axis: str, deadline: float) -> tuple[tuple[Build, ...], bool]:
    """Machines of which none is cheaper and has as much, cheapest first, and whether all of them are proved.

    `axis` is "vram" or "speed". The number of cards is left open; all else that the target asks for holds.
    """
    search = Search(replace(target, gpus=None, maximise=axis, later=None), lots, frozenset(), deadline)
    points: list[Build] = []
    proved = True
    while len(points) < MOST_POINTS:
        found = search.cheapest()
        proved = proved and found.is_proved
        if found.machine is None:
            break
        build = build_of(search.target, found.machine, found.bought)
        if points and points[-1].total == build.total:
            points.pop()  # as dear, and this one has more
        points.append(build)
        search.ask_merit(1 + sum(merit_of(card, search.target) * n for card, n in found.machine.cards))
    return tuple(points), proved
