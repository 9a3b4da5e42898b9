"""APScheduler entries that each name a command; made from the config at each start, so nothing pickled can go stale.

A job runs as a child process (`rigscout run`), so the scheduler itself stays small, a crash of a job is only an exit
code, and SIGTERM is handed on: the child keeps what it collected.
"""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tracker.settings import Settings

if TYPE_CHECKING:
    from apscheduler.schedulers.base import BaseScheduler

_LOG = logging.getLogger("rigscout.schedule")
_GRACE_S = 8.0  # a child has this long to keep what it collected; SIGTERM must end within 10 s
_LOCKED = 4  # exit code: somebody runs a pass by hand
_LOCK_TRIES = 60
_GOOD = frozenset({0, 3})  # 3: some sources failed; the rest was done
# A clock that jumps, or a machine that slept, is noticed after this at the latest.
_LOOK = timedelta(minutes=1)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_STORE_EVERY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Entry:
    """One scheduled command: its words, and either a local time of day (of one weekday, where named) or a pace."""

    name: str
    arguments: tuple[str, ...]
    at: str | None = None  # "07:00", local time
    weekday: str | None = None  # "monday"
    every: timedelta | None = None
    jitter_s: int = 0
    at_first: bool = False  # run at once where it never went well


def entries(settings: Settings, paces: Mapping[str, float], *, backs_up: bool = True) -> list[Entry]:
    """What is to run. `paces` are the sources and their hours between two looks; `backs_up`: the database is a file.

    What crawls bring is stored, matched and rolled up by the next `alerts`, half an hour later at most. The morning's run
    solves, reports by day and week, mails and cleans up; it makes no crawl, since each source has its own pace.
    """
    crawl = ("crawl", "--queue") if settings.workers else ("crawl",)
    planned = [
        Entry(f"crawl {name}", (*crawl, name), every=timedelta(hours=hours), jitter_s=900, at_first=True)
        for name, hours in paces.items()
    ]
    planned += [
        Entry("alerts", ("report", "alert", "--send"), every=_STORE_EVERY, jitter_s=60),
        Entry("exchange rates", ("cloud", "rates", "--refresh"), at="17:10"),  # the ECB's come at about 16:00 CET
        Entry("cloud prices", ("cloud", "refresh"), at="04:15", weekday="sunday"),
        Entry("matching", ("rematch",), at="04:45"),
        Entry("run", ("run", "--stored"), at=settings.report_at, at_first=True),
    ]
    if settings.weekly_on:
        weekly = ("report", "weekly", "--send")
        planned.append(Entry("weekly report", weekly, at=settings.report_at, weekday=settings.weekly_on))
    return [*planned, Entry("backup", ("db", "backup"), at="03:30")] if backs_up else planned


def trigger_of(entry: Entry, settings: Settings) -> Any:
    """When an entry runs, as APScheduler's trigger in the user's time zone."""
    from apscheduler.triggers.interval import IntervalTrigger

    from tracker.local_time import LocalTime

    zone = ZoneInfo(settings.time_zone)
    if entry.at is None:
        assert entry.every is not None
        return IntervalTrigger(seconds=int(entry.every.total_seconds()), jitter=entry.jitter_s, timezone=zone)
    weekday = _WEEK.index(entry.weekday) if entry.weekday else None
    return LocalTime(time.fromisoformat(entry.at), zone, weekday)


def is_missed(entry: Entry, last_good: datetime | None, settings: Settings, now: datetime) -> bool:
    """Whether an entry should have run since it last went well (`last_good`, aware; None: never)."""
    if last_good is None:
        return entry.at_first
    if entry.every is not None:
        return last_good + entry.every <= now
    due: datetime = trigger_of(entry, settings).get_next_fire_time(None, last_good + timedelta(seconds=1))
    return due <= now


def add_entries(
    scheduler: "BaseScheduler",
    settings: Settings,
    planned: Sequence[Entry],
    start: Callable[[Entry], Any],
    last_good: Mapping[str, datetime],
    now: datetime,
) -> None:
    """Add every entry. A run missed while the machine slept or was off is made up once, not ten times."""
    for entry in planned:
        trigger, good = trigger_of(entry, settings), last_good.get(entry.name)
        good = good and min(good, now)  # noted by a clock that was ahead: nothing waits until then
        if is_missed(entry, good, settings, now):
            first = {"next_run_time": now}
        elif entry.every is not None and good is not None:
            first = {"next_run_time": good + entry.every}
        else:
            first = {}
        scheduler.add_job(
            start,
            trigger,
            args=[entry],
            id=entry.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            **first,
        )
    scheduler.add_job(_look_at_the_clock, "interval", seconds=_LOOK.total_seconds(), id="clock", coalesce=True)


def _look_at_the_clock() -> None:
    """Nothing: the scheduler wakes for it, and sees what is due by the clock of now."""


class Runner:
    """Starts commands as child processes, one at a time, and hands SIGTERM on to the one that runs.

    `noted` is told how each ended: the entry, and "" or what went wrong.
    """

    def __init__(
        self,
        options: Sequence[str] = (),
        noted: Callable[[Entry, str], None] = lambda _entry, _error: None,
        lock_pause_s: float = 60,
    ) -> None:
        self._command = [sys.executable, "-m", "tracker.cli", *options]
        self._noted = noted
        self._lock_pause_s = lock_pause_s
        self._one_at_a_time = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()

    def run(self, entry: Entry) -> int | None:
        """Run one entry to its end, after whoever holds the lock; its exit code, or None where the scheduler is stopping."""
        with self._one_at_a_time:
            for _ in range(_LOCK_TRIES):
                if self.stopping.is_set():
                    return None
                self._child = subprocess.Popen([*self._command, *entry.arguments])  # noqa: S603 - our own command
                code = self._child.wait()
                if code != _LOCKED or self.stopping.wait(self._lock_pause_s):
                    break
        _LOG.log(logging.INFO if code == 0 else logging.WARNING, "%s ended with exit code %d", entry.name, code)
        self._noted(entry, "" if code in _GOOD else f"exit code {code}")
        return code

    def stop(self) -> None:
        """End the running child: SIGTERM, then SIGKILL where it does not end in time."""
        self.stopping.set()
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def serve_schedule(
    settings: Settings, planned: Sequence[Entry], last_good: Mapping[str, datetime], now: datetime, runner: Runner
) -> None:
    """Run the scheduler until SIGTERM or SIGINT; what was missed is made up at once, and once only."""
    from apscheduler.schedulers.background import BackgroundScheduler

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    scheduler = BackgroundScheduler(timezone=ZoneInfo(settings.time_zone))
    add_entries(scheduler, settings, planned, runner.run, last_good, now)
    scheduler.start()
    ended.wait()
    runner.stop()
    scheduler.shutdown(wait=False)
