"""The words that the demo market's titles are made of: vocabulary/*.toml, and how a template becomes a title."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from random import Random
from typing import Any

_SLOT = re.compile(r"\{(\?)?([A-Za-z_]+)\}")
_DEEPEST = 6  # slots may hold slots; more than this is a circle

Words = Mapping[str, Sequence[str]]
Entry = dict[str, Any]


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """One vocabulary file, read once ("words", "gpus", "boards", "psus", "oddities", "places")."""
    text = resources.files("spiders.demo").joinpath(f"vocabulary/{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def fill(template: str, words: Words, rng: Random) -> str:
    """`template` with every {slot} replaced by one of its words, {?slot} half of the time by nothing."""
    for _ in range(_DEEPEST):
        filled = _SLOT.sub(lambda slot: _word(slot, words, rng), template)
        if filled == template:
            break
        template = filled
    return tidy(template)


def _word(slot: re.Match[str], words: Words, rng: Random) -> str:
    if slot[1] and rng.random() < 0.5:  # noqa: PLR2004 - half of the time
        return ""
    return rng.choice(words.get(slot[2], [slot[0]]))  # what a title itself has in braces stays


def tidy(text: str) -> str:
    """One space between words, none before a comma or at either end, no separator left hanging."""
    text = re.sub(r" +", " ", text)
    text = re.sub(r" ,", ",", text)
    return text.strip(" ,-/+")


class Voice:
    """A seller's language, and the chance that picks the words."""

    def __init__(self, rng: Random, language: str) -> None:
        self.rng = rng
        self.language = language
        self.words: Words = vocabulary("words")[language]

    def say(self, frame: str, **words: Sequence[str]) -> str:
        """A title after one of the language's templates of the name `frame`."""
        return self.fill(self.rng.choice(self.words[frame]), **words)

    def fill(self, template: str, **words: Sequence[str]) -> str:
        """`template` filled with the language's words and these."""
        return fill(template, {**self.words, **words}, self.rng)

    def pick(self, entries: Iterable[Entry]) -> Entry:
        """One of the entries, by their `weight` (1 where none is given)."""
        choices = list(entries)
        return self.rng.choices(choices, [entry.get("weight", 1) for entry in choices])[0]
