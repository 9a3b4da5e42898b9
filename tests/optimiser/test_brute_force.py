"""The solver against trying everything, on random small markets in which every fact may be unknown."""

from collections import Counter

import pytest

from tests.optimiser.brute_force import BruteForce
from tests.optimiser.markets import Market, market
from tracker.domain.build import Solution, Status
from tracker.optimiser.check import ALL_RULES
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import lots_of
from tracker.optimiser.reduce import FEW
from tracker.optimiser.solve import solve, solve_all

MARKETS = 300
# Rules that can never keep a machine out unless a target hardens them, and are met as such in these markets.
ONLY_HARDENED = {"bios", "case", "cuda_support", "memory_channels"}


def brute_force_of(small: Market, without: frozenset[str] = frozenset()) -> BruteForce:
    return BruteForce(small.target, lots_of(small.target, small.offers, ItemReader(small.catalog)), without)


def totals(solution: Solution) -> list[int]:
    return [build.total.minor for build in solution.builds]


def test_equal_to_brute_force_and_every_rule_bites() -> None:
    refused: Counter = Counter()
    feasible = 0
    for seed in range(MARKETS):
        small = market(seed)
        brute = brute_force_of(small)
        expected = brute.totals(3)
        # In every second market all but the first guess is dropped by its bounds, as it is in large ones.
        found = next(solve_all([small.target], small.offers, small.catalog, top=3, few=FEW if seed % 2 else 1))
        assert totals(found) == expected, f"market {seed}"
        assert found.status is (Status.OPTIMAL if expected else Status.INFEASIBLE), f"market {seed}"
        refused.update({rule for rule, _verdict in brute.seen})
        feasible += bool(expected)
    assert feasible > MARKETS / 6
    assert set(ALL_RULES) <= set(refused), f"never bites: {set(ALL_RULES) - set(refused)}"


@pytest.mark.parametrize("seed", range(1000, 1040))
def test_leaving_a_rule_out_agrees_too(seed: int) -> None:
    small = market(seed)
    rule = sorted(ALL_RULES)[seed % len(ALL_RULES)]
    without = frozenset({rule})
    found = solve(small.target, small.offers, small.catalog, top=1, without=without)
    assert totals(found) == brute_force_of(small, without).totals(1)


def test_a_lot_may_be_bought_for_its_coolers_alone() -> None:
    small = market(
        100_447, size=8
    )  # met in `make soak`: the second machine's coolers come with processors that don't fit
    found = solve(small.target, small.offers, small.catalog, top=3)
    assert totals(found) == brute_force_of(small).totals(3) == [11200, 28900]


def test_a_better_machine_that_the_first_guess_did_not_see_excludes_those_that_contain_it() -> None:
    small = market(400_013, size=8)
    found = next(solve_all([small.target], small.offers, small.catalog, top=3, few=1))
    assert totals(found) == brute_force_of(small).totals(3) == [8800, 12300, 12300]
