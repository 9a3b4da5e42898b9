"""The scheduler's entries: local time on both DST days, missed runs made up once, stop within bounds."""

import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from tracker import schedule
from tracker.settings import Settings

PARIS = Settings(time_zone="Europe/Paris", report_at="07:00")


def next_run(after: datetime) -> datetime:
    scheduler = BackgroundScheduler(timezone=UTC)
    schedule.add_entries(scheduler, PARIS, schedule.entries(PARIS, []), lambda _entry: None)
    scheduler.start(paused=True)
    job = scheduler.get_job("run")
    scheduler.shutdown()
    return job.trigger.get_next_fire_time(None, after)


@pytest.mark.parametrize(
    ("day", "offset_h"),
    [("2026-03-28", 1), ("2026-03-29", 2), ("2026-10-24", 2), ("2026-10-25", 1)],
    ids=["before spring", "spring forward", "before autumn", "fall back"],
)
def test_the_morning_run_keeps_its_local_hour_over_dst(day: str, offset_h: int) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Paris"))
    run = next_run(midnight)
    assert run.astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%d %H:%M") == f"{day} 07:00"
    assert run.utcoffset() == timedelta(hours=offset_h)


def test_each_source_has_its_own_pace_and_jitter() -> None:
    planned = {entry.name: entry for entry in schedule.entries(PARIS, ["ebay", "leboncoin"])}
    assert planned["crawl ebay"].every == timedelta(hours=PARIS.crawl_every_h)
    assert planned["crawl leboncoin"].jitter_s > 0


def test_with_workers_crawls_go_into_the_queue() -> None:
    planned = {entry.name: entry for entry in schedule.entries(Settings(workers=True), ["ebay"])}
    assert planned["crawl ebay"].arguments == ("crawl", "--queue", "ebay")


@pytest.mark.parametrize(
    ("last_good", "now", "missed"),
    [
        (None, "2026-11-21T12:00", True),
        ("2026-11-21T06:05", "2026-11-21T12:00", False),
        ("2026-11-20T06:05", "2026-11-21T12:00", True),
        ("2026-11-20T06:05", "2026-11-21T05:00", False),
        ("2026-11-01T06:05", "2026-11-21T05:00", True),
    ],
)
def test_a_missed_run_is_known(last_good: str | None, now: str, missed: bool) -> None:
    good = datetime.fromisoformat(last_good).replace(tzinfo=UTC) if last_good else None
    assert schedule.is_missed(good, PARIS, datetime.fromisoformat(now).replace(tzinfo=UTC)) is missed


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


def test_what_is_printed_names_the_command_and_the_data(tmp_path: Path) -> None:
    line = schedule.crontab_line(PARIS, "/opt/rigscout/bin/rigscout", tmp_path)
    assert "0 7 * * * /opt/rigscout/bin/rigscout run" in line
    units = schedule.systemd_units(PARIS, "/opt/rigscout/bin/rigscout", tmp_path)
    assert "OnCalendar=*-*-* 07:00:00 Europe/Paris" in units
    assert f"ReadWritePaths={tmp_path}" in units
