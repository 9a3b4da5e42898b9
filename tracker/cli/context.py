"""What every command is handed: the workspace, and the two consoles."""

import os
from functools import cached_property
from typing import TYPE_CHECKING

from tracker.workspace import Workspace

if TYPE_CHECKING:
    from rich.console import Console


class AppContext(Workspace):
    """The workspace of one invocation, with stdout for data and stderr for all else."""

    @cached_property
    def out(self) -> "Console":
        """The console for data (stdout): wide and plain in a pipe."""
        return _console(stderr=False)

    @cached_property
    def err(self) -> "Console":
        """The console for all else (stderr)."""
        return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    probe = Console(stderr=stderr)
    # In a pipe rich would fold tables at 80 columns; scripts want whole lines.
    width = None if probe.is_terminal or os.environ.get("COLUMNS") else 160
    return Console(stderr=stderr, width=width, highlight=False)
