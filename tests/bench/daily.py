"""`rigscout run` at 1k, 10k, 100k listings a day: time by step, peak memory, growth (aim: linear, 10k < 60 s, < 400 MB).

The feeds of two days in a row of the demo market lie ready, as crawls leave them; the pass is the production one with its
clock set, in a process of its own: everything but the crawls. The first day finds an empty database, the second one what
most days find: nearly all is known, some prices are others. Steps are in processor seconds, which other programs on the
machine disturb less. Numbers as arguments choose other sizes.
"""

import functools
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from spiders.demo.past import Past
from spiders.demo.search import Index
from spiders.demo.sites import MARKETPLACES
from spiders.demo.world import make_world
from spiders.outcome import write_outcome
from tests.bench.process_tree import measure
from tracker.domain.crawl import CrawlOutcome, SearchOutcome
from tracker.domain.listing import PageState, to_record
from tracker.workspace import Workspace

SIZES = (1_000, 10_000, 100_000)
LAST_DAY = date(2026, 11, 20)
WORLD = 10_000  # listings; a larger market is several worlds, whose ids are kept apart
OPEN = 0.94  # of the listings of a world of two days so many are open on each
STEPS = {  # name → where the pass finds the function; the steps in brackets are parts of those before them
    "ingest": "tracker.jobs.full_pass:ingest_pending",
    "(match)": "tracker.services.keep:match_listing",
    "(prices judged)": "tracker.services.ingest:judge",
    "(copies linked)": "tracker.services.ingest:relink",
    "(roll-up)": "tracker.services.ingest:refresh",
    "rematch": "tracker.jobs.full_pass:rematch",
    "report": "tracker.jobs.full_pass:daily_report",
    "(offers)": "tracker.jobs.planning:offer_stock",
    "(builds)": "tracker.jobs.planning:Planning.solve",
    "weekly": "tracker.jobs.full_pass:weekly_report",
    "alerts": "tracker.jobs.full_pass:tell_alerts",
    "clean": "tracker.jobs.full_pass:clean",
}
CONFIG = 'rates_feed = ""\nweekly_on = ""\n'


class Clocked(Workspace):
    """An installation whose clock stands at the end of a market's day."""

    moment: datetime

    @property
    def now(self) -> datetime:
        return self.moment


def lay_feeds(data: Path, worlds: Sequence[list[Past]], day: int) -> tuple[int, datetime]:
    """What the crawls of one day leave; how many listings, and the moment after."""
    count = 0
    for number, name in enumerate(MARKETPLACES):
        found = [
            replace(listing, external_id=f"{world}{listing.external_id}")
            for world, pasts in enumerate(worlds, 1)
            for listing in pasts[number].listings(day)
        ]
        at = worlds[0][number].index.world.moment(day)
        feed = data / "feeds" / f"{name}-{day}.jsonl"
        feed.parent.mkdir(parents=True, exist_ok=True)
        feed.write_text("".join(json.dumps(to_record(each)) + "\n" for each in found), encoding="utf-8")
        search = SearchOutcome("", PageState.LISTINGS, 1, len(found), complete=True)
        outcome = CrawlOutcome(name, at, at, PageState.LISTINGS, pages=1, listings=len(found), searches=(search,))
        write_outcome(outcome, feed.with_suffix(".outcome.json"))
        count += len(found)
    return count, at + timedelta(minutes=5)


def live(data: Path, moment: str) -> None:
    """One pass, timed from inside: its steps' seconds as JSON beside the data."""
    workspace = Clocked(data / "config", data)
    workspace.moment = datetime.fromisoformat(moment)
    seconds: Counter[str] = Counter()
    for step, place in STEPS.items():
        _time(step, place, seconds)
    from tracker.jobs.full_pass import run_pass

    run_pass(workspace, crawls=False)
    workspace.close()
    seconds["all"] = time.process_time()
    (data / "steps.json").write_text(json.dumps(seconds), encoding="utf-8")


def _time(step: str, place: str, seconds: Counter[str]) -> None:
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, __import__(module, fromlist=["_"]))
    original = getattr(owner, name)

    @functools.wraps(original)
    def timed(*arguments, **named):
        began = time.process_time()
        try:
            return original(*arguments, **named)
        finally:
            seconds[step] += time.process_time() - began

    setattr(owner, name, timed)


def _past(seed: int, size: int) -> list[Past]:
    index = Index(make_world(seed, days=2, listings=round(size / OPEN), last_day=LAST_DAY))
    return [Past(index, name, f"http://{name}.demo.invalid", [""], max_pages=10**6) for name in MARKETPLACES]


def bench(size: int) -> list[float]:
    """Print the figures of two days with so many listings each; the processor seconds of both."""
    worlds = [_past(seed, min(size, WORLD)) for seed in range(1, 1 + max(1, size // WORLD))]
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for name in MARKETPLACES:  # nothing is looked up on the way
            source = data / "config" / "marketplaces" / f"{name}.toml"
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text("enabled = false\n")
        (data / "config" / "settings.toml").write_text(CONFIG)
        for day, words in enumerate(("an empty database", "the next day")):
            count, moment = lay_feeds(data, worlds, day)
            command = [sys.executable, "-m", "tests.bench.daily", "live", str(data), moment.isoformat()]
            seconds, peak, code = measure(command, {**os.environ, "PYTHONWARNINGS": "ignore"})
            if code:
                raise SystemExit(f"the pass ended with exit code {code}")
            _say(count, words, seconds, peak, data)
            taken.append(json.loads((data / "steps.json").read_text())["all"])
    return taken


def _say(count: int, words: str, seconds: float, peak: int, data: Path) -> None:
    steps = json.loads((data / "steps.json").read_text())
    told = ", ".join(f"{name} {steps[name]:.1f}" for name in STEPS if steps.get(name, 0) >= 0.05)
    size = (data / "rigscout.sqlite3").stat().st_size
    print(
        f"{count:,} listings, {words}: {seconds:.1f} s (processor {steps['all']:.1f} s), peak {peak / 2**20:.0f} MB, database {size / 1e6:.0f} MB\n"
        f"   {told}",
        flush=True,
    )


def main() -> None:
    """Every size, and how the seconds grow from one to the next."""
    if sys.argv[1:2] == ["live"]:
        live(Path(sys.argv[2]), sys.argv[3])
        return
    sizes = tuple(int(word) for word in sys.argv[1:]) or SIZES
    taken = [bench(size) for size in sizes]
    for (less, before), (more, after) in pairwise(zip(sizes, taken, strict=True)):
        growth = median(late / early for late, early in zip(after, before, strict=True))
        print(f"{more / less:.0f} × the listings take {growth:.1f} × the processor time", flush=True)


if __name__ == "__main__":
    main()
