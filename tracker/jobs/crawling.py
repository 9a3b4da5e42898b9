"""Crawl sources, each in a child process, and ingest the feeds they leave."""

import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import current_thread, main_thread

from spiders.outcome import read_outcome
from spiders.run import run_crawl, salvage, stop_crawls
from spiders.spec import CrawlSpec
from tracker.domain.crawl import CrawlOutcome
from tracker.domain.errors import UsageError
from tracker.domain.money import Rates
from tracker.services.ingest import IngestResult, ingest_feed
from tracker.services.sources_health import record_outcome
from tracker.sources import SourceConfig, load_sources
from tracker.workspace import Workspace

Told = Callable[[CrawlOutcome], None]
_SIGTERM_EXIT = 128 + signal.SIGTERM  # as shells tell it


def chosen_sources(workspace: Workspace, names: Sequence[str] = ()) -> dict[str, SourceConfig]:
    """The named sources, or all that are enabled. Raises UsageError for an unknown name, ConfigError for wrong config."""
    known = load_sources(workspace.layers)
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise UsageError(f"no such source: {', '.join(unknown)}", mend=f"choose of: {', '.join(known)}")
    return {name: source for name, source in known.items() if name in names or (not names and source.enabled)}


def spec_of(workspace: Workspace, name: str, source: SourceConfig) -> CrawlSpec:
    """What the child process is asked to do for one source."""
    home = workspace.settings
    return CrawlSpec(
        marketplace=name,
        feed_dir=workspace.data / "feeds",
        state_dir=workspace.data / "state",
        archive_dir=workspace.data / "archive",
        archive_days=workspace.settings.keep.pages_days,
        archive_bytes=workspace.settings.keep.pages_mb * 2**20,
        searches=source.searches,
        base_url=source.base_url,
        country=source.country or home.country,
        postcode=home.postcode if source.country in (None, home.country) else "",
        ways=source.ways,
        max_pages=source.max_pages,
        max_requests=source.max_requests,
        delay=source.seconds_between_requests,
        daily_calls=source.daily_calls,
        allow_loopback=source.is_on_this_machine,
        contact=workspace.settings.contact,
        options=source.options,
    )


def crawl(specs: Iterable[CrawlSpec], *, told: Told = lambda _outcome: None, at_once: int = 2) -> list[CrawlOutcome]:
    """Run every crawl, `at_once` side by side (one site is only ever asked by one of them); outcomes in the specs' order.

    A crawl with a browser, which takes as much memory as all others, runs alone, after them.
    """

    def one(spec: CrawlSpec) -> CrawlOutcome:
        outcome = run_crawl(spec)
        told(outcome)
        return outcome

    specs = list(specs)
    light = [spec for spec in specs if "browser" not in spec.ways]
    with _ending_on_sigterm(), ThreadPoolExecutor(max_workers=at_once) as pool:
        outcomes = dict(zip(map(id, light), pool.map(one, light), strict=True))
        return [outcomes.get(id(spec)) or one(spec) for spec in specs]


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """SIGTERM ends the running crawls, whose feeds hold what they collected, and then this program."""
    if current_thread() is not main_thread():
        yield
        return

    def end(*_: object) -> None:
        stop_crawls()
        raise SystemExit(_SIGTERM_EXIT)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def ingest_pending(
    workspace: Workspace, now: datetime, rates: Rates | None = None, folder: Path | None = None
) -> dict[str, IngestResult]:
    """Store every closed feed of `folder` (the installation's own), oldest first, each in one transaction.

    A feed is removed only after it is stored; one that a killed program left half-way counts as far as it goes, so nobody
    may crawl into the folder meanwhile.

    Outcomes without a feed are recorded too. Raises StorageError where the database can't be written; the feeds stay.
    """
    folder = folder or workspace.data / "feeds"
    salvage(folder)
    results: dict[str, IngestResult] = {}
    for outcome_file in sorted(folder.glob("*.outcome.json"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
        outcome = _outcome(outcome_file)
        feed = outcome_file.with_name(outcome_file.name.replace(".outcome.json", ".jsonl"))
        if feed.is_file():
            results[feed.stem] = _ingest(workspace, feed, outcome, now, rates)
        elif outcome is not None:
            record_outcome(workspace.database, outcome)
        feed.unlink(missing_ok=True)
        outcome_file.unlink()
    for feed in sorted(
        folder.glob("*.jsonl")
    ):  # a crash between a feed and its outcome: listings, but no complete search
        results[feed.stem] = _ingest(workspace, feed, None, now, rates)
        feed.unlink()
    return results


def waiting(workspace: Workspace) -> dict[str, CrawlOutcome]:
    """How each source's last crawl ended whose feed waits for the next pass, by name."""
    files = sorted((workspace.data / "feeds").glob("*.outcome.json"))  # the moment stands in a feed's name
    return {outcome.marketplace: outcome for file in files if (outcome := _outcome(file))}


def _ingest(
    workspace: Workspace, feed: Path, outcome: CrawlOutcome | None, now: datetime, rates: Rates | None
) -> IngestResult:
    return ingest_feed(
        workspace.database,
        feed,
        matcher=workspace.matcher,
        now=now,
        outcome=outcome,
        currency=workspace.settings.currency,
        rates=rates,
    )


def _outcome(path: Path) -> CrawlOutcome | None:
    try:
        return read_outcome(path)
    except (OSError, ValueError, KeyError, TypeError):
        return None
