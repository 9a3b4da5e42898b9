"""APScheduler entries that each name a command; made from the config at each start, so nothing pickled can go stale.

A job runs as a child process (`rigscout run`), so the scheduler itself stays small, a crash of a job is only an exit
code, and SIGTERM is handed on: the child keeps what it collected.
"""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tracker.settings import Settings

if TYPE_CHECKING:
    from apscheduler.schedulers.base import BaseScheduler

_LOG = logging.getLogger("rigscout.schedule")
_GRACE_S = 8.0  # a child has this long to keep what it collected; SIGTERM must end within 10 s


@dataclass(frozen=True, slots=True)
class Entry:
    """One scheduled command: its words, and either a local time of day or a number of hours between two runs."""

    name: str
    arguments: tuple[str, ...]
    at: str | None = None  # "07:00", local time
    every: timedelta | None = None
    jitter_s: int = 0


def entries(settings: Settings, marketplaces: Sequence[str]) -> list[Entry]:
    """What is to run: each source at its own pace, a backup, and the morning run at the user's local time."""
    pace = timedelta(hours=settings.crawl_every_h)
    crawl = ("crawl", "--queue") if settings.workers else ("crawl",)
    sources = [Entry(f"crawl {name}", (*crawl, name), every=pace, jitter_s=900) for name in marketplaces]
    return [*sources, Entry("backup", ("db", "backup"), at="03:30"), Entry("run", ("run",), at=settings.report_at)]


def add_entries(
    scheduler: "BaseScheduler", settings: Settings, planned: Sequence[Entry], start: Callable[[Entry], Any]
) -> None:
    """Add every entry. A run that was missed while the machine slept is made up once, not ten times (coalesce)."""
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    zone = ZoneInfo(settings.time_zone)
    for entry in planned:
        trigger: Any
        if entry.at is not None:
            hour, minute = entry.at.split(":")
            trigger = CronTrigger(hour=int(hour), minute=int(minute), timezone=zone)
        else:
            assert entry.every is not None
            trigger = IntervalTrigger(seconds=int(entry.every.total_seconds()), jitter=entry.jitter_s, timezone=zone)
        scheduler.add_job(
            start, trigger, args=[entry], id=entry.name, coalesce=True, max_instances=1, misfire_grace_time=None
        )


def is_missed(last_good: datetime | None, settings: Settings, now: datetime) -> bool:
    """Whether the morning run of today (or of yesterday, before today's time) has not been done; `last_good` is aware."""
    hour, minute = (int(part) for part in settings.report_at.split(":"))
    local = now.astimezone(ZoneInfo(settings.time_zone))
    due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if due > local:
        due -= timedelta(days=1)
    return last_good is None or last_good < due


class Runner:
    """Starts commands as child processes, one at a time, and hands SIGTERM on to the one that runs."""

    def __init__(self, options: Sequence[str] = ()) -> None:
        self._command = [sys.executable, "-m", "tracker.cli", *options]
        self._one_at_a_time = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()

    def run(self, entry: Entry) -> int | None:
        """Run one entry to its end; its exit code, or None where the scheduler is stopping."""
        with self._one_at_a_time:
            if self.stopping.is_set():
                return None
            self._child = subprocess.Popen([*self._command, *entry.arguments])  # noqa: S603 - our own command
            code = self._child.wait()
        _LOG.log(logging.INFO if code == 0 else logging.WARNING, "%s ended with exit code %d", entry.name, code)
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
    settings: Settings, planned: Sequence[Entry], last_good: datetime | None, now: datetime, runner: Runner
) -> None:
    """Run the scheduler until SIGTERM or SIGINT; a missed morning run is made up at once, and once only."""
    from apscheduler.schedulers.background import BackgroundScheduler

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    scheduler = BackgroundScheduler(timezone=ZoneInfo(settings.time_zone))
    add_entries(scheduler, settings, planned, runner.run)
    if is_missed(last_good, settings, now):
        scheduler.add_job(runner.run, args=[next(e for e in planned if e.name == "run")], id="run, made up")
    scheduler.start()
    ended.wait()
    runner.stop()
    scheduler.shutdown(wait=False)


def crontab_line(settings: Settings, command: str, data: Path) -> str:
    """A crontab that runs the morning pass at the user's local time; cron's own clock is the machine's zone."""
    hour, minute = settings.report_at.split(":")
    return (
        f"# rigscout: every morning at {settings.report_at}, by this machine's clock\n"
        f'RIGSCOUT_DATA="{data}"\n'
        f"{int(minute)} {int(hour)} * * * {command} run\n"
    )


def systemd_units(settings: Settings, command: str, data: Path) -> str:
    """A hardened service and its timer, ready to be split into two files under ~/.config/systemd/user."""
    return f"""\
# rigscout.service
[Unit]
Description=Rigscout: the cheapest deep-learning box today
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Environment=RIGSCOUT_DATA={data}
EnvironmentFile=-%h/.config/rigscout/secrets.env
ExecStart={command} run
# 3: some sources failed, the report was still made
SuccessExitStatus=3
TimeoutStartSec=2h
Nice=10
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths={data}
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
LockPersonality=yes

# rigscout.timer
[Unit]
Description=Rigscout, every morning

[Timer]
OnCalendar=*-*-* {settings.report_at}:00 {settings.time_zone}
RandomizedDelaySec=10min
Persistent=yes

[Install]
WantedBy=timers.target
"""
