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
        node = self._root
        for word in words:
            node = node.get(word)
            if node is None:
                return None
        value: Value | None = node.get(_END)
        return value

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
        """(first token, one past the last, value) of the longest phrases that `fits`, left to right, none inside another."""
        words, gaps, get, joining = tokens.words, tokens.gaps, self._root.get, self._gaps
        count, taken = len(words), 0
        hits: list[tuple[int, int, Value]] = []
        for first, word in enumerate(words):
            node = get(word)
            if node is None or first < taken:
                continue
            last = first + 1
            found: tuple[int, int, Value] | None = None
            while True:
                value = node.get(_END)
                if value is not None and fits(tokens, first, last, value):
                    found = (first, last, value)
                if last >= count or gaps[last] not in joining:
                    break
                node = node.get(words[last])
                if node is None:
                    break
                last += 1
            if found is not None:
                hits.append(found)
                taken = found[1]
        return hits


def phrase_words(phrase: str) -> list[str]:
    """The tokens of a phrase as it stands in a table."""
    return tokenise(normalise(phrase)).words
