"""Condition: broken, and what is worth telling (untested, modified, mined on), from title, description and state."""

from tracker.domain.listing import Condition
from tracker.matching.lexicon import Reading

_FLAGS = frozenset({"untested", "mined", "modified", "repaired", "incomplete"})
_SHORT_DESCRIPTION = 45
_LONE_PARTS = frozenset({"parts", "bad", "mag", "deler", "piezas", "stuk", "grille", "tap"})
_CLOSING = frozenset({"mort", "rota", "roto", "tot"})  # a town, a Dutch "until": broken only where they end the title


def is_broken(title: Reading, description: Reading | None, condition: Condition) -> tuple[bool, str]:
    """Whether the thing is declared broken, and the words that say so."""
    if condition is Condition.FOR_PARTS:
        return True, "condition: for parts"
    for first, last in title.spans("defect"):
        if not _is_negated(title, first, last) and _counts(title, first, last):
            return True, " ".join(title.tokens.words[first:last])
    if description is None:
        return False, ""
    is_short = len(description.tokens) <= _SHORT_DESCRIPTION
    for first, last in description.spans("defect"):
        if (
            (is_short or last - first > 1)
            and not _is_negated(description, first, last)
            and _counts(description, first, last)
        ):
            return True, " ".join(description.tokens.words[first:last])
    return False, ""


def _is_negated(reading: Reading, first: int, last: int) -> bool:
    """As in "no visible damage"; words of several are negated right before them only, and "no OVP broken" lacks but the OVP."""
    if any(end == first for _, end in reading.spans("without")):
        return True
    is_adjective = last - first == 1 and reading.tokens.gap(first) == " " and not reading.is_listed(first - 1)
    return is_adjective and any(end == first - 1 for _, end in reading.spans("without"))


def _counts(reading: Reading, first: int, last: int) -> bool:
    """A lone "parts" says broken only where it is set apart ("⚠️PARTS⚠️"), "bad" only where it opens the title."""
    word = reading.tokens.words[first]
    if last - first > 1:
        return True
    if word == "parts":
        around = reading.tokens.gap(first).strip() + reading.tokens.gap(last).strip()
        return bool(around.strip("-.,()/&[]|:!?'\"")) or (first == 0 and len(reading.tokens) <= 12)  # noqa: PLR2004
    if word == "bad":
        return first == 0
    if word in _CLOSING:
        return last == len(reading.tokens)
    return word not in _LONE_PARTS


def flags(title: Reading, description: Reading | None) -> list[str]:
    """Conditions worth telling, from title and description."""
    said = _FLAGS.intersection(title.lists)
    if description is not None:
        said |= _FLAGS.intersection(description.lists)
    return sorted(said)
