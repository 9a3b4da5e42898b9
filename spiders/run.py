"""Run one marketplace in a child process and say what it came to; nothing that happens in the child reaches the caller.

A source that refused earlier rests without a child being started. A child that dies leaves what it had collected.
"""

import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from spiders.outcome import read_outcome, write_outcome
from spiders.settings import CACHE_DAYS
from spiders.spec import CrawlSpec
from spiders.state import SourceState
from tracker.domain.crawl import CrawlOutcome, SearchOutcome
from tracker.domain.errors import UsageError
from tracker.domain.listing import PageState

# Beyond its own time the child gets this long to close its files before it is ended, and this long after SIGTERM.
_GRACE_SECONDS, _TERM_SECONDS = 60.0, 20.0
# Where the whole program is to end within ten seconds: a request on its way is waited for no longer.
_STOP_SECONDS = 3.0
_running: set["subprocess.Popen[str]"] = set()
_NAMES_IN_FOLDER = frozenset({"__init__.py"})


def marketplace_names() -> list[str]:
    """The names of all marketplaces, from the folder alone: importing them would import Scrapy."""
    folder = Path(__file__).parent / "marketplaces"
    return sorted(path.stem for path in folder.glob("*.py") if path.name not in _NAMES_IN_FOLDER)


def run_crawl(spec: CrawlSpec) -> CrawlOutcome:
    """Crawl one marketplace; the feed and the outcome's JSON lie in `spec.feed_dir`.

    Raises UsageError for a marketplace that there is not; everything else becomes the outcome's state and detail.
    """
    if spec.marketplace not in marketplace_names():
        raise UsageError(
            f"there is no marketplace {spec.marketplace!r}", mend=f"one of: {', '.join(marketplace_names())}"
        )
    started = spec.seen_at or datetime.now(UTC)
    state = SourceState(spec.state_dir, spec.marketplace)
    until = state.paused_until(started)
    if until is not None:
        return _not_started(spec, started, until)
    spec.feed_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    feed = spec.feed_dir.absolute() / f"{spec.marketplace}-{started:%Y%m%dT%H%M%S%f}.jsonl"
    _prune_cache(spec.state_dir / "httpcache")
    trouble = _child(spec, feed)
    outcome = _remembered(_outcome(spec, started, feed, trouble), state)
    write_outcome(outcome, feed.with_suffix(".outcome.json"))
    return outcome


def _prune_cache(folder: Path) -> None:
    """Scrapy's cache only forgets to read what is old; its files stay."""
    oldest = datetime.now(UTC).timestamp() - CACHE_DAYS * 86_400
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()


def _child(spec: CrawlSpec, feed: Path) -> str:
    """Run the child to its end; what went wrong in words, "" for nothing."""
    command = [sys.executable, "-P", "-m", "spiders.crawl", str(feed), str(os.getpid())]
    process = subprocess.Popen(  # noqa: S603 - our own module, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    _running.add(process)
    try:
        _, errors = process.communicate(spec.to_json(), timeout=spec.timeout + _GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        return _end(process, f"the crawl was ended: it took longer than {spec.timeout + _GRACE_SECONDS:.0f} s")
    except BaseException:
        _end(process, "")
        raise
    finally:
        _running.discard(process)
    if process.returncode == 0:
        return ""
    lines = [line for line in errors.splitlines() if line.strip()]
    return f"the crawl's process ended with code {process.returncode}: {lines[-1][:300] if lines else 'no word'}"


def _end(process: "subprocess.Popen[str]", words: str) -> str:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=_TERM_SECONDS)
    process.kill()
    process.communicate()
    return words


def stop_crawls() -> None:
    """Ask every running crawl to end; what has not ended soon after is killed. Their callers get outcomes as ever."""
    running = list(_running)
    for process in running:
        process.terminate()
    killing = threading.Timer(_STOP_SECONDS, _kill, [running])
    killing.daemon = True
    killing.start()


def _kill(running: "list[subprocess.Popen[str]]") -> None:
    for process in running:
        process.kill()


def salvage(folder: Path) -> None:
    """Make feeds of what crawls left whose caller died with them. Only while none is running: hold the pass lock."""
    for part in folder.glob("*.part"):
        _salvage(part.with_suffix(".jsonl"))
    for half in folder.glob("*.outcome.tmp"):
        half.unlink()


def _outcome(spec: CrawlSpec, started: datetime, feed: Path, trouble: str) -> CrawlOutcome:
    try:
        outcome = read_outcome(feed.with_suffix(".outcome.json"))
    except (OSError, ValueError, KeyError, TypeError):
        outcome = _crashed(spec, started, feed, trouble or "the crawl left no outcome")
    return replace(outcome, detail=trouble or outcome.detail)


def _crashed(spec: CrawlSpec, started: datetime, feed: Path, words: str) -> CrawlOutcome:
    """The outcome of a child that died: what it had written becomes the feed, and no search counts as complete."""
    count = _salvage(feed)
    return CrawlOutcome(
        marketplace=spec.marketplace,
        started_at=started,
        finished_at=spec.seen_at or datetime.now(UTC),
        state=PageState.UNREACHABLE,
        detail=words,
        feed=feed if feed.is_file() else None,
        listings=count,
        searches=tuple(SearchOutcome(search, PageState.UNREACHABLE, detail=words) for search in spec.searches),
    )


def _salvage(feed: Path) -> int:
    """Give a .part file its feed's name, up to its last whole line; the number of lines."""
    part = feed.with_suffix(".part")
    if not part.is_file():
        return 0
    body = part.read_bytes()
    whole = body[: body.rfind(b"\n") + 1]
    if whole:
        part.write_bytes(whole)
        part.replace(feed)
    else:
        part.unlink()
    return whole.count(b"\n")


def _remembered(outcome: CrawlOutcome, state: SourceState) -> CrawlOutcome:
    """Note in the source's memory how it answered; a blocked source's outcome says until when it rests."""
    if outcome.state is PageState.BLOCKED:
        return replace(outcome, retry_at=state.block(outcome.finished_at, outcome.retry_at))
    if outcome.retry_at is not None:
        state.rest_until(outcome.retry_at)
    elif outcome.ok:
        state.answered()
    return outcome


def _not_started(spec: CrawlSpec, now: datetime, until: datetime) -> CrawlOutcome:
    words = f"rests until {until:%Y-%m-%d %H:%M} UTC: the site refused or asked to wait; nothing was requested"
    searches = tuple(SearchOutcome(search, PageState.BLOCKED, detail=words) for search in spec.searches)
    return CrawlOutcome(spec.marketplace, now, now, PageState.BLOCKED, detail=words, searches=searches, retry_at=until)
