"""The morning report: the answer first, then what changed, deals, prices, and what stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reports.chart_style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, Look
from reports.deal_view import deal_views, hit_views
from reports.filters import safe_url, words
from reports.formats import Formats
from reports.history_view import deals_words, history_view, index_words
from reports.machine_charts import machine_index_chart
from reports.price_charts import deals_chart, price_history_chart, sparkline
from reports.render import inline_styles, render, stylesheet
from reports.view import MachineView, headline, machine_views, subject_line
from tracker.domain.history import PartHistory
from tracker.domain.report import DailyReport, Message

# What the mail shows of a list before it says how many more the page has: keeps the HTML under Gmail's 102 KB.
_MOST_CHANGES, _MOST_DEALS, _MOST_HITS, _MOST_PARTS, _MOST_REASONS = 8, 5, 5, 12, 8
_MOST_ESTIMATES, _MOST_CHARTS, _QUIET_PARTS = 6, 2, 4
_MOST_MACHINES = (8, 7, 6, 5, 4, 3, 2, 1, 0)  # the first with which the HTML stays small enough
_LARGEST_HTML = 100_000
_BAR = (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE)
_CHANGE_MARKS = {
    "cheaper": ("▼", "good"),
    "dearer": ("▲", "bad"),
    "gone": ("×", "muted"),
    "new_deal": ("★", "good"),
    "possible": ("+", "good"),
    "impossible": ("−", "bad"),
}


def subject(report: DailyReport) -> str:
    """The news in one line: "P40 box €312 (−€18), 1.8 × a week of g5.xlarge; 3 deals"."""
    formats = formats_of(report)
    return _subject(report, machine_views(report, formats), formats)


def _subject(report: DailyReport, machines: Sequence[MachineView], formats: Formats) -> str:
    best = headline(machines)
    news = [formats.gettext("No machine can be built today") if best is None else _price_news(best, formats)]
    if report.deals:
        news.append(formats.ngettext("%(count)s deal", "%(count)s deals", len(report.deals)))
    if report.hits:
        news.append(formats.ngettext("%(count)s watch answered", "%(count)s watches answered", len(report.hits)))
    if report.alarms:
        news.append(formats.ngettext("%(count)s alarm", "%(count)s alarms", len(report.alarms)))
    return subject_line("; ".join(news), is_demo=report.is_demo)


def _price_news(best: MachineView, formats: Formats) -> str:
    change = f" ({formats.signed(best.change, whole=True)})" if best.change is not None and best.change.minor else ""
    price = f"{best.title} {formats.whole(best.total)}{change}"
    if best.rent is None:
        return price
    times = {"times": formats.times(best.rent.weeks_for_build), "instance": best.rent.instance.name}
    return f"{price}, {formats.gettext('%(times)s a week of %(instance)s', **times)}"


def daily_key(day: date) -> str:
    """By which the report of `day` is known: mailed once, and what it tells is told."""
    return f"daily:{day.isoformat()}"


def render_daily(report: DailyReport, *, page_url: str | None = None) -> Message:
    """The report as a message: HTML for mail clients with PNG charts, and a text that stands alone.

    `page_url` is where the whole page can be read; where lists are cut, they link to it.
    """
    formats = formats_of(report)
    machines = machine_views(report, formats)
    is_quiet = report.since is not None and not (report.changes or report.deals or report.hits or report.alarms)
    charted = [] if is_quiet else charted_parts(_cards_first(report), machines, _MOST_CHARTS)
    listed = charted_parts(report, machines, _QUIET_PARTS if is_quiet else _MOST_PARTS)
    images = _mail_images(report, machines, charted, listed)
    view = base_view(report, machines, formats) | {
        "css": stylesheet("mail.css"),
        "colours": _BAR,
        "page_url": safe_url(page_url),
        "images": {cid: alt for cid, (alt, _) in images.items()},
        "is_quiet": is_quiet,
        "others": [machine for machine in machines if machine.build][1:],
        "charted": [history_view(history, formats) for history in charted],
        "listed": [history_view(history, formats) for history in listed],
        "unlisted": len(report.parts) - len(listed),
        "unsearched": [row for row in report.sources if not row.is_read],
        "searched": [row for row in report.sources if row.is_read],
        "most": {
            "changes": _MOST_CHANGES,
            "deals": _MOST_DEALS,
            "hits": _MOST_HITS,
            "reasons": _MOST_REASONS,
            "estimates": _MOST_ESTIMATES,
        },
    }
    return Message(
        subject=view["subject"],
        html=_small_html(view, formats),
        text=render("daily.txt.j2", formats, view),
        images={cid: png for cid, (_, png) in images.items()},
        report_key=daily_key(report.day),
    )


def _small_html(view: Mapping[str, Any], formats: Formats) -> str:
    """The mail's HTML with as many machines as fit under the size at which Gmail clips."""
    html = ""
    for machines in _MOST_MACHINES:
        html = inline_styles(
            render("daily.mail.html.j2", formats, {**view, "most": view["most"] | {"machines": machines}})
        )
        if len(html.encode()) < _LARGEST_HTML:
            break
    return html


def formats_of(report: DailyReport) -> Formats:
    """The reader's language, locale and time zone."""
    return Formats(report.locale, report.time_zone)


def base_view(report: DailyReport, machines: Sequence[MachineView], formats: Formats) -> dict[str, Any]:
    """What mail and page both are filled with."""
    return {
        "report": report,
        "subject": _subject(report, machines, formats),
        "machines": machines,
        "best": headline(machines),
        "deals": deal_views(report.deals, formats),
        "hits": hit_views(report.hits, formats),
        "cards": report.cards,
        "estimates": tuple(dict.fromkeys(report.estimates)),
        "rejected": _rejected(report, formats),
        "not_counted": _not_counted(report, formats),
        "change_marks": _CHANGE_MARKS,
    }


@dataclass(frozen=True, slots=True)
class Rejected:
    """How many listings a Reason kept out: among those seen since the last report, and among all that are open."""

    reason: str
    now: int
    open: int
    share: float  # of the commonest Reason's
    words: str


def _rejected(report: DailyReport, formats: Formats) -> list[Rejected]:
    """The Reasons, the commonest first."""
    most = max(report.rejected.values(), default=0) or 1
    rows = []
    for reason, count in sorted(report.rejected.items(), key=lambda item: (-item[1], item[0])):
        name, now = formats.gettext(words(reason)), report.rejected_now.get(reason, 0)
        told = f"{name} {formats.number(count)}"
        if report.since:
            told = formats.gettext("%(reason)s %(open)s (%(now)s since)", reason=name, now=now, open=count)
        rows.append(Rejected(name, now, count, count / most, told))
    return rows


def _not_counted(report: DailyReport, formats: Formats) -> str:
    """How many listings are not counted, and how many of them were seen since the last report."""
    total = sum(report.rejected.values())
    told = formats.ngettext("%(count)s listing not counted", "%(count)s listings not counted", total)
    if report.since is None:
        return told
    seen = formats.gettext("%(n)s of them seen since the last report", n=sum(report.rejected_now.values()))
    return f"{told}, {seen}"


def _cards_first(report: DailyReport) -> DailyReport:
    """The report with graphics cards alone among its parts, where there are any: they decide the price of a machine."""
    cards = tuple(history for history in report.parts if history.part.startswith("gpu:"))
    return replace(report, parts=cards or report.parts)


def charted_parts(report: DailyReport, machines: Sequence[MachineView], most: int) -> list[PartHistory]:
    """The parts that get a plot, at most so many: those of the cheapest machine first, then the others', then the rest."""
    rank = {part: place for place, part in enumerate(bought_parts(machines))}
    return sorted(report.parts, key=lambda history: rank.get(history.part, len(rank)))[:most]


def bought_parts(machines: Sequence[MachineView]) -> list[str]:
    """Every part that a best build buys, once, the cheapest machine's first."""
    parts = (
        part.part for machine in machines if machine.build for item in machine.build.offers for part in item.offer.parts
    )
    return list(dict.fromkeys(parts))


def _mail_images(
    report: DailyReport, machines: Sequence[MachineView], charted: Sequence[PartHistory], listed: Sequence[PartHistory]
) -> dict[str, tuple[str, bytes]]:
    """Content-ID → (alternative text, PNG): the machines, a chart for each of `charted`, a line for each of `listed`."""
    formats = formats_of(report)
    look = Look(width=552, height=250, font=14, demo=report.is_demo, formats=formats)
    images: dict[str, tuple[str, bytes]] = {}
    shown = [machine.machine for machine in machines if any(point.total for point in machine.machine.index)]
    if shown:
        images["index@rigscout"] = (
            index_words(machines, formats),
            machine_index_chart(shown, replace(look, height=280)),
        )
    if report.deals:
        deals = report.deals[:_MOST_DEALS]
        histories = {history.part: history for history in report.parts}
        picture = deals_chart(deals, histories, replace(look, height=52 + 34 * len(deals), compact=True))
        images["deals@rigscout"] = (deals_words(deals, formats), picture)
    for number, history in enumerate(charted):
        images[f"price{number}@rigscout"] = (history_view(history, formats).alt, price_history_chart(history, look))
    small = Look(width=96, height=28, demo=report.is_demo, formats=formats)
    for number, history in enumerate(listed):
        view = history_view(history, formats)
        median = {"name": view.name, "median": view.latest.median} if view.latest else {}
        alt = formats.gettext("%(name)s: median %(median)s", **median) if view.latest else view.alt
        line = sparkline([day.median for day in history.days], small, name=history.part)
        images[f"spark{number}@rigscout"] = (alt, line)
    return images
