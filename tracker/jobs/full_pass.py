"""One full pass, as cron wants it: import, crawl, ingest, match, roll up, build, deliver what is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.domain.crawl import CrawlOutcome
from tracker.domain.report import DailyReport
from tracker.jobs.alerting import tell_alerts, tell_source_alarms
from tracker.jobs.checking import live_specs
from tracker.jobs.cleaning import clean
from tracker.jobs.crawling import chosen_sources, crawl, ingest_pending, spec_of
from tracker.jobs.delivering import deliver_due
from tracker.jobs.importing import Imported, import_inbox
from tracker.jobs.lock import pass_lock
from tracker.jobs.planning import Planning
from tracker.jobs.postcodes import NoPostcodesError, fetch_postcodes
from tracker.jobs.rates import NoRatesError, refresh_rates
from tracker.jobs.reporting import Report, daily_report, weekly_report, write
from tracker.services.job_runs import note_run
from tracker.services.outbox import enqueue
from tracker.services.rematch import rematch
from tracker.workspace import Workspace

JOB = "run"


@dataclass(frozen=True, slots=True)
class PassResult:
    """What a pass did: each source's outcome, the inbox's files, the report's page, and mail that could not be sent."""

    outcomes: Sequence[CrawlOutcome]
    imported: Sequence[Imported]
    page: Path
    report: DailyReport
    undelivered: Sequence[str] = ()

    @property
    def failures(self) -> list[str]:
        """What failed, in words."""
        sources = [
            f"{outcome.marketplace}: {outcome.state.value} ({outcome.detail})"
            for outcome in self.outcomes
            if not outcome.ok
        ]
        files = [f"inbox/{found.file.name}: {found.error}" for found in self.imported if found.error]
        return [*sources, *files, *self.undelivered]


def run_pass(
    workspace: Workspace, told: Callable[[str], None] = lambda _words: None, *, crawls: bool = True
) -> PassResult:
    """Do everything once. A source that fails is reported, the others go on; the report comes from what is stored.

    Without `crawls` nothing is asked for: the scheduler and its workers have done so, each source at its own pace.

    Raises LockedError where another pass runs, ConfigError, and StorageError.
    """
    with pass_lock(workspace.data, workspace.database_url):
        workspace.database.claim(demo=False)
        planning = Planning(workspace)
        sources = chosen_sources(workspace) if crawls and not workspace.settings.workers else {}
        _newest_rates(workspace, told)
        told("reading the inbox")
        imported = import_inbox(workspace, planning.rates)
        told(f"searching {', '.join(sources) or 'nothing now'}")
        outcomes = crawl([spec_of(workspace, name, source) for name, source in sources.items()])
        told("storing what was found")
        ingest_pending(workspace, workspace.now, planning.rates)
        _postcodes(workspace, planning, told)
        rematch(workspace.database, workspace.matcher)
        told("solving and reporting")
        report = daily_report(workspace, planning, workspace.now, live_specs(workspace))
        page = write(report, workspace.data / "reports", workspace)
        lay_out(workspace, report)
        if _is_weekly(workspace, report.daily.day):
            weekly = weekly_report(workspace, planning, workspace.now)
            write(weekly, workspace.data / "reports", workspace)
            lay_out(workspace, weekly)
        tell_alerts(workspace, planning, workspace.now)
        tell_source_alarms(workspace, workspace.now)
        undelivered = deliver_due(workspace)
        clean(workspace)
        note_run(workspace.database, JOB, workspace.now)
    return PassResult(outcomes, imported, page, report.daily, undelivered)


def _newest_rates(workspace: Workspace, told: Callable[[str], None]) -> None:
    """Fetch today's exchange rates; without them the last known serve, and the report names their day."""
    try:
        refresh_rates(workspace)
    except NoRatesError as error:
        told(error.message)


def _postcodes(workspace: Workspace, planning: Planning, told: Callable[[str], None]) -> None:
    """Fetch the postcodes that are missing; without them what must be fetched is at an unknown distance."""
    try:
        fetch_postcodes(workspace, planning.radius_km)
    except NoPostcodesError as error:
        told(error.message)


def _is_weekly(workspace: Workspace, day: date) -> bool:
    return day.strftime("%A").lower() == workspace.settings.weekly_on


def lay_out(workspace: Workspace, report: Report) -> None:
    """Lay the report in the outbox for every recipient; one that lay there already (the same local day) is not laid again.

    Without a mail server nothing is laid: who sets one later gets no heap of old reports.
    """
    mail = workspace.settings.mail
    enqueue(
        workspace.database,
        report.message,
        mail.recipients if mail.host else (),
        now=workspace.now,
        told=report.daily.deals,
        hits=report.daily.hits,
    )
