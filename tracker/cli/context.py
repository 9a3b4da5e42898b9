"""What every command is handed: settings, folders, the database and the two consoles, each made when first asked for."""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.domain.part import Catalog
    from tracker.domain.ports import Matcher
    from tracker.settings import Settings
    from tracker.storage.engine import Database


class AppContext:
    """Lazy access to the parts of one invocation; `user_config` is the value of --config."""

    def __init__(self, user_config: Path | None = None) -> None:
        self._user_config = user_config

    @cached_property
    def layers(self) -> tuple[Path, ...]:
        """The config folders, the shipped one first. Raises ConfigError for a folder that was named but is none."""
        from tracker.settings import config_layers

        return config_layers(self._user_config)

    @cached_property
    def settings(self) -> "Settings":
        """The settings of all layers. Raises ConfigError."""
        from tracker.settings import load_settings

        return load_settings(self.layers)

    @cached_property
    def data(self) -> Path:
        """The data folder, made with mode 0700 where it is missing. Raises OSError where it can't be."""
        from tracker.settings import data_dir

        folder = data_dir()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @cached_property
    def database(self) -> "Database":
        """The user's database, upgraded to this program's schema. Raises StorageError."""
        from tracker.settings import database_url
        from tracker.storage.engine import open_database

        return open_database(database_url(self.data))

    @cached_property
    def catalog(self) -> "Catalog":
        """All known parts. Raises ConfigError."""
        from tracker.catalog import load_catalog

        return load_catalog(self.layers)

    @cached_property
    def matcher(self) -> "Matcher":
        """The matcher over the catalog. Raises ConfigError."""
        from tracker.matching.matcher import build_matcher

        return build_matcher(self.catalog, self.layers)

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
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)
