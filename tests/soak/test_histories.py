"""Two thousand random histories each: kept up step by step, they equal a rebuild and a rematch (`make soak`)."""

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.services.market import TinyMatcher
from tests.services.test_price_sense import decisions, market
from tests.services.test_rollups import STEP, daily, emptied_sqlite, play, rebuilt
from tracker.services.rematch import rematch

BLOCKS, EACH = 10, 200
MANY = settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("block", range(BLOCKS))
def test_daily_figures_equal_a_rebuild(sqlite_database, block):
    @seed(block)
    @MANY
    @given(st.lists(STEP, min_size=4, max_size=12))
    def check(steps):
        emptied_sqlite(sqlite_database)
        play(sqlite_database, steps)
        assert daily(sqlite_database) == rebuilt(sqlite_database)

    check()


@pytest.mark.parametrize("block", range(BLOCKS))
def test_decisions_equal_a_rematch(sqlite_database, block):
    @seed(block)
    @MANY
    @given(st.lists(STEP, min_size=1, max_size=10))
    def check(steps):
        emptied_sqlite(sqlite_database)
        market(sqlite_database, 2)
        play(sqlite_database, [step | {"rematch": False} for step in steps])
        step_by_step = decisions(sqlite_database)
        rematch(sqlite_database, TinyMatcher("again"))
        assert decisions(sqlite_database) == step_by_step, repr(steps)

    check()
