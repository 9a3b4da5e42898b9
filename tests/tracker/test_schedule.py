"""The scheduler's entries: local time on both DST days, missed runs made up once, stop within bounds."""

import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from tracker import schedule
from tracker.cli.main import run
from tracker.cli.timetables import crontab_line, systemd_units
from tracker.settings import Settings

PARIS = Settings(time_zone="Europe/Paris", report_at="07:00", weekly_on="monday")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def planned(settings: Settings = PARIS) -> dict[str, schedule.Entry]:
    return {entry.name: entry for entry in schedule.entries(settings, {"ebay": 12, "leboncoin": 24})}


def runs(entry: schedule.Entry, settings: Settings, first: str, days: int) -> list[datetime]:
    """Every time that an entry runs from a day's midnight on, in the user's local time."""
    zone = ZoneInfo(settings.time_zone)
    start = datetime.fromisoformat(first)
    at, end = (moment.replace(tzinfo=zone).astimezone(UTC) for moment in (start, start + timedelta(days=days)))
    trigger, found = schedule.trigger_of(entry, settings), []
    while True:
        at = trigger.get_next_fire_time(at, at)
        if at is None or at >= end:
            return found
        found.append(at.astimezone(zone))
        at = at.astimezone(UTC) + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("first", "offsets"), [("2026-03-28", [1, 2, 2]), ("2026-10-24", [2, 1, 1])], ids=["spring", "autumn"]
)
@pytest.mark.parametrize("name", ["run", "backup", "matching"])
def test_what_is_daily_keeps_its_local_hour_over_dst(name: str, first: str, offsets: list[int]) -> None:
    entry = planned()[name]
    found = runs(entry, PARIS, first, 3)
    assert [f"{at:%H:%M}" for at in found] == [entry.at] * 3
    assert [at.utcoffset() for at in found] == [timedelta(hours=hours) for hours in offsets]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("report_at", ["00:30", "02:00", "02:30", "03:00", "07:00"])
def test_once_a_day_for_a_year_though_the_hour_is_missing_or_comes_twice(zone: str, report_at: str) -> None:
    settings = Settings(time_zone=zone, report_at=report_at)
    days = [at.date() for at in runs(planned(settings)["run"], settings, "2026-01-01", 365)]
    assert len(days) == len(set(days)) == 365


def test_the_weekly_report_comes_on_its_day_at_the_report_s_hour_over_dst() -> None:
    found = runs(planned()["weekly report"], PARIS, "2026-03-23", 14)
    assert [f"{at:%a %d %H:%M %z}" for at in found] == ["Mon 23 07:00 +0100", "Mon 30 07:00 +0200"]
    assert "weekly report" not in planned(Settings(weekly_on=""))


def test_each_source_has_its_own_pace_and_jitter() -> None:
    entries = planned()
    assert entries["crawl ebay"].every == timedelta(hours=12)
    assert entries["crawl leboncoin"].every == timedelta(hours=24)
    assert entries["crawl leboncoin"].jitter_s > 0
    assert entries["crawl ebay"].arguments == ("crawl", "ebay")
    assert planned(Settings(workers=True))["crawl ebay"].arguments == ("crawl", "--queue", "ebay")


def test_every_entry_names_a_command_that_there_is() -> None:
    for entry in planned().values():
        assert run([*entry.arguments, "--help"]) == 0


def test_a_database_on_a_server_is_not_backed_up_as_a_file() -> None:
    assert "backup" not in {entry.name for entry in schedule.entries(PARIS, {}, backs_up=False)}


@pytest.mark.parametrize(
    ("name", "last_good", "now", "missed"),
    [
        ("run", None, "2026-11-21T12:00", True),
        ("run", "2026-11-21T06:05", "2026-11-21T12:00", False),
        ("run", "2026-11-20T06:05", "2026-11-21T12:00", True),
        ("run", "2026-11-20T06:05", "2026-11-21T05:00", False),
        ("run", "2026-11-01T06:05", "2026-11-21T05:00", True),
        ("weekly report", "2026-11-16T06:05", "2026-11-21T12:00", False),
        ("weekly report", "2026-11-09T06:05", "2026-11-21T12:00", True),
        ("cloud prices", None, "2026-11-21T12:00", False),
        ("crawl ebay", None, "2026-11-21T12:00", True),
        ("crawl ebay", "2026-11-21T01:00", "2026-11-21T12:00", False),
        ("crawl ebay", "2026-11-20T23:00", "2026-11-21T12:00", True),
    ],
)
def test_a_missed_run_is_known(name: str, last_good: str | None, now: str, missed: bool) -> None:
    good = datetime.fromisoformat(last_good).replace(tzinfo=UTC) if last_good else None
    assert schedule.is_missed(planned()[name], good, PARIS, datetime.fromisoformat(now).replace(tzinfo=UTC)) is missed


def added(last_good: dict[str, datetime]) -> dict[str, datetime]:
    """Each job's first run after a start at NOW."""
    scheduler = BackgroundScheduler(timezone=UTC)
    schedule.add_entries(scheduler, PARIS, list(planned().values()), lambda _entry: None, last_good, NOW)
    scheduler.start(paused=True)
    found = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    scheduler.shutdown()
    return found


def test_ten_missed_mornings_are_made_up_by_one_run() -> None:
    """The job itself starts early; it is one job, whose next run is tomorrow's."""
    first = added(dict.fromkeys(planned(), NOW - timedelta(days=10)))
    assert first["run"] == first["weekly report"] == first["crawl ebay"] == NOW
    assert schedule.trigger_of(planned()["run"], PARIS).get_next_fire_time(NOW, NOW).date() == date(2026, 11, 22)


def test_a_restart_keeps_each_source_s_pace() -> None:
    good = NOW - timedelta(hours=5)
    assert added({"crawl ebay": good, "crawl leboncoin": good})["crawl ebay"] == good + timedelta(hours=12)


def test_a_run_noted_by_a_clock_years_ahead_holds_nothing_up() -> None:
    ahead = NOW + timedelta(days=2000)
    first = added(dict.fromkeys(planned(), ahead))
    assert first["crawl ebay"] == NOW + timedelta(hours=12)
    assert max(first.values()) <= NOW + timedelta(days=8)


class Still(BaseScheduler):
    """A scheduler without a thread: it looks at the clock when it is told to."""

    def wakeup(self) -> None:
        """It is woken by the test."""

    def shutdown(self) -> None:
        """It has no thread to end."""


def test_a_clock_that_jumps_makes_nothing_run_twice() -> None:
    """Ten days ahead under a running scheduler (a machine that slept), then an hour back."""
    done: list[str] = []
    entries = list(planned().values())
    with time_machine.travel(NOW, tick=False) as clock:
        scheduler = Still(timezone=UTC, executors={"default": DebugExecutor()})
        good = dict.fromkeys(planned(), NOW)
        schedule.add_entries(scheduler, PARIS, entries, lambda entry: done.append(entry.name), good, NOW)
        scheduler.start()
        for jump in (timedelta(days=10), -timedelta(hours=1)):
            clock.shift(jump)
            next_look = scheduler._process_jobs()
            assert sorted(done) == sorted(planned())
            assert next_look <= 60 - jump.total_seconds() * (jump < timedelta(0))


def test_a_run_that_meets_the_lock_waits_for_it_and_how_it_ended_is_noted(tmp_path: Path) -> None:
    """Exit code 4 is tried again; 3 is a good run; anything else is kept as the job's error."""
    tried = tmp_path / "tried"
    code = f"import pathlib, sys; p = pathlib.Path({str(tried)!r}); p.exists() and sys.exit(int(sys.argv[1])); p.touch(); sys.exit(4)"
    noted: list[str] = []
    runner = schedule.Runner(noted=lambda entry, error: noted.append(f"{entry.name}: {error}"), lock_pause_s=0)
    runner._command = [sys.executable, "-c", code]
    assert runner.run(schedule.Entry("crawl ebay", ("3",))) == 3
    assert runner.run(schedule.Entry("run", ("1",))) == 1
    assert noted == ["crawl ebay: ", "run: exit code 1"]


def test_stop_hands_sigterm_to_the_child_and_waits_for_it(tmp_path: Path) -> None:
    """The child keeps what it collected: here it writes a file on SIGTERM."""
    kept, started = tmp_path / "kept", tmp_path / "started"
    code = (
        "import pathlib, signal, sys, threading\n"
        "ended = threading.Event()\n"
        "signal.signal(signal.SIGTERM, lambda *_: ended.set())\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        "ended.wait(30)\n"
        f"pathlib.Path({str(kept)!r}).touch()\n"
    )
    runner = schedule.Runner()
    runner._command = [sys.executable, "-c", code]
    thread = threading.Thread(target=runner.run, args=[schedule.Entry("x", ())])
    thread.start()
    deadline = time.monotonic() + 20
    while not started.exists() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    began = time.monotonic()
    runner.stop()
    thread.join()
    assert kept.exists()
    assert time.monotonic() - began < 10
    assert runner.run(schedule.Entry("late", ())) is None


def test_the_crontab_names_command_data_config_and_secrets(tmp_path: Path) -> None:
    line = crontab_line(PARIS, "/opt/100%/rigscout", tmp_path / "data", tmp_path)
    assert line.splitlines()[-1].startswith("0 7 * * * ")
    assert line.splitlines()[-1].endswith("/opt/100\\%/rigscout run")
    assert f'RIGSCOUT_DATA="{tmp_path / "data"}"\n' in line
    assert f'RIGSCOUT_CONFIG="{tmp_path}"\n' in line
    assert "RIGSCOUT_CONFIG" not in crontab_line(PARIS, "rigscout", tmp_path, tmp_path / "none")


def test_the_crontab_s_command_runs_with_and_without_secrets(tmp_path: Path) -> None:
    """As cron does: by /bin/sh, with nothing but the line's own environment."""
    told = tmp_path / "told"
    line = crontab_line(PARIS, f"env > {told};:", tmp_path, tmp_path).splitlines()[-1].split(" ", 5)[-1]
    subprocess.run(["/bin/sh", "-c", line], env={}, check=True)
    assert "PASSWORD" not in told.read_text()
    (tmp_path / "secrets.env").write_text('RIGSCOUT_SMTP_PASSWORD="a b$c"\n'.replace("$", ""))
    subprocess.run(["/bin/sh", "-c", line], env={}, check=True)
    assert "RIGSCOUT_SMTP_PASSWORD=a bc\n" in told.read_text()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    program = tmp_path / "rigscout"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    units = systemd_units(PARIS, str(program), tmp_path, tmp_path)
    assert "OnCalendar=*-*-* 07:00:00 Europe/Paris" in units
    for part in units.split("# rigscout.")[1:]:
        kind, _, text = part.partition("\n")
        (tmp_path / f"rigscout.{kind}").write_text(text)
    files = [str(tmp_path / "rigscout.service"), str(tmp_path / "rigscout.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
