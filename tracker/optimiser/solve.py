"""The exact answer to a target: the cheapest machines that pass every rule, with the solver's proof.

Ties: of machines that cost the same the one of fewer offers, then the one whose offers come first by id (least sum of
ranks), so that equal markets give equal answers whatever the order of their offers. An alternative is a machine that
contains none of the better ones whole: one that only adds a part to it is no alternative. With a budget all answers have
as much of what the target maximises as the budget can buy.
"""

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

from tracker.domain.build import Build, Offer, Solution, Status
from tracker.domain.money import Rates
from tracker.domain.part import Catalog
from tracker.domain.target import Target
from tracker.optimiser.answer import build_of
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import Lot, in_its_currency, lots_of
from tracker.optimiser.pareto import front
from tracker.optimiser.search import Search

TIME_LIMIT_S = 60.0


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

    `without` leaves rules out, for asking what a rule costs.
    """
    return next(solve_all([target], offers, catalog, top=top, time_limit_s=time_limit_s, rates=rates, without=without))


def solve_all(
    targets: Iterable[Target],
    offers: Sequence[Offer],
    catalog: Catalog,
    *,
    top: int = 3,
    time_limit_s: float = TIME_LIMIT_S,
    rates: Rates | None = None,
    without: frozenset[str] = frozenset(),
) -> Iterator[Solution]:
    """The answers to several targets over one market, which is prepared once. Raises NoRateError."""
    reader = ItemReader(catalog)
    for each in targets:
        started = monotonic()
        target = in_its_currency(each, rates)
        lots = lots_of(target, offers, reader, rates)
        builds, status = _cheapest(target, lots, top, started + time_limit_s, without)
        yield Solution(target.name, status, builds, (), monotonic() - started, len(offers), len(lots))


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


def _cheapest(
    target: Target, lots: Sequence[Lot], top: int, deadline: float, without: frozenset[str]
) -> tuple[tuple[Build, ...], Status]:
    search = Search(target, lots, without, deadline)
    builds: list[Build] = []
    proof = Status.OPTIMAL
    if not search.keep_best():
        return (), Status.INFEASIBLE
    while len(builds) < top:
        found = search.cheapest()
        if found.machine is None:
            proof = Status.FEASIBLE if builds and not found.is_proved else proof
            break
        proof = proof if found.is_proved else Status.FEASIBLE
        builds.append(build_of(target, found.machine, found.bought, without))
        search.exclude(found.machine)
    if not builds:
        return (), Status.INFEASIBLE
    return tuple(sorted(builds, key=lambda build: build.total.minor)), proof
