"""Parts by their series' pattern where no name is known: "i7 12700", "Ryzen 9 9950X"; the patterns stand in the catalog's words."""

import re
from collections.abc import Iterable, Sequence

from tracker.matching.lexicon import Reading, Span
from tracker.matching.names import Names, Near, is_capacity, is_near
from tracker.matching.tokens import NAME_GAPS
from tracker.matching.words import OpenRule


class SeriesPatterns:
    """The open rules, compiled; a pattern is tried only where its head stands among the words."""

    def __init__(self, names: Names, rules: Sequence[OpenRule]) -> None:
        self._rules: dict[str, list[tuple[OpenRule, Near | None]]] = {}
        for rule in rules:
            near = names.near(rule.near) if rule.near else None
            compiled = OpenRule(rule.head, re.compile(f"(?<= ){rule.pattern.pattern}"), rule.id, rule.near)
            self._rules.setdefault(rule.head, []).append((compiled, near))
        self._heads = frozenset(self._rules)
        # One look for all patterns of a head: "x" opens thirty, and most are the "x" of "2 x 8".
        self._gates = {
            head: re.compile(
                " (?:" + "|".join(_ungrouped(rule.pattern.pattern) for rule in rules if rule.head == head) + ")"
            )
            for head in self._rules
        }

    def scan(self, reading: Reading, known: Iterable[Span]) -> list[tuple[str, int, int]]:
        """The parts that patterns tell, with first and last token; what stands at `known` is left alone."""
        if self._heads.isdisjoint(reading.words):
            return []
        taken = {index for first, last in known for index in range(first, last)}
        heads = self._heads & {word for index, word in enumerate(reading.tokens.words) if index not in taken}
        found: list[tuple[str, int, int]] = []
        for head in sorted(heads):  # the same answer each time, whatever the order of a set
            if not self._gates[head].search(reading.spaced):
                continue
            for rule, near in self._rules[head]:
                if near is not None and not is_near(near, reading.lists, reading.words, reading.spaced):
                    continue
                for match in rule.pattern.finditer(reading.spaced):
                    first = reading.spaced.count(" ", 0, match.start()) - 1
                    span = range(first, first + len(match[0].split()))
                    if taken.isdisjoint(span) and _is_whole(reading, span):
                        found.append((_id_of(match, rule.id), span.start, span.stop))
                        taken.update(span)
        return found


def _is_whole(reading: Reading, span: range) -> bool:
    """Whether a match is a name that stands for itself: not torn by commas, glued to a word before, or a capacity."""
    gaps = reading.tokens.gaps
    is_torn = any(gap not in NAME_GAPS for gap in gaps[span.start + 1 : span.stop])
    is_glued = gaps[span.start] == "" and span.start > 0
    return not (is_torn or is_glued or is_capacity(reading.tokens, span.stop))


def _ungrouped(pattern: str) -> str:
    """A pattern whose groups catch nothing, so that many can stand side by side."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


def _id_of(match: re.Match[str], template: str) -> str:
    filled = re.sub(r"\\(\d)", lambda group: (match[int(group[1])] or "").replace(" ", ""), template)
    return re.sub(r"-+", "-", filled).rstrip("-")
