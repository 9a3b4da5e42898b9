"""The pictures of machines: their totals against the cloud, what the money goes to, what more money buys."""

from collections.abc import Sequence
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from reports.chart_marks import alone, height, heights, label_ends, tell
from reports.chart_style import (
    BLUE,
    DASHES,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    SERIES,
    Look,
    amount_label,
    axes,
    day_axis,
    draw,
    money_axis,
)
from reports.closed_lists import N_
from reports.filters import cut
from reports.names import allowance_name, parts_name
from tracker.domain.build import Build
from tracker.domain.money import Money
from tracker.domain.report import MachineReport

_LOG_FROM = 4  # dearest over cheapest: beyond it, a linear axis flattens the cheap machines


def machine_index_chart(machines: Sequence[MachineReport], look: Look | None = None) -> bytes:
    """Each machine's cheapest total per day, and the same week in the cloud at today's price as a line across."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        shown = [machine for machine in machines if any(point.total for point in machine.index)]
        if not shown:
            tell(figure, look.formats.gettext("no machine could be built yet"))
            return
        area = axes(
            figure, look, (look.font * 4.6, look.font * 2.2, look.font * (9.5 if look.compact else 13), look.font)
        )
        points = [point for machine in shown for point in machine.index if point.total]
        currency = points[0].total.currency if points[0].total else "EUR"
        labels: list[tuple[float, str, str]] = []
        for number, machine in enumerate(shown):
            labels += _paint_index(area, machine, number, look)
        labels += _paint_weeks(area, shown, look)
        _scale(area, [value for value, _, _ in labels] + [height(point.total) for point in points], currency, look)
        days = [point.day for machine in shown for point in machine.index]
        day_axis(area, min(days), max(days), look)
        label_ends(area, labels, look, keys=True)

    return draw(look, f"index-{'-'.join(machine.target for machine in machines)}-{look.width}", paint)


def _paint_index(area: Axes, machine: MachineReport, number: int, look: Look) -> list[tuple[float, str, str]]:
    line = heights([point.total for point in machine.index])
    days = [point.day.toordinal() for point in machine.index]
    colour, dashes = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
    area.plot(days, line, color=colour, linestyle=dashes, linewidth=1.9)
    area.plot(days, alone(line), "o", color=colour, markersize=3.2)
    last = next(point.total for point in reversed(machine.index) if point.total)
    return [(height(last), _end_label(machine.title or machine.target, last, look), colour)]


def _paint_weeks(area: Axes, machines: Sequence[MachineReport], look: Look) -> list[tuple[float, str, str]]:
    weeks = {machine.rent.instance.name: machine.rent.week for machine in machines if machine.rent}
    for week in weeks.values():
        area.axhline(height(week), color=ORANGE, linewidth=1.4, linestyle=(0, (4, 2)), zorder=1)
    return [
        (height(week), _end_label(look.formats.gettext("week %(name)s", name=name), week, look), MUTED)
        for name, week in weeks.items()
    ]


def _end_label(name: str, money: Money, look: Look) -> str:
    name = cut(name, 24)
    return f"{name}\n{look.formats.whole(money)}" if look.compact else f"{name} {look.formats.whole(money)}"


def _scale(area: Axes, values: Sequence[float], currency: str, look: Look) -> None:
    low, high = min(values), max(values)
    money_axis(area, currency, look)
    if low <= 0 or high / low < _LOG_FROM:
        area.set_ylim(max(0, low - (high - low + 1) * 0.15), high + (high - low + 1) * 0.12)
        return
    area.set_yscale("log")
    money_axis(area, currency, look)
    area.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5)))
    area.yaxis.set_minor_locator(NullLocator())
    area.yaxis.set_minor_formatter(NullFormatter())
    area.set_ylim(low * 0.8, high * 1.2)
    area.annotate(look.formats.gettext("log scale"), (0, 1), xycoords="axes fraction", xytext=(2, 0),
                  textcoords="offset points", color=MUTED,
                  fontsize=look.points * 0.85, va="top")  # fmt: skip


def breakdown_chart(build: Build, look: Look | None = None) -> bytes:
    """What the money of a machine goes to: one bar for each thing bought or allowed for, with its share of the total."""
    look = look or Look()
    rows = [
        (parts_name(item.offer.parts, item.qty, formats=look.formats), item.offer.landed * item.qty)
        for item in build.offers
    ]
    rows += [
        (look.formats.gettext(allowance_name(item.name)), item.amount) for item in build.allowances if item.amount.minor
    ]
    most = 18 if look.compact else 34
    rows.sort(key=lambda row: row[1].minor)

    def paint(figure: Figure) -> None:
        longest = max((len(cut(name, most)) for name, _ in rows), default=0)
        area = axes(figure, look, (look.font * (0.56 * longest + 1), look.font * 0.6, look.font * 8, look.font * 0.6))
        area.barh(range(len(rows)), [height(money) for _, money in rows], color=BLUE, height=0.62)
        area.set_yticks(range(len(rows)), [cut(name, most) for name, _ in rows], color=INK)
        area.set_xticks([])
        area.spines["bottom"].set_visible(False)
        for place, (_, money) in enumerate(rows):
            share = look.formats.percent(money.minor / build.total.minor) if build.total.minor else ""
            area.annotate(f"{look.formats.money(money)}  {share}", (height(money), place), xytext=(5, 0), va="center",
                          textcoords="offset points", color=MUTED)  # fmt: skip

    return draw(look, f"breakdown-{build.target}-{look.width}", paint)


def pareto_chart(
    machines: Sequence[tuple[str, Build]],
    look: Look | None = None,
    *,
    measure: Literal["vram_gb", "speed"] = "vram_gb",
) -> bytes:
    """Machines (title, build) by price and by what they give; those that nothing cheaper beats stand on the line."""
    look = look or Look()
    names = {
        (height(build.total), float(value)): f"{cut(title, 20)} {look.formats.whole(build.total)}"
        for title, build in machines
        if (value := getattr(build, measure)) is not None
    }
    points = sorted(names)

    def paint(figure: Figure) -> None:
        if not points:
            tell(figure, look.formats.gettext("nothing to compare yet"))
            return
        area = axes(figure, look, (look.font * 5, look.font * 3.4, look.font * 2, look.font))
        front = [point for place, point in enumerate(points) if all(point[1] > other[1] for other in points[:place])]
        area.step([x for x, _ in front], [y for _, y in front], where="post", color=BLUE, linewidth=1.6)
        area.plot([x for x, _ in points], [y for _, y in points], "o", color=MUTED, alpha=0.5, markersize=4.5)
        area.plot([x for x, _ in front], [y for _, y in front], "o", color=BLUE, markersize=6, markeredgecolor=PAPER)
        area.grid(color=GRID, linewidth=0.8)
        area.margins(0.14)
        middle = (points[0][0] + points[-1][0]) / 2
        for x, y in points:
            side, is_best = ("left" if x < middle else "right"), (x, y) in front
            area.annotate(names[x, y], (x, y), xytext=(4 if side == "left" else -4, 6 if is_best else -12), ha=side,
                          textcoords="offset points", color=BLUE if is_best else MUTED, fontsize=look.points * 0.92)  # fmt: skip
        area.set_xlabel(look.formats.gettext("landed total"))
        what = {"vram_gb": N_("VRAM, GB"), "speed": N_("speed, 1 = one A10G")}
        area.set_ylabel(look.formats.gettext(what[measure]))
        area.xaxis.set_major_locator(MaxNLocator(4 if look.compact else 6))
        area.xaxis.set_major_formatter(lambda value, _: amount_label(value, machines[0][1].total.currency, look))

    return draw(look, f"pareto-{measure}-{look.width}", paint)
