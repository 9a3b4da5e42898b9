"""The priced lines of a swap post's text: what a title only calls "CPUs, motherboards" stands there, one thing a line."""

import re

from tracker.matching.kind import components
from tracker.matching.lexicon import Reading
from tracker.matching.mentions import Mention

_PRICED = re.compile(r"[$\u20ac\u00a3]\s?\*{0,2}\d|\d\s?[$\u20ac\u00a3]|\b\d+ ?(?:usd|cad|eur|gbp|shipped|obo)\b")
_LABELLED = re.compile(
    r"\s*[*-]*\s*(?:cpu|gpu|mobo|motherboard|psu|ram|memory|processor|video card|graphics card)s?\s*:"
)
_NOT_SOLD = re.compile(r"~~|\bsold\b|looking for|interested in|\bwant|trade for|willing to trade|upgrad|budget")
_LONGEST_LINE = 240
_MOST_LINES = 40
_MOST_OF_ONE = 20
_ALL = frozenset({"gpu", "cpu", "board", "ram", "psu"})


def priced_lines(description: str) -> list[str]:
    """The lines of a (normalised) description that name a thing with its price, or with its kind before a colon."""
    lines = [line for line in description.split("\n") if 0 < len(line) <= _LONGEST_LINE]
    selling = [line for line in lines if (_PRICED.search(line) or _LABELLED.match(line)) and not _NOT_SOLD.search(line)]
    return selling[:_MOST_LINES]


def missing_categories(title: Reading, mentions: list[Mention]) -> frozenset[str]:
    """The kinds of component that a title speaks of without naming a model; all of them where it says "various"."""
    named = {mention.category for mention in mentions}
    if title.has("vague"):
        return _ALL - named
    spoken = set(components(title)) - named
    return _ALL - named if len(spoken) > 1 else frozenset()


def count_in(text: str, words: list[str]) -> int | None:
    """How many of the thing called `words` a (normalised) text says: "2 - i5 2500S - $40"; None where it says nothing."""
    name = "[ -]?".join(map(re.escape, words))
    match = re.search(rf"(?<![\w$\u20ac\u00a3.,/-])(\d{{1,2}}) ?[x-] ?{name}(?![a-z\d])", text)
    return int(match[1]) if match and 1 < int(match[1]) <= _MOST_OF_ONE else None
