"""When the user may be disturbed, and what for: extraordinary deals and watches' hits that no alert has told; sources in alarm."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import func, select

from tracker.domain.history import Deal
from tracker.domain.report import SourceReport
from tracker.domain.watch import WatchHit
from tracker.services.deals_told import untold
from tracker.services.outbox import OUTBOX
from tracker.services.watch_hits import untold_hits
from tracker.settings import AlertSettings
from tracker.storage.engine import Database

ALARM_RUNS = 3  # runs in a row with an alarm after which a source is worth a note
_ANY = "alert:"  # told by any alert counts


def may_disturb(database: Database, settings: AlertSettings, local: datetime) -> bool:
    """Whether an alert may go out at the user's local time: not in quiet hours, and fewer than `per_day` since midnight."""
    if is_quiet(settings, local):
        return False
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    c = OUTBOX.c
    query = select(func.count(c.report_key.distinct())).where(
        c.report_key.startswith(_ANY, autoescape=True), c.created_at >= midnight
    )
    with database.reading() as connection:
        told: int = connection.execute(query).scalar_one()
    return told < settings.per_day


def is_quiet(settings: AlertSettings, local: datetime) -> bool:
    """Whether it is within the quiet hours, which may reach over midnight; equal ends are no quiet hours."""
    start, end = time.fromisoformat(settings.quiet_from), time.fromisoformat(settings.quiet_until)
    now = local.time()
    return start <= now < end if start <= end else now >= start or now < end


def alert_news(
    database: Database, deals: Sequence[Deal], hits: Sequence[WatchHit]
) -> tuple[tuple[Deal, ...], tuple[WatchHit, ...]]:
    """The extraordinary deals and the hits that no alert has told, or that fell by a step since. Raises StorageError."""
    news = untold(database, [deal for deal in deals if deal.extraordinary], report_key=_ANY)
    return tuple(news), tuple(untold_hits(database, hits, report_key=_ANY))


def sources_to_tell(database: Database, sources: Sequence[SourceReport]) -> list[SourceReport]:
    """The sources with an alarm in each of their last three runs or more, where nothing was told of it since it began."""
    c = OUTBOX.c
    found = []
    with database.reading() as connection:
        for source in sources:
            if source.alarm_runs < ALARM_RUNS or source.alarm_since is None:
                continue
            told: datetime | None = connection.execute(
                select(func.max(c.created_at)).where(c.report_key.startswith(alarm_key(source, ""), autoescape=True))
            ).scalar()
            if told is None or told < source.alarm_since:
                found.append(source)
    return found


def alarm_key(source: SourceReport, day: str) -> str:
    """By which the note of a source's alarm of `day` is known."""
    return f"alarm:{source.marketplace}:{day}"
