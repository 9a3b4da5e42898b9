"""The Pareto front of a target: what more VRAM, or more speed, costs at least."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.domain.target import Target
from tracker.optimiser.lots import Lot
from tracker.optimiser.reduce import WIDER, Selection
from tracker.optimiser.search import Found, Search, merit_in

MOST_POINTS = 24


def open_target(target: Target, axis: str) -> Target:
    """The target with the number of cards left open, and `axis` ("vram" or "speed") to be maximised; all else holds."""
    return replace(target, gpus=None, maximise=axis, later=None)


def front(selection: Selection) -> tuple[tuple[Found, ...], bool]:
    """Machines of which none is cheaper and has as much, cheapest first, and whether all of them are proved."""
    points: list[Found] = []
    asked, is_proved = 0, True
    while len(points) < MOST_POINTS:
        found = cheapest(selection, asked)
        is_proved = is_proved and found.is_proved
        if found.machine is None:
            break
        if points and points[-1].cost == found.cost:
            points.pop()  # as dear, and this one has more
        points.append(found)
        asked = merit_in(found, selection.target) + 1
    return tuple(points), is_proved


def cheapest(selection: Selection, merit: int) -> Found:
    """The cheapest machine of so much merit: a guess over promising offers, then the proof."""
    guess = Found(None, is_proved=False)
    try:
        selection.restart(merit)
        if selection.target.budget is not None:
            selection.narrow(selection.target.budget.minor)
        count = selection.few
        while guess.machine is None:
            lots, is_all = selection.promising(count)
            guess = search_in(selection, lots).cheapest(settles_ties=is_all)
            if is_all or (guess.machine is None and not guess.is_proved):
                return guess
            count *= WIDER
        selection.narrow(guess.cost)
    except TimeoutError:
        return replace(guess, is_proved=False)
    found = search_in(selection, selection.lots(), guess.cost).cheapest()
    return found if found.machine is not None else replace(guess, is_proved=False)


def search_in(selection: Selection, lots: Sequence[Lot], limit: float = np.inf) -> Search:
    """The program over some lots, for what the selection asks, of at most a total."""
    search = Search(selection.target, lots, frozenset(), selection.deadline)
    if selection.merit:
        search.ask_merit(selection.merit)
    if limit < np.inf:
        search.limit_cost(int(limit))
    return search
