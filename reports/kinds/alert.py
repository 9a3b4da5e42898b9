"""The deal alert: one extraordinary offer or a few, told at once, as a mail and as a short note for a phone."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.filters import Formats, plural, safe_url
from reports.render import inline_styles, render, stylesheet
from reports.view import deal_views, subject_line
from tracker.domain.history import Deal
from tracker.domain.report import Message


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told, and to whom: at least one deal, and the reader's day, time zone and locale."""

    deals: tuple[Deal, ...]
    day: date
    generated_at: datetime
    is_demo: bool = False
    time_zone: str = "UTC"
    locale: str = "en"


def render_alert(alert: Alert, *, page_url: str | None = None) -> Message:
    """The alert as a message. Its key names each listing with its price: told once, and again only at another price."""
    formats = Formats(alert.locale, alert.time_zone)
    view = {
        "report": alert,
        "subject": alert_title(alert),
        "css": stylesheet("mail.css"),
        "page_url": safe_url(page_url),
        "deals": deal_views(alert.deals),
    }
    told = sorted(f"{'/'.join(deal.listing.raw.key)}@{deal.landed.minor}" for deal in alert.deals)
    return Message(
        subject=alert_title(alert),
        html=inline_styles(render("alert.mail.html.j2", formats, view)),
        text=render("alert.txt.j2", formats, view),
        report_key="alert:" + ",".join(told),
    )


def alert_title(alert: Alert) -> str:
    """The news in one line: "Deal: Tesla P40 for €126.90 (usual €171.00)"."""
    formats = Formats(alert.locale, alert.time_zone)
    (view,), first, others = deal_views(alert.deals[:1]), alert.deals[0], len(alert.deals) - 1
    more = f"; {others} more {plural(others, 'deal')}" if others else ""
    news = f"Deal: {view.name} for {formats.money(first.landed)} (usual {formats.money(first.median)}){more}"
    return subject_line(news, is_demo=alert.is_demo)


def alert_note(alert: Alert) -> str:
    """The alert's text for a phone: three lines a deal, the link last."""
    formats = Formats(alert.locale, alert.time_zone)
    return render("alert.note.txt.j2", formats, {"report": alert, "deals": deal_views(alert.deals)}).strip()
