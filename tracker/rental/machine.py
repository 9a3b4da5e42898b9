"""A build as `rigscout builds --json` wrote it → the Machine that is held against the cloud."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracker.domain.build import Build
from tracker.domain.errors import UsageError
from tracker.domain.money import Money
from tracker.rental.compare import Machine

_MEND = "give a file that `rigscout builds --json` wrote"


def machine_of(build: Build) -> Machine:
    """What of a solved build decides. Raises UsageError where its draw is unknown."""
    if build.peak_watts is None:
        raise UsageError(f"the draw of {build.target} is unknown", mend="give --cost and --watts in place of --build")
    return Machine(build.total, build.peak_watts, build.cards, build.vram_gb)


def read_machine(name: str) -> Machine:
    """The first build in a file. Raises UsageError where the file can't be read or holds none."""
    try:
        text = Path(name).read_text(encoding="utf-8").strip()
        record = json.loads(text.splitlines()[0] if text else "null")
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"{name} can't be read as a build: {error}", mend=_MEND) from error
    builds = record.get("builds") if isinstance(record, Mapping) else None
    build = record if builds is None else builds[0] if isinstance(builds, list) and builds else None
    if not isinstance(build, Mapping):
        raise UsageError(f"{name} holds no build", mend=_MEND)
    return _machine(name, build)


def _machine(name: str, build: Mapping[str, Any]) -> Machine:
    try:
        return Machine(
            total=Money.from_record(build["total"]),
            watts=int(build["peak_watts"]),
            cards={str(part): int(count) for part, count in build["cards"].items()},
            vram_gb=float(build["vram_gb"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{name} lacks total, peak_watts, cards or vram_gb: {error}", mend=_MEND) from error
