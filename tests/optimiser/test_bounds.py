"""The bounds by which offers are dropped are never too high, and Pareto fronts hold what trying everything finds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from tests.optimiser.brute_force import BruteForce
from tests.optimiser.markets import Market as SmallMarket
from tests.optimiser.markets import market
from tracker.domain.build import Status
from tracker.domain.money import Money
from tracker.domain.target import Target
from tracker.optimiser.check import refusal
from tracker.optimiser.contents import Contents
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import Lot, lots_of, owned_lots, total_minor
from tracker.optimiser.machine import Machine
from tracker.optimiser.market import Market
from tracker.optimiser.pareto import open_target
from tracker.optimiser.reduce import Selection
from tracker.optimiser.solve import pareto, solve_all


def machines(small: SmallMarket) -> Iterator[tuple[int, Machine, list[tuple[Lot, int]]]]:
    """Every machine that passes: its total, and what is bought for it."""
    brute = BruteForce(small.target, lots_of(small.target, small.offers, ItemReader(small.catalog)))
    for counts in product(*(range(lot.available + 1) for lot in brute.lots)):
        bought = [(lot, n) for lot, n in zip(brute.lots, counts, strict=True) if n]
        for machine in brute.machines(bought):
            works, allowances = brute.judge(machine)
            if works:
                yield total_minor(bought) + allowances, machine, bought


def is_needed(lot: Lot, machine: Machine, bought: list[tuple[Lot, int]]) -> bool:
    """Whether the machine can't do without one unit of it."""
    used, there = Counter(), Counter()
    for item, n in machine.used:
        used[item.key] += n
    for each, n in bought:
        for item, quantity in each.items:
            there[item.key] += quantity * n
    return any(used[item.key] > there[item.key] - n for item, n in lot.items)


def has_spare_memory(machine: Machine, target: Target) -> bool:
    """Whether it would do without a kit: no answer then, as it contains a machine that costs no more."""
    fewer = [replace(machine, rams=machine.rams[:n] + machine.rams[n + 1 :]) for n in range(len(machine.rams))]
    return any(refusal(each, target) is None for each in fewer)


def check_bounds(seed: int) -> int:
    """No offer's bound is above the least machine within the budget that needs it; how many offers a machine needs."""
    small = market(seed)
    budget = small.target.budget.minor if small.target.budget else float("inf")
    least: dict[str, int] = {}
    for total, machine, bought in machines(small):
        is_spare = has_spare_memory(machine, small.target)
        if total <= budget and not is_spare and all(is_needed(lot, machine, bought) for lot, _ in bought):
            for lot, _ in bought:
                least[lot.offer.id] = min(total, least.get(lot.offer.id, total))
    reader = ItemReader(small.catalog)
    stock = Market(small.offers, reader, "EUR", None).plus(owned_lots(small.target, reader))
    selection = Selection(stock, Contents(stock), small.target)
    selection.restart()
    for index, bound in zip(selection.index.tolist(), selection.bound.tolist(), strict=True):
        name = stock.lot(index).offer.id
        assert bound <= least.get(name, float("inf")) + 1, f"market {seed}, offer {name}"
    return len(least)


def check_front(seed: int, axis: str) -> int:
    """The front is that of trying everything; how many machines are on it."""
    small = market(seed)
    target = open_target(replace(small.target, budget=None), axis)
    brute = BruteForce(target, lots_of(target, small.offers, ItemReader(small.catalog)))
    best: dict[int, int] = {}
    for kinds, total in brute.by_kinds().items():
        best[brute.merit[kinds]] = min(total, best.get(brute.merit[kinds], total))
    front = [
        total
        for merit, total in sorted(best.items())
        if all(total < other for more, other in best.items() if more > merit)
    ]
    [found] = pareto([target], small.offers, small.catalog, axis=axis)
    assert [build.total.minor for build in found.builds] == front, f"market {seed}"
    return len(front)


def test_no_bound_is_too_high() -> None:
    assert sum(check_bounds(seed) for seed in range(40)) > 20


@pytest.mark.parametrize("axis", ["vram", "speed"])
def test_the_front_is_that_of_trying_everything(axis: str) -> None:
    assert sum(check_front(seed, axis) for seed in range(300, 320)) > 5


def test_a_cooler_may_come_with_a_processor_that_is_not_used() -> None:
    assert check_bounds(200_420) > 0
    assert check_bounds(200_649) > 0


@pytest.mark.parametrize("seed", [700_267, 701_048, 701_229])
def test_a_lot_may_bring_what_is_not_used_what_the_base_has_and_leads_for_its_cards(seed: int) -> None:
    assert check_bounds(seed) > 0


def test_a_budget_in_a_market_without_a_card_to_buy() -> None:
    small = market(1)
    rest = [offer for offer in small.offers if not any(part.part.startswith("gpu:") for part in offer.parts)]
    target = replace(small.target, budget=Money(50_000, "EUR"))
    [found] = solve_all([target], rest, small.catalog)
    assert found.status is Status.INFEASIBLE
