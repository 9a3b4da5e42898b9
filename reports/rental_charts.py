"""The pictures of rent or buy: money spent month by month, and how soon the price comes back by hours of use."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from reports.chart_marks import height, label_ends, tell
from reports.chart_style import BLUE, GREEN, MUTED, ORANGE, PAPER, Look, axes, draw, money_axis
from reports.filters import cut
from tracker.domain.rental import RentOrBuy

_YEAR = 12
_NARROW = 400  # CSS pixels: below it, half as many months are named


def cost_over_time_chart(rent: RentOrBuy, look: Look | None = None, *, name: str = "") -> bytes:
    """Money spent by month, owning (all at once, then electricity) against renting for the same work; `name` tells charts apart."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        if not rent.cash_flow:
            tell(figure, look.formats.gettext("no cash flow was worked out"))
            return
        months = [point.month for point in rent.cash_flow]
        own, cloud = [height(point.own) for point in rent.cash_flow], [height(point.cloud) for point in rent.cash_flow]
        area = axes(figure, look, (look.font * 5.4, look.font * 2.4, look.font * 9, look.font))
        area.plot(months, cloud, color=ORANGE, linewidth=1.9, linestyle=(0, (5, 2)))
        area.plot(months, own, color=BLUE, linewidth=2.1)
        money_axis(area, rent.build_total.currency, look)
        area.set_ylim(0, max(1, *own, *cloud) * 1.08)
        area.set_xlim(months[0], max(months[-1], months[0] + 1))
        area.xaxis.set_major_locator(MaxNLocator(2 if look.width < _NARROW else 4, integer=True))
        area.xaxis.set_major_formatter(lambda month, _: _months(month, look))
        rented = look.formats.gettext("rent %(name)s", name=cut(rent.instance.name, 14))
        label_ends(area, [(cloud[-1], rented, MUTED), (own[-1], look.formats.gettext("own"), BLUE)], look)
        _mark_crossing(area, rent, look)

    return draw(look, f"cost-{name}-{rent.instance.name}-{look.width}", paint)


def _mark_crossing(area: Axes, rent: RentOrBuy, look: Look) -> None:
    """Where the two lines meet at the user's hours a week: between the first two months that renting overtakes."""
    for before, after in pairwise(rent.cash_flow):
        lead, behind = height(before.own) - height(before.cloud), height(after.own) - height(after.cloud)
        if lead > 0 >= behind:
            month = before.month + (after.month - before.month) * lead / (lead - behind)
            area.axvline(month, color=GREEN, linewidth=1, linestyle=(0, (2, 2)))
            late = month > rent.cash_flow[-1].month / 2  # then there is no room on the right
            words = look.formats.gettext("even after %(months)s months", months=month)
            area.annotate(words, (month, 1), xycoords=("data", "axes fraction"),
                          color=GREEN, xytext=(-5 if late else 5, -2), textcoords="offset points", va="top",
                          ha="right" if late else "left")  # fmt: skip
            return


def break_even_chart(rent: RentOrBuy, look: Look | None = None, *, name: str = "") -> bytes:
    """Months until the price is earned back against hours of use a week, both on logarithmic axes; a year is marked."""
    look = look or Look()
    points = [
        (float(used.hours_per_week), float(used.break_even_months))
        for used in rent.utilisation
        if used.break_even_months is not None and used.break_even_months > 0
    ]

    def paint(figure: Figure) -> None:
        if not points:
            tell(figure, look.formats.gettext("the price never comes back: electricity costs as much as renting"))
            return
        area = axes(figure, look, (look.font * 4.4, look.font * 2.4, look.font * 2, look.font * 2.4))
        _paint_break_even(area, points, look)
        title = look.formats.gettext(
            "months until it is cheaper than %(name)s, by hours a week", name=cut(rent.instance.name, 14)
        )
        area.set_title(title, color=MUTED, loc="left", fontsize=look.points)

    return draw(look, f"break-even-{name}-{rent.instance.name}-{look.width}", paint)


def _paint_break_even(area: Axes, points: Sequence[tuple[float, float]], look: Look) -> None:
    hours, months = [hour for hour, _ in points], [month for _, month in points]
    area.set_xscale("log")
    area.set_yscale("log")
    area.plot(hours, months, "o-", color=BLUE, linewidth=2, markersize=5, markeredgecolor=PAPER)
    beside: dict[str, Any] = {"textcoords": "offset points"}
    if min(months) < _YEAR < max(months):
        area.axhline(_YEAR, color=GREEN, linewidth=1, linestyle=(0, (2, 2)))
        area.annotate(
            look.formats.gettext("a year"), (hours[-1], _YEAR), color=GREEN, xytext=(0, 3), ha="right", **beside
        )
    for hour, month in points:
        area.annotate(look.formats.number(month), (hour, month), xytext=(4, 4), color=MUTED, **beside)
    area.xaxis.set_major_locator(FixedLocator(hours))
    area.xaxis.set_minor_locator(NullLocator())
    area.xaxis.set_major_formatter(FuncFormatter(lambda hour, _: f"{hour:.0f} h"))
    area.yaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    area.yaxis.set_major_formatter(FuncFormatter(lambda month, _: _months(month, look)))
    area.yaxis.set_minor_locator(NullLocator())
    area.margins(0.1, 0.15)


def _months(months: float, look: Look) -> str:
    return look.formats.gettext("%(months)s mo", months=months)
