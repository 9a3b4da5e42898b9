"""The report's page: one HTML file that needs nothing beside it, and what the web's page of today is filled with."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from reports.chart_style import Look, inline_svg
from reports.history_view import HistoryView, deals_words, history_view, index_words
from reports.kinds.daily import base_view, bought_parts, charted_parts, formats_of
from reports.machine_charts import machine_index_chart, pareto_chart
from reports.price_charts import deals_chart, price_history_chart
from reports.render import render, stylesheet
from reports.rental_charts import cost_over_time_chart
from reports.view import MachineView, machine_views
from tracker.domain.history import PartHistory
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport

_OPEN_CHARTS = 12  # and those of every part that is bought; others are folded away
_MOST_CHARTS = 30  # 25 KB and 20 ms each; further parts stand in a table
_MOST_DEALS = 9


def render_page(report: DailyReport) -> str:
    """The report as one HTML file: styles inside, charts as SVG in the text."""
    return render("daily.page.html.j2", formats_of(report), page_view(report) | {"css": stylesheet("page.css")})


def page_view(report: DailyReport) -> dict[str, Any]:
    """What the report's page is filled with, here and on the web."""
    formats = formats_of(report)
    machines = machine_views(report, formats)
    look = Look(fmt="svg", demo=report.is_demo, formats=formats)
    charted = charted_parts(report, machines, _MOST_CHARTS)
    view = base_view(report, machines, formats)
    return view | {
        "is_demo": report.is_demo,
        "paths": None,
        "others": [machine for machine in machines if machine is not view["best"]],
        "index_chart": _index(machines, look),
        "deals_chart": deals_picture(report, look),
        "pareto_chart": _pareto(machines, look),
        "costs": {machine.anchor: cost_chart(machine, look) for machine in machines},
        "charts_open": max(_OPEN_CHARTS, len(bought_parts(machines))),
        "histories": [charted_view(history, look) for history in charted],
        "plain": [history_view(history, formats) for history in report.parts if history not in charted],
    }


def _index(machines: Sequence[MachineView], look: Look) -> Markup | None:
    shown = [machine.machine for machine in machines if any(point.total for point in machine.machine.index)]
    if not shown:
        return None
    label = index_words(machines, look.formats)
    wide = machine_index_chart(shown, replace(look, width=640, height=330))
    narrow = machine_index_chart(shown, replace(look, width=348, height=290, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")


def deals_picture(report: DailyReport, look: Look) -> Markup | None:
    """The first deals on the scale of what is usual; None where there are none."""
    deals = report.deals[:_MOST_DEALS]
    if not deals:
        return None
    histories = {history.part: history for history in report.parts}
    label, height = deals_words(deals, look.formats), 46 + 30 * len(deals)
    wide = deals_chart(deals, histories, replace(look, width=1040, height=height))
    narrow = deals_chart(deals, histories, replace(look, width=348, height=height, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")


def _pareto(machines: Sequence[MachineView], look: Look) -> Markup | None:
    built = [(machine.title, machine.build) for machine in machines if machine.build]
    if len(built) < 2:  # noqa: PLR2004 - one machine is compared with nothing
        return None
    sizes = ", ".join(
        look.formats.gettext(
            "%(machine)s: %(vram)s GB for %(price)s", machine=title, vram=build.vram_gb, price=build.total
        )
        for title, build in built
    )
    label = look.formats.gettext("Machines by price and VRAM: %(machines)s.", machines=sizes)
    wide = pareto_chart(built, replace(look, width=1040, height=300))
    narrow = pareto_chart(built, replace(look, width=348, height=260, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")


def cost_chart(machine: MachineView, look: Look, *, width: int = 316) -> Markup | None:
    """What owning and renting come to by month, for the page; None where it was not worked out."""
    if machine.rent is None or not machine.rent.cash_flow:
        return None
    return _cost_chart(machine.rent, machine.title, replace(look, width=width, height=round(width * 0.6)))


@lru_cache(maxsize=64)  # drawing takes some 40 ms; the same sum gives the same picture
def _cost_chart(rent: RentOrBuy, title: str, look: Look) -> Markup:
    last = rent.cash_flow[-1]
    label = look.formats.gettext(
        "Money spent in %(months)s months: owning %(machine)s %(own)s, renting %(name)s %(cloud)s.",
        months=last.month, machine=title, own=last.own, name=rent.instance.name, cloud=last.cloud,
    )  # fmt: skip
    return inline_svg(cost_over_time_chart(rent, look, name=title), label)


def charted_view(history: PartHistory, look: Look) -> HistoryView:
    """A part's words and its small picture."""
    view = history_view(history, look.formats)
    chart = inline_svg(price_history_chart(history, replace(look, width=348, height=210, compact=True)), view.alt)
    return replace(view, chart=chart)
