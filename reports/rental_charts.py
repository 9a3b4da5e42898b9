"""The picture of use against break-even: how many months the price takes to come back, by hours of use a week."""

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from reports.chart_style import BLUE, GREEN, MUTED, PAPER, Look, axes, draw
from reports.filters import cut
from tracker.domain.rental import RentOrBuy

_YEAR = 12


def break_even_chart(rent: RentOrBuy, look: Look | None = None, *, name: str = "") -> bytes:
    """Months until the price is earned back against hours of use a week, both on logarithmic axes; a year is marked."""
    look = look or Look()
    points = [
        (float(used.hours_per_week), float(used.break_even_months))
        for used in rent.utilisation
        if used.break_even_months is not None and used.break_even_months > 0
    ]

    def paint(figure: Figure) -> None:
        area = axes(figure, look, (look.font * 4.4, look.font * 2.4, look.font * 2, look.font * 2.4))
        if not points:
            area.axis("off")
            area.text(0.5, 0.5, "the price never comes back: electricity costs as much as renting", ha="center", va="center",
                      color=MUTED, transform=area.transAxes, wrap=True)  # fmt: skip
            return
        hours, months = [hour for hour, _ in points], [month for _, month in points]
        area.set_xscale("log")
        area.set_yscale("log")
        area.plot(hours, months, "o-", color=BLUE, linewidth=2, markersize=5, markeredgecolor=PAPER)
        if min(months) < _YEAR < max(months):
            area.axhline(_YEAR, color=GREEN, linewidth=1, linestyle=(0, (2, 2)))
            area.annotate(
                "a year", (hours[-1], _YEAR), color=GREEN, xytext=(0, 3), textcoords="offset points", ha="right"
            )
        for hour, month in points:
            area.annotate(
                look.formats.number(month), (hour, month), xytext=(4, 4), textcoords="offset points", color=MUTED
            )
        area.xaxis.set_major_locator(FixedLocator(hours))
        area.xaxis.set_minor_locator(NullLocator())
        area.xaxis.set_major_formatter(FuncFormatter(lambda hour, _: f"{hour:.0f} h"))
        area.yaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
        area.yaxis.set_major_formatter(FuncFormatter(lambda month, _: f"{month:g} mo"))
        area.yaxis.set_minor_locator(NullLocator())
        area.set_title(f"months until it is cheaper than {cut(rent.instance.name, 14)}, by hours a week", color=MUTED,
                       loc="left", fontsize=look.points)  # fmt: skip
        area.margins(0.1, 0.15)

    return draw(look, f"break-even-{name}-{rent.instance.name}-{look.width}", paint)
