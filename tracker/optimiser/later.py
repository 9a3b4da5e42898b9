"""What the later stage costs that a machine is sized for (figures.md C4): the cheapest way there from what is bought now."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.domain.build import Allowance, Build, LaterStep, Offer, Solution
from tracker.domain.money import Money, Rates
from tracker.domain.part import Catalog
from tracker.domain.target import Target
from tracker.optimiser.solve import solve

_OWNED = "owned:"


def with_later(
    solution: Solution, target: Target, offers: Sequence[Offer], catalog: Catalog, *, rates: Rates | None = None
) -> Solution:
    """The solution with its best build's next step priced among the same offers, and told in a note.

    Unchanged where the target plans no later stage or nothing can be built. Raises NoRateError.
    """
    if target.later is None or not solution.builds:
        return solution
    best = solution.builds[0]
    wanted = replace(
        target,
        gpus=target.later.gpus,
        memory_gb=max(target.memory_gb, target.later.memory_gb),
        later=None,
        budget=None,
    )
    grown = solve(wanted, _with_owned(best, offers), catalog, top=1, rates=rates)
    stage = f"the later stage ({target.later.gpus} GPUs, {wanted.memory_gb} GB)"
    if not grown.builds:
        why = f"{stage} can't be priced from today's offers: {'; '.join(grown.why_not) or 'no answer in time'}"
        return replace(solution, notes=(*solution.notes, why))
    step = _step(target, best, grown.builds[0])
    note = f"{stage} would cost {step.added} more today: {step.total} in all"
    return replace(solution, builds=(replace(best, later=step), *solution.builds[1:]), notes=(*solution.notes, note))


def _with_owned(build: Build, offers: Sequence[Offer]) -> list[Offer]:
    """The offers less what the build takes of them, and what it takes as offers that cost nothing any more."""
    taken = {line.offer.id: line.qty for line in build.offers}
    nothing = Money(0, build.total.currency)
    owned = [
        replace(line.offer, id=_OWNED + line.offer.id, landed=nothing, shipping=None, available=line.qty)
        for line in build.offers
    ]
    left = [replace(offer, available=offer.available - taken.get(offer.id, 0)) for offer in offers]
    return [*owned, *(offer for offer in left if offer.available > 0)]


def _step(target: Target, now: Build, grown: Build) -> LaterStep:
    assert target.later is not None
    paid = {line.name: line for line in now.allowances}
    more = [each for line in grown.allowances if (each := _beyond(line, paid.get(line.name))) is not None]
    allowed = sum(line.amount.minor for line in grown.allowances)
    added = Money(grown.total.minor - allowed + sum(line.amount.minor for line in more), grown.total.currency)
    return LaterStep(
        gpus=target.later.gpus,
        memory_gb=target.later.memory_gb,
        added=added,
        total=now.total + added,
        offers=tuple(line for line in grown.offers if not line.offer.id.startswith(_OWNED)),
        allowances=tuple(more),
    )


def _beyond(line: Allowance, paid: Allowance | None) -> Allowance | None:
    """What of an allowance was not allowed for before."""
    if paid is None:
        return line
    amount = line.amount - paid.amount
    return replace(line, amount=amount, qty=line.qty - paid.qty) if amount.minor > 0 else None
