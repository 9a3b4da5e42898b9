"""Clean up: what the settings' [keep] says is too old. The page archive and the HTTP cache are cut by each crawl."""

import contextlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from tracker.services.retention import forget
from tracker.workspace import Workspace


def clean(workspace: Workspace) -> None:
    """Forget what is past its age, in the database and in the data folder. Raises StorageError."""
    keep, data = workspace.settings.keep, workspace.data
    forget(workspace.database, keep, workspace.now)
    _remove_older(workspace, (data / "reports").glob("*"), keep.reports_days)
    _remove_older(workspace, (data / "inbox").glob("done/*"), keep.inbox_days)
    _remove_older(workspace, (data / "inbox").glob("failed/*"), keep.inbox_days)
    for backup in sorted((data / "backups").glob("*.sqlite3"), key=_age_of)[: -keep.backups]:
        backup.unlink(missing_ok=True)


def _remove_older(workspace: Workspace, files: Iterable[Path], days: int) -> None:
    oldest = (workspace.now - timedelta(days=days)).timestamp()
    for file in files:
        with contextlib.suppress(OSError):  # a folder, or gone meanwhile
            if _age_of(file) < oldest:
                file.unlink()


def _age_of(file: Path) -> float:
    return file.stat().st_mtime
