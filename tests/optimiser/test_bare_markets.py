"""Markets that hold next to nothing: an answer and a reason, never an exception."""

from itertools import combinations

import pytest

from tracker.catalog import load_catalog
from tracker.domain.build import Offer, Status
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.fx import load_rates
from tracker.optimiser.solve import solve
from tracker.settings import Settings, shipped_config
from tracker.targets import load_targets

CATALOG = load_catalog((shipped_config(),))
TARGETS = load_targets((shipped_config(),), Settings(), CATALOG)
RATES = load_rates((shipped_config(),))
THINGS = ("gpu:tesla-k80", "cpu:xeon-e5-2680-v4", "board:x99", "ram:ddr4:64", "psu:1000", "system:dell-precision-t5810")


@pytest.mark.parametrize("target", TARGETS)
def test_few_things_or_none(target: str) -> None:
    for count in range(3):
        for parts in combinations(THINGS, count):
            offers = [Offer(part, (MatchedPart(part),), Money(5000, "EUR")) for part in parts]
            answer = solve(TARGETS[target], offers, CATALOG, rates=RATES)
            assert answer.builds or (answer.status is Status.INFEASIBLE and answer.why_not)
