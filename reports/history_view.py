"""A part's prices, and the machines' totals, in words: captions, and the texts that stand for a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.filters import upper_first
from reports.formats import Formats
from reports.names import part_name
from reports.view import MachineView
from tracker.domain.history import DayFigures, Deal, PartHistory, Trend


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A part's prices as shown: the newest day with a median, a caption in words, and the picture."""

    part: str
    name: str
    latest: DayFigures | None
    caption: str
    alt: str
    today: str  # the same, where its day is already said
    chart: Markup | str


def history_view(history: PartHistory, formats: Formats) -> HistoryView:
    """The newest day, and the trend and its last step in words; the picture comes later."""
    name = part_name(history.part, history.model, {history.part: history.name}, formats)
    latest = next((day for day in reversed(history.days) if day.median is not None), None)
    notes = (formats.say(note) for note in history.notes)
    is_told = not history.is_mixed and (latest or history.trend)
    caption = upper_first("; ".join((*(trend_words(history.trend, formats) if is_told else ()), *notes)))
    alt = today = formats.gettext("%(name)s: no price observed yet.", name=name)
    if latest is not None:
        figures = {"median": latest.median, "lowest": formats.money(latest.lowest)}
        alt = formats.ngettext(
            "%(name)s on %(day)s: median %(median)s, lowest %(lowest)s, %(count)s offer.",
            "%(name)s on %(day)s: median %(median)s, lowest %(lowest)s, %(count)s offers.",
            latest.n, name=name, day=formats.day(latest.day), **figures,
        )  # fmt: skip
        today = formats.ngettext(
            "%(name)s: median %(median)s, lowest %(lowest)s, %(count)s offer.",
            "%(name)s: median %(median)s, lowest %(lowest)s, %(count)s offers.",
            latest.n, name=name, **figures,
        )  # fmt: skip
        alt, today = f"{alt} {caption}".strip(), f"{today} {caption}".strip()
    return HistoryView(history.part, name, latest, caption, alt, today, "")


def trend_words(trend: Trend | None, formats: Formats) -> tuple[str, ...]:
    """Where the price goes with its interval, and the newest step."""
    if trend is None:
        return (formats.gettext("too few days for a trend"),)
    ends = {"low": formats.signed(trend.low), "high": formats.signed(trend.high)}
    if not (trend.slope_per_week.minor or trend.low.minor or trend.high.minor):
        slope = formats.gettext("steady over %(days)s days", days=trend.days)
    elif trend.low.minor <= 0 <= trend.high.minor:
        slope = formats.gettext("steady (95%%: %(low)s to %(high)s a week)", **ends)
    else:
        change = formats.signed(trend.slope_per_week)
        slope = formats.gettext("%(slope)s a week (95%%: %(low)s to %(high)s)", slope=change, **ends)
    if not trend.steps:
        return (slope,)
    day, before, after = trend.steps[-1]
    return slope, formats.gettext("step on %(day)s: %(before)s → %(after)s", day=day, before=before, after=after)


def deals_words(deals: Sequence[Deal], formats: Formats) -> str:
    """What the picture of deals shows, for who can't see it."""
    lines = (
        formats.gettext(
            "%(name)s for %(landed)s, usual %(usual)s",
            name=part_name(deal.part, names={deal.part: deal.name}, formats=formats), landed=deal.landed, usual=deal.median,
        )
        for deal in deals
    )  # fmt: skip
    return formats.gettext("Deals against the usual price: %(deals)s.", deals="; ".join(lines))


def index_words(machines: Sequence[MachineView], formats: Formats) -> str:
    """What the chart of all machines shows today, for who can't see it."""
    lines = [f"{machine.title} {formats.money(machine.total)}" for machine in machines if machine.total]
    weeks = {machine.rent.instance.name: machine.rent.week for machine in machines if machine.rent}
    lines += [formats.gettext("a week of %(name)s %(price)s", name=name, price=week) for name, week in weeks.items()]
    return formats.gettext("Cheapest machine of each kind per day. Today: %(prices)s.", prices=", ".join(lines))
