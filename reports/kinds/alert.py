"""The deal alert: what can't wait for the morning, told at once, as a mail and as a short note for a phone."""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from reports.filters import Formats, plural, safe_url
from reports.names import marketplace_name
from reports.render import inline_styles, render, stylesheet
from reports.view import deal_views, hit_views, subject_line
from tracker.domain.history import Deal
from tracker.domain.report import Message, SourceReport
from tracker.domain.watch import WatchHit


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told, and to whom: at least one deal or hit, and the reader's day, time zone and locale."""

    deals: tuple[Deal, ...]
    hits: tuple[WatchHit, ...]
    day: date
    generated_at: datetime
    is_demo: bool = False
    time_zone: str = "UTC"
    locale: str = "en"

    @property
    def key(self) -> str:
        """Each listing with its price: told once, and again only at another price."""
        deals = (f"{'/'.join(deal.listing.raw.key)}@{deal.landed.minor}" for deal in self.deals)
        hits = (f"{hit.watch}/{hit.subject}@{hit.landed.minor}" for hit in self.hits)
        return "alert:" + ",".join(sorted([*deals, *hits]))


def render_alert(alert: Alert, *, page_url: str | None = None) -> Message:
    """The alert as a mail."""
    formats = Formats(alert.locale, alert.time_zone)
    view = _view(alert) | {"css": stylesheet("mail.css"), "page_url": safe_url(page_url)}
    return Message(
        subject=alert_title(alert),
        html=inline_styles(render("alert.mail.html.j2", formats, view)),
        text=render("alert.txt.j2", formats, view),
        report_key=alert.key,
    )


def render_note(alert: Alert) -> Message:
    """The alert as a note for a phone: a few lines a deal, the link last."""
    text = render("alert.note.txt.j2", Formats(alert.locale, alert.time_zone), _view(alert)).strip()
    return Message(subject=alert_title(alert), html="", text=text, report_key=alert.key)


def _view(alert: Alert) -> dict[str, Any]:
    return {
        "report": alert,
        "subject": alert_title(alert),
        "deals": deal_views(alert.deals),
        "hits": hit_views(alert.hits),
    }


def alert_title(alert: Alert) -> str:
    """The news in one line: "Deal: Tesla P40 for €126.90 (usual €171.00)"."""
    formats = Formats(alert.locale, alert.time_zone)
    others = len(alert.deals) + len(alert.hits) - 1
    if alert.deals:
        (view,), first = deal_views(alert.deals[:1]), alert.deals[0]
        news = f"Deal: {view.name} for {formats.money(first.landed)} (usual {formats.money(first.median)})"
    else:
        (hit,) = hit_views(alert.hits[:1])
        news = f"Watch {hit.watch}: {hit.title} for {formats.money(hit.landed)} (limit {formats.money(hit.limit)})"
    more = f"; {others} more {plural(others, 'deal')}" if others else ""
    return subject_line(news + more, is_demo=alert.is_demo)


def render_alarm(source: SourceReport, *, key: str, locale: str = "en") -> Message:
    """A note that a source needs a look: its alarms, and when it was last read."""
    formats = Formats(locale)
    name = marketplace_name(source.marketplace)
    last = f"Last read {formats.moment(source.last_ok)} UTC." if source.last_ok else "Never read."
    text = "\n".join([*(source.alarms or (source.detail,)), last, f"rigscout sources check {source.marketplace}"])
    subject = subject_line(f"{name}: an alarm in {source.alarm_runs} runs in a row", is_demo=False)
    return Message(subject, f"<p>{escape(text)}</p>", text, report_key=key)
