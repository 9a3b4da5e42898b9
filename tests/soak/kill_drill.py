"""Kill a small demo's whole process tree, start it again, and hold what is there against an undisturbed run.

The demo is the production code: 40 listings, 3 days, the last day crawled over HTTP in child processes, solved, reported and
mailed. What is the drill's own: processes are forked from one that has imported everything and read the catalog (which takes
longer than the demo's work), and functions are wrapped so that the tree dies at a named point.
"""

import functools
import importlib
import itertools
import multiprocessing
import os
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from multiprocessing import forkserver
from pathlib import Path
from random import Random
from typing import Self

import psutil
import psycopg
from aiosmtpd.controller import Controller
from sqlalchemy.engine import make_url

import spiders.crawl
import spiders.run
from spiders.demo.sites import MARKETPLACES
from spiders.spec import CrawlSpec
from tracker.cli.demo import DemoWorkspace
from tracker.domain.errors import LockedError
from tracker.domain.part import Catalog
from tracker.domain.ports import Matcher
from tracker.jobs.demo import run_demo
from tracker.settings import MailSettings, Settings
from tracker.storage.digest import digest
from tracker.storage.engine import open_database
from tracker.storage.invariants import broken_rules

DAYS, LISTINGS = 3, 40
RECIPIENT = "you@example.org"
LONGEST_S = 600.0  # a run that takes longer hangs
LOCK_S = 20.0  # PostgreSQL frees a dead program's lock when it notices, not at once
os.environ.setdefault("RIGSCOUT_LOG_LEVEL", "CRITICAL")  # a crawl tells every repeat that it drops
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "tests.soak.kill_ready"])
READY = DemoWorkspace(Path())  # what every run reads from config alone, read once


@dataclass(frozen=True)
class Point:
    """Where the tree dies: before or after one of the calls of a function; `in_crawl`: in a crawl's own process."""

    place: str  # module:attribute, as the calling code finds it
    calls: int  # how many an undisturbed run makes, at least
    before: bool = False
    in_crawl: bool = False


POINTS = {
    "migrating": Point("tracker.storage.schema:_migrate", 1, before=True),
    "schema made": Point("tracker.storage.schema:_migrate", 1),
    "demo claimed": Point("tracker.storage.engine:Database.claim", 1),
    "mid-transaction, listings written": Point("tracker.services.ingest:keep", 9),
    "mid-transaction, crawl recorded": Point("tracker.services.ingest:record_crawl", 9),
    "mid-transaction, figures written": Point("tracker.services.ingest:refresh", 9),
    "a past day's feed committed": Point("tracker.jobs.demo:ingest_feed", 6),
    "one target's answer kept": Point("tracker.jobs.reporting:keep_solution", 3),
    "crawl begins": Point("spiders.pipelines.feed:Feed.open_spider", 1, in_crawl=True),
    "mid-feed": Point("spiders.pipelines.feed:Feed.process_item", 6, in_crawl=True),
    "feed closed": Point("spiders.pipelines.feed:Feed.close_spider", 1, in_crawl=True),
    "outcome written": Point("spiders.crawl:write_outcome", 1, in_crawl=True),
    "crawl ended": Point("spiders.run:_outcome", 3),
    "feed committed, its file still there": Point("tracker.jobs.crawling:_ingest", 3),
    "page written, mail file not": Point("reports.delivery.files:write_whole", 1),
    "mail file written": Point("reports.delivery.files:write_whole", 2),
    "in the outbox": Point("tracker.jobs.full_pass:enqueue", 1),
    "between outbox and SMTP reply": Point("smtplib:SMTP.getreply", 6, before=True),
    "mailed, not yet noted": Point("tracker.jobs.delivering:mark_sent", 1, before=True),
    "mail noted": Point("tracker.jobs.delivering:mark_sent", 1),
}


@dataclass(frozen=True)
class Run:
    """One start of the small demo; with a `point`, its tree dies at that call of it (in that source's crawl)."""

    out: Path
    database_url: str
    smtp_port: int
    sender: str
    point: str = ""
    call: int = 1
    source: str = ""


class DrillWorkspace(DemoWorkspace):
    """The demo's, with a mail server, one machine to solve for, and a database of the drill's choice."""

    def __init__(self, run: Run) -> None:
        super().__init__(run.out)
        self._run = run

    @functools.cached_property
    def settings(self) -> Settings:
        mail = MailSettings(
            host="127.0.0.1", port=self._run.smtp_port, security="none", sender=self._run.sender, recipients=(RECIPIENT,),
            timeout_s=20,
        )  # fmt: skip
        return super().settings.model_copy(update={"mail": mail, "targets": ("k80-box",)})

    @functools.cached_property
    def database_url(self) -> str:
        return self._run.database_url

    @property
    def catalog(self) -> Catalog:
        return READY.catalog

    @property
    def matcher(self) -> Matcher:
        return READY.matcher


def _check_ready() -> None:
    """multiprocessing passes silently over a module that it cannot import beforehand."""
    raise SystemExit("tests.soak.kill_ready" not in sys.modules)


def live(run: Run) -> None:
    """The program that is killed: the demo, then its report by way of the outbox. Runs in a process of its own."""
    os.setpgid(0, 0)
    os.environ.pop("RIGSCOUT_DATABASE_URL", None)
    _arm(run, in_crawl=False)
    spiders.run._child = functools.partial(_forked_crawl, run)
    workspace = DrillWorkspace(run)
    result = _once_unlocked(lambda: run_demo(workspace, days=DAYS, listings=LISTINGS))
    if result.undelivered or not all(outcome.ok for outcome in result.outcomes):
        raise SystemExit(3)


def _once_unlocked(work):
    deadline = time.monotonic() + LOCK_S
    while True:
        try:
            return work()
        except LockedError:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(0.02)


def _forked_crawl(run: Run, spec: CrawlSpec, feed: Path) -> str:
    """In place of a new interpreter: `spiders.crawl` in a process forked from the one that has imported it."""
    forkserver._forkserver.ensure_running = lambda: None  # it does: it has forked us; it would start a second one
    process = _FORKS.Process(target=_crawl, args=(run, spec, feed, os.getpgrp()))
    process.start()
    process.join()
    return "" if process.exitcode == 0 else f"the crawl's process ended with code {process.exitcode}"


def _crawl(run: Run, spec: CrawlSpec, feed: Path, group: int) -> None:
    os.setpgid(0, group)
    if psutil.Process(group).status() == psutil.STATUS_ZOMBIE:
        return  # killed before this process was of its group: with a child of its own it would have died
    if run.source == spec.marketplace:
        _arm(run, in_crawl=True)
    spiders.crawl.crawl(spec, feed)


def _arm(run: Run, *, in_crawl: bool) -> None:
    point = POINTS.get(run.point)
    if point is None or point.in_crawl != in_crawl:
        return
    module, _, path = point.place.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    original, calls = getattr(owner, name), itertools.count(1)

    @functools.wraps(original)
    def deadly(*arguments, **named):
        is_due = next(calls) == run.call
        if is_due and point.before:
            _die()
        result = original(*arguments, **named)
        if is_due:
            _die()
        return result

    setattr(owner, name, deadly)


def _die() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


class Letterbox:
    """A mail server that takes everything: sender (each run has its own) → the Message-IDs of what came."""

    def __init__(self) -> None:
        self.mails: dict[str, list[str]] = defaultdict(list)

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails[envelope.mail_from].append(str(mail["Message-ID"]))
        return "250 taken"


@contextmanager
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """A Letterbox that listens, and its port."""
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@dataclass(frozen=True)
class State:
    """What is there when a demo has ended: the history's digest, broken rules, files, and leftovers."""

    digest: str
    broken: tuple[str, ...]
    reports: tuple[str, ...]
    left: tuple[str, ...]


@dataclass
class Drill:
    """Kills on one kind of database, each in a folder and a database of its own. `server`: PostgreSQL's URL, "" for SQLite."""

    folder: Path
    server: str = ""
    fired: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __enter__(self) -> Self:
        self._box = letterbox()
        self.box, self._port = self._box.__enter__()
        first = _FORKS.Process(target=_check_ready)  # it waits for the imports
        first.start()
        first.join()
        assert first.exitcode == 0, "tests/soak/kill_ready.py does not import"
        run = self._run("undisturbed")
        began = time.monotonic()
        assert self._finish(run) == 0
        self.seconds = time.monotonic() - began
        self.expected = self._state(run)
        assert self.expected.broken == ()
        assert len(self.box.mails[run.sender]) == 1
        self._remove(run)
        return self

    def __exit__(self, *_: object) -> None:
        self._box.__exit__(None, None, None)

    def moment(self, seed: int, run: Run) -> tuple[Run, float | None]:
        """Where this seed's run dies: even seeds at a random second of it, odd ones at a random call of a named point."""
        dice = Random(seed)
        if seed % 2 == 0:
            return run, dice.uniform(0, self.seconds)
        name = list(POINTS)[seed // 2 % len(POINTS)]
        call = dice.randint(1, POINTS[name].calls)
        return replace(run, point=name, call=call, source=dice.choice(MARKETPLACES)), None

    def kill(self, *seeds: int) -> list[str]:
        """Kill at each seed's moment, one start after another in one folder, start once more, and compare: what is wrong.

        Of several, each dies at the first call of its point: what an earlier start has done, a later one calls no more.
        """
        while (wrong := self._killed(seeds)) is None:
            self.seconds *= 0.95  # it ended before its moment: runs are faster now than the undisturbed one was
        return wrong

    def _killed(self, seeds: Sequence[int]) -> list[str] | None:
        run = self._run(f"seed{seeds[0]}")
        try:
            mails = 1
            for seed in seeds:
                dying, second = self.moment(seed, run)
                dying = replace(dying, call=1) if len(seeds) > 1 else dying
                code = self._finish(dying, kill_after=second)
                if dying.point and code != -signal.SIGKILL:
                    return [f"the point {dying.point!r} ({dying.call}) was never reached: exit code {code}"]
                if code == 0 and len(seeds) == 1:
                    return None
                self.fired[dying.point or "random moment"] += code == -signal.SIGKILL
                mails += self._outbox_state(run) == "pending"  # it may have been taken, the answer not heard
            code = self._finish(run)
            return self._wrongs(run, mails) if code == 0 else [f"the last start ended with exit code {code}"]
        finally:
            self._remove(run)

    def _wrongs(self, run: Run, most_mails: int) -> list[str]:
        found = self._state(run)
        mails = self.box.mails[run.sender]
        wrong = [
            f"{name} is {getattr(found, name)!r}, not {getattr(self.expected, name)!r}"
            for name in ("digest", "broken", "reports", "left")
            if getattr(found, name) != getattr(self.expected, name)
        ]
        if not 1 <= len(mails) <= most_mails or len(set(mails)) != 1:
            wrong.append(f"mails: {mails}, at most {most_mails}")
        return wrong

    def _run(self, name: str) -> Run:
        out = self.folder / name
        url = f"sqlite:///{out / 'rigscout.sqlite3'}"
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{out.name}"')
            url = make_url(self.server).set(database=out.name).render_as_string(hide_password=False)
        out.mkdir(parents=True)
        return Run(out, url, self._port, f"{name}@example.org")

    def _remove(self, run: Run) -> None:
        self.box.mails.pop(run.sender, None)  # the seed may be tried again
        shutil.rmtree(run.out)
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{run.out.name}" WITH (FORCE)')

    def _finish(self, run: Run, kill_after: float | None = None) -> int | None:
        """Start a run, kill its tree after some seconds if told, and wait for its end: its exit code."""
        process = _FORKS.Process(target=live, args=(run,))
        process.start()
        process.join(LONGEST_S if kill_after is None else kill_after)
        while process.is_alive():
            _kill_group(process.pid)
            process.join(1)
        return process.exitcode

    def _outbox_state(self, run: Run) -> str | None:
        """The mail's state as the killed run left it; SQLite is looked at in a copy, so that the second start recovers it."""
        query = "SELECT state FROM outbox"
        try:
            if self.server:
                with psycopg.connect(run.database_url.replace("+psycopg", "")) as connection:
                    row = connection.execute(query).fetchone()
            else:
                with tempfile.TemporaryDirectory() as copy:
                    for file in run.out.glob("rigscout.sqlite3*"):
                        shutil.copy(file, copy)
                    with closing(sqlite3.connect(Path(copy) / "rigscout.sqlite3")) as connection:
                        row = connection.execute(query).fetchone()
        except (psycopg.errors.UndefinedTable, sqlite3.OperationalError):
            return None
        return row[0] if row else None

    @staticmethod
    def _state(run: Run) -> State:
        database = open_database(run.database_url)
        with database.reading() as connection:
            found, broken = digest(connection), tuple(broken_rules(connection))
        database.close()
        reports = tuple(sorted(path.name for path in (run.out / "reports").iterdir()))
        left = tuple(sorted(path.name for path in (run.out / "feeds").iterdir()))
        return State(found, broken, reports, left)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:  # it has not made its group yet
        os.kill(pid, signal.SIGKILL)
