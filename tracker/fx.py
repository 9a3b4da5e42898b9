"""Exchange rates: the European Central Bank's reference rates, shipped with their day or read from its feed."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.domain.errors import ConfigError, RigscoutError
from tracker.domain.money import Rates
from tracker.settings import problems_of, read_layered

_FILE = "fx.toml"
_Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
_Rate = Annotated[Decimal, Field(gt=0)]
# A feed since 1999 is about 8 MB of XML; more than this is none.
LARGEST_FEED = 64 * 2**20


class BadFeedError(RigscoutError):
    """A file that should hold the ECB's reference rates holds none."""


class _RatesFile(BaseModel):
    """config/fx.toml: units of each currency for one euro, on a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    per_eur: dict[_Currency, _Rate]


def load_rates(layers: tuple[Path, ...], data: Path | None = None) -> Rates:
    """The last known rates: config/fx.toml, over it what was fetched into `data` where that is newer, over it the user's.

    Raises ConfigError.
    """
    content = _read(layers)
    if data is not None and (data / _FILE).is_file():
        fetched = _read((data,))
        content = _read((layers[0], data, *layers[1:])) if fetched.day > _read(layers[:1]).day else content
    return Rates(content.day, content.per_eur)


def keep_rates(rates: Rates, data: Path) -> Path:
    """Write what was fetched into `data`, replaced in one step; a file of the same shape as config/fx.toml."""
    file = data / _FILE
    lines = [
        f"day = {rates.day}",
        "[per_eur]",
        *(f'{code} = "{rate:f}"' for code, rate in sorted(rates.per_eur.items())),
    ]
    draft = file.with_suffix(".tmp")
    draft.write_text(
        "# The European Central Bank's reference rates, as last fetched.\n" + "\n".join(lines) + "\n", "utf-8"
    )
    draft.replace(file)
    return file


def _read(layers: tuple[Path, ...]) -> _RatesFile:
    try:
        return _RatesFile.model_validate(read_layered(_FILE, layers))
    except ValidationError as error:
        raise ConfigError(problems_of(error, _RatesFile, _FILE, layers)) from error


def parse_ecb(xml: bytes) -> tuple[Rates, ...]:
    """The days of an ECB feed (eurofxref-daily.xml, -hist-90d.xml or -hist.xml), newest first.

    A rate that is no number is left out. Raises BadFeedError where the file holds no day at all.
    """
    if len(xml) > LARGEST_FEED:
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
