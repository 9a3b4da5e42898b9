"""The morning report: the answer first, then what changed, deals, prices, and what stands behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from markupsafe import Markup

from reports.chart_style import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, Look, inline_svg
from reports.charts import cost_over_time_chart, machine_index_chart, price_history_chart, sparkline
from reports.filters import Formats, safe_url
from reports.history_view import HistoryView, history_view, index_words
from reports.render import inline_styles, render, stylesheet
from reports.view import MachineView, deal_views, headline, hit_views, machine_views, subject_line
from tracker.domain.history import PartHistory
from tracker.domain.listing import PageState
from tracker.domain.report import DailyReport, Message, SourceReport

# What the mail shows of a list before it says how many more the page has: keeps the HTML under Gmail's 102 KB.
_MOST_CHANGES, _MOST_DEALS, _MOST_HITS, _MOST_PARTS, _MOST_REASONS = 8, 5, 5, 12, 8
_MOST_ESTIMATES, _MOST_CHARTS, _QUIET_PARTS = 6, 2, 4
_MOST_MACHINES = (8, 7, 6, 5, 4, 3, 2, 1, 0)  # the first with which the HTML stays small enough
_LARGEST_HTML = 100_000
_OPEN_CHARTS = 12  # and those of every part that is bought; others are folded away
_MOST_PAGE_CHARTS = 30  # 25 KB and 20 ms each; further parts stand in a table
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
    formats = _formats(report)
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


def render_page(report: DailyReport) -> str:
    """The report as one HTML file that needs nothing beside it: styles inside, charts as SVG in the text."""
    return render("daily.page.html.j2", page_formats(report), page_view(report) | {"css": stylesheet("page.css")})


def page_view(report: DailyReport) -> dict[str, Any]:
    """What the report's page is filled with, here and on the web."""
    formats = page_formats(report)
    machines = machine_views(report, formats)
    look = Look(fmt="svg", demo=report.is_demo, formats=formats)
    charted = _charted(report, machines, _MOST_PAGE_CHARTS)
    return _base(report, machines, formats) | {
        "is_demo": report.is_demo,
        "paths": None,
        "index_chart": _page_index(machines, look),
        "costs": {machine.anchor: cost_chart(machine, look) for machine in machines},
        "charts_open": max(_OPEN_CHARTS, len(_bought(machines))),
        "histories": [_page_history(history, look) for history in charted],
        "plain": [history_view(history, formats) for history in report.parts if history not in charted],
    }


def daily_key(day: date) -> str:
    """By which the report of `day` is known: mailed once, and what it tells is told."""
    return f"daily:{day.isoformat()}"


def render_daily(report: DailyReport, *, page_url: str | None = None) -> Message:
    """The report as a message: HTML for mail clients with PNG charts, and a text that stands alone.

    `page_url` is where the whole page can be read; where lists are cut, they link to it.
    """
    formats = _formats(report)
    machines = machine_views(report, formats)
    is_quiet = report.since is not None and not (report.changes or report.deals or report.hits or report.alarms)
    charted = [] if is_quiet else _charted(_cards_first(report), machines, _MOST_CHARTS)
    listed = _charted(report, machines, _QUIET_PARTS if is_quiet else _MOST_PARTS)
    images = _mail_images(report, machines, charted, listed)
    view = _base(report, machines, formats) | {
        "css": stylesheet("mail.css"),
        "colours": _BAR,
        "page_url": safe_url(page_url),
        "images": {cid: alt for cid, (alt, _) in images.items()},
        "is_quiet": is_quiet,
        "others": [machine for machine in machines if machine.build][1:],
        "charted": [history_view(history, formats) for history in charted],
        "listed": [history_view(history, formats) for history in listed],
        "unlisted": len(report.parts) - len(listed),
        "unsearched": [row for row in report.sources if not _is_read(row)],
        "searched": [row for row in report.sources if _is_read(row)],
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


def _formats(report: DailyReport) -> Formats:
    return Formats(report.locale, report.time_zone)


def page_formats(report: DailyReport) -> Formats:
    """The page's sentences are English; its amounts and days are the reader's."""
    return Formats(report.locale, report.time_zone, "en")


def _base(report: DailyReport, machines: Sequence[MachineView], formats: Formats) -> dict[str, Any]:
    counts = sorted(report.rejected.items(), key=lambda item: (-item[1], item[0]))
    most = max((count for _, count in counts), default=0)
    return {
        "report": report,
        "subject": _subject(report, machines, formats),
        "machines": machines,
        "best": headline(machines),
        "deals": deal_views(report.deals, formats),
        "hits": hit_views(report.hits, formats),
        "cards": report.cards,
        "estimates": tuple(dict.fromkeys(report.estimates)),
        "rejected": [(reason, count, count / most if most else 0) for reason, count in counts],
        "rejected_total": sum(report.rejected.values()),
        "change_marks": _CHANGE_MARKS,
    }


def _page_index(machines: Sequence[MachineView], look: Look) -> Markup | None:
    shown = [machine.machine for machine in machines if any(point.total for point in machine.machine.index)]
    if not shown:
        return None
    label = index_words(machines, look.formats)
    wide = machine_index_chart(shown, replace(look, width=640, height=330))
    narrow = machine_index_chart(shown, replace(look, width=348, height=290, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")


def cost_chart(machine: MachineView, look: Look, *, width: int = 316) -> Markup | None:
    """What owning and renting come to by month, for the page; None where it was not worked out."""
    if machine.rent is None or not machine.rent.cash_flow:
        return None
    last, formats = machine.rent.cash_flow[-1], look.formats
    label = (
        f"Money spent in {last.month} months: owning {machine.title} {formats.money(last.own)}, "
        f"renting {machine.rent.instance.name} {formats.money(last.cloud)}."
    )
    chart = cost_over_time_chart(
        machine.rent, replace(look, width=width, height=round(width * 0.6)), name=machine.anchor
    )
    return inline_svg(chart, label)


def _page_history(history: PartHistory, look: Look) -> HistoryView:
    view = history_view(history, look.formats)
    chart = inline_svg(price_history_chart(history, replace(look, width=348, height=210, compact=True)), view.alt)
    return replace(view, chart=chart)


def _is_read(row: SourceReport) -> bool:
    return row.state in (PageState.LISTINGS, PageState.EMPTY)


def _cards_first(report: DailyReport) -> DailyReport:
    """The report with graphics cards alone among its parts, where there are any: they decide the price of a machine."""
    cards = tuple(history for history in report.parts if history.part.startswith("gpu:"))
    return replace(report, parts=cards or report.parts)


def _charted(report: DailyReport, machines: Sequence[MachineView], most: int) -> list[PartHistory]:
    """The parts that get a plot, at most so many: those of the cheapest machine first, then the others', then the rest."""
    rank = {part: place for place, part in enumerate(_bought(machines))}
    return sorted(report.parts, key=lambda history: rank.get(history.part, len(rank)))[:most]


def _bought(machines: Sequence[MachineView]) -> list[str]:
    """Every part that a best build buys, once, the cheapest machine's first."""
    parts = (
        part.part for machine in machines if machine.build for item in machine.build.offers for part in item.offer.parts
    )
    return list(dict.fromkeys(parts))


def _mail_images(
    report: DailyReport, machines: Sequence[MachineView], charted: Sequence[PartHistory], listed: Sequence[PartHistory]
) -> dict[str, tuple[str, bytes]]:
    """Content-ID → (alternative text, PNG): the machines, a chart for each of `charted`, a line for each of `listed`."""
    formats = _formats(report)
    look = Look(width=552, height=250, font=14, demo=report.is_demo, formats=formats)
    images: dict[str, tuple[str, bytes]] = {}
    shown = [machine.machine for machine in machines if any(point.total for point in machine.machine.index)]
    if shown:
        images["index@rigscout"] = (
            index_words(machines, formats),
            machine_index_chart(shown, replace(look, height=280)),
        )
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
