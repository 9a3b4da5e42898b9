"""Phrases to values, by tokens: one pass over a title finds the longest phrase that starts at each token."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from tracker.matching.normalise import normalise
from tracker.matching.tokens import Tokens, tokenise

Value = TypeVar("Value")
_END = ""  # no token is empty, so this key is free for the value


class Trie(Generic[Value]):
    """A tree of token → node, with a value where a phrase ends. How many phrases it holds makes no difference to a scan."""

    def __init__(self, gaps: frozenset[str]) -> None:
        self._root: dict[str, Any] = {}
        self._gaps = gaps  # what may stand between two tokens of a phrase

    def get(self, words: list[str]) -> Value | None:
        """The value at exactly these tokens."""
        node: dict[str, Any] | None = self._root
        for word in words:
            node = node.get(word) if node is not None else None
        return None if node is None else node.get(_END)

    def put(self, words: list[str], value: Value) -> None:
        """Set the value at these tokens."""
        node = self._root
        for word in words:
            node = node.setdefault(word, {})
        node[_END] = value

    def heads(self) -> frozenset[str]:
        """The tokens that a phrase may start with."""
        return frozenset(self._root)

    def scan(self, tokens: Tokens, fits: Callable[[Tokens, int, int, Value], bool]) -> list[tuple[int, int, Value]]:
        """(first token, one past the last, value) of the phrases that `fits`, left to right, none inside another.

        Of two that overlap, the one that reaches farther wins: "RTX 6000 Ada" over "Nvidia RTX 6000".
        """
        root, words = self._root, tokens.words
        hits: list[tuple[int, int, Value]] = []
        taken = 0
        for first in [index for index, word in enumerate(words) if word in root]:
            node = root[words[first]]
            if first < taken or (_END not in node and (first + 1 == len(words) or words[first + 1] not in node)):
                continue
            found = self._longest(tokens, first, fits)
            if found is None:
                continue
            for later in range(first + 1, found[1]):
                if words[later] not in root:
                    continue
                other = self._longest(tokens, later, fits)
                if other is not None and other[1] > found[1]:
                    found = other
                    break
            hits.append(found)
            taken = found[1]
        return hits

    def _longest(
        self, tokens: Tokens, first: int, fits: Callable[[Tokens, int, int, Value], bool]
    ) -> tuple[int, int, Value] | None:
        """The longest phrase that starts at token `first`."""
        words, gaps, joining = tokens.words, tokens.gaps, self._gaps
        node = self._root.get(words[first])
        last, count = first, len(words)
        found: tuple[int, int, Value] | None = None
        while node is not None:
            last += 1
            value = node.get(_END)
            if value is not None and fits(tokens, first, last, value):
                found = (first, last, value)
            if last >= count or gaps[last] not in joining:
                break
            node = node.get(words[last])
        return found


def phrase_words(phrase: str) -> list[str]:
    """The tokens of a phrase as it stands in a table."""
    return tokenise(normalise(phrase)).words
