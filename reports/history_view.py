"""A part's prices, and the machines' totals, in words: captions, and the texts that stand for a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.filters import Formats
from reports.names import part_name
from reports.view import MachineView
from tracker.domain.history import DayFigures, PartHistory, Trend


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
    """The newest day, and the trend and its last step in words; the picture comes later."""
    name = part_name(history.part, names={history.part: history.name})
    latest = next((day for day in reversed(history.days) if day.median is not None), None)
    notes = (formats.say(note) for note in history.notes)
    caption = "; ".join((*(trend_words(history.trend, formats) if history.trend else ()), *notes))
    alt = formats.gettext("%(name)s: no price observed yet.", name=name)
    if latest is not None:
        alt = formats.ngettext(
            "%(name)s on %(day)s: median %(median)s, lowest %(lowest)s, %(count)s offer.",
            "%(name)s on %(day)s: median %(median)s, lowest %(lowest)s, %(count)s offers.",
            latest.n, name=name, day=formats.day(latest.day), median=latest.median, lowest=formats.money(latest.lowest),
        )  # fmt: skip
        alt = f"{alt} {caption}"
    return HistoryView(history.part, name, latest, caption, alt.strip(), "")


def trend_words(trend: Trend, formats: Formats) -> tuple[str, ...]:
    """Where the price goes with its interval, and the newest step."""
    slope = formats.gettext(
        "%(slope)s a week (95 %%: %(low)s to %(high)s, %(days)s days)",
        slope=formats.signed(trend.slope_per_week), low=formats.signed(trend.low), high=formats.signed(trend.high),
        days=trend.days,
    )  # fmt: skip
    if not (trend.slope_per_week.minor or trend.low.minor or trend.high.minor):
        slope = formats.gettext("steady over %(days)s days", days=trend.days)
    if not trend.steps:
        return (slope,)
    day, before, after = trend.steps[-1]
    step = formats.gettext("last step on %(day)s, from %(before)s to %(after)s", day=day, before=before, after=after)
    return slope, step


def index_words(machines: Sequence[MachineView], formats: Formats) -> str:
    """What the chart of all machines shows today, for who can't see it."""
    lines = [f"{machine.title} {formats.money(machine.total)}" for machine in machines if machine.total]
    weeks = {machine.rent.instance.name: machine.rent.week for machine in machines if machine.rent}
    lines += [formats.gettext("a week of %(name)s %(price)s", name=name, price=week) for name, week in weeks.items()]
    return formats.gettext("Cheapest machine of each kind per day. Today: %(prices)s.", prices=", ".join(lines))
