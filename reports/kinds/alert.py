"""The deal alert: what can't wait for the morning, told at once, as a mail and as a short note for a phone."""

from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from reports.deal_view import deal_views, hit_views
from reports.filters import safe_url
from reports.formats import Formats
from reports.names import marketplace_name
from reports.render import inline_styles, render, stylesheet
from reports.view import subject_line
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
    view = _view(alert, formats) | {"css": stylesheet("mail.css"), "page_url": safe_url(page_url)}
    return Message(
        subject=alert_title(alert),
        html=inline_styles(render("alert.mail.html.j2", formats, view)),
        text=render("alert.txt.j2", formats, view),
        report_key=alert.key,
    )


def render_note(alert: Alert) -> Message:
    """The alert as a note for a phone: a few lines a deal, the link last."""
    formats = Formats(alert.locale, alert.time_zone)
    text = render("alert.note.txt.j2", formats, _view(alert, formats)).strip()
    return Message(subject=alert_title(alert), html="", text=text, report_key=alert.key)


def _view(alert: Alert, formats: Formats) -> dict[str, Any]:
    return {
        "report": alert,
        "subject": alert_title(alert),
        "deals": deal_views(alert.deals, formats),
        "hits": hit_views(alert.hits, formats),
    }


def alert_title(alert: Alert) -> str:
    """The news in one line: "Deal: Tesla P40 for €126.90 (usual €171.00)"."""
    formats = Formats(alert.locale, alert.time_zone)
    others = len(alert.deals) + len(alert.hits) - 1
    if alert.deals:
        (view,) = deal_views(alert.deals[:1], formats)
        price = {"landed": view.deal.landed, "usual": view.deal.median}
        news = formats.gettext("Deal: %(name)s for %(landed)s (usual %(usual)s)", name=view.name, **price)
    else:
        (hit,) = hit_views(alert.hits[:1], formats)
        words = {"watch": hit.watch, "title": hit.title, "landed": hit.landed, "limit": hit.limit}
        news = formats.gettext("Watch %(watch)s: %(title)s for %(landed)s (limit %(limit)s)", **words)
    if others:
        news += "; " + formats.gettext("%(count)s more", count=others)
    return subject_line(news, is_demo=alert.is_demo)


def render_alarm(source: SourceReport, *, key: str, locale: str = "en") -> Message:
    """A note that a source needs a look: its alarms, and when it was last read."""
    formats = Formats(locale)
    name = marketplace_name(source.marketplace)
    last = formats.gettext("Never read.")
    if source.last_ok:
        last = formats.gettext("Last read %(moment)s UTC.", moment=formats.moment(source.last_ok))
    alarms = [formats.say(alarm) for alarm in source.alarms or (source.detail,)]
    text = "\n".join([*alarms, last, f"rigscout sources check {source.marketplace}"])
    news = formats.gettext("%(name)s: an alarm in %(runs)s runs in a row", name=name, runs=source.alarm_runs)
    subject = subject_line(news, is_demo=False)
    return Message(subject, f"<p>{escape(text)}</p>", text, report_key=key)
