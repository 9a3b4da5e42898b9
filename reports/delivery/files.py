"""Reports as files: the page as .html and the mail as .eml, each whole or not at all, for the user's eyes only."""

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.delivery.email import build_email
from tracker.domain.errors import RigscoutError
from tracker.domain.report import Message

_NOBODY = "rigscout@localhost"


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where a report was written."""

    page: Path
    mail: Path


def write_report(
    folder: Path, message: Message, page: str, *, sender: str = "", recipient: str = "", at: datetime | None = None
) -> WrittenReport:
    """Write `page` and the mail into `folder`, named after the report's key; what stood there under that name is replaced.

    Without addresses the mail is from and to nobody, and opens in any mail program. Raises RigscoutError where the
    folder can't be written.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", message.report_key).strip("-.") or "report"
    mail = build_email(message, sender or _NOBODY, recipient or _NOBODY, at=at)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = WrittenReport(folder / f"{name}.html", folder / f"{name}.eml")
        write_whole(written.page, page.encode("utf-8"))
        write_whole(written.mail, mail.as_bytes())
    except OSError as error:
        raise RigscoutError(
            f"the report can't be written to {folder}: {error.strerror or error}",
            mend="name a folder that you may write to, on a disk with room",
        ) from error
    return written


def write_whole(path: Path, content: bytes) -> None:
    """`content` at `path`, mode 0600: written beside it, synced, then moved into place. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
