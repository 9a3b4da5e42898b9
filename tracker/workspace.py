"""One installation at work: its settings, folders, catalog, matcher and database, each made when first asked for."""

from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.domain.part import Catalog
    from tracker.domain.ports import Matcher
    from tracker.settings import Settings
    from tracker.storage.engine import Database


class Workspace:
    """What a job works with. `user_config` is --config; `data` overrides RIGSCOUT_DATA; `now` is the one clock."""

    def __init__(self, user_config: Path | None = None, data: Path | None = None, *, is_demo: bool = False) -> None:
        self.user_config = user_config
        self._data = data
        self.is_demo = is_demo

    @property
    def now(self) -> datetime:
        """The present, aware UTC."""
        return datetime.now(UTC)

    @cached_property
    def layers(self) -> tuple[Path, ...]:
        """The config folders, the shipped one first. Raises ConfigError for a folder that was named but is none."""
        from tracker.settings import config_layers

        return config_layers(self.user_config)

    @cached_property
    def settings(self) -> "Settings":
        """The settings of all layers. Raises ConfigError."""
        from tracker.settings import load_settings

        return load_settings(self.layers)

    @cached_property
    def data(self) -> Path:
        """The data folder, made with mode 0700 where it is missing. Raises OSError where it can't be."""
        from tracker.settings import data_dir

        folder = self._data or data_dir()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @cached_property
    def database_url(self) -> str:
        """The user's database; a demo has its own SQLite file, whatever the environment says."""
        from tracker.settings import database_url

        return database_url(self.data, {}) if self.is_demo else database_url(self.data)

    @cached_property
    def database(self) -> "Database":
        """The database, upgraded to this program's schema. Raises StorageError."""
        from tracker.storage.engine import open_database

        return open_database(self.database_url)

    def close(self) -> None:
        """Close the database where it was opened."""
        if "database" in self.__dict__:
            self.database.close()

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
