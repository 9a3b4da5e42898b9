"""Offers as JSON lines: the input of `rigscout builds --offers`, each line checked, each error with its line number."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from tracker.domain.build import Offer
from tracker.domain.errors import RigscoutError
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.part import Catalog, Category

_NUMBERS = frozenset({"modules", "eps", "eps8", "pcie8", "pcie6", "watts"})
_FLAGS = frozenset({"registered", "cooler", "blower", "passive", "above_4g", "has_plx", "has_video", "barebone",
                    "is_server", "needs_breakout"})  # fmt: skip
_TEXTS = ("seller", "country", "url", "title", "marketplace", "condition")
_EXAMPLE = '{"offer": "1", "parts": [{"part": "gpu:tesla-k80"}], "landed": {"amount": "96.00", "currency": "EUR"}}'
_MOST_ERRORS = 20
_MOST_UNITS = 10_000  # a lot of more, or more lots, is a slip of the keyboard


class BadOffersError(RigscoutError):
    """Lines of an offers file that are no offers."""


class NoOfferError(ValueError):
    """A record that is no offer; the message says why."""


def read_offers(lines: Iterable[str], name: str = "offers") -> list[Offer]:
    """One offer a line, blank lines left out. Raises BadOffersError that names the wrong lines (the first twenty)."""
    return list(read_by_line(lines, name).values())


def read_by_line(lines: Iterable[str], name: str = "offers") -> dict[int, Offer]:
    """The same by the number of its line."""
    offers: dict[int, Offer] = {}
    seen: dict[str, int] = {}
    errors: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            offer = read_offer(json.loads(line))
        except (ValueError, RecursionError) as error:
            errors.append(f"{name}:{number}: {_words(error)}")
        else:
            offers[number] = offer
            if (first := seen.setdefault(offer.id, number)) != number:
                errors.append(f"{name}:{number}: offer {offer.id!r} stands in line {first} already")
        if len(errors) == _MOST_ERRORS:
            break
    if errors:
        raise BadOffersError("\n".join(errors), mend=f"one JSON object a line, such as {_EXAMPLE}")
    return offers


def unknown_parts(offers: Mapping[int, Offer], catalog: Catalog) -> dict[str, str]:
    """Part ids that the catalog does not know, each with the first line that names it, and what may be meant.

    The solver knows no fact of them.
    """
    found: dict[str, str] = {}
    for line, offer in offers.items():
        for part in offer.parts:
            if part.part not in found and not _is_known(part.part, catalog):
                near = get_close_matches(part.part, catalog.parts, n=2)
                mend = f"do you mean {' or '.join(near)}?" if near else "add it to the catalog, or correct it"
                found[part.part] = f"{line}: offer {offer.id!r}: {part.part} is not in the catalog ({mend})"
    return found


def _is_known(part: str, catalog: Catalog) -> bool:
    category, _, name = part.partition(":")
    if part in catalog.parts:
        return True
    if category == Category.RAM:
        return re.fullmatch(r"(sodimm-)?(ddr[1-5]|unknown):([0-9]+|unknown)", name) is not None
    return category == Category.PSU and (name.isdecimal() or name == "unknown")


def _words(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg} at column {error.colno}"
    return str(error) if not isinstance(error, RecursionError) else "nested too deeply"


def read_offer(record: Any) -> Offer:
    """One offer from its JSON form. Raises NoOfferError or ValueError that say what is wrong with it."""
    if not isinstance(record, dict):
        raise NoOfferError("no JSON object")
    shipping = record.get("shipping")
    texts = {key: record[key] for key in _TEXTS if record.get(key) is not None}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise NoOfferError(f"{key}: {value!r} is no text")
    if shipping is not None and not isinstance(shipping, dict):
        raise NoOfferError(f"shipping: {shipping!r} is no amount")
    facts = record.get("facts")
    return Offer(
        id=_text(record, "offer"),
        parts=_parts(record.get("parts")),
        landed=_money(record.get("landed"), "landed"),
        available=_count(record.get("available", 1), "available", least=0),
        facts=_facts(facts) if facts else {},
        shipping=_money(shipping, "shipping") if shipping is not None else None,
        shipping_shared=shipping is not None and shipping.get("shared") is True,
        **texts,
    )


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value:
        raise NoOfferError(f"{key}: {'is missing' if value is None else f'{value!r} is no text'}")
    return value


def _count(value: Any, key: str, least: int = 1) -> int:
    if type(value) is not int or not least <= value <= _MOST_UNITS:
        raise NoOfferError(f"{key}: {value!r} is no whole number from {least} to {_MOST_UNITS}")
    return value


def _parts(value: Any) -> tuple[MatchedPart, ...]:
    if not isinstance(value, list) or not value:
        raise NoOfferError('parts: a list such as [{"part": "gpu:tesla-k80", "qty": 1}] is missing')
    return tuple(_part(each) for each in value)


def _part(value: Any) -> MatchedPart:
    if not isinstance(value, dict) or not isinstance(value.get("part"), str) or ":" not in value["part"]:
        raise NoOfferError(f"parts: {value!r} names no part such as gpu:tesla-k80")
    model = value.get("model")
    if model is not None and not isinstance(model, str):
        raise NoOfferError(f"model: {model!r} is no text")
    return MatchedPart(value["part"], _count(value.get("qty", 1), "qty"), model)


def _money(value: Any, key: str) -> Money:
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("currency"), str)
        or len(value["currency"]) != len("EUR")
    ):
        raise NoOfferError(f'{key}: an amount such as {{"amount": "96.00", "currency": "EUR"}} is missing')
    amount = value.get("amount")
    if not isinstance(amount, str | int) or isinstance(amount, bool):
        raise NoOfferError(f'{key}: {amount!r} is no decimal text such as "96.00"')
    money = Money.of(amount, value["currency"])
    if money.minor < 0:
        raise NoOfferError(f"{key}: {amount} is below zero")
    return money


def _facts(value: Any) -> dict[str, int | bool | str]:
    """The stated facts; null is as good as absent, and what no rule reads is kept as it is."""
    if not isinstance(value, dict):
        raise NoOfferError(f"facts: {value!r} is no JSON object")
    known = {key: each for key, each in value.items() if each is not None}
    for key, each in known.items():
        if key in _NUMBERS:
            _count(each, f"facts.{key}", least=0)
        elif key in _FLAGS and not isinstance(each, bool):
            raise NoOfferError(f"facts.{key}: {each!r} is neither true nor false")
        elif not isinstance(each, int | str):
            raise NoOfferError(f"facts.{key}: {each!r} is no number, text, true or false")
    return known
