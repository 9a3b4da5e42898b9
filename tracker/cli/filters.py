"""What history, deals and export are narrowed to, in the same words: part, since, country, condition, marketplace."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import click

from tracker.cli.context import AppContext

_SINCE = "A day (2026-08-01), or 30d, 12w, 1y back; all for all."
_OPTIONS = (
    click.option("--part", help='Only of this part: an id, or loosely "p40".'),
    click.option("--since", help=_SINCE),
)
PLACES = (
    click.option("--country", help="Only offers from there, as two letters."),
    click.option("--condition", type=click.Choice(["new", "open_box", "refurbished", "used", "unknown"])),
    click.option("--marketplace", help="Only offers of one marketplace."),
)


def places(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options country, condition and marketplace."""
    for option in reversed(PLACES):
        command = option(command)
    return command


def narrowed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Those and part and since."""
    command = places(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked(app: AppContext, given: dict[str, str | None]) -> dict[str, Any]:
    """The filters that were given, ready to compare: part ids, days, upper-case countries. Raises UsageError."""
    found: dict[str, Any] = {name: value for name, value in given.items() if value}
    if "part" in found:
        found["part"], _ = part_of(app, found["part"])
    if "country" in found:
        found["country"] = found["country"].upper()
    if "since" in found:
        found["since"] = first_day(found["since"], app.now.date())
    return {name: value for name, value in found.items() if value is not None}


def part_of(app: AppContext, words: str) -> tuple[str, str]:
    """The id and name of the part meant; an id of no catalog entry ("ram:ddr4:32") is spelt out. Raises UsageError."""
    from reports.names import part_name
    from tracker.catalog import find_part
    from tracker.domain.errors import UsageError

    try:
        part = find_part(app.catalog, words)
    except UsageError:
        if re.fullmatch(r"(ram|psu|board|gpu|cpu|system):[a-z0-9:.\-]+", words):
            return words, part_name(words)
        raise
    return part.id, part.name


def model_of(app: AppContext, words: str) -> tuple[str, str, str | None]:
    """The id and name of the part meant, and the board's model where the words name one. Raises UsageError."""
    from tracker.domain.match import MatchedPart, price_line

    number, name = part_of(app, words)
    known = app.catalog.models.get(number.removeprefix("model:"))
    if known is None or known.variant_of is None:
        return number, name, None
    part, _, model = price_line(MatchedPart(known.variant_of, model=number.removeprefix("model:")), {}).partition("/")
    return part, name, model or None


def first_day(text: str, today: date) -> date | None:
    """The day that --since means; None for all. Raises UsageError."""
    from tracker.domain.errors import UsageError

    if text == "all":
        return None
    back = re.fullmatch(r"(\d{1,4})([dwmy])", text)
    if back:
        return today - timedelta(days=int(back[1]) * {"d": 1, "w": 7, "m": 30, "y": 365}[back[2]])
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since {text!r} is no day", mend="write 2026-08-01, 30d, 12w, 1y or all") from None
