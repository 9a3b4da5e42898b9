"""The look of every chart: one palette that colour-blind readers can tell apart, sizes in CSS pixels, PNG or SVG bytes."""

import io
import math
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, Literal

import matplotlib as mpl
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.filters import clean
from reports.formats import Formats
from tracker.domain.money import Money

# Okabe and Ito's palette ("Color Universal Design", 2008) for what carries meaning; greys for the rest.
# Every chart in the page is redrawn in the dark by giving these the values of the CSS variables of the same names.
INK, MUTED, GRID, PAPER = "#1b2026", "#5c6672", "#e2e6ea", "#ffffff"
BLUE, SKY, GREEN, ORANGE, VERMILLION, PURPLE = "#0072b2", "#56b4e9", "#009e73", "#e69f00", "#d55e00", "#cc79a7"
SERIES = (BLUE, VERMILLION, GREEN, PURPLE, INK, SKY)
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 2, 2)), (0, (9, 2, 1, 2, 1, 2)), (0, (1, 1)))
_VARIABLES = {INK: "ink", MUTED: "muted", GRID: "line", PAPER: "paper", BLUE: "blue", SKY: "sky", GREEN: "green",
              ORANGE: "orange", VERMILLION: "vermillion", PURPLE: "purple"}  # fmt: skip
_DPI = 100
_MARKED_FROM = 100  # CSS pixels: on a line without axes the demo's mark would be a smudge
# Narrow and open faces first; DejaVu comes with matplotlib and draws whatever glyph they lack.
_FACES = ("Inter", "Source Sans 3", "Open Sans", "Noto Sans", "Liberation Sans", "Arial")
_SVG_FONT = "inherit"
# What a standalone file needs and a page does not: metadata, a style for everything, ids that another chart has too,
# a face of this machine's.
_FOR_PAGES = (
    (r"<metadata>.*?</metadata>|<style.*?</style>", ""),
    (r'<g id="[^"]*"', "<g"),
    (r"font-family: [^;\"]*", f"font-family: {_SVG_FONT}"),
    (r"\s*\n\s*", "\n"),
)
# rcParams are the process's; one chart is drawn at a time, so that threads of the web server can't mix theirs.
_DRAWING = threading.Lock()


@dataclass(frozen=True)
class Look:
    """How large a chart is (CSS pixels), in which format, for whom; `scale` is PNG pixels for one CSS pixel."""

    width: int = 680
    height: int = 280
    font: float = 12
    fmt: Literal["png", "svg"] = "png"
    scale: float = 2
    demo: bool = False
    formats: Formats = field(default_factory=Formats)
    compact: bool = False  # fewer labels, for phones

    @property
    def points(self) -> float:
        """The font's size in points."""
        return self.font * 72 / _DPI


@cache
def _faces() -> list[str]:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [*[face for face in _FACES if face in installed][:1], "DejaVu Sans"]


def _settings(look: Look, name: str) -> Any:
    return {
        "font.family": _faces(),
        "font.size": look.points,
        "text.parse_math": False,  # "$169 or $170" is money
        "text.color": INK,
        "axes.edgecolor": GRID,
        "axes.labelcolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "svg.fonttype": "none",
        "svg.hashsalt": clean(name),  # the same chart has the same bytes, and two charts of one page have different ids
        "path.simplify": True,
    }


@contextmanager
def _drawing(look: Look, name: str) -> Iterator[Figure]:
    with _DRAWING, mpl.rc_context(_settings(look, name)), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing")  # a box in its place is all that can be shown
        figure = Figure(figsize=(look.width / _DPI, look.height / _DPI), dpi=_DPI)
        FigureCanvasAgg(figure)
        yield figure


def draw(look: Look, name: str, paint: Callable[[Figure], None], *, paper: str = PAPER) -> bytes:
    """The chart that `paint` draws, as PNG or SVG; `name` tells charts of one page apart. A demo's carries its mark."""
    with _drawing(look, name) as figure:
        paint(figure)
        if look.demo and look.height >= _MARKED_FROM:
            figure.text(0.5, 0.52, look.formats.gettext("DEMO DATA"), ha="center", va="center", rotation=12, color=MUTED, alpha=0.22,
                        fontsize=look.points * min(3.2, look.width / 130), fontweight="bold", zorder=10)  # fmt: skip
        buffer = io.BytesIO()
        metadata = {"Date": None, "Creator": None} if look.fmt == "svg" else {"Software": None}
        figure.savefig(buffer, format=look.fmt, dpi=_DPI * look.scale if look.fmt == "png" else _DPI,
                       facecolor=paper, metadata=metadata)  # fmt: skip
    return buffer.getvalue()


def inline_svg(svg: bytes, label: str, css_class: str = "") -> Markup:
    """An SVG chart for the middle of a page: no prologue, scales with its box, colours from the page, `label` read aloud."""
    text = svg.decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<svg[^>]*?viewBox=\"([^\"]+)\"[^>]*>", r'<svg viewBox="\1" aria-hidden="true">', text, count=1)
    for pattern, plain in _FOR_PAGES:
        text = re.sub(pattern, plain, text, flags=re.DOTALL)
    # Hundredths of a point: inside tags only, the amounts between them are the reader's.
    text = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d\.\d)\d+", r"\1", tag[0]), text)
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var(--{variable})")
    text = text.replace('style="fill: var(--paper)"', 'fill="none"', 1)  # the sheet: the page's own shows through
    frame = Markup('<div class="chart {}" role="img" aria-label="{}">{}</div>')
    return frame.format(css_class, clean(label), Markup(text))  # noqa: S704 - matplotlib's output: it escapes every text


def axes(figure: Figure, look: Look, box: tuple[float, float, float, float]) -> Axes:
    """Quiet axes at `box`: left, bottom, right and top margins in CSS pixels."""
    left, bottom, right, top = box
    area = figure.add_axes((
        left / look.width,
        bottom / look.height,
        (look.width - left - right) / look.width,
        (look.height - bottom - top) / look.height,
    ))  # fmt: skip
    area.set_facecolor("none")
    for side in ("top", "right", "left"):
        area.spines[side].set_visible(False)
    area.tick_params(length=0, pad=5)
    return area


def money_axis(area: Axes, currency: str, look: Look, *, ticks: int = 4) -> None:
    """Amounts in `currency` along the y axis, with light lines across."""
    area.yaxis.set_major_locator(MaxNLocator(ticks, min_n_ticks=2))
    area.yaxis.set_major_formatter(FuncFormatter(lambda value, _: amount_label(value, currency, look)))
    area.grid(axis="y", color=GRID, linewidth=0.8)
    area.set_axisbelow(True)


def amount_label(value: float, currency: str, look: Look) -> str:
    """A tick's amount: whole units, cents only where the tick isn't whole."""
    money = Money.of(f"{value:.2f}", currency)
    return look.formats.whole(money) if abs(value - round(value)) < 0.005 else look.formats.money(money)  # noqa: PLR2004 - half a cent


def day_axis(area: Axes, first: date, last: date, look: Look) -> None:
    """Days along the x axis (as ordinals), labelled at even steps or month starts."""
    area.set_xlim(first.toordinal() - 0.5, max(last.toordinal(), first.toordinal() + 1) + 0.5)
    most = max(2, int(look.width / (look.font * 8)))
    ticks = _tick_days(first, last, most)
    area.set_xticks([day.toordinal() for day in ticks], [look.formats.short_day(day) for day in ticks])


def _tick_days(first: date, last: date, most: int) -> list[date]:
    span = (last - first).days
    if span <= 45:  # noqa: PLR2004 - below that, month starts are one or none
        step = next((days for days in (1, 2, 7, 14) if span / days < most), 28)
        return [date.fromordinal(day) for day in range(first.toordinal() + step // 2, last.toordinal() + 1, step)]
    starts = [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]
    starts = [day for day in starts if day.day == 1]
    every = next((step for step in (1, 2, 3, 6) if len(starts) / step <= most), 12)
    return [day for day in starts if (day.month - 1) % every == 0][:: max(1, len(starts) // every // most)]


def spread(positions: list[float], gap: float, top: float = math.inf) -> list[float]:
    """`positions` moved apart so that each stands at least `gap` from the next, in their order, and none above `top`."""
    order = sorted(range(len(positions)), key=positions.__getitem__)
    moved = list(positions)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    for place in reversed(order):
        moved[place] = min(moved[place], top)
        top = moved[place] - gap
    return moved
