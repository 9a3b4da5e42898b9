"""Clean-up of the data folder: by age, by number, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path

from tracker.jobs.cleaning import clean
from tracker.workspace import Workspace


def aged(file: Path, workspace: Workspace, days: float) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    then = (workspace.now - timedelta(days=days)).timestamp()
    os.utime(file, (then, then))
    return file


def test_old_files_go_and_young_ones_stay(tmp_path: Path) -> None:
    workspace = Workspace(data=tmp_path, is_demo=True)
    keep = workspace.settings.keep
    gone = [
        aged(tmp_path / "reports" / "daily-2020-01-01.html", workspace, keep.reports_days + 1),
        aged(tmp_path / "inbox" / "done" / "old.html", workspace, keep.inbox_days + 1),
        aged(tmp_path / "inbox" / "failed" / "old.html", workspace, keep.inbox_days + 1),
        aged(tmp_path / "backups" / "oldest.sqlite3", workspace, 50),
    ]
    kept = [
        aged(tmp_path / "reports" / "daily-2026-01-01.html", workspace, keep.reports_days - 1),
        aged(tmp_path / "inbox" / "waiting.html", workspace, 999),
        aged(tmp_path / "feeds" / "waiting.jsonl", workspace, 999),
        *(aged(tmp_path / "backups" / f"{number}.sqlite3", workspace, number) for number in range(keep.backups)),
    ]
    clean(workspace)
    clean(workspace)
    assert not [file for file in gone if file.exists()]
    assert [file for file in kept if file.exists()] == kept
