"""Solve, keep, compose, render, write and mail: from what is stored to what a person reads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from reports.web.paths import Paths
from tracker.domain.build import Offer, Solution
from tracker.domain.history import Deal, PartHistory
from tracker.domain.part import Category
from tracker.domain.report import Change, DailyReport, Message
from tracker.domain.said import Said
from tracker.domain.target import Target
from tracker.jobs.checking import Checks, Specs, checked
from tracker.jobs.crawling import chosen_sources
from tracker.jobs.planning import Planning
from tracker.jobs.watching import hits_of
from tracker.services.builds_kept import answer_before, index_of, keep_solution, solved_before
from tracker.services.daily_report import Answer, Findings, compose
from tracker.services.deals_told import untold
from tracker.services.find_deals import find_deals
from tracker.services.offers import Stock
from tracker.services.price_history import part_history
from tracker.services.sources_health import sources_report
from tracker.services.watch_hits import untold_hits
from tracker.workspace import Workspace

_MOST_NEW = 3  # deals among the changes; all stand among the deals
_FEWEST_OFFERS = 3  # a card with fewer has no plot of its own, unless a build buys it


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report: what it says, its mail and its page."""

    daily: DailyReport
    message: Message
    page: str


def local_day(workspace: Workspace, now: datetime) -> date:
    """The user's own calendar day at `now`."""
    return now.astimezone(ZoneInfo(workspace.settings.time_zone)).date()


def solve_day(workspace: Workspace, planning: Planning, now: datetime, targets: Sequence[Target]) -> None:
    """Find each target's best answer over the offers of `now`, and keep it in the index of machines."""
    _keep(workspace, planning.solve(planning.stock(now), targets, top=1), now)


def _keep(workspace: Workspace, solutions: Iterable[Solution], now: datetime) -> None:
    for solution in solutions:
        keep_solution(workspace.database, solution, day=local_day(workspace, now), at=now)


def daily_report(workspace: Workspace, planning: Planning, now: datetime, specs: Specs | None = None) -> Report:
    """The morning's report from what is stored: solved anew, kept, composed and rendered.

    With `specs` (how each source is asked) what the machines buy is looked up once more, and what has gone replaced.
    """
    from reports.kinds.daily import daily_key, render_daily
    from reports.kinds.page import render_page

    daily = composed(workspace, planning, now, specs=specs)
    key = daily_key(daily.day)
    deals = tuple(untold(workspace.database, daily.deals, report_key=key))
    hits = tuple(untold_hits(workspace.database, daily.hits, report_key=key))
    changes = (*daily.changes, *_new_deals(deals)) if daily.since else daily.changes
    daily = replace(daily, deals=deals, hits=hits, changes=changes)
    return Report(daily, render_daily(daily, page_url=_page_url(workspace, key)), render_page(daily))


def _new_deals(deals: Sequence[Deal]) -> Iterator[Change]:
    from reports.names import part_name

    for deal in deals[:_MOST_NEW]:
        name = part_name(deal.part, names={deal.part: deal.name})
        words = Said("new deal: %(name)s for %(landed)s", name=name, landed=deal.landed)
        yield Change("new_deal", words, deal.listing.raw.url)
    if len(deals) > _MOST_NEW:
        yield Change("new_deal", Said("more new deals: %(n)s", n=len(deals) - _MOST_NEW))


def weekly_report(workspace: Workspace, planning: Planning, now: datetime) -> Report:
    """The week's report: machines against a week ago, parts by their trends."""
    from reports.kinds.page import render_page
    from reports.kinds.weekly import render_weekly, weekly_key

    weekly = composed(workspace, planning, now, since_days=7)
    page_url = _page_url(workspace, weekly_key(weekly.day))
    return Report(weekly, render_weekly(weekly, page_url=page_url), render_page(weekly))


def _page_url(workspace: Workspace, key: str) -> str | None:
    """Where the report's page is read on the web; None where nobody said how `rigscout serve` is reached."""
    base = workspace.settings.web_url.rstrip("/")
    return f"{base}{Paths().past(key)}" if base else None


def composed(
    workspace: Workspace,
    planning: Planning,
    now: datetime,
    *,
    since_days: int = 1,
    keeps: bool = True,
    specs: Specs | None = None,
) -> DailyReport:
    """Today's figures, held against the newest answers that are at least `since_days` old.

    Without `keeps` the answers are not kept in the index of machines: looking changes nothing. `specs` as in daily_report.
    """
    targets = planning.wanted()
    stock = planning.stock(now)
    solutions: Sequence[Solution] = planning.solve(stock, targets)
    checks = Checks()
    if specs is not None:
        stock, solutions, checks = checked(workspace, planning, targets, (stock, solutions), now, specs)
    day = local_day(workspace, now)
    if keeps:
        _keep(workspace, solutions, now)
    before = day - timedelta(days=since_days - 1)
    findings = _findings(workspace, planning, now, list(zip(targets, solutions, strict=True)), stock, before)
    report = compose(findings, day=day, at=now, settings=workspace.settings, is_demo=workspace.database.is_demo)
    hits = tuple(hits_of(workspace, planning, stock, report.machines))
    return replace(report, notes=(*checks.words, *report.notes), hits=hits)


def write(report: Report, folder: Path, workspace: Workspace) -> Path:
    """Write the page and the mail as files; the page's path. Raises RigscoutError where the folder can't be written."""
    from reports.delivery.files import write_report

    mail = workspace.settings.mail
    recipient = mail.recipients[0] if mail.recipients else ""
    written = write_report(
        folder, report.message, report.page, sender=mail.sender, recipient=recipient, at=report.daily.generated_at
    )
    return written.page


def _findings(workspace: Workspace, planning: Planning, now: datetime, solved: Sequence[tuple[Target, Solution]],
              stock: Stock, before: date) -> Findings:  # fmt: skip
    from tracker.rental.value import card_values
    from tracker.services.overview import overview

    database, settings, day = workspace.database, workspace.settings, local_day(workspace, now)
    answers = [
        Answer(
            target,
            solution,
            answer_before(database, target.name, day=before),
            index_of(database, target.name, currency=settings.currency, until=day),
            planning.rent(target, solution.builds[0] if solution.builds else None),
        )
        for target, solution in solved
    ]
    names = {part.id: part.name for part in workspace.catalog.parts.values()}
    return Findings(
        answers=answers,
        offers=stock.offers,
        deals=find_deals(database, stock.offers, now=now, country=settings.country, names=names),
        histories=_histories(workspace, [solution for _, solution in solved], stock.offers, day),
        sources=sources_report(database, now=now, enabled=chosen_sources(workspace)),
        cards=card_values(
            stock.offers,
            workspace.catalog,
            cloud=planning.cloud,
            rates=planning.rates,
            currency=settings.currency,
        ),
        held=overview(database, solved_before(database, before)),
        rates_day=planning.rates.day,
        suspects=tuple(planning.suspects),
    )


def _histories(
    workspace: Workspace, solutions: Iterable[Solution], offers: Iterable[Offer], day: date
) -> list[PartHistory]:
    """The history of every card that a best build buys, then of every other card with some offers, most offered first."""
    bought = [
        part.part
        for solution in solutions
        for build in solution.builds[:1]
        for each in build.offers
        for part in each.offer.parts
    ]
    offered: dict[str, int] = {}
    for offer in offers:
        if len(offer.parts) == 1 and offer.parts[0].part.startswith(f"{Category.GPU.value}:"):
            offered[offer.parts[0].part] = offered.get(offer.parts[0].part, 0) + 1
    rest = sorted((part for part, n in offered.items() if n >= _FEWEST_OFFERS), key=lambda part: (-offered[part], part))
    histories = []
    for part in dict.fromkeys([*bought, *rest]):
        known = workspace.catalog.parts.get(part)
        history = part_history(workspace.database, part, name=known.name if known else part, until=day)
        if any(figures.n for figures in history.days):
            histories.append(history)
    return histories
