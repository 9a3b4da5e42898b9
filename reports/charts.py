"""The pictures: price history, machines against the cloud, what a machine's money goes to, front, owning against renting."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from reports.chart_style import (
    BLUE,
    DASHES,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    SERIES,
    VERMILLION,
    Look,
    amount_label,
    axes,
    day_axis,
    draw,
    money_axis,
    spread,
)
from reports.filters import cut
from reports.names import allowance_name, parts_name, target_name
from tracker.domain.build import Build
from tracker.domain.history import DayFigures, Observation, PartHistory
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import IndexPoint, MachineReport

_LOG_FROM = 4  # dearest over cheapest: beyond it, a linear axis flattens the cheap machines


def price_history_chart(history: PartHistory, look: Look | None = None) -> bytes:
    """One part's asking prices: the median's line, the middle half as a band, the lowest, n below, steps dated, gaps as gaps."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        seen = [day for day in history.days if day.median is not None]
        if not seen:
            _say(figure, "no price observed yet")
            return
        strip = look.height * 0.14
        main = axes(figure, look, (look.font * 4.6, look.font * 2.2 + strip, look.font * 6.2, look.font * 2.0))
        below = axes(
            figure,
            look,
            (look.font * 4.6, look.font * 2.2, look.font * 6.2, look.height - look.font * 2.2 - strip * 0.8),
        )
        first, last = history.days[0].day, history.days[-1].day
        _paint_prices(main, history, seen, look)
        _paint_elsewhere(main, history)
        _paint_unobserved(main, history.days)
        _paint_steps(main, history, look)
        _paint_counts(below, history.days, look)
        day_axis(main, first, last, look)
        main.tick_params(labelbottom=False)
        main.spines["bottom"].set_visible(False)
        day_axis(below, first, last, look)

    return draw(look, f"history-{history.part}-{look.width}", paint)


def _paint_prices(area: Axes, history: PartHistory, seen: Sequence[DayFigures], look: Look) -> None:
    days = [day.day.toordinal() for day in history.days]
    middle, lowest = _line([day.median for day in history.days]), _line([day.lowest for day in history.days])
    low, high = _line([day.p25 for day in history.days]), _line([day.p75 for day in history.days])
    area.fill_between(days, low, high, color=BLUE, alpha=0.22, linewidth=0, label="middle half of the offers")
    area.plot(days, lowest, color=MUTED, linewidth=0.9, label="lowest")
    area.plot(days, middle, color=BLUE, linewidth=1.9, label="median", solid_capstyle="round")
    area.plot(days, _alone(middle), "o", color=BLUE, markersize=3.2)
    money_axis(area, history.currency, look)
    area.margins(y=0.12)
    area.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=look.points * 0.92, labelcolor=MUTED,
                handlelength=1.3, columnspacing=1.2, borderpad=0, borderaxespad=0.2, handletextpad=0.5)  # fmt: skip
    latest = seen[-1]
    ends = [(latest.median, "median", BLUE), (latest.lowest, "lowest", MUTED)]
    _label_ends(
        area, latest.day, [(money, f"{look.formats.whole(money)}", colour) for money, _, colour in ends if money], look
    )


def _paint_elsewhere(area: Axes, history: PartHistory) -> None:
    """Imported prices of these days in this currency, as open diamonds: none of our own figures."""
    first, last = history.days[0].day, history.days[-1].day
    shown = [
        past for past in history.elsewhere if first <= past.day <= last and past.price.currency == history.currency
    ]
    days, prices = [past.day.toordinal() for past in shown], [_float(past.price) for past in shown]
    area.plot(days, prices, "D", color=PURPLE, markerfacecolor="none", markersize=5, linestyle="none")


def _paint_unobserved(area: Axes, days: Sequence[DayFigures]) -> None:
    for observed, run in groupby(days, key=lambda day: day.observed):
        if not observed:
            span = list(run)
            area.axvspan(
                span[0].day.toordinal() - 0.5, span[-1].day.toordinal() + 0.5, color=GRID, alpha=0.6, linewidth=0
            )


def _paint_steps(area: Axes, history: PartHistory, look: Look) -> None:
    if history.trend is None:
        return
    for day, _before, _after in history.trend.steps:
        area.axvline(day.toordinal(), color=VERMILLION, linewidth=0.9, linestyle=(0, (2, 2)))
    # Words beside the newest step alone: several would run over each other, and all stand below the picture.
    for day, before, after in history.trend.steps[-1:]:
        text = f"{look.formats.short_day(day)}: {look.formats.whole(before)} → {look.formats.whole(after)}"
        area.annotate(text, (day.toordinal(), 1), xycoords=("data", "axes fraction"), xytext=(4, -2), textcoords="offset points",
                      color=VERMILLION, va="top", fontsize=look.points * 0.92)  # fmt: skip


def _paint_counts(area: Axes, days: Sequence[DayFigures], look: Look) -> None:
    most = max(day.n for day in days)
    # One shape with room between the days while they are few; thousands of bars would be thousands of shapes.
    edges = [day.day.toordinal() + side for day in days for side in (-0.4, -0.4, 0.4, 0.4)]
    heights = [height for day in days for height in (0, day.n, day.n, 0)]
    area.fill_between(edges, heights, color=MUTED, alpha=0.45, linewidth=0)
    area.set_yticks([])
    area.set_ylim(0, max(most, 1))
    area.annotate(f"≤ {most} offers", (1, 0), xycoords="axes fraction", xytext=(5, 0), textcoords="offset points", color=MUTED,
                  fontsize=look.points * 0.92)  # fmt: skip


def life_chart(seen: Sequence[Observation], last_seen: datetime, look: Look | None = None) -> bytes:
    """What one listing asked, in steps, up to when it was last seen or ended; every change is dated by its dot."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        area = axes(figure, look, (look.font * 4.6, look.font * 2.2, look.font * 5.4, look.font))
        priced = [item for item in seen if item.price is not None]
        last = max(last_seen, priced[-1].at)
        days = [_day(item.at) for item in priced]
        amounts = [_float(item.price) for item in priced]
        area.step([*days, _day(last)], [*amounts, amounts[-1]], where="post", color=BLUE, linewidth=1.9)
        area.plot(days, amounts, "o", color=BLUE, markersize=4.5, markeredgecolor=PAPER)
        latest = priced[-1].price or Money(0, "EUR")
        money_axis(area, latest.currency, look)
        area.margins(y=0.18)
        day_axis(area, priced[0].at.date(), last.date(), look)
        _label_values(area, _day(last), [(amounts[-1], look.formats.money(latest), BLUE)], look)

    return draw(look, f"life-{seen[0].listing_id if seen else 0}", paint)


def _day(at: datetime) -> float:
    """A moment as an ordinal day with its fraction."""
    return at.toordinal() - 0.5 + (at.hour + at.minute / 60) / 24


def machine_index_chart(machines: Sequence[MachineReport], look: Look | None = None) -> bytes:
    """Each machine's cheapest total per day, and the same week in the cloud at today's price as a line across."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        shown = [machine for machine in machines if any(point.total for point in machine.index)]
        if not shown:
            _say(figure, "no machine could be built yet")
            return
        area = axes(
            figure, look, (look.font * 4.6, look.font * 2.2, look.font * (9.5 if look.compact else 13), look.font)
        )
        points = [point for machine in shown for point in machine.index if point.total]
        currency = points[0].total.currency if points[0].total else "EUR"
        labels: list[tuple[Money, str, str]] = []
        for number, machine in enumerate(shown):
            labels += _paint_index(area, machine, number, look)
        labels += _paint_weeks(area, shown, look)
        _scale(
            area, [_float(money) for money, _, _ in labels] + [_float(point.total) for point in points], currency, look
        )
        days = [point.day for machine in shown for point in machine.index]
        day_axis(area, min(days), max(days), look)
        _label_ends(area, max(days), labels, look)

    return draw(look, f"index-{'-'.join(machine.target for machine in machines)}-{look.width}", paint)


def _paint_index(area: Axes, machine: MachineReport, number: int, look: Look) -> list[tuple[Money, str, str]]:
    line = _line([point.total for point in machine.index])
    days = [point.day.toordinal() for point in machine.index]
    colour, dashes = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
    area.plot(days, line, color=colour, linestyle=dashes, linewidth=1.9)
    area.plot(days, _alone(line), "o", color=colour, markersize=3.2)
    last = next(point.total for point in reversed(machine.index) if point.total)
    return [(last, _end_label(machine.title or machine.target, last, look), colour)]


def _paint_weeks(area: Axes, machines: Sequence[MachineReport], look: Look) -> list[tuple[Money, str, str]]:
    weeks = {machine.rent.instance.name: machine.rent.week for machine in machines if machine.rent}
    for week in weeks.values():
        area.axhline(_float(week), color=ORANGE, linewidth=1.4, linestyle=(0, (4, 2)), zorder=1)
    return [(week, _end_label(f"week {name}", week, look), MUTED) for name, week in weeks.items()]


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
    area.annotate("log scale", (0, 1), xycoords="axes fraction", xytext=(2, 0), textcoords="offset points", color=MUTED,
                  fontsize=look.points * 0.85, va="top")  # fmt: skip


def breakdown_chart(build: Build, look: Look | None = None) -> bytes:
    """What the money of a machine goes to: one bar for each thing bought or allowed for, with its share of the total."""
    look = look or Look()
    rows = [(parts_name(item.offer.parts, item.qty), item.offer.landed * item.qty) for item in build.offers]
    rows += [(allowance_name(item.name), item.amount) for item in build.allowances if item.amount.minor]
    most = 18 if look.compact else 34
    rows.sort(key=lambda row: row[1].minor)

    def paint(figure: Figure) -> None:
        longest = max((len(cut(name, most)) for name, _ in rows), default=0)
        area = axes(figure, look, (look.font * (0.56 * longest + 1), look.font * 0.6, look.font * 8, look.font * 0.6))
        area.barh(range(len(rows)), [_float(money) for _, money in rows], color=BLUE, height=0.62)
        area.set_yticks(range(len(rows)), [cut(name, most) for name, _ in rows], color=INK)
        area.set_xticks([])
        area.spines["bottom"].set_visible(False)
        for place, (_, money) in enumerate(rows):
            share = look.formats.percent(money.minor / build.total.minor) if build.total.minor else ""
            area.annotate(f"{look.formats.money(money)}  {share}", (_float(money), place), xytext=(5, 0), va="center",
                          textcoords="offset points", color=MUTED)  # fmt: skip

    return draw(look, f"breakdown-{build.target}-{look.width}", paint)


def pareto_chart(
    builds: Sequence[Build], look: Look | None = None, *, measure: Literal["vram_gb", "speed"] = "vram_gb"
) -> bytes:
    """Builds by price and by what they give; those that nothing cheaper beats stand on the line."""
    look = look or Look()
    names = {
        (_float(build.total), float(value)): cut(f"{target_name(build.target)} {look.formats.whole(build.total)}", 28)
        for build in builds
        if (value := getattr(build, measure)) is not None
    }
    points = sorted(names)

    def paint(figure: Figure) -> None:
        if not points:
            _say(figure, "nothing to compare yet")
            return
        area = axes(figure, look, (look.font * 5, look.font * 3.4, look.font * 2, look.font))
        front = [point for place, point in enumerate(points) if all(point[1] > other[1] for other in points[:place])]
        area.step([x for x, _ in front], [y for _, y in front], where="post", color=BLUE, linewidth=1.6)
        area.plot([x for x, _ in points], [y for _, y in points], "o", color=MUTED, alpha=0.5, markersize=4.5)
        area.plot([x for x, _ in front], [y for _, y in front], "o", color=BLUE, markersize=6, markeredgecolor=PAPER)
        area.grid(color=GRID, linewidth=0.8)
        area.margins(0.14)
        for x, y in front:
            side = "left" if x < (points[0][0] + points[-1][0]) / 2 else "right"
            area.annotate(names[x, y], (x, y), xytext=(4 if side == "left" else -4, 6), textcoords="offset points", color=BLUE, ha=side,
                          fontsize=look.points * 0.92)  # fmt: skip
        area.set_xlabel("landed total")
        area.set_ylabel("VRAM, GB" if measure == "vram_gb" else "speed, 1 = one A10G")
        area.xaxis.set_major_formatter(lambda value, _: amount_label(value, builds[0].total.currency, look))

    return draw(look, f"pareto-{look.width}", paint)


def cost_over_time_chart(rent: RentOrBuy, look: Look | None = None, *, name: str = "") -> bytes:
    """Money spent by month, owning (all at once, then electricity) against renting the same hours; `name` tells charts apart."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        if not rent.cash_flow:
            _say(figure, "no cash flow was worked out")
            return
        months = [point.month for point in rent.cash_flow]
        own, cloud = [_float(point.own) for point in rent.cash_flow], [_float(point.cloud) for point in rent.cash_flow]
        area = axes(figure, look, (look.font * 5.4, look.font * 2.4, look.font * 9, look.font))
        area.plot(months, cloud, color=ORANGE, linewidth=1.9, linestyle=(0, (5, 2)))
        area.plot(months, own, color=BLUE, linewidth=2.1)
        money_axis(area, rent.build_total.currency, look)
        area.set_ylim(0, max(1, *own, *cloud) * 1.08)
        area.set_xlim(months[0], max(months[-1], months[0] + 1))
        area.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        area.xaxis.set_major_formatter(lambda month, _: f"{month:.0f} mo")
        _label_values(
            area, months[-1], [(cloud[-1], f"rent {cut(rent.instance.name, 14)}", MUTED), (own[-1], "own", BLUE)], look
        )
        _mark_crossing(area, rent, look)

    return draw(look, f"cost-{name}-{rent.instance.name}-{look.width}", paint)


def _mark_crossing(area: Axes, rent: RentOrBuy, look: Look) -> None:
    """Where the two lines meet at the user's hours a week: between the first two months that renting overtakes."""
    for before, after in pairwise(rent.cash_flow):
        lead, behind = _float(before.own) - _float(before.cloud), _float(after.own) - _float(after.cloud)
        if lead > 0 >= behind:
            month = before.month + (after.month - before.month) * lead / (lead - behind)
            area.axvline(month, color=GREEN, linewidth=1, linestyle=(0, (2, 2)))
            late = month > rent.cash_flow[-1].month / 2  # then there is no room on the right
            area.annotate(f"even after {look.formats.number(month)} months", (month, 1), xycoords=("data", "axes fraction"),
                          color=GREEN, xytext=(-5 if late else 5, -2), textcoords="offset points", va="top",
                          ha="right" if late else "left")  # fmt: skip
            return


def sparkline(values: Sequence[Money | None], look: Look | None = None, *, name: str = "") -> bytes:
    """A line without axes, its end marked; gaps stay gaps."""
    look = look or Look(width=120, height=32)

    def paint(figure: Figure) -> None:
        area = axes(figure, look, (2, 3, 5, 3))
        area.axis("off")
        line = _line(values)
        area.plot(line, color=BLUE, linewidth=1.3, solid_capstyle="round")
        area.plot(_alone(line), "o", color=BLUE, markersize=2)
        seen = [place for place, value in enumerate(line) if not math.isnan(value)]
        if seen:
            area.plot(seen[-1], line[seen[-1]], "o", color=VERMILLION, markersize=3, clip_on=False)
        area.set_xlim(0, max(len(line) - 1, 1))
        area.margins(y=0.1)

    return draw(look, f"spark-{name}-{look.width}", paint)


def index_totals(points: Sequence[IndexPoint]) -> list[Money | None]:
    """The index as a sparkline takes it."""
    return [point.total for point in points]


def medians(history: PartHistory) -> list[Money | None]:
    """A part's medians as a sparkline takes them."""
    return [day.median for day in history.days]


def _label_ends(area: Axes, day: date, labels: Sequence[tuple[Money, str, str]], look: Look) -> None:
    _label_values(area, day.toordinal(), [(_float(money), text, colour) for money, text, colour in labels], look)


def _label_values(area: Axes, x: float, labels: Sequence[tuple[float, str, str]], look: Look) -> None:
    """Texts to the right of `x` at their heights, moved apart where they would touch."""
    area.get_ylim()  # has the limits worked out: the transform alone would take those of an empty plot
    heights = [area.transData.transform((x, value))[1] for value, _, _ in labels]
    lines = max(text.count("\n") + 1 for _, text, _ in labels)
    tall = look.font * 1.25 * lines
    places = spread(heights, tall, look.height - tall / 2)
    for (_, text, colour), height, place in zip(labels, heights, places, strict=True):
        value = area.transData.inverted().transform((0, height))[1]
        points = (place - height) * 72 / 100
        area.annotate(text, (1, value), xycoords=("axes fraction", "data"), xytext=(6, points), textcoords="offset points",
                      va="center", color=colour, fontweight="bold" if colour != MUTED else "normal", linespacing=1.05)  # fmt: skip


def _say(figure: Figure, text: str) -> None:
    figure.text(0.5, 0.5, text, ha="center", va="center", color=MUTED)


def _float(money: Money | None) -> float:
    return math.nan if money is None else float(money.amount)


def _line(values: Sequence[Money | None]) -> list[float]:
    return [_float(value) for value in values]


def _alone(line: Sequence[float]) -> list[float]:
    """Only the values that stand between two gaps: a line through one point is invisible."""
    padded = [math.nan, *line, math.nan]
    return [
        value if math.isnan(before) and math.isnan(after) else math.nan
        for before, value, after in zip(padded, line, padded[2:], strict=False)
    ]
