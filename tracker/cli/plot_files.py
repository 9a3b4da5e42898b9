"""A picture that a command is asked to draw into a file."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.chart_style import Look


def look_for(file: Path, *, demo: bool, height: int = 280) -> "Look":
    """How to draw into `file`: PNG or SVG, as its name ends. Raises UsageError for any other name."""
    from reports.chart_style import Look
    from tracker.domain.errors import UsageError

    if file.suffix.lower() not in (".png", ".svg"):
        raise UsageError(f"{file}: a plot is a .png or an .svg", mend="name the file so")
    return Look(fmt="svg" if file.suffix.lower() == ".svg" else "png", demo=demo, height=height)
