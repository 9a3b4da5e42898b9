"""Workers on two machines and one PostgreSQL, killed at seeded moments: nothing is lost, no site is asked by two at once."""

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from random import Random

import psycopg
import pytest

from spiders.demo.server import DemoMarket
from spiders.demo.world import make_world
from tests.conftest import emptied
from tracker.storage.engine import Database

pytestmark = pytest.mark.postgres
SITES = ("ebay", "leboncoin", "kleinanzeigen")
ROUNDS = int(os.environ.get("RIGSCOUT_SOAK_ROUNDS", "20"))
MACHINES, KILLS = 2, 2  # a job that has killed three workers is given up, so no more kills than two
PACE_S = 0.2
LONGEST_S = 120
WORKERS = "SELECT id FROM rigscout_queue.procrastinate_workers"
LISTINGS = "SELECT marketplace, external_id, title, price_minor, price_currency, decision, price_part FROM listing"


class Machines:
    """Data folders of machines that share one PostgreSQL, and the workers on them."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.workers: dict[
            int, tuple[subprocess.Popen[bytes], int]
        ] = {}  # machine → its worker, and its id in the queue

    def command(self, machine: int, *words: str) -> "subprocess.Popen[bytes]":
        own = {
            "RIGSCOUT_CONFIG": str(self.folder / "config"),
            "RIGSCOUT_DATA": str(self.folder / f"machine{machine}"),
            "RIGSCOUT_DATABASE_URL": self.url,
        }
        with (self.folder / f"machine{machine}.log").open("ab") as told:
            return subprocess.Popen(
                [sys.executable, "-m", "tracker.cli", *words],
                env={**os.environ, **own}, stderr=told, start_new_session=True,
            )  # fmt: skip

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def start(self, machine: int) -> None:
        """A worker on a machine, once the queue knows it."""
        before, deadline = self.known(), time.monotonic() + LONGEST_S
        worker = self.command(machine, "worker")
        while not (new := self.known() - before):
            assert worker.poll() is None, self.log(machine)
            assert time.monotonic() < deadline, self.log(machine)
            time.sleep(0.05)
        self.workers[machine] = worker, new.pop()

    def known(self) -> set[int]:
        return {number for (number,) in self.rows(WORKERS)}

    def kill(self, machine: int) -> None:
        """Kill a worker with its crawl; the queue has not heard of it for an hour."""
        worker, number = self.workers.pop(machine)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        aged = f"UPDATE rigscout_queue.procrastinate_workers SET last_heartbeat = now() - interval '1 hour' WHERE id = {number}"
        with psycopg.connect(self.url) as connection:
            connection.execute(aged.encode())

    def finish(self) -> None:
        """Stop the workers, then let each machine do what is left for it."""
        for worker, _ in self.workers.values():
            worker.terminate()
        for machine, (worker, _) in self.workers.items():
            assert worker.wait(LONGEST_S) is not None, self.log(machine)
        self.workers.clear()
        for machine in (*range(MACHINES), *range(MACHINES)):  # the second time: what the other one's crawl held back
            assert self.command(machine, "worker", "--until-empty").wait(LONGEST_S) == 0, self.log(machine)

    def log(self, machine: int) -> str:
        return (self.folder / f"machine{machine}.log").read_text()[-3000:]

    def put(self) -> None:
        assert self.command(0, "crawl", "--queue").wait(LONGEST_S) == 0, self.log(0)


@contextmanager
def installed(folder: Path, url: str, market: DemoMarket) -> Iterator[Machines]:
    """Machines with the demo market's three sources; their queue is dropped in the end."""
    places = folder / "config" / "marketplaces"
    places.mkdir(parents=True)
    for site in SITES:
        text = f'enabled = true\nbase_url = "{market.url(site)}"\nways = ["html"]\nsearches = ["k80", "x99"]\n'
        (places / f"{site}.toml").write_text(f"{text}seconds_between_requests = {PACE_S}\n")
    machines = Machines(folder, url)
    try:
        yield machines
    finally:
        for worker, _ in machines.workers.values():
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA IF EXISTS rigscout_queue CASCADE")


def overlaps(machines: Machines) -> list[str]:
    """Marketplaces that two workers asked at once: each crawl goes from its start to the next thing said of its job."""
    query = """SELECT args ->> 'marketplace', job_id, type::text, at FROM rigscout_queue.procrastinate_events AS event
               JOIN rigscout_queue.procrastinate_jobs AS job ON job.id = job_id WHERE task_name = 'crawl'
               ORDER BY event.at, event.id"""
    events: dict[int, list[tuple]] = defaultdict(list)
    for event in machines.rows(query):
        events[event[1]].append(event)
    spans = defaultdict(list)
    for of_job in events.values():
        for begun, ended in pairwise(of_job):
            if begun[2] == "started":
                spans[begun[0]].append((begun[3], ended[3]))
    assert set(spans) == set(SITES)
    return [site for site, each in spans.items() if any(b[0] < a[1] for a, b in pairwise(sorted(each)))]


@pytest.fixture(scope="module")
def market() -> Iterator[DemoMarket]:
    with DemoMarket(make_world(days=3, listings=60)) as open_market:
        yield open_market


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, postgres_url: str, postgres_database: Database, market: DemoMarket) -> set[tuple]:  # fmt: skip
    emptied(postgres_database)
    with installed(tmp_path_factory.mktemp("undisturbed"), postgres_url, market) as machines:
        machines.put()
        machines.finish()
        found = set(machines.rows(LISTINGS))
    assert {row[0] for row in found} == set(SITES)
    return found


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_workers_lose_nothing(
    seed: int,
    tmp_path: Path,
    postgres_url: str,
    postgres_database: Database,
    market: DemoMarket,
    undisturbed: set[tuple],
) -> None:
    """Two crawls of each site are asked for; workers on both machines are killed in the middle and started again."""
    emptied(postgres_database)
    dice = Random(seed)
    with installed(tmp_path, postgres_url, market) as machines:
        machines.put()
        for machine in range(MACHINES):
            machines.start(machine)
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.1, 3))
            machine = dice.randrange(MACHINES)
            machines.put()
            machines.kill(machine)
            machines.start(machine)
        machines.finish()
        jobs = machines.rows("SELECT task_name, status::text, attempts FROM rigscout_queue.procrastinate_jobs")
        told = [job for job in jobs if job[0] in ("crawl", "ingest")]
        assert {status for _, status, _ in told} == {"succeeded"}, told
        assert set(machines.rows(LISTINGS)) == undisturbed
        assert not overlaps(machines)
        left = [path.name for machine in range(MACHINES) for path in (tmp_path / f"machine{machine}/feeds").glob("*")]
        assert left == []
    words = f"seed {seed}: {KILLS} kills, {len(told)} jobs, {sum(max(0, a - 1) for *_, a in told)} taken again"
    print(words, flush=True)  # noqa: T201 - the figures of a long run
