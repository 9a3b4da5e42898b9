"""A part's prices, and the machines' totals, in words: captions, and the texts that stand for a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.filters import Formats, plural
from reports.names import part_name
from reports.view import MachineView
from tracker.domain.history import DayFigures, PartHistory


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A part's prices as shown: the newest day with a median, a caption in words, and the picture."""

    part: str
    name: str
    latest: DayFigures | None
    caption: str
    alt: str
    chart: Markup | str


def history_view(history: PartHistory, formats: Formats) -> HistoryView:
    """The newest day, and the trend and its steps in words; the picture comes later."""
    name = part_name(history.part, names={history.part: history.name})
    latest = next((day for day in reversed(history.days) if day.median is not None), None)
    caption = "; ".join((*_trend(history, formats), *history.notes))
    alt = f"{name}: no price observed yet."
    if latest is not None:
        alt = (
            f"{name} on {formats.day(latest.day)}: median {formats.money(latest.median)}, lowest {formats.money(latest.lowest)}, "
            f"{latest.n} {plural(latest.n, 'offer')}. {caption}"
        )
    return HistoryView(history.part, name, latest, caption, alt.strip(), "")


def _trend(history: PartHistory, formats: Formats) -> tuple[str, ...]:
    trend = history.trend
    if trend is None:
        return ()
    low, high = formats.signed(trend.low), formats.signed(trend.high)
    slope = f"{formats.signed(trend.slope_per_week)} a week (95 %: {low} to {high}, {trend.days} days)"
    steps = (
        f"step on {formats.short_day(day)} from {formats.money(before)} to {formats.money(after)}"
        for day, before, after in trend.steps
    )
    return (slope, *steps)


def index_words(machines: Sequence[MachineView], formats: Formats) -> str:
    """What the chart of all machines shows today, for who can't see it."""
    lines = [f"{machine.title} {formats.money(machine.total)}" for machine in machines if machine.total]
    weeks = {machine.rent.instance.name: machine.rent.week for machine in machines if machine.rent}
    lines += [f"a week of {name} {formats.money(week)}" for name, week in weeks.items()]
    return f"Cheapest machine of each kind per day. Today: {', '.join(lines)}."
