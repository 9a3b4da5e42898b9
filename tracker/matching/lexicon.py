"""The word lists compiled into one trie, and a title read through it: which cues stand where."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tracker.matching.tokens import PHRASE_GAPS, Tokens
from tracker.matching.trie import Trie, phrase_words
from tracker.matching.words import Words

Span = tuple[int, int]
_SYSTEM_LISTS = frozenset({"system", "system_line", "system_weak", "laptop"})
_OVERRULING = frozenset({"not_system", "not_defect"})
_IMPLIED = {
    "accessory_sure": ("accessory",),
    "other_sure": ("other",),
    "drive_noun": ("storage",),
    "mining_rig": ("system",),
    "laptop_memory": ("not_system",),
    "source": ("not_system", "suits"),
}
_LONG_WORD = 10
_STEM = 6  # letters by which a stem is looked up
_LONG_ENOUGH_UNSPACED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """The lists that a phrase stands in; a short one, and one that opens with a number, count only where nothing is glued to them."""

    lists: tuple[str, ...]
    needs_space: bool


class Reading:
    """A title (or a description) as tokens, with the places of every listed word in it.

    `spaced` is the tokens joined by single blanks, with one at each end; `words` the tokens as a set; `context` the words
    and lists that stand around it: in the description of a title of few words, in the name of its category.
    """

    __slots__ = ("context", "lists", "spaced", "tokens", "words")

    def __init__(self, tokens: Tokens, lists: Mapping[str, list[Span]]) -> None:
        self.tokens = tokens
        self.lists = lists
        self.spaced = f" {' '.join(tokens.words)} "
        self.words = frozenset(tokens.words)
        self.context: frozenset[str] = frozenset()

    def has(self, *names: str) -> bool:
        """Whether a word of one of these lists stands in the title."""
        return not self.lists.keys().isdisjoint(names)

    def spans(self, *names: str) -> list[Span]:
        """Where words of these lists stand, in order."""
        if len(names) == 1:
            return self.lists.get(names[0], [])
        found = [span for name in names if name in self.lists for span in self.lists[name]]
        found.sort()
        return found

    @property
    def start(self) -> int:
        """The first token behind what opens many a title and says nothing of the thing: "Verkaufe", "NEW:", "Fast shipping -"."""
        start = 0
        if not self.has("fresh", "sale_verbs"):
            return start
        for first, last in self.spans("fresh", "sale_verbs"):
            if first != start:
                break
            start = last
        return start

    def text(self, span: Span) -> str:
        """The words of a span."""
        return " ".join(self.tokens.words[span[0] : span[1]])

    def is_at(self, name: str, index: int) -> bool:
        """Whether the token at `index` belongs to a word of this list."""
        for first, last in self.lists.get(name, ()):  # noqa: SIM110 - a loop is twice as fast as any(), and this is the hot path
            if first <= index < last:
                return True
        return False

    def is_listed(self, index: int) -> bool:
        """Whether the token at `index` belongs to a word of any list."""
        return any(first <= index < last for spans in self.lists.values() for first, last in spans)

    def is_any_at(self, names: Collection[str], index: int) -> bool:
        """Whether the token at `index` belongs to a word of any of these lists."""
        for name in names:
            for first, last in self.lists.get(name, ()):
                if first <= index < last:
                    return True
        return False


class Lexicon:
    """All word lists, compiled once."""

    def __init__(self, words: Words) -> None:
        self.numbers = {phrase_words(word)[0]: number for word, number in words.numbers.items()}
        self._tails: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, list[tuple[str, str]]] = {}
        phrases: dict[tuple[str, ...], list[str]] = {}
        for name, members in words.lists.items():
            for phrase in members:
                tokens = tuple(phrase_words(phrase))
                if name.startswith("stem_"):
                    self._stems.setdefault(tokens[0][:_STEM], []).append((tokens[0], name.removeprefix("stem_")))
                elif name.startswith("tail_"):
                    noun = name.removeprefix("tail_")
                    self._tails[tokens[0]] = (noun, f"{noun}_sure") if noun == "accessory" else (noun,)
                elif tokens:
                    phrases.setdefault(tokens, []).extend([name, *_IMPLIED.get(name, ())])
        self._tail_ends = frozenset(tail[-4:] for tail in self._tails)  # a quick first look at every token
        self._trie: Trie[Entry] = Trie(PHRASE_GAPS)
        for tokens, lists in phrases.items():
            self._trie.put(
                list(tokens), Entry(_with_inner(tokens, lists, phrases), _needs_space(tokens) and "pieces" not in lists)
            )

    def read(self, tokens: Tokens) -> Reading:
        """`tokens` with the places of every listed word."""
        lists: dict[str, list[Span]] = {}
        for first, last, entry in self._trie.scan(tokens, _fits):
            for name in entry.lists:
                lists.setdefault(name, []).append((first, last))
        for index, word in enumerate(tokens.words):
            if len(word) < _STEM:
                continue
            if len(word) >= _LONG_WORD and word[-4:] in self._tail_ends:
                self._read_compound(word, index, lists)
            elif word[:_STEM] in self._stems:
                self._read_inflected(word, index, lists)
        return Reading(tokens, lists)

    def _read_compound(self, word: str, index: int, lists: dict[str, list[Span]]) -> None:
        """A German compound is what its last part says: "Grafikkartenhalterung" is a holder."""
        for tail, names in self._tails.items():
            if word.endswith(tail) and word != tail:
                for name in names:
                    lists.setdefault(name, []).append((index, index + 1))
                return

    def _read_inflected(self, word: str, index: int, lists: dict[str, list[Span]]) -> None:
        """A word of many endings, where no listed phrase has told of it already: "видеокарту", "видеокарты"."""
        if any(first <= index < last for spans in lists.values() for first, last in spans):
            return
        for stem, name in self._stems[word[:_STEM]]:
            if word.startswith(stem):
                for told in (name, *_IMPLIED.get(name, ())):
                    lists.setdefault(told, []).append((index, index + 1))
                    lists[told].sort()


def _needs_space(tokens: tuple[str, ...]) -> bool:
    return tokens[0].isdigit() or sum(len(token) for token in tokens) < _LONG_ENOUGH_UNSPACED


def _with_inner(
    tokens: tuple[str, ...], lists: list[str], phrases: Mapping[tuple[str, ...], list[str]]
) -> tuple[str, ...]:
    """The lists of a phrase; "server ram" overrules what "server" says, and keeps what "ram" says."""
    names = list(lists)
    if "not_system" in lists:
        for first in range(len(tokens)):
            for last in range(first + 1, len(tokens) + 1):
                names += [name for name in phrases.get(tokens[first:last], ()) if name not in _SYSTEM_LISTS | {"other"}]
    if _OVERRULING.isdisjoint(names):
        return tuple(dict.fromkeys(names))
    return tuple(
        name
        for name in dict.fromkeys(names)
        if name not in _SYSTEM_LISTS and (name != "defect" or "not_defect" not in names)
    )


def _fits(tokens: Tokens, first: int, last: int, entry: Entry) -> bool:
    if not entry.needs_space:
        return True
    glued_before = first > 0 and tokens.gaps[first] == ""
    glued_after = last < len(tokens.gaps) and tokens.gaps[last] == ""
    return not (glued_before or glued_after)
