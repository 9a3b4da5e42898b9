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
        taken, count = 0, len(words)
        for first in [index for index, word in enumerate(words) if word in root]:
            if first < taken:
                continue
            node = root[words[first]]
            taken = first + 1
            if taken < count and words[taken] in node:
                found = self._farthest(tokens, first, fits)
                if found is not None:
                    hits.append(found)
                    taken = found[1]
            elif _END in node and fits(tokens, first, taken, node[_END]):  # most phrases are of one token
                hits.append((first, taken, node[_END]))
        return hits

    def _farthest(
        self, tokens: Tokens, first: int, fits: Callable[[Tokens, int, int, Value], bool]
    ) -> tuple[int, int, Value] | None:
        """The longest phrase at token `first`, or one that starts inside it and reaches farther."""
        found = self._longest(tokens, first, fits)
        if found is None:
            return None
        for later in range(first + 1, found[1]):
            if tokens.words[later] in self._root:
                other = self._longest(tokens, later, fits)
                if other is not None and other[1] > found[1]:
                    return other
        return found

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
