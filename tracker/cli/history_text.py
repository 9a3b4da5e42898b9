"""A part's history as rows of text, as records, and as a plot in the terminal."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from tracker.domain.history import DayFigures, PartHistory, TimeToSell
    from tracker.domain.money import Money

COLUMNS = ("minimum", "lowest", "p10", "p25", "median", "p75", "spread", "mean_lowest_five", "sold_median")
_ROWS = 31  # of a table for people; all days are in the other formats


def day_records(history: "PartHistory") -> list[dict[str, Any]]:
    """One flat record a calendar day, amounts as decimal text; None where nothing was observed."""
    return [
        {
            "part": day.part,
            "day": day.day,
            "currency": history.currency,
            "observed": day.observed,
            "n": day.n if day.observed else None,
            **{name: _amount(getattr(day, name)) for name in COLUMNS},
            "new": day.new if day.observed else None,
            "gone": day.gone if day.observed else None,
            "sold": day.sold,
            "unbelieved": day.unbelieved if day.observed else None,
        }
        for day in history.days
    ]


def history_record(history: "PartHistory", stay: "TimeToSell") -> dict[str, Any]:
    """The whole answer as JSON values."""
    trend = history.trend
    return {
        "part": history.part,
        "name": history.name,
        "model": history.model,
        "currency": history.currency,
        "days": [record | {"day": record["day"].isoformat()} for record in day_records(history)],
        "trend": None if trend is None else {
            "slope_per_week": _amount(trend.slope_per_week), "low": _amount(trend.low), "high": _amount(trend.high),
            "days": trend.days,
            "steps": [
                {"day": day.isoformat(), "before": _amount(before), "after": _amount(after)}
                for day, before, after in trend.steps
            ],
        },
        "time_to_sell": asdict(stay) | {"at_most": _amount(stay.at_most)},
        "notes": list(history.notes),
        "elsewhere": [
            {"day": past.day.isoformat(), "price": past.price.as_record(), "source": past.source,
             "condition": past.condition, "note": past.note}
            for past in history.elsewhere
        ],
    }  # fmt: skip


def history_table(history: "PartHistory") -> "Table":
    """The newest days as a table; days without figures are left out."""
    from rich.table import Table

    line = f"{history.part}/{history.model}" if history.model else history.part
    table = Table(title=f"{history.name} ({line}), {history.currency} a piece, shipping included where known")
    for name in ("day", "n", "lowest", "p25", "median", "p75", "new", "gone", "sold"):
        table.add_column(name, justify="left" if name == "day" else "right")
    seen = [day for day in history.days if day.observed or day.sold]
    for day in seen[-_ROWS:]:
        amounts = (_amount(getattr(day, name)) or "–" for name in ("lowest", "p25", "median", "p75"))
        counts = (str(getattr(day, name)) for name in ("new", "gone", "sold"))
        table.add_row(day.day.isoformat(), str(day.n), *amounts, *counts)
    return table


def summary_lines(history: "PartHistory", stay: "TimeToSell") -> Iterator[str]:
    """Trend, steps, how long offers stay, and what a reader must know."""
    trend = history.trend
    latest = next((day for day in reversed(history.days) if day.median is not None), None)
    if trend:
        yield (
            f"trend: {_signed(trend.slope_per_week)} a week (95%: {_signed(trend.low)} to {_signed(trend.high)}), "
            f"{trend.days} days"
        )
        for day, before, after in trend.steps:
            yield f"step on {day}: from {before} to {after}"
    elif latest and not history.is_mixed:
        yield "trend: too few observed days"
    if stay.median_days is not None:
        bounds = f", 95%: {_days(stay.low)} to {_days(stay.high)}"
        yield f"half of the offers are gone in {stay.median_days:.1f} days (n = {stay.n}{bounds})"
    if latest and latest.unbelieved:
        yield f"too cheap to be true, and not the lowest: {latest.unbelieved} of {latest.n} offers on {latest.day}"
    yield from (f"from elsewhere: {past.price} on {past.day} ({past.source})" for past in history.elsewhere)
    yield from (f"note: {note}" for note in history.notes)


def terminal_plot(history: "PartHistory", width: int, height: int = 18) -> str:
    """The medians and the lowest prices as a plot of characters; gaps stay gaps. Empty where nothing was observed."""
    days = [day for day in history.days if day.median is not None]
    if not days:
        return ""
    import plotext

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(max(40, min(width, 120)), height)
    for name, marker in (("median", "hd"), ("lowest", ".")):
        for number, run in enumerate(_runs(history.days, name)):
            signal = figure.signal([day.toordinal() for day, _ in run], [price for _, price in run], marker=marker)
            signal.lines()
            figure.draw(signal.label(name) if not number else signal)
    first, last = days[0].day, days[-1].day
    middle = date.fromordinal((first.toordinal() + last.toordinal()) // 2)
    ticks = list(dict.fromkeys((first, middle, last)))
    figure.ruler("x").ticks([day.toordinal() for day in ticks], [day.isoformat() for day in ticks])
    text: str = figure.build().string(colorless=True)
    return text


def _runs(days: "Sequence[DayFigures]", name: str) -> list[list[tuple[date, float]]]:
    """The observed days as runs without a gap."""
    runs: list[list[tuple[date, float]]] = [[]]
    for day in days:
        price = getattr(day, name)
        if price is None:
            runs.append([])
        else:
            runs[-1].append((day.day, float(price.amount)))
    return [run for run in runs if run]


def _amount(money: "Money | None") -> str | None:
    return None if money is None else f"{money.amount:f}"


def _signed(money: "Money") -> str:
    return f"{money.amount:+f} {money.currency}"


def _days(days: float | None) -> str:
    return "longer than was observed" if days is None else f"{days:.1f}"
