"""A CrawlOutcome's JSON file beside its feed, and how an outcome comes of a spider's progress."""

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from spiders.families.progress import CrawlProgress
from tracker.domain.crawl import CrawlOutcome, SearchOutcome
from tracker.domain.listing import PageState

# The worst first: what a user must know of a crawl in which several things happened.
_WORST = (
    PageState.BLOCKED, PageState.KEYS_MISSING, PageState.ROBOTS, PageState.BUDGET_SPENT, PageState.UNREACHABLE,
    PageState.LAYOUT_UNKNOWN, PageState.NOT_RENDERED, PageState.TOO_LARGE, PageState.LISTINGS, PageState.EMPTY,
)  # fmt: skip


def worst_state(searches: tuple[SearchOutcome, ...]) -> tuple[PageState, str]:
    """The state of a crawl: LISTINGS where every search was read and one found something; and the words of its worst."""
    for state in _WORST:
        for search in searches:
            if search.state is state:
                return state, search.detail
    return PageState.UNREACHABLE, "no search was asked for"


def outcome_of(
    marketplace: str,
    started: datetime,
    finished: datetime,
    feed: Path,
    progress: CrawlProgress,
    dropped: Mapping[str, int],
) -> CrawlOutcome:
    """What a crawl came to. `dropped` are the pipelines' counters."""
    searches = progress.outcomes()
    state, detail = worst_state(searches)
    return CrawlOutcome(
        marketplace=marketplace,
        started_at=started,
        finished_at=finished,
        state=state,
        detail=detail,
        feed=feed if feed.is_file() else None,
        pages=progress.pages,
        listings=progress.kept,
        searches=searches,
        coverage=progress.coverage,
        stats=dict(Counter(progress.stats) + Counter(dropped)),
        retry_at=progress.retry_after,
    )


def write_outcome(outcome: CrawlOutcome, path: Path) -> None:
    """Write it as JSON, whole or not at all."""
    record = asdict(outcome)
    part = path.with_suffix(".tmp")
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8") as stream:
        json.dump(record, stream, default=_plain)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def read_outcome(path: Path) -> CrawlOutcome:
    """Read the JSON form back. Raises OSError, ValueError, KeyError or TypeError where it is none of ours."""
    record = json.loads(path.read_bytes())
    known = {f.name for f in fields(CrawlOutcome)}
    values = {name: value for name, value in record.items() if name in known}
    for name in ("started_at", "finished_at", "retry_at"):
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    values["feed"] = Path(values["feed"]) if values.get("feed") else None
    values["state"] = PageState(values["state"])
    searches = tuple(SearchOutcome(**{**search, "state": PageState(search["state"])}) for search in values["searches"])
    return CrawlOutcome(**{**values, "searches": searches})
