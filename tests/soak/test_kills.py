"""Five hundred kills (SIGKILL, the whole process tree) of a small demo on each database, half at random moments, half at
named points: after another start the database, the report and the mail are an undisturbed run's (`make soak`).

Seeds 0 … 499; RIGSCOUT_KILLS=100 does the first hundred only, RIGSCOUT_KILLS=100-500 goes on from there. Each seed's end is
a line in RIGSCOUT_KILLS_LOG (rigscout-kills.log in the folder for temporary files), so that a run cut off has its counts.
"""

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.soak.kill_drill import POINTS, Drill

FROM, TO = map(int, f"0-{os.environ.get('RIGSCOUT_KILLS', '500')}".split("-")[-2:])
LOG = Path(os.environ.get("RIGSCOUT_KILLS_LOG", tempfile.gettempdir() + "/rigscout-kills.log"))
TOLD_EVERY = 25


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_nothing_is_lost_or_doubled(server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where, wrong, began = "PostgreSQL" if server else "SQLite", {}, time.monotonic()

    def tell(words: str) -> None:
        with capsys.disabled():
            sys.stderr.write(f"\n{where}: {words}")

    with (
        Drill(tmp_path, server) as drill,
        ThreadPoolExecutor(os.cpu_count()) as pool,
        LOG.open("a", buffering=1) as log,
    ):
        tell(f"an undisturbed run takes {drill.seconds:.1f} s; seeds {FROM} … {TO - 1}, each told in {LOG}")
        for done, (seed, words) in enumerate(
            zip(range(FROM, TO), pool.map(drill.kill, range(FROM, TO)), strict=True), 1
        ):
            log.write(f"{where} seed {seed}: {'; '.join(words) or 'equal'}\n")
            wrong |= {seed: words} if words else {}
            if done % TOLD_EVERY == 0 or done == TO - FROM:
                killed, seconds = sum(drill.fired.values()), time.monotonic() - began
                tell(f"seeds up to {seed} done, {killed} trees killed, {len(wrong)} wrong, {seconds:.0f} s")
        tell(f"killed at {dict(drill.fired)}\n")
    assert wrong == {}
    assert drill.fired.keys() >= set(POINTS) or len(POINTS) * 2 > TO - FROM
