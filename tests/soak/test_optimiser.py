"""The solver against brute force on five thousand random markets (`make soak`)."""

import pytest

from tests.optimiser.brute_force import BruteForce
from tests.optimiser.markets import crowded, market
from tests.optimiser.test_bounds import check_bounds, check_front
from tests.optimiser.test_why_not import check_smallest
from tracker.optimiser.check import ALL_RULES
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import lots_of
from tracker.optimiser.reduce import FEW
from tracker.optimiser.solve import solve_all

BLOCK, BLOCKS = 250, 20


@pytest.fixture(scope="module")
def refused() -> set[str]:
    """The rules that have kept a machine out in any block so far."""
    return set()


@pytest.mark.parametrize("block", range(BLOCKS))
def test_equal_to_brute_force(block: int, refused: set[str]) -> None:
    for seed in range(100_000 + block * BLOCK, 100_000 + (block + 1) * BLOCK):
        small = market(seed, size=7 + seed % 2)
        brute = BruteForce(small.target, lots_of(small.target, small.offers, ItemReader(small.catalog)))
        expected = brute.totals(3)
        found = next(solve_all([small.target], small.offers, small.catalog, top=3, few=FEW if seed % 3 else 1))
        assert [build.total.minor for build in found.builds] == expected, f"market {seed}"
        refused.update(rule for rule, _verdict in brute.seen)


def test_every_rule_was_met(refused: set[str]) -> None:
    assert set(ALL_RULES) <= refused, f"never bites: {set(ALL_RULES) - refused}"


def test_offers_of_the_same_content_and_mixed_lots() -> None:
    for seed in range(800_000, 800_500):
        full = crowded(seed)
        brute = BruteForce(full.target, lots_of(full.target, full.offers, ItemReader(full.catalog)))
        found = next(solve_all([full.target], full.offers, full.catalog, top=3, few=FEW if seed % 3 else 1))
        assert [build.total.minor for build in found.builds] == brute.totals(3), f"market {seed}"


def test_no_bound_is_too_high() -> None:
    assert sum(check_bounds(seed) for seed in range(200_000, 201_000)) > 500


@pytest.mark.parametrize("axis", ["vram", "speed"])
def test_the_front_is_that_of_trying_everything(axis: str) -> None:
    assert sum(check_front(seed, axis) for seed in range(300_000, 300_300)) > 100


def test_what_is_missing_is_the_smallest_set_that_would_do() -> None:
    assert sum(check_smallest(seed) > 0 for seed in range(500_000, 500_200)) > 100
