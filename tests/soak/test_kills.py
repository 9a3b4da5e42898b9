"""Five hundred kills (SIGKILL, the whole process tree) of a small demo on each database, half at random moments, half at
named points: after another start the database, the report and the mail are an undisturbed run's (`make soak`).

Seeds 0 … 499. RIGSCOUT_KILLS=100 does the first hundred only.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.soak.kill_drill import POINTS, Drill

KILLS = int(os.environ.get("RIGSCOUT_KILLS", "500"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_nothing_is_lost_or_doubled(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Drill(tmp_path, server) as drill, ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = {seed: words for seed, words in enumerate(pool.map(drill.kill, range(KILLS))) if words}
        fired = dict(drill.fired)
    with capsys.disabled():
        where = "PostgreSQL" if server else "SQLite"
        sys.stderr.write(
            f"\n{where}: {KILLS} seeds, {sum(fired.values())} trees killed, {drill.seconds:.1f} s a run: {fired}\n"
        )
    assert wrong == {}
    assert fired.keys() >= set(POINTS) or len(POINTS) * 2 > KILLS
