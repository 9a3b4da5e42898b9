"""Exchange rates: the European Central Bank's reference rates, shipped with their day or read from its feed."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from tracker.domain.errors import ConfigError, Problem, RigscoutError
from tracker.domain.money import Rates
from tracker.settings import read_layered

# A feed since 1999 is about 8 MB of XML; more than this is none.
_LARGEST_FEED = 64 * 2**20


class BadFeedError(RigscoutError):
    """A file that should hold the ECB's reference rates holds none."""


def load_rates(layers: tuple[Path, ...]) -> Rates:
    """The rates of config/fx.toml of all layers, the user's laid over. Raises ConfigError."""
    content = read_layered("fx.toml", layers)
    file = next((layer / "fx.toml" for layer in reversed(layers) if (layer / "fx.toml").is_file()), Path("fx.toml"))
    day = content.get("day")
    problems = (
        []
        if isinstance(day, date) and not isinstance(day, datetime)
        else [Problem(file, "day", "is no date", "write day = 2026-10-30")]
    )
    rates = {}
    for currency, value in _table(content.get("per_eur")).items():
        rate = _positive(value)
        if rate is None or not _is_currency(currency):
            problems.append(Problem(file, f"per_eur.{currency}", f"{value!r} is no rate", 'write USD = "1.1172"'))
        else:
            rates[currency] = rate
    if problems or not isinstance(day, date):
        raise ConfigError(problems)
    return Rates(day, rates)


def parse_ecb(xml: bytes) -> tuple[Rates, ...]:
    """The days of an ECB feed (eurofxref-daily.xml, -hist-90d.xml or -hist.xml), newest first.

    A rate that is no number is left out. Raises BadFeedError where the file holds no day at all.
    """
    if len(xml) > _LARGEST_FEED:
        raise BadFeedError("the rates file is too large", mend="give the ECB's eurofxref XML")
    days = tuple(_days(xml))
    if not days:
        raise BadFeedError(
            "no reference rates in this file", mend="give the ECB's eurofxref-daily.xml or -hist-90d.xml"
        )
    return tuple(sorted(days, key=lambda rates: rates.day, reverse=True))


def rates_on(days: Iterable[Rates], day: date) -> Rates | None:
    """The rates that held on `day`: its own, else the last before it (weekends and holidays have none)."""
    return max((rates for rates in days if rates.day <= day), key=lambda rates: rates.day, default=None)


def _days(xml: bytes) -> Iterable[Rates]:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFeedError(f"the rates file is no XML: {error}", mend="download it again") from error
    for cube in root.iter("{*}Cube"):
        day = _date(cube.get("time"))
        if day is None:
            continue
        per_eur = {child.get("currency", ""): _positive(child.get("rate")) for child in cube}
        known = {code: rate for code, rate in per_eur.items() if rate is not None and _is_currency(code)}
        if known:
            yield Rates(day, known)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()  # noqa: PLR2004 - ISO 4217


def _positive(value: object) -> Decimal | None:
    """`value` as a rate above zero, else None."""
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and rate > 0 else None
