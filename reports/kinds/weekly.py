"""The weekly report: where machines and parts went in seven days, fallers first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reports.chart_style import Look
from reports.deal_view import deal_views
from reports.filters import safe_url
from reports.formats import Formats
from reports.history_view import HistoryView, history_view, index_words
from reports.machine_charts import machine_index_chart
from reports.price_charts import price_history_chart
from reports.render import inline_styles, render, stylesheet
from reports.view import MachineView, headline, machine_views, subject_line
from tracker.domain.history import PartHistory, Trend
from tracker.domain.report import DailyReport, Message

_MOST_PARTS, _MOST_CHARTS, _MOST_DEALS, _MOST_MACHINES = 20, 3, 5, 20


@dataclass(frozen=True, slots=True)
class Mover:
    """A part whose trend is known; `direction` is "falling" or "rising" where even the interval's end says so, else "steady"."""

    history: PartHistory
    view: HistoryView
    trend: Trend
    direction: str


def render_weekly(report: DailyReport, *, page_url: str | None = None) -> Message:
    """The week as a message. `report` is a day's whose `previous` totals and `since` are of the week before."""
    formats = Formats(report.locale, report.time_zone)
    machines = machine_views(report, formats)
    known = _movers(report.parts, formats)
    movers = [mover for mover in known if mover.direction != "steady"]
    images = _images(report, machines, movers, formats)
    week = report.day.isocalendar().week
    view: dict[str, Any] = {
        "report": report,
        "subject": _subject(machines, movers, formats, week, is_demo=report.is_demo),
        "css": stylesheet("mail.css"),
        "page_url": safe_url(page_url),
        "week": week,
        "machines": machines[:_MOST_MACHINES],
        "movers": movers[:_MOST_PARTS],
        "unlisted": max(0, len(movers) - _MOST_PARTS),
        "steady": [mover.view for mover in known if mover not in movers],
        "deals": deal_views(report.deals, formats)[:_MOST_DEALS],
        "images": {cid: alt for cid, (alt, _) in images.items()},
    }
    return Message(
        subject=view["subject"],
        html=inline_styles(render("weekly.mail.html.j2", formats, view)),
        text=render("weekly.txt.j2", formats, view),
        images={cid: png for cid, (_, png) in images.items()},
        report_key=weekly_key(report.day),
    )


def weekly_key(day: date) -> str:
    """By which the report of the week of `day` is known."""
    year, week, _ = day.isocalendar()
    return f"weekly:{year}-W{week:02}"


def _movers(parts: Sequence[PartHistory], formats: Formats) -> list[Mover]:
    """The parts with a trend, the steepest fall first."""
    movers = [
        Mover(history, history_view(history, formats), history.trend, _direction(history.trend))
        for history in parts
        if history.trend is not None
    ]
    return sorted(movers, key=lambda mover: mover.trend.slope_per_week.minor)


def _direction(trend: Trend) -> str:
    if trend.high.minor < 0:
        return "falling"
    return "rising" if trend.low.minor > 0 else "steady"


def _subject(
    machines: Sequence[MachineView], movers: Sequence[Mover], formats: Formats, week: int, *, is_demo: bool
) -> str:
    best = headline(machines)
    news = [formats.gettext("Week %(week)s: no machine can be built", week=week)]
    if best is not None:
        change = f" ({formats.signed(best.change, whole=True)})" if best.change and best.change.minor else ""
        price = {"week": week, "machine": best.title, "price": formats.whole(best.total) + change}
        news = [formats.gettext("Week %(week)s: %(machine)s %(price)s", **price)]
    falling, rising = (sum(mover.direction == way for mover in movers) for way in ("falling", "rising"))
    if falling:
        news.append(formats.ngettext("%(count)s part falling", "%(count)s parts falling", falling))
    if rising:
        news.append(formats.ngettext("%(count)s part rising", "%(count)s parts rising", rising))
    return subject_line("; ".join(news), is_demo=is_demo)


def _images(
    report: DailyReport, machines: Sequence[MachineView], movers: Sequence[Mover], formats: Formats
) -> dict[str, tuple[str, bytes]]:
    """The machines' chart, and those of the parts that moved most, down or up."""
    look = Look(width=552, height=250, font=14, demo=report.is_demo, formats=formats)
    images: dict[str, tuple[str, bytes]] = {}
    shown = [machine.machine for machine in machines if any(point.total for point in machine.machine.index)]
    if shown:
        images["index@rigscout"] = (
            index_words(machines, formats),
            machine_index_chart(shown, replace(look, height=280)),
        )
    steepest = sorted(movers, key=lambda mover: -abs(mover.trend.slope_per_week.minor))[:_MOST_CHARTS]
    for number, mover in enumerate(steepest):
        images[f"mover{number}@rigscout"] = (mover.view.alt, price_history_chart(mover.history, look))
    return images
