"""English sentences made elsewhere, taken apart by their shape, so that they can be said again in the reader's language."""

import re
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from reports.closed_lists import FACTS, RULE_NAMES
from reports.filters import words
from reports.shapes import SHAPES
from tracker.domain.money import Money
from tracker.domain.said import Said

_LONGEST = 1000  # what is longer is a stranger's, not ours
_HOLE = re.compile(r"%\((\w+)\)s")
_DAY, _NUMBER = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"-?\d+\.\d+")
_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
# What may stand in a place by its name: a sentence of ours, nothing but one (else it is another shape), a slug, a version.
_SENTENCES = frozenset(
    ("detail", "why", "which", "one", "many", "place", "given", "pytorch", "category", "term", "state", "rest")
)
_KNOWN = frozenset(("detail", "rest"))
OURS = frozenset(("note", "why", "workload"))  # texts within another that are ours as well
_SLUGS = frozenset(("rule", "field", "state"))
_VERBATIM = frozenset(("cuda", "driver", "pytorch", "version", "doubt", "instance", "cpu", "host", "card"))


@lru_cache(maxsize=4096)
def understood(text: str) -> str:
    """A sentence of one of the known shapes as a Said; any other text as it is."""
    if len(text) > _LONGEST:
        return text
    for pattern, message in _shapes():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        values = {name: _value(name, value) for name, value in found.groupdict().items()}
        if all(isinstance(value, Said) for name, value in values.items() if name in _KNOWN):
            return Said(message, **values)
    return text


@cache
def _shapes() -> list[tuple[re.Pattern[str], str]]:
    """Every shape as a pattern, with what a reader is told; those with more words of their own first."""
    made = {shape[0]: shape[-1] for shape in SHAPES}
    ordered = sorted(made, key=lambda shape: -len(_HOLE.sub("", shape)))
    return [(_pattern(shape), made[shape]) for shape in ordered]


def _pattern(shape: str) -> re.Pattern[str]:
    pieces = _HOLE.split(shape)
    words = [re.escape(piece.replace("%%", "%")) for piece in pieces[::2]]
    holes = [f"(?P<{name}>.+?)" for name in pieces[1::2]]
    return re.compile("".join(word + hole for word, hole in zip(words, [*holes, ""], strict=True)))


def _value(name: str, text: str) -> object:
    """A place's text as what it is: a sentence or word of ours, money, a day, a number; else as it is."""
    if name == "facts":
        return _facts(text)
    if name in _SLUGS:
        return Said(RULE_NAMES.get(text, words(text)))
    known = understood(text) if name in _SENTENCES else text
    return known if known is not text or name in _VERBATIM else _figure(text)


def _figure(text: str) -> object:
    try:
        if money := _MONEY.fullmatch(text):
            return Money.of(money[1], money[2])
        return date.fromisoformat(text) if _DAY.fullmatch(text) else Decimal(text) if _NUMBER.fullmatch(text) else text
    except ValueError:
        return text


def _facts(text: str) -> Said:
    """Facts of the catalog by their names for people, and whose they are: "x16_slots of Dell T5810, pcie8 of Dell T5810"."""
    each = [fact.partition(" of ")[::2] for fact in text.split(", ")]
    values: dict[str, object] = {f"fact{n}": Said(FACTS.get(field, words(field))) for n, (field, _) in enumerate(each)}
    message = ", ".join(f"%({name})s" for name in values) + (" (%(item)s)" if each[-1][1] else "")
    return Said(message, **values, item=each[-1][1])
