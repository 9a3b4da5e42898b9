"""The reports that were written as files: which there are, and one of them whole."""

import re
from collections.abc import Iterator
from datetime import date
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path

from tracker.domain.web import PastReport, Slice

_DAILY = re.compile(r"daily-(\d{4}-\d{2}-\d{2})", re.ASCII)
_WEEKLY = re.compile(r"weekly-(\d{4})-W(\d{2})", re.ASCII)


def past_reports(folder: Path, *, offset: int, limit: int) -> Slice[PastReport]:
    """The daily and weekly pages in `folder`, the newest first, each with its mail's subject; a weekly one's day is its Monday."""
    files = folder.glob("*.html") if folder.is_dir() else ()
    found = sorted(((day, file.stem) for file in files for day in _day_of(file.stem)), reverse=True)
    some = found[offset : offset + limit]
    return Slice(tuple(PastReport(_key(stem), day, _subject(folder, stem)) for day, stem in some), len(found), offset)


def past_report(folder: Path, key: str) -> str | None:
    """The page of "daily:2026-11-21" or "weekly:2026-W47"; None where none is kept. Raises OSError for one that can't be read."""
    stem = key.replace(":", "-", 1)
    if key != _key(stem) or not list(_day_of(stem)):
        return None
    try:
        return (folder / f"{stem}.html").read_text("utf-8", "replace")
    except FileNotFoundError:
        return None


def _day_of(stem: str) -> Iterator[date]:
    """The day in a file's name; nothing where it is no report's name."""
    try:
        if found := _DAILY.fullmatch(stem):
            yield date.fromisoformat(found[1])
        elif found := _WEEKLY.fullmatch(stem):
            yield date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return  # "daily-2026-02-31"


def _key(stem: str) -> str:
    return stem.replace("-", ":", 1)


def _subject(folder: Path, stem: str) -> str:
    """The subject of the mail that lies beside the page; the report's name where there is none."""
    try:
        with (folder / f"{stem}.eml").open("rb") as file:
            subject = BytesHeaderParser(policy=default).parse(file)["Subject"]
    except OSError:
        subject = None
    return str(subject or stem.replace("-", " ", 1))
