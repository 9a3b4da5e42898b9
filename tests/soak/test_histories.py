"""Two thousand random histories: daily figures kept up step by step equal a rebuild (`make soak`)."""

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.services.test_rollups import STEP, daily, emptied_sqlite, play, rebuilt

BLOCKS, EACH = 10, 200


@pytest.mark.parametrize("block", range(BLOCKS))
def test_step_by_step_equals_a_rebuild(sqlite_database, block):
    @seed(block)
    @settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, min_size=4, max_size=12))
    def check(steps):
        emptied_sqlite(sqlite_database)
        play(sqlite_database, steps)
        assert daily(sqlite_database) == rebuilt(sqlite_database)

    check()
