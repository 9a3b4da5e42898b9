"""config/watches.toml → Watches: what the user waits for; every error with its file, line, key and mend."""

import re
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tracker.catalog import find_part
from tracker.domain.errors import ConfigError, Problem, UsageError
from tracker.domain.money import Money
from tracker.domain.part import Catalog
from tracker.domain.watch import Watch
from tracker.settings import located, problems_of, read_layered

_FILE = "watches.toml"
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
_AMOUNT = re.compile(r"(?P<before>[€£$]|[A-Z]{3})?\s*(?P<amount>\d{1,9}(?:[.,]\d{1,2})?)\s*(?P<after>[€£$]|[A-Z]{3})?")
_Condition = Literal["new", "open_box", "refurbished", "used", "unknown"]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class _WatchTable(BaseModel):
    """One table of watches.toml; what each key means stands in that file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    part: str = ""
    target: str = ""
    condition: Annotated[frozenset[_Condition], BeforeValidator(_as_list)] = frozenset()
    at_most: str | int | float | None = None
    below_weeks: Decimal | None = Field(default=None, gt=0, le=1000)

    @model_validator(mode="after")
    def _makes_sense(self) -> "_WatchTable":
        if bool(self.part) == bool(self.target):
            raise ValueError("name a part or a target, and not both")
        if (self.at_most is None) == (self.below_weeks is None):
            raise ValueError("give at_most or below_weeks, and not both")
        if self.target and self.condition:
            raise ValueError("a machine has no condition; leave it out")
        return self


class _WatchFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    watch: dict[str, _WatchTable] = Field(default_factory=dict)


def load_watches(
    layers: tuple[Path, ...], *, catalog: Catalog, targets: Collection[str], currency: str
) -> tuple[Watch, ...]:
    """Every watch of all layers. `currency` is the user's, for amounts without one. Raises ConfigError with all problems."""
    try:
        tables = _WatchFile.model_validate(read_layered(_FILE, layers)).watch
    except ValidationError as error:
        raise ConfigError(problems_of(error, _WatchFile, _FILE, layers)) from error
    problems: list[Problem] = []
    watches = []
    for name, table in tables.items():
        try:
            watches.append(_watch(name, table, catalog, targets, currency))
        except UsageError as error:
            problems.append(located(_FILE, layers, f"watch.{name}", error.message, error.mend))
    if problems:
        raise ConfigError(problems)
    return tuple(watches)


def _watch(name: str, table: _WatchTable, catalog: Catalog, targets: Collection[str], currency: str) -> Watch:
    if table.target and table.target not in targets:
        raise UsageError(f"no target is called {table.target!r}", mend=f"known: {', '.join(targets)}")
    return Watch(
        name=name,
        part=_part(table.part, catalog),
        target=table.target,
        conditions=frozenset(table.condition),
        at_most=None if table.at_most is None else _money(table.at_most, currency),
        below_weeks=table.below_weeks,
    )


def _part(words: str, catalog: Catalog) -> str:
    """The part's id; memory and supplies ("ram:ddr4:32", "psu:1600") are of no catalog entry."""
    return words if not words or words.startswith(("ram:", "psu:")) else find_part(catalog, words).id


def _money(written: str | float, currency: str) -> Money:
    found = _AMOUNT.fullmatch(str(written).strip())
    named = [name for name in (found["before"], found["after"]) if name] if found else []
    if found is None or len(named) > 1:
        raise UsageError(f"at_most: {written!r} is no amount", mend='write it as "€180" or "180 EUR"')
    return Money.of(found["amount"].replace(",", "."), _SIGNS.get(named[0], named[0]) if named else currency)
