"""The exact answer to a target: the cheapest machines that pass every rule, with the solver's proof.

Ties: of machines that cost the same the one of fewer offers, then the one whose offers come first by id (least sum of
ranks), so that equal markets give equal answers whatever the order of their offers. An alternative is a machine that
contains none of the better ones whole: one that only adds a part to it is no alternative. With a budget all answers have
as much of what the target maximises as the budget can buy.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from tracker.domain.build import Build, Offer, Solution, Status
from tracker.domain.money import Rates
from tracker.domain.part import Catalog
from tracker.domain.target import Target
from tracker.optimiser.answer import build_of
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import Lot, in_its_currency, lots_of, owned_lots
from tracker.optimiser.market import Market
from tracker.optimiser.pareto import front
from tracker.optimiser.reduce import FEW, WIDER, Selection
from tracker.optimiser.search import Found, Search

TIME_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The machines found, in order of cost; whether nothing better was left out; how many lots the last program held."""

    found: tuple[Found, ...]
    is_proved: bool
    kept: int

    @property
    def status(self) -> Status:
        """The proof in the contract's words."""
        if not self.found:
            return Status.INFEASIBLE
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
) -> Solution:
    """The `top` cheapest different machines, in order of total. Raises NoRateError where a price can't be converted.

    `without` leaves rules out, for asking what a rule costs; nothing is reduced then.
    """
    if not without:
        return next(solve_all([target], offers, catalog, top=top, time_limit_s=time_limit_s, rates=rates))
    started = monotonic()
    wanted = in_its_currency(target, rates)
    lots = lots_of(wanted, offers, ItemReader(catalog), rates)
    search = Search(wanted, lots, without, started + time_limit_s)
    if wanted.budget is not None and "budget" not in without:
        search.ask_merit(search.most() or 0)
    return _solution(wanted, _alternatives(search, top), len(offers), started, without)


def solve_all(
    targets: Iterable[Target],
    offers: Sequence[Offer],
    catalog: Catalog,
    *,
    top: int = 3,
    time_limit_s: float = TIME_LIMIT_S,
    rates: Rates | None = None,
) -> Iterator[Solution]:
    """The answers to several targets over one market, which is prepared once. Raises NoRateError."""
    reader = ItemReader(catalog)
    markets: dict[str, Market] = {}
    for each in targets:
        started = monotonic()
        if each.currency not in markets:
            markets[each.currency] = Market(offers, reader, each.currency, rates)
        target = in_its_currency(each, rates)
        selection = Selection(markets[each.currency], target, owned_lots(target, reader))
        answer = _answer(selection, top, started + time_limit_s)
        yield _solution(target, answer, len(offers), started)


def pareto(
    target: Target,
    offers: Sequence[Offer],
    catalog: Catalog,
    *,
    axis: str = "vram",
    time_limit_s: float = TIME_LIMIT_S,
    rates: Rates | None = None,
) -> Solution:
    """The cheapest machine for every amount of VRAM (or of speed, by `axis`), in order of total."""
    started = monotonic()
    target = in_its_currency(target, rates)
    lots = lots_of(target, offers, ItemReader(catalog), rates)
    builds, proved = front(target, lots, axis, started + time_limit_s)
    status = (Status.OPTIMAL if proved else Status.FEASIBLE) if builds else Status.INFEASIBLE
    return Solution(target.name, status, builds, (), monotonic() - started, len(offers), len(lots))


def _solution(
    target: Target, answer: Answer, seen: int, started: float, without: frozenset[str] = frozenset()
) -> Solution:
    builds = [build_of(target, found.machine, found.bought, without) for found in answer.found if found.machine]
    builds.sort(key=lambda build: build.total.minor)
    return Solution(
        target=target.name,
        status=answer.status,
        builds=tuple(builds),
        seconds=monotonic() - started,
        offers_seen=seen,
        offers_kept=answer.kept,
    )


def _answer(selection: Selection, top: int, deadline: float) -> Answer:
    """A guess over the promising offers, then the proof over all that may beat it."""
    if selection.target.budget is not None:
        merit, is_sure = _most_merit(selection, deadline)
        selection.ask_merit(merit)
        if not merit:
            return Answer((), is_sure, 0)
    count = FEW
    while True:
        lots, is_all = selection.promising(count)
        guess = _alternatives(_search(selection, lots, deadline), top, settles_ties=False)
        if is_all or len(guess.found) == top or not guess.is_proved:
            break
        count *= WIDER
    if not is_all and guess.found:
        lots = selection.within(guess.found[-1].cost)
    return _alternatives(_search(selection, lots, deadline), top)


def _most_merit(selection: Selection, deadline: float) -> tuple[int, bool]:
    """The most that the budget buys: every round asks for more than the last found, until nothing within it is left."""
    budget = selection.target.budget
    assert budget is not None
    best, count = 0, FEW
    while monotonic() < deadline:
        selection.ask_merit(best + 1)
        lots, is_all = selection.promising(count, budget.minor)
        more = _search(selection, lots, deadline).most() if lots else None
        if more is not None:
            best = more
        elif is_all:
            return best, True
        else:
            count *= WIDER
    return best, False


def _search(selection: Selection, lots: Sequence[Lot], deadline: float) -> Search:
    search = Search(selection.target, lots, frozenset(), deadline)
    if selection.merit:
        search.ask_merit(selection.merit)
    return search


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
