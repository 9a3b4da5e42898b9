"""Crawl sources, each in a child process, and ingest the feeds they leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from spiders.run import run_crawl
from spiders.spec import CrawlSpec
from tracker.domain.crawl import CrawlOutcome
from tracker.domain.errors import UsageError
from tracker.sources import SourceConfig, load_sources
from tracker.workspace import Workspace

Told = Callable[[CrawlOutcome], None]


def chosen_sources(workspace: Workspace, names: Sequence[str] = ()) -> dict[str, SourceConfig]:
    """The named sources, or all that are enabled. Raises UsageError for an unknown name, ConfigError for wrong config."""
    known = load_sources(workspace.layers)
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise UsageError(f"no such source: {', '.join(unknown)}", mend=f"choose of: {', '.join(known)}")
    return {name: source for name, source in known.items() if name in names or (not names and source.enabled)}


def spec_of(workspace: Workspace, name: str, source: SourceConfig) -> CrawlSpec:
    """What the child process is asked to do for one source."""
    return CrawlSpec(
        marketplace=name,
        feed_dir=workspace.data / "feeds",
        state_dir=workspace.data / "state",
        archive_dir=workspace.data / "archive",
        searches=source.searches,
        base_url=source.base_url,
        country=source.country or workspace.settings.country,
        ways=source.ways,
        max_pages=source.max_pages,
        max_requests=source.max_requests,
        delay=source.seconds_between_requests,
        daily_calls=source.daily_calls,
        contact=workspace.settings.contact,
        options=source.options,
    )


def crawl(specs: Iterable[CrawlSpec], *, told: Told = lambda _outcome: None, at_once: int = 2) -> list[CrawlOutcome]:
    """Run every crawl, `at_once` side by side (one site is only ever asked by one of them); outcomes in the specs' order."""

    def one(spec: CrawlSpec) -> CrawlOutcome:
        outcome = run_crawl(spec)
        told(outcome)
        return outcome

    with ThreadPoolExecutor(max_workers=at_once) as pool:
        return list(pool.map(one, specs))


def pending_feeds(folder: Path) -> list[Path]:
    """Feeds that were closed and not ingested yet, oldest first."""
    return sorted(folder.glob("*.jsonl"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def moments(outcomes: Iterable[CrawlOutcome]) -> Mapping[str, datetime]:
    """When each source's crawl ended."""
    return {outcome.marketplace: outcome.finished_at for outcome in outcomes}
