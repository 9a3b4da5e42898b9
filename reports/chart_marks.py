"""What charts have in common beyond their look: amounts as heights, gaps as gaps, labels beside the ends of lines."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.chart_style import INK, MUTED, Look, spread
from tracker.domain.money import Money


def height(money: Money | None) -> float:
    """An amount in major units; not a number where it is not known."""
    return math.nan if money is None else float(money.amount)


def heights(values: Sequence[Money | None]) -> list[float]:
    """A line of amounts, its gaps not numbers."""
    return [height(value) for value in values]


def alone(line: Sequence[float]) -> list[float]:
    """Only the values that stand between two gaps: a line through one point is invisible."""
    padded = [math.nan, *line, math.nan]
    return [
        value if math.isnan(before) and math.isnan(after) else math.nan
        for before, value, after in zip(padded, line, padded[2:], strict=False)
    ]


def tell(figure: Figure, text: str) -> None:
    """Words in place of a picture."""
    figure.text(0.5, 0.5, text, ha="center", va="center", color=MUTED)


def label_ends(area: Axes, labels: Sequence[tuple[float, str, str]], look: Look, *, keys: bool = False) -> None:
    """(height, text, colour) to the right of the plot, moved apart where they would touch.

    With `keys` the texts are in ink behind a mark in the line's colour: many colours are too pale to be read.
    """
    area.get_ylim()  # has the limits worked out: the transform alone would take those of an empty plot
    levels = [area.transData.transform((0, value))[1] for value, _, _ in labels]
    lines = max(text.count("\n") + 1 for _, text, _ in labels)
    tall = look.font * 1.25 * lines
    # Where the labels are no key, one stands above the plot.
    places = spread(levels, tall, look.height - tall / 2 if keys else area.bbox.y1)
    for (_, text, colour), level, place in zip(labels, levels, places, strict=True):
        value = area.transData.inverted().transform((0, level))[1]
        beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
        points = (place - level) * 72 / 100
        weight = "normal" if colour == MUTED else "bold"
        has_key = keys and colour != MUTED
        if has_key:
            area.annotate("■", (1, value), xytext=(5, points), color=colour, fontsize=look.points * 0.9, **beside)
        area.annotate(text, (1, value), xytext=(16 if has_key else 6, points), color=INK if has_key else colour,
                      fontweight=weight, linespacing=1.05, **beside)  # fmt: skip
