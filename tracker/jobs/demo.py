"""The demo: the whole way on a made-up market on this machine, day by day, the last day over real HTTP."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from spiders.demo.past import Past
from spiders.demo.search import Index
from spiders.demo.server import DemoMarket
from spiders.demo.sites import MARKETPLACES, MAX_PAGES, SEARCHES
from spiders.demo.world import DAYS, LISTINGS, World, make_world
from spiders.spec import CrawlSpec
from tracker.domain.crawl import CrawlOutcome
from tracker.domain.listing import PageState
from tracker.domain.report import DailyReport
from tracker.jobs.crawling import crawl, ingest_pending
from tracker.jobs.delivering import deliver_due
from tracker.jobs.full_pass import lay_out
from tracker.jobs.lock import pass_lock
from tracker.jobs.planning import Planning
from tracker.jobs.reporting import daily_report, local_day, solve_day, write
from tracker.services.builds_kept import kept_days
from tracker.services.ingest import ingest_feed
from tracker.workspace import Workspace

# Where past days' pages would have stood: no address on this machine or anywhere (RFC 2606).
_PAST_BASE = "http://{}.demo.invalid"

Told = Callable[[str, int, int], None]  # (what is being done, how far, of how much)


@dataclass(frozen=True, slots=True)
class DemoResult:
    """Where the report is, and what it says."""

    page: Path
    report: DailyReport
    outcomes: Sequence[CrawlOutcome] = ()
    listings: int = 0
    days: int = 0
    undelivered: Sequence[str] = ()  # mail goes to a file alone, unless the workspace names a server


def run_demo(
    workspace: Workspace,
    *,
    days: int = DAYS,
    listings: int = LISTINGS,
    told: Told = lambda *_: None,
    shown: Callable[[DemoResult], None] = lambda _result: None,
) -> DemoResult:
    """Live through the market's `days`, then crawl the last one in full and report.

    A folder where a demo stopped half-way goes on from there: a day is done when its answers are kept. `shown` gets the
    result while the market still serves its pages, so that the report's links lead somewhere.

    Raises StorageError where the folder holds live data, LockedError where another demo works on it.
    """
    with pass_lock(workspace.data, workspace.database_url):
        workspace.database.claim(demo=True)
        world = make_world(days=days, listings=listings)
        planning = Planning(workspace)
        _live_through(workspace, planning, world, told)
        with DemoMarket(world) as market:
            market.day = world.last
            outcomes = _last_day(workspace, planning, market, told)
            told("report", 0, 1)
            report = daily_report(workspace, planning, _after(market), lambda name: _look_up(workspace, market, name))
            page = write(report, workspace.data / "reports", workspace)
            lay_out(workspace, report)
            undelivered = deliver_due(workspace)
            told("report", 1, 1)
            result = DemoResult(page, report.daily, outcomes, len(world.ads), days, undelivered)
            shown(result)
    return result


def _live_through(workspace: Workspace, planning: Planning, world: World, told: Told) -> None:
    """Every day before the last: what the spiders would have read, ingested and solved, without HTTP."""
    index = Index(world)
    pasts = {name: Past(index, name, _PAST_BASE.format(name), SEARCHES[name], MAX_PAGES) for name in MARKETPLACES}
    targets = planning.wanted()
    done = kept_days(workspace.database, [target.name for target in targets])
    for day in range(world.last):
        told("past days", day, world.last)
        now = world.moment(day)
        if local_day(workspace, now) in done:
            continue
        for name, past in pasts.items():
            _ingest_past(workspace, planning, name, past, day, now)
        solve_day(workspace, planning, now, targets)
    told("past days", world.last, world.last)


def _ingest_past(workspace: Workspace, planning: Planning, name: str, past: Past, day: int, now: datetime) -> None:
    found = list(past.listings(day))
    searches = past.outcomes(day)
    pages = sum(search.pages for search in searches)
    outcome = CrawlOutcome(name, now, now, PageState.LISTINGS, pages=pages, listings=len(found), searches=searches)
    ingest_feed(
        workspace.database,
        found,
        matcher=workspace.matcher,
        now=now,
        outcome=outcome,
        currency=workspace.settings.currency,
        rates=planning.rates,
    )


def _last_day(workspace: Workspace, planning: Planning, market: DemoMarket, told: Told) -> list[CrawlOutcome]:
    """The last day, over HTTP, by the same spiders as live."""
    ended = 0

    def count(_outcome: CrawlOutcome) -> None:
        nonlocal ended
        ended += 1
        told("crawl over HTTP", ended, len(MARKETPLACES))

    told("crawl over HTTP", 0, len(MARKETPLACES))
    outcomes = crawl([_spec(workspace, market, name) for name in MARKETPLACES], told=count, at_once=1)
    ingest_pending(workspace, market.world.moment(market.day), planning.rates)
    return outcomes


def _after(market: DemoMarket) -> datetime:
    """A moment after the last crawl, when its report is made."""
    return market.world.moment(market.day) + timedelta(minutes=5)


def _look_up(workspace: Workspace, market: DemoMarket, name: str) -> CrawlSpec | None:
    return replace(_spec(workspace, market, name), seen_at=_after(market)) if name in MARKETPLACES else None


def _spec(workspace: Workspace, market: DemoMarket, name: str) -> CrawlSpec:
    return CrawlSpec(
        marketplace=name,
        feed_dir=workspace.data / "feeds",
        state_dir=workspace.data / "state",
        searches=SEARCHES[name],
        base_url=market.url(name),
        ways=("html",) if name == "ebay" else (),
        max_pages=MAX_PAGES,
        max_requests=2000,
        delay=0,
        seen_at=market.world.moment(market.day),
        allow_loopback=True,
        contact="demo",
    )


def as_shown(result: DemoResult) -> dict[str, Any]:
    """The result as `rigscout demo --json` prints it."""
    machines = {
        machine.target: {
            "status": machine.solution.status.value,
            "total": machine.solution.builds[0].total.as_record() if machine.solution.builds else None,
        }
        for machine in result.report.machines
    }
    sources = {outcome.marketplace: {"state": outcome.state.value, "listings": outcome.listings, "pages": outcome.pages}
               for outcome in result.outcomes}  # fmt: skip
    return cast("dict[str, Any]", {"report": str(result.page), "machines": machines, "sources": sources})
