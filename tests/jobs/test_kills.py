"""Ten kills of a small demo on each database, five after another in one folder; `make soak` does five hundred apart."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.soak.kill_drill import POINTS, Drill

# In the order of the demo, as a point that was passed never comes again.
NAMED = ("mid-transaction, listings written", "feed closed", "feed committed, its file still there",
         "between outbox and SMTP reply", "mailed, not yet noted")  # fmt: skip
RANDOM = (66, 32, 14, 18, 90)  # even seeds die at random moments
SEEDS = [1 + 2 * list(POINTS).index(name) for name in NAMED]


@pytest.mark.postgres
def test_nothing_is_lost_or_doubled(tmp_path: Path, postgres_url: str) -> None:
    def wrong(server: str) -> list[str]:
        with Drill(tmp_path / ("postgres" if server else "sqlite"), server) as drill:
            found = [*drill.kill(*SEEDS), *drill.kill(*RANDOM)]
            assert set(NAMED) <= drill.fired.keys() or found
        return found

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(wrong, ["", postgres_url])) == [[], []]
