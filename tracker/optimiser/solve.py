"""The exact answer to a target: the cheapest machines that pass every rule, with the solver's proof.

Ties: of machines that cost the same the one of fewer offers, then the one whose offers come first by id (least sum of
ranks), so that equal markets give equal answers whatever the order of their offers. An alternative is a machine that
contains none of the better ones whole: one that only adds a part to it is no alternative. With a budget all answers have
as much of what the target maximises as the budget can buy.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from tracker.domain.build import Offer, Solution, Status
from tracker.domain.errors import UsageError
from tracker.domain.money import Rates
from tracker.domain.part import Catalog
from tracker.domain.target import Target
from tracker.optimiser.answer import build_of
from tracker.optimiser.contents import Contents
from tracker.optimiser.explain import why_not
from tracker.optimiser.extra import more_for
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import in_its_currency, lots_of, owned_lots
from tracker.optimiser.market import Market
from tracker.optimiser.pareto import front, open_target, search_in
from tracker.optimiser.reduce import FEW, WIDER, Selection
from tracker.optimiser.search import Found, Search, merit_in

TIME_LIMIT_S = 60.0
_LESS = (0.97, 0.9, 0.75, 0.5)  # shares of what is refused that are asked until something is found
_WHY_S = 10.0
_MORE_S = 5.0
_LATER = 0.1  # of the time limit, on top of it: for what is told beside the answer
_FOR_WHY = 400  # lots from which the reason for an impossible target is told


@dataclass(frozen=True, slots=True)
class Answer:
    """The machines found, in order of cost; whether nothing better was left out; how many lots the last program held."""

    found: tuple[Found, ...]
    is_proved: bool
    kept: int

    @property
    def status(self) -> Status:
        """The proof in the contract's words; nothing found in time is not "infeasible"."""
        if not self.found:
            return Status.INFEASIBLE if self.is_proved else Status.FEASIBLE
        return Status.OPTIMAL if self.is_proved else Status.FEASIBLE


def solve(
    target: Target,
    offers: Sequence[Offer],
    catalog: Catalog,
    *,
    top: int = 3,
    time_limit_s: float = TIME_LIMIT_S,
    rates: Rates | None = None,
    without: frozenset[str] = frozenset(),
    extra: int = 0,
) -> Solution:
    """The `top` cheapest different machines, in order of total. Raises NoRateError where a price can't be converted.

    `without` leaves rules out, for asking what a rule costs; nothing is reduced then.
    """
    if not without:
        return next(solve_all([target], offers, catalog, top=top, time_limit_s=time_limit_s, rates=rates, extra=extra))
    started = monotonic()
    wanted = in_its_currency(target, rates)
    lots = lots_of(wanted, offers, ItemReader(catalog), rates)
    search = Search(wanted, lots, without, started + time_limit_s)
    if wanted.budget is not None and "budget" not in without:
        search.ask_merit(merit_in(search.most(), wanted))
    return _solution(wanted, _alternatives(search, top), len(offers), started, without)


def solve_all(
    targets: Iterable[Target],
    offers: Sequence[Offer],
    catalog: Catalog,
    *,
    top: int = 3,
    time_limit_s: float = TIME_LIMIT_S,
    rates: Rates | None = None,
    extra: int = 0,
    few: int = FEW,
) -> Iterator[Solution]:
    """The answers to several targets over one market, which is prepared once. Raises NoRateError.

    With `extra` (whole units of each target's currency) the notes say what so much more would buy. `few` lots are solved
    as they are; of more the first guess is over so many: it changes the time, never the answer.
    """
    shop = _Shop(offers, catalog, rates, few)
    for each in targets:
        started = monotonic()
        selection = shop.selection(each, started + time_limit_s)
        answer = _answer(selection, top)
        alone = selection.market.alone() if answer.found else {}
        solution = _solution(selection.target, answer, len(offers), started, alone=alone)
        selection.deadline += _LATER * time_limit_s
        notes = more_for(selection, answer.found[0], extra, _MORE_S) if extra and answer.found else ()
        yield replace(solution, why_not=_why_not(selection, answer), notes=notes)


def pareto(
    targets: Iterable[Target],
    offers: Sequence[Offer],
    catalog: Catalog,
    *,
    axis: str = "vram",
    time_limit_s: float = TIME_LIMIT_S,
    rates: Rates | None = None,
) -> Iterator[Solution]:
    """For each target the cheapest machine for every amount of VRAM (or of speed, by `axis`), in order of total.

    Raises UsageError where a target names no workload to be fast at.
    """
    shop = _Shop(offers, catalog, rates)
    for each in targets:
        started = monotonic()
        if axis == "speed" and not each.speeds:
            raise UsageError(f"{each.name} names no workload", mend="give it a `workload`, such as rig-1000 has")
        selection = shop.selection(open_target(each, axis), started + time_limit_s)
        found, proved = front(selection)
        answer = Answer(found, proved, kept=len(selection.index))
        yield _solution(selection.target, answer, len(offers), started, alone=selection.market.alone())


class _Shop:
    """One market for several targets: the offers are read once, their prices once a currency."""

    def __init__(self, offers: Sequence[Offer], catalog: Catalog, rates: Rates | None, few: int = FEW) -> None:
        self._few = few
        self._offers, self._reader, self._rates = offers, ItemReader(catalog), rates
        self._markets: dict[str, Market] = {}

    def selection(self, wanted: Target, deadline: float) -> Selection:
        """What a target may buy, to be looked at until the deadline. Raises NoRateError."""
        target, currency = in_its_currency(wanted, self._rates), wanted.currency
        if not self._markets:
            self._markets[currency] = Market(self._offers, self._reader, currency, self._rates)
            self._contents = Contents(self._markets[currency])
        if currency not in self._markets:
            self._markets[currency] = next(iter(self._markets.values())).asked_in(currency, self._rates)
        market, contents = self._markets[currency], self._contents
        if owned := owned_lots(target, self._reader):
            market = market.plus(owned)
            contents = Contents(market)
        return Selection(market, contents, target, self._few, deadline)


def _solution(
    target: Target,
    answer: Answer,
    seen: int,
    started: float,
    without: frozenset[str] = frozenset(),
    alone: Mapping[str, int] | None = None,
) -> Solution:
    builds = [build_of(target, found.machine, found.bought, without, alone) for found in answer.found if found.machine]
    builds.sort(key=lambda build: build.total.minor)
    return Solution(
        target=target.name,
        status=answer.status,
        builds=tuple(builds),
        seconds=monotonic() - started,
        offers_seen=seen,
        offers_kept=answer.kept,
    )


def _answer(selection: Selection, top: int) -> Answer:
    try:
        if selection.target.budget is not None:
            return _within_budget(selection, selection.target.budget.minor, top)
        selection.restart()
        return _cheapest(selection, np.inf, top)
    except TimeoutError:
        return Answer((), is_proved=False, kept=0)


def _cheapest(selection: Selection, limit: float, top: int) -> Answer:
    """A guess over the promising offers, then the proof over all that may beat it; a wider guess where that finds too few.

    It may: a better machine that the guess did not see excludes those of the guess that contain it.
    """
    if limit < np.inf:
        selection.narrow(limit)
    count = selection.few
    while True:
        lots, is_all = selection.promising(count)
        guess = _alternatives(search_in(selection, lots, limit), top, settles_ties=is_all)
        if is_all or not guess.is_proved:
            return replace(guess, is_proved=guess.is_proved and is_all)
        if len(guess.found) == top:
            proof = _proof(copy(selection), guess.found[-1].cost, top)
            if not proof.is_proved:  # without the proof the guess stands
                return proof if proof.found else replace(guess, is_proved=False)
            if len(proof.found) == top:
                return proof
        count *= WIDER


def _proof(selection: Selection, within: int, top: int) -> Answer:
    """The machines among all offers that may be in one of at most this total."""
    try:
        selection.narrow(within)
    except TimeoutError:
        return Answer((), is_proved=False, kept=0)
    return _alternatives(search_in(selection, selection.lots(), within), top)


def _within_budget(selection: Selection, budget: int, top: int) -> Answer:
    """The most that the budget buys, then the cheapest machines that have it.

    What the bounds let through is asked first: often that is what there is.
    """
    hoped = selection.most_merit()
    if not hoped:
        return Answer((), is_proved=True, kept=0)
    left = copy(selection)
    left.restart(hoped)
    answer = _cheapest(left, budget, top)
    if answer.found:
        return answer
    most, is_sure, left = _most_merit(selection, hoped + (not answer.is_proved) * selection.unit())
    if most.machine is None:
        return Answer((), is_sure, 0)
    if top == 1:
        budget = most.cost
    try:
        left.ask(merit_in(most, selection.target))
        left.known = frozenset(lot.offer.id for lot, _ in most.bought)
        answer = _cheapest(left, budget, top)
    except TimeoutError:
        is_sure = False
    if not answer.found:  # the time ran out: at least this
        answer = replace(answer, found=(most,), is_proved=False)
    return replace(answer, is_proved=answer.is_proved and is_sure)


def _why_not(selection: Selection, answer: Answer) -> tuple[str, ...]:
    if answer.found:
        return ()
    if not answer.is_proved:
        return ("the time limit was reached before a machine was found: give it more time",)
    return why_not(selection.target, selection.sample(_FOR_WHY), min(monotonic() + _WHY_S, selection.deadline))


def _most_merit(selection: Selection, refused: int) -> tuple[Found, bool, Selection]:
    """The most of what the target maximises that the budget buys, whether that is proved, and the offers that may give it.

    Nearly as much as is `refused` is asked first, then less until there is a machine, then more than it has.
    """
    unit, best, shares = selection.unit(), Found(None), iter(_LESS)
    refused //= unit
    while (least := merit_in(best, selection.target) // unit + 1) < refused:
        left = copy(selection)
        try:
            if best.machine:
                left.ask(least * unit)
            else:
                least = max(1, int((refused - 1) * next(shares, 0)))
                left.restart(least * unit)
            left.narrow(left.limit)
        except TimeoutError:
            return best, False, selection
        found, is_all = _most_of(left)
        if found.machine:
            best, selection = found, left
        if is_all and found.machine:
            return best, found.is_proved, selection
        if not found.machine:
            if not found.is_proved:
                return best, False, selection
            refused = least
    return best, True, selection


def _most_of(selection: Selection) -> tuple[Found, bool]:
    """The most that a selection holds, over promising offers if they hold any of it; and whether it is over all."""
    count = selection.few
    while True:
        lots, is_all = selection.promising(count)
        found = search_in(selection, lots).most()
        if is_all or found.machine is not None or not found.is_proved:
            return found, is_all
        count *= WIDER


def _alternatives(search: Search, top: int, *, settles_ties: bool = True) -> Answer:
    """The `top` cheapest machines of a program, each excluding those that contain it."""
    chosen: list[Found] = []
    is_proved = True
    while len(chosen) < top:
        found = search.cheapest(settles_ties=settles_ties)
        is_proved = is_proved and found.is_proved
        if found.machine is None:
            break
        chosen.append(found)
        search.exclude(found.machine)
    return Answer(tuple(chosen), is_proved, len(search.lots))
