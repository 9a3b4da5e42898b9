"""Values out of decoded JSON whose shape can't be trusted: each is what was asked for, or None."""

from decimal import Decimal, InvalidOperation
from typing import Any

from spiders.extract.html import clean
from tracker.domain.money import Money


def dig(data: Any, *path: str | int) -> Any:
    """`data[path[0]][path[1]]…`; None where any step is missing or of another kind."""
    for step in path:
        if isinstance(step, str):
            if not isinstance(data, dict):
                return None
            data = data.get(step)
        elif isinstance(data, list) and -len(data) <= step < len(data):
            data = data[step]
        else:
            return None
    return data


def dicts(data: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects of the list at `path`; empty where there is none."""
    found = dig(data, *path)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def words(value: Any) -> str:
    """A JSON string or number as cleaned text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean(str(value))


def whole(value: Any) -> int | None:
    """A JSON integer, or text of one; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 20:  # noqa: PLR2004 - far beyond any count
        return int(value)
    return None


def money(amount: Any, currency: Any) -> Money | None:
    """Major units ("1299.00", 96, 4.5) as Money; None for no plain number, a negative one, or no ISO currency."""
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        return None
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isalpha():  # noqa: PLR2004 - ISO 4217
        return None
    try:
        found = Money.of(Decimal(str(amount).strip()), currency.upper())
    except (ValueError, InvalidOperation):
        return None
    return found if found.minor >= 0 else None


def cents(amount: Any, currency: str) -> Money | None:
    """Minor units (7500) as Money; None for no integer or a negative one."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= 10**15:
        return None
    return Money(amount, currency)


def coordinates(place: Any, latitude: str, longitude: str) -> str:
    """Where a thing is, as "45.76,4.84" from two numbers of `place`; "" where one is missing."""
    north, east = words(dig(place, latitude)), words(dig(place, longitude))
    return f"{north},{east}" if north and east else ""
