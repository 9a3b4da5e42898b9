"""config/marketplaces/*.toml: which sources are searched, for what, and how slowly."""

import ipaddress
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tracker.domain.errors import ConfigError, Problem
from tracker.settings import Country, layered_names, problems_of, read_layered

# Slower than a person clicks: nobody's site is hurt by accident, whatever a config says.
FLOOR_S = 2.0


class SourceConfig(BaseModel):
    """One marketplace: what to search and how. Seconds; `max_pages` of one search, `max_requests` of one crawl.

    `options` are the marketplace's own keys, handed to its spider as they are.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = False
    base_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    searches: tuple[str, ...] = ()
    ways: tuple[Literal["api", "html", "rss", "browser"], ...] = ()
    country: Country | None = None
    seconds_between_requests: float = Field(default=5.0, ge=0, le=3600)
    max_pages: int = Field(default=3, ge=1, le=50)
    max_requests: int = Field(default=200, ge=1, le=2000)
    daily_calls: int | None = Field(default=None, ge=1)
    every_h: float | None = Field(
        default=None, ge=1
    )  # between two looks by `schedule`; None: the settings' crawl_every_h
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def is_on_this_machine(self) -> bool:
        """Whether the config names this machine as the site: only then may a crawl reach it."""
        return _is_loopback(self.base_url)

    @model_validator(mode="after")
    def _polite(self) -> "SourceConfig":
        if self.seconds_between_requests < FLOOR_S and not _is_loopback(self.base_url):
            raise ValueError(
                f"seconds_between_requests must be at least {FLOOR_S:g} for a site that is not this machine"
            )
        return self


def load_sources(layers: tuple[Path, ...]) -> dict[str, SourceConfig]:
    """Every marketplace's config by name, the user's laid over ours. Raises ConfigError with all problems."""
    found: dict[str, SourceConfig] = {}
    problems: list[Problem] = []
    for name in layered_names("marketplaces", layers):
        file = f"marketplaces/{name}.toml"
        try:
            found[name] = SourceConfig.model_validate(read_layered(file, layers))
        except ValidationError as error:
            problems += problems_of(error, SourceConfig, file, layers)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
