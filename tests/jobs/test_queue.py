"""Workers on a real PostgreSQL: crawls taken from the queue, one at a time a site; a killed worker loses nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from spiders.demo.server import DemoMarket
from spiders.demo.world import make_world
from spiders.state import SourceState
from tests.conftest import emptied
from tracker.cli.main import run
from tracker.storage.engine import Database

pytestmark = pytest.mark.postgres
SITES = ("ebay", "leboncoin", "kleinanzeigen")


@pytest.fixture(scope="module")
def market() -> Iterator[DemoMarket]:
    with DemoMarket(make_world(days=3, listings=40)) as open_market:
        yield open_market


@pytest.fixture
def machine(
    tmp_path: Path, market: DemoMarket, postgres_url: str, postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A machine's data folder, with three sources that the demo market stands in for and an empty PostgreSQL."""
    emptied(postgres_database)
    places = tmp_path / "config" / "marketplaces"
    places.mkdir(parents=True)
    for site in SITES:
        lines = f'enabled = true\nbase_url = "{market.url(site)}"\nways = ["html"]\nsearches = ["k80", "x99"]\n'
        (places / f"{site}.toml").write_text(lines + "seconds_between_requests = 0\n")
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RIGSCOUT_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    yield tmp_path / "data"
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS rigscout_queue CASCADE")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def crawled(url: str) -> dict[object, object]:
    return dict(rows(url, "SELECT marketplace, count(*) FROM listing GROUP BY 1"))  # type: ignore[arg-type]


def jobs(url: str, task: str) -> set[tuple[object, ...]]:
    query = "SELECT status, args ->> 'marketplace' FROM rigscout_queue.procrastinate_jobs WHERE task_name = "
    return set(rows(url, f"{query}'{task}'"))


def at_work(pace: float, config: Path) -> "subprocess.Popen[str]":
    """A worker process of its own group that has begun a crawl with `pace` seconds between two requests."""
    set_pace(config, pace)
    command = [sys.executable, "-m", "tracker.cli", "worker"]
    worker = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert worker.stderr is not None
    for line in worker.stderr:
        if "Starting job crawl" in line:
            return worker
    raise AssertionError("the worker ended before it took a job")


def set_pace(config: Path, seconds: float) -> None:
    for file in (config / "marketplaces").glob("*.toml"):
        head = file.read_text().rpartition("seconds_between_requests")[0]
        file.write_text(f"{head}seconds_between_requests = {seconds}\n")


def declare_dead(url: str) -> None:
    """Let an hour pass for the queue since any worker gave a sign."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE rigscout_queue.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def test_workers_take_what_was_put_and_store_it(machine: Path, postgres_url: str) -> None:
    assert run(["crawl", "--queue"]) == 0
    assert run(["crawl", "--queue"]) == 0, "a crawl that waits already is not put twice"
    assert len(rows(postgres_url, "SELECT id FROM rigscout_queue.procrastinate_jobs")) == len(SITES)
    assert run(["worker", "--until-empty", "--at-once", "2"]) == 0
    assert set(crawled(postgres_url)) == set(SITES)
    assert jobs(postgres_url, "crawl") == {("succeeded", site) for site in SITES}
    assert list((machine / "feeds").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_loses_nothing(
    machine: Path, postgres_url: str, postgres_database: Database, number: signal.Signals
) -> None:
    assert run(["crawl", "--queue", "ebay"]) == 0
    assert run(["worker", "--until-empty"]) == 0
    whole = crawled(postgres_url)
    emptied(postgres_database)
    assert run(["crawl", "--queue", "ebay"]) == 0
    worker = at_work(3.0, machine.parent / "config")
    assert run(["crawl", "--queue", "ebay"]) == 0, "asked for again, which waits"
    os.killpg(worker.pid, number) if number is signal.SIGKILL else worker.send_signal(number)
    worker.communicate(timeout=10)
    set_pace(machine.parent / "config", 0)
    declare_dead(postgres_url)
    assert run(["worker", "--until-empty"]) == 0
    assert jobs(postgres_url, "crawl") == {("succeeded", "ebay")}
    assert crawled(postgres_url) == whole
    assert list((machine / "feeds").iterdir()) == []


def test_what_a_site_must_not_forget_goes_to_the_next_machine(tmp_path: Path) -> None:
    """One machine is told to rest; another one, with a folder of its own, rests too."""
    here, there = SourceState(tmp_path / "here", "ebay"), SourceState(tmp_path / "there", "ebay")
    now = datetime.now(UTC)
    there.keep_token("secret", "client", now + timedelta(hours=2))
    until = here.block(now)
    assert "secret" not in there.told()
    there.adopt(here.told())
    assert there.paused_until(now) == until
    assert there.token(now, "client") == "secret"


def test_the_queue_refuses_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    assert run(["worker"]) == 2
    assert "needs PostgreSQL" in capsys.readouterr().err
