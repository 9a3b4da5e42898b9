"""Saved pages, archived pages and the inbox: stored and matched like a crawl's listings."""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from spiders.read import SavedPage, read_saved, replay
from tracker.domain.errors import RigscoutError
from tracker.domain.listing import RawListing
from tracker.domain.money import Rates
from tracker.services.ingest import IngestResult, ingest_feed
from tracker.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file brought: its pages with their states, and what was stored of them. `error` where it can't be read."""

    file: Path
    pages: tuple[SavedPage, ...] = ()
    result: IngestResult | None = None
    error: str = ""

    @property
    def listings(self) -> int:
        """How many listings its pages hold."""
        return sum(len(page.parsed.listings) for page in self.pages)


def import_file(workspace: Workspace, file: Path, rates: Rates | None = None, *, marketplace: str | None = None,
                url: str | None = None, seen_at: datetime | None = None) -> Imported:  # fmt: skip
    """Store and match the listings of one saved file. Raises RigscoutError where it can't be read."""
    pages = tuple(read_saved(file, marketplace=marketplace, url=url, seen_at=seen_at))
    listings = [listing for page in pages for listing in page.parsed.listings]
    return Imported(file, pages, _store(workspace, listings, rates))


def import_inbox(workspace: Workspace, rates: Rates | None = None) -> list[Imported]:
    """Import what lies in DATA/inbox, and move each file to done/ or, with the reason beside it, to failed/."""
    inbox = workspace.data / "inbox"
    imported = []
    for file in sorted(path for path in inbox.glob("*") if path.is_file()) if inbox.is_dir() else ():
        try:
            found = import_file(workspace, file, rates)
            if not found.listings:
                found = Imported(file, found.pages, error=_why_nothing(found.pages))
        except RigscoutError as error:
            found = Imported(file, error=str(error))
        _put_away(file, inbox / ("failed" if found.error else "done"), found.error)
        imported.append(found)
    return imported


def replay_archive(workspace: Workspace, rates: Rates | None = None, *, since: datetime | None = None,
                   names: Sequence[str] = ()) -> tuple[int, dict[str, IngestResult]]:  # fmt: skip
    """Read the page archive again with today's spiders: the number of pages, and what each marketplace brought."""
    pages = 0
    listings: dict[str, list[RawListing]] = defaultdict(list)
    for page in replay(workspace.data / "archive", since=since, names=names):
        pages += 1
        listings[page.marketplace or "unknown"].extend(page.parsed.listings)
    return pages, {name: _store(workspace, found, rates) for name, found in sorted(listings.items())}


def _store(workspace: Workspace, listings: Iterable[RawListing], rates: Rates | None) -> IngestResult:
    return ingest_feed(
        workspace.database,
        listings,
        matcher=workspace.matcher,
        now=workspace.now,
        currency=workspace.settings.currency,
        rates=rates,
    )


def _why_nothing(pages: Sequence[SavedPage]) -> str:
    states = "; ".join(
        f"{page.marketplace or 'unknown site'}: {page.parsed.state} {page.parsed.detail}".strip() for page in pages
    )
    return f"no listings were found in it ({states or 'no page'})"


def _put_away(file: Path, folder: Path, reason: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / file.name
    number = 1
    while target.exists():
        target = folder / f"{file.stem}-{number}{file.suffix}"
        number += 1
    shutil.move(file, target)
    if reason:
        target.with_name(f"{target.name}.reason.txt").write_text(reason + "\n", encoding="utf-8")
