"""Read broken pages and hold what comes of it: a state, never an exception, in time that grows with the bytes alone."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from spiders.discover import marketplaces
from spiders.extract.time import read_time
from spiders.page import Page, ParsedPage
from tests.spiders.mutations import mutations
from tracker.domain.listing import PageState, to_record

CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# Ten times the intact page's time a byte, and what one read may always take: timers and a busy machine are coarse.
SLOWER, ALWAYS_SECONDS = 10, 0.25


@dataclass(frozen=True)
class Broken:
    """A broken page that was read wrongly."""

    page: str
    how: str
    wrong: str


def timed(name: str, body: bytes) -> tuple[float, ParsedPage]:
    """Seconds and what was read."""
    spider = marketplaces()[name]()
    start = time.process_time()
    parsed = spider.read(Page("", body, CAPTURED))
    return time.process_time() - start, parsed


def wrongs(name: str, path: Path, *, seed: int, cuts: int) -> list[Broken]:
    """Every broken form of the page that raised, took too long, or has no sound state."""
    # dateparser's import, which a date in no known form brings about, is none of a page's time.
    read_time("the 32nd of nothing", seen_at=CAPTURED, zone="UTC")
    body = path.read_bytes()
    intact = min(timed(name, body)[0] for _ in range(3)) / max(len(body), 1)
    found = []
    for how, broken in mutations(body, seed=seed, cuts=cuts):
        seconds, parsed = timed(name, broken)
        allowed = SLOWER * intact * len(broken) + ALWAYS_SECONDS
        if seconds > allowed:  # once more: a machine with other things to do counts their cache misses as ours
            seconds = min(timed(name, broken)[0] for _ in range(2))
        if seconds > allowed:
            found.append(Broken(path.name, how, f"{seconds:.3f} s for {len(broken)} bytes"))
        if (parsed.state is PageState.LISTINGS) != bool(parsed.listings):
            found.append(Broken(path.name, how, f"{parsed.state} with {len(parsed.listings)} listings"))
        for listing in parsed.listings:
            to_record(listing)
    return found
