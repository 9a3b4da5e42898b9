"""Tell at once what can't wait for the morning: an extraordinary deal, a watch's hit, a source in alarm."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tracker.jobs.crawling import chosen_sources, ingest_pending
from tracker.jobs.delivering import deliver_due, notify_urls
from tracker.jobs.lock import pass_lock
from tracker.jobs.planning import Planning
from tracker.jobs.watching import hits_of
from tracker.services.alerts import alarm_key, alert_news, is_quiet, may_disturb, sources_to_tell
from tracker.services.deals_told import untold
from tracker.services.find_deals import find_deals
from tracker.services.outbox import NOTES, enqueue
from tracker.services.overview import present
from tracker.services.sources_health import sources_report
from tracker.services.watch_hits import untold_hits
from tracker.workspace import Workspace

if TYPE_CHECKING:
    from reports.kinds.alert import Alert

_MORNING = "daily:"  # told by any morning report counts


def find_alert(workspace: Workspace, planning: Planning, now: datetime) -> "Alert | None":
    """What no alert has told yet: extraordinary deals, watches' hits. Raises StorageError, ConfigError."""
    from reports.kinds.alert import Alert

    settings, database = workspace.settings, workspace.database
    stock = planning.stock(now)
    names = {part.id: part.name for part in workspace.catalog.parts.values()}
    found = find_deals(database, stock.offers, now=now, country=settings.country, names=names)
    deals, hits = alert_news(database, found, hits_of(workspace, planning, stock))
    if not (deals or hits):
        return None
    return Alert(
        deals, hits, _local(workspace, now).date(), now, database.is_demo, settings.time_zone, settings.language
    )


def tell_alerts(workspace: Workspace, planning: Planning, now: datetime) -> bool:
    """Lay an alert in the outbox where there is news and the user may be disturbed. Returns whether one was laid.

    Notes go to the Apprise URLs; mails to the recipients where the morning's report has not told all of it already. A
    demo's are only for who asked for them. Raises StorageError, ConfigError.
    """
    settings, database = workspace.settings, workspace.database
    notes = (NOTES,) if notify_urls(settings) else ()
    mails = settings.mail.recipients if settings.mail.host and settings.alert.mail else ()
    is_wanted = bool(notes or mails) and (settings.alert.demo or not database.is_demo)
    if not is_wanted or not may_disturb(database, settings.alert, _local(workspace, now)):
        return False
    alert = find_alert(workspace, planning, now)
    if alert is None:
        return False
    is_told = not untold(database, alert.deals, report_key=_MORNING) and not untold_hits(
        database, alert.hits, report_key=_MORNING
    )
    return _lay_out(workspace, alert, now, notes, () if is_told else mails)


def _lay_out(workspace: Workspace, alert: "Alert", now: datetime, notes: Sequence[str], mails: Sequence[str]) -> bool:
    from reports.kinds.alert import render_alert, render_note

    told: dict[str, Any] = {"now": now, "told": alert.deals, "hits": alert.hits}
    if notes:
        enqueue(workspace.database, render_note(alert), notes, **told)
    if mails:
        enqueue(workspace.database, render_alert(alert, page_url=workspace.settings.web_url), mails, **told)
    return bool(notes or mails)


def _local(workspace: Workspace, now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(workspace.settings.time_zone))


def alert_pass(workspace: Workspace) -> list[str]:
    """Store what crawls have left, tell what can't wait, deliver; what could not be delivered, in words.

    Raises LockedError where a pass runs, ConfigError, StorageError.
    """
    now, planning = workspace.now, Planning(workspace)
    with pass_lock(workspace.data, workspace.database_url):
        ingest_pending(workspace, now, planning.rates)
        tell_alerts(workspace, planning, present(workspace.database, now))
        tell_source_alarms(workspace, now)
        return deliver_due(workspace)


def tell_source_alarms(workspace: Workspace, now: datetime) -> None:
    """Lay a note in the outbox for every source with an alarm in three runs in a row; once, not in quiet hours."""
    from reports.kinds.alert import render_alarm

    settings, database = workspace.settings, workspace.database
    local = _local(workspace, now)
    if database.is_demo or not notify_urls(settings) or is_quiet(settings.alert, local):
        return
    for source in sources_to_tell(database, sources_report(database, now=now, enabled=chosen_sources(workspace))):
        message = render_alarm(source, key=alarm_key(source, local.date().isoformat()), locale=settings.language)
        enqueue(database, message, [NOTES], now=now)
