"""The pictures of prices: a part's history, a listing's life, deals against what is usual, a line without axes."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.chart_marks import alone, height, heights, label_ends, tell
from reports.chart_style import (
    BLUE,
    GRID,
    INK,
    MUTED,
    PAPER,
    PURPLE,
    VERMILLION,
    Look,
    axes,
    day_axis,
    draw,
    money_axis,
)
from reports.filters import cut
from reports.names import part_name
from tracker.domain.history import DayFigures, Deal, Observation, PartHistory
from tracker.domain.money import Money

_MOST_OF_USUAL = 1.3  # to where the scale of deals goes: a little beyond the usual price


def price_history_chart(history: PartHistory, look: Look | None = None) -> bytes:
    """One part's asking prices: the median's line, the middle half as a band, the lowest, n below, steps dated, gaps as gaps."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        seen = [day for day in history.days if day.median is not None]
        if not seen:
            tell(figure, look.formats.gettext("no price observed yet"))
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
    gettext, days = look.formats.gettext, [day.day.toordinal() for day in history.days]
    middle, lowest = heights([day.median for day in history.days]), heights([day.lowest for day in history.days])
    low, high = heights([day.p25 for day in history.days]), heights([day.p75 for day in history.days])
    area.fill_between(days, low, high, color=BLUE, alpha=0.22, linewidth=0, label=gettext("middle half of the offers"))
    area.plot(days, lowest, color=MUTED, linewidth=0.9, label=gettext("lowest"))
    area.plot(days, middle, color=BLUE, linewidth=1.9, label=gettext("median"), solid_capstyle="round")
    area.plot(days, alone(middle), "o", color=BLUE, markersize=3.2)
    money_axis(area, history.currency, look)
    area.margins(y=0.12)
    area.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=look.points * 0.92, labelcolor=MUTED,
                handlelength=1.3, columnspacing=1.2, borderpad=0, borderaxespad=0.2, handletextpad=0.5)  # fmt: skip
    latest = seen[-1]
    ends = ((latest.median, BLUE), (latest.lowest, MUTED))
    label_ends(area, [(height(money), look.formats.whole(money), colour) for money, colour in ends if money], look)


def _paint_elsewhere(area: Axes, history: PartHistory) -> None:
    """Imported prices of these days in this currency, as open diamonds: none of our own figures."""
    first, last = history.days[0].day, history.days[-1].day
    shown = [
        past for past in history.elsewhere if first <= past.day <= last and past.price.currency == history.currency
    ]
    days, prices = [past.day.toordinal() for past in shown], [height(past.price) for past in shown]
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
        late = day - history.days[0].day > (history.days[-1].day - history.days[0].day) / 2  # no room on the right
        area.annotate(text, (day.toordinal(), 1), xycoords=("data", "axes fraction"), xytext=(-4 if late else 4, -2),
                      textcoords="offset points", color=VERMILLION, va="top", ha="right" if late else "left",
                      fontsize=look.points * 0.92)  # fmt: skip


def _paint_counts(area: Axes, days: Sequence[DayFigures], look: Look) -> None:
    most = max(day.n for day in days)
    # One shape with room between the days while they are few; thousands of bars would be thousands of shapes.
    edges = [day.day.toordinal() + side for day in days for side in (-0.4, -0.4, 0.4, 0.4)]
    heights = [height for day in days for height in (0, day.n, day.n, 0)]
    area.fill_between(edges, heights, color=MUTED, alpha=0.45, linewidth=0)
    area.set_yticks([])
    area.set_ylim(0, max(most, 1))
    offers = look.formats.ngettext("≤ %(count)s offer", "≤ %(count)s offers", most)
    area.annotate(offers, (1, 0), xycoords="axes fraction", xytext=(5, 0), textcoords="offset points", color=MUTED,
                  fontsize=look.points * 0.92)  # fmt: skip


def life_chart(seen: Sequence[Observation], last_seen: datetime, look: Look | None = None) -> bytes:
    """What one listing asked, in steps, up to when it was last seen or ended; every change is dated by its dot."""
    look = look or Look()

    def paint(figure: Figure) -> None:
        area = axes(figure, look, (look.font * 4.6, look.font * 2.2, look.font * 5.4, look.font))
        priced = [item for item in seen if item.price is not None]
        last = max(last_seen, priced[-1].at)
        days = [_day(item.at) for item in priced]
        amounts = [height(item.price) for item in priced]
        area.step([*days, _day(last)], [*amounts, amounts[-1]], where="post", color=BLUE, linewidth=1.9)
        area.plot(days, amounts, "o", color=BLUE, markersize=4.5, markeredgecolor=PAPER)
        latest = priced[-1].price or Money(0, "EUR")
        money_axis(area, latest.currency, look)
        area.margins(y=0.18)
        day_axis(area, priced[0].at.date(), last.date(), look)
        label_ends(area, [(amounts[-1], look.formats.money(latest), BLUE)], look)

    return draw(look, f"life-{seen[0].listing_id if seen else 0}", paint)


def _day(at: datetime) -> float:
    """A moment as an ordinal day with its fraction."""
    return at.toordinal() - 0.5 + (at.hour + at.minute / 60) / 24


def deals_chart(deals: Sequence[Deal], histories: Mapping[str, PartHistory], look: Look | None = None) -> bytes:
    """Each deal on the scale of its own part's usual price: a dot, with the middle half of today's offers as a band."""
    look = look or Look()
    rows = list(reversed(deals))

    def paint(figure: Figure) -> None:
        most = 20 if look.compact else 30
        names = [cut(part_name(deal.part, names={deal.part: deal.name}, formats=look.formats), most) for deal in rows]
        left = look.font * (0.58 * max(map(len, names), default=0) + 1)
        area = axes(figure, look, (left, look.font * 2.2, look.font * 7.5, look.font * 1.8))
        for place, deal in enumerate(rows):
            _paint_deal(area, place, deal, histories.get(deal.part), look)
        area.axvline(1, color=MUTED, linewidth=1)
        area.annotate(look.formats.gettext("usual price"), (1, 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
                      textcoords="offset points", color=MUTED, ha="center", fontsize=look.points * 0.92)  # fmt: skip
        area.set_yticks(range(len(rows)), names, color=INK)
        area.set_ylim(-0.6, len(rows) - 0.4)
        shares = [height(deal.landed) / height(deal.median) for deal in rows if deal.median.minor]
        first = max(0, math.floor(4 * min(shares, default=0.5) - 0.2) / 4)
        area.set_xlim(first, _MOST_OF_USUAL)
        quarters = [n / 4 for n in range(6) if first <= n / 4]
        ticks = [first, 1] if look.compact else quarters
        area.set_xticks(ticks, [look.formats.percent(share) for share in ticks])
        area.grid(axis="x", color=GRID, linewidth=0.8)
        area.set_axisbelow(True)

    return draw(look, f"deals-{look.width}", paint)


def _paint_deal(area: Axes, place: int, deal: Deal, history: PartHistory | None, look: Look) -> None:
    usual = height(deal.median)
    share = height(deal.landed) / usual if usual else math.nan
    days = reversed(history.days if history and history.currency == deal.median.currency else ())
    latest = next((day for day in days if day.p25 is not None), None)
    if latest and usual:
        low, high = height(latest.p25) / usual, height(latest.p75) / usual
        area.barh(place, high - low, left=low, height=0.5, color=BLUE, alpha=0.22)
    area.plot([share, 1], [place, place], color=VERMILLION, linewidth=1.2)
    area.plot(share, place, "o", color=VERMILLION, markersize=7, markeredgecolor=PAPER)
    words = f"{look.formats.whole(deal.landed)}  {look.formats.percent(share - 1).replace('-', '−')}"
    area.annotate(words, (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
                  va="center", color=INK, fontweight="bold")  # fmt: skip


def sparkline(values: Sequence[Money | None], look: Look | None = None, *, name: str = "") -> bytes:
    """A line without axes, its end marked; gaps stay gaps."""
    look = look or Look(width=120, height=32)

    def paint(figure: Figure) -> None:
        area = axes(figure, look, (2, 3, 5, 3))
        area.axis("off")
        line = heights(values)
        area.plot(line, color=BLUE, linewidth=1.3, solid_capstyle="round")
        area.plot(alone(line), "o", color=BLUE, markersize=2)
        seen = [place for place, value in enumerate(line) if not math.isnan(value)]
        if seen:
            area.plot(seen[-1], line[seen[-1]], "o", color=VERMILLION, markersize=3, clip_on=False)
        area.set_xlim(0, max(len(line) - 1, 1))
        area.margins(y=0.1)

    return draw(look, f"spark-{name}-{look.width}", paint, paper="none")  # light and dark mails show through
