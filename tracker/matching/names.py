"""Every name of every part in one trie: what the catalog says, and what its series' spellings make of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache

from tracker.domain.part import Catalog, Category, GpuFacts, Part
from tracker.matching.tokens import NAME_GAPS, Tokens
from tracker.matching.trie import Trie, phrase_words
from tracker.matching.words import SeriesRule, Words

# "gpu:tesla-v100-sxm2-16gb" is a variant of "gpu:tesla-v100": a form of card and a memory size.
_VARIANT = re.compile(r"(?P<base>.+?)(?:-(?P<form>sxm\d?|nvl|fhhl|dgxs))?(?:-(?P<memory>\d+gb))?(?P<laptop>-laptop)?")
_MAKER_NUMBER = re.compile(r"(?:900|699)-?[0-9a-z]{5}")
_APPLE = re.compile(r"cpu:m\d(?:-.*)?")  # soldered into Macs; "M2" elsewhere is a slot
_SHORTEST_NAME = 4  # "M2" and "C-50" name a hundred other things
_SHORT = re.compile(r"[a-z]{0,2}\d{1,4}[a-z]{0,2}")
_LONG_WORD = re.compile(r"[A-Za-z]{4}")  # "GeForce", "Radeon", "Tesla"


class Strength(IntEnum):
    """How far a name identifies its part by itself."""

    BARE = 1  # "3080", "p40": only beside a word that says what it is
    MEDIUM = 2  # "1080 ti", "2680 v4"
    STRONG = 3  # "rtx 3080", "tesla k80", a part number


@dataclass(frozen=True, slots=True)
class Near:
    """Words one of which must stand in the title: single tokens, phrases of several, and word lists by name."""

    words: frozenset[str]
    phrases: tuple[str, ...]
    lists: frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """One reading of a phrase: the part (without form and memory size), and how far the phrase proves it."""

    part: str
    strength: Strength
    near: Near | None = None
    variant: str | None = None  # the exact id, where a part number tells it
    model: str | None = None  # a board's or a system's slug
    is_number: bool = False  # a maker's part number


@dataclass(slots=True)
class Family:
    """A part and its variants by (form, memory size): "gpu:tesla-v100" and ("sxm2", "16gb")."""

    base: str
    variants: dict[tuple[str, str], str] = field(default_factory=dict)
    has_laptop: bool = False
    memories: frozenset[str] = frozenset()  # of its variants
    own: frozenset[str] = frozenset()  # what its tables tell, named variant or not
    sizes: frozenset[str] = frozenset()  # all that it comes in, where that is known
    has_forms: bool = False
    devices: int = 1  # chips on one card, each a GPU to software

    def put(self, form: str, memory: str, part_id: str) -> None:
        """Add a variant."""
        self.variants[form, memory] = part_id
        self.has_forms = self.has_forms or bool(form)
        if memory:
            self.memories |= {memory}


def split_id(part_id: str) -> tuple[str, str, str, bool]:
    """(base id, form, memory size, whether it is a laptop's) of a graphics card's id."""
    match = _VARIANT.fullmatch(part_id)
    assert match is not None
    return match["base"], match["form"] or "", match["memory"] or "", bool(match["laptop"])


class Names:
    """All names of a catalog, compiled once."""

    def __init__(self, catalog: Catalog, words: Words) -> None:
        self.trie: Trie[tuple[Name, ...]] = Trie(NAME_GAPS)
        self.families: dict[str, Family] = {}
        self.rejects: dict[str, Near] = {}
        self._lists = frozenset(words.lists)
        for part in (*catalog.parts.values(), *catalog.models.values()):
            self._add(part, words.series)
        for family in self.families.values():
            known = words.card_memory.get(family.base.removeprefix("gpu:"), frozenset())
            family.sizes = (family.memories | known | family.own) if family.memories | known else frozenset()
        for code, part_id in words.codes.items():
            if part_id in catalog.parts:
                self._put(code, Name(part_id, Strength.MEDIUM, is_number=True))

    def scan(self, tokens: Tokens) -> list[tuple[int, int, tuple[Name, ...]]]:
        """The longest names in a title, each with its readings."""
        return self.trie.scan(tokens, _fits)

    def near(self, words: Iterable[str]) -> Near:
        """`words` as a Near: names of word lists, tokens and phrases told apart."""
        return _near(tuple(words), self._lists)

    def _add(self, part: Part, series: tuple[SeriesRule, ...]) -> None:
        if part.category is Category.PSU and not part.id.startswith("model:"):
            return  # watts are read as numbers
        if part.category is Category.GPU:
            self._add_card(part, series)
        elif part.id.startswith("model:"):
            slug = part.id.removeprefix("model:")
            self._add_table(part, Name(part.variant_of or part.id, Strength.STRONG, model=slug))
        elif part.category is Category.SYSTEM:
            self._add_table(part, Name(part.id, Strength.STRONG, model=part.id.removeprefix("system:")))
        elif part.category is Category.CPU and not _APPLE.fullmatch(part.id):
            self._add_series(part.id, part.id, series)
            self._add_table(part, Name(part.id, Strength.STRONG))

    def _add_card(self, part: Part, series: tuple[SeriesRule, ...]) -> None:
        base, form, memory, is_laptop = split_id(part.id)
        family = self.families.setdefault(base, Family(base))
        family.has_laptop = family.has_laptop or is_laptop
        if isinstance(part.facts, GpuFacts) and part.facts.vram_gb:
            family.own |= {f"{part.facts.vram_gb:g}gb"}
            family.devices = part.facts.devices
        if form in {"fhhl", "dgxs"}:
            form = ""  # the same card in another shape: it is sold by the plain name
            if (form, memory) in family.variants or not memory:
                memory = ""
        elif not is_laptop:
            family.put(form, memory, part.id)
        if part.reject_near:
            # "a10-" would be a piece of a processor's name; tokens know no hyphens
            self.rejects[base] = self.near(word for word in part.reject_near if not word.endswith("-"))
        self._add_series(base, base, series)
        self._add_table(part, Name(base, Strength.STRONG))

    def _add_series(self, part_id: str, base: str, series: tuple[SeriesRule, ...]) -> None:
        for rule in series:
            match = rule.ids.fullmatch(part_id)
            if match is None:
                continue
            near = self.near(rule.near) if rule.near else None
            forms = (
                (rule.strong, Strength.STRONG, None),
                (rule.medium, Strength.MEDIUM, None),
                (rule.bare, Strength.BARE, near),
            )
            for templates, strength, needed in forms:
                for template in templates:
                    self._put(_spell(match, template), Name(base, strength, needed))
            for template in rule.numbers:
                self._put(_spell(match, template), Name(base, Strength.MEDIUM, is_number=True))

    def _add_table(self, part: Part, name: Name) -> None:
        """The names that the part's own table states, and its part numbers."""
        near = self.near(part.require_near) if part.require_near else None
        for alias in part.aliases:
            short = _SHORT.fullmatch(alias.lower().replace(" ", "")) is not None
            if (short and not near and name.model is None) or not any(char.isalpha() for char in alias):
                continue
            strength = Strength.BARE if short and near else Strength.STRONG
            self._put(alias, Name(name.part, strength, near if strength is Strength.BARE else None, model=name.model))
        is_telling = name.part.startswith("cpu:") and len(part.name) > _SHORTEST_NAME
        if name.model or is_telling or (name.part.startswith("gpu:") and _LONG_WORD.search(part.name)):
            self._put(part.name, name)
        exact = None if name.model else part.id
        for number in part.part_numbers:
            self._put(number, Name(name.part, Strength.STRONG, variant=exact, model=name.model, is_number=True))
            prefix = _MAKER_NUMBER.match(number.lower())
            if prefix:
                self._put(prefix[0], Name(name.part, Strength.STRONG, is_number=True))

    def _put(self, phrase: str, name: Name) -> None:
        tokens = phrase_words(phrase)
        if not tokens or (len(tokens) == 1 and len(tokens[0]) < 3):  # noqa: PLR2004 - "v" or "10" names nothing
            return
        if len(tokens) == 1 and tokens[0].isdigit() and name.strength is not Strength.BARE:
            return
        readings = self.trie.get(tokens) or ()
        known = next((old for old in readings if old.part == name.part and old.model == name.model), None)
        if known is None:
            self.trie.put(tokens, (*readings, name))
        elif known.strength <= name.strength:
            merged = _merged(known, name) if known.strength == name.strength else name
            self.trie.put(tokens, tuple(merged if old is known else old for old in readings))


def _merged(one: Name, other: Name) -> Name:
    """The same name from two tables: the words that may stand near it are put together."""
    if one.near is None or other.near is None:
        return one
    near = Near(
        one.near.words | other.near.words, one.near.phrases + other.near.phrases, one.near.lists | other.near.lists
    )
    return replace(one, near=near)


def _spell(match: re.Match[str], template: str) -> str:
    return re.sub(r"\\(\d)", lambda group: match[int(group[1])] or "", template)


@lru_cache(maxsize=512)
def _near(words: tuple[str, ...], lists: frozenset[str]) -> Near:
    spelled = [(word, phrase_words(word)) for word in words if word not in lists]
    return Near(
        frozenset(tokens[0] for _, tokens in spelled if len(tokens) == 1),
        tuple(f" {' '.join(tokens)} " for _, tokens in spelled if len(tokens) > 1),
        frozenset(word for word in words if word in lists),
    )


# A letter or two glued to a model's number make another model ("1060m", "8400t"); a longer word does not ("rx580aorus").
_HARMLESS_TAILS = frozenset({"oc", "gb", "fe", "o", "go", "g"})
_MODEL_TAILS = frozenset({"max", "mobile"})
_CAPACITIES = frozenset({"gb", "tb", "go", "гб", "тб"})
_HEIGHTS = frozenset({"720", "768", "1080", "1200", "1440", "1600", "2160"})  # of screens, in pixels
_LETTER_WORDS = frozenset(
    {"a", "e", "o", "y"}
)  # words of one letter, which are suffixes of models where they are glued
_SHORTEST_WORD = 3
_MOST_COUNT_DIGITS = 2


def _fits(tokens: Tokens, first: int, last: int, names: tuple[Name, ...]) -> bool:
    """Whether a name is not cut out of the middle of a longer code; Gigabyte's "GV-R795WF3" goes on behind the card."""
    if tokens.words[first] == "gv":
        return True
    if names[0].part.startswith("cpu:") and (
        is_capacity(tokens, last) or is_resolution(tokens, last) or tokens.word(first - 1) in {"gtx", "rtx"}
    ):
        return False  # "GTX 1650 V2" is no Xeon
    if tokens.words[last - 1] in _LETTER_WORDS and tokens.gaps[last - 1] == " " and last < len(tokens.words):
        return False  # "Ryzen 7 2700 e scheda madre"
    if first and tokens.gaps[first] == "" and not _may_start(tokens, first, names):
        return False
    return not (last < len(tokens.words) and tokens.gaps[last] == "") or _may_end(tokens, last, names)


def is_capacity(tokens: Tokens, last: int) -> bool:
    """As in "i5 500 GB HDD": the number that ends at `last` is a disk's."""
    return tokens.words[last - 1].isdigit() and tokens.word(last) in _CAPACITIES and tokens.gaps[last] in {"", " "}


def is_resolution(tokens: Tokens, last: int) -> bool:
    """As in "1920 X 1080": the x before `last` is a screen's."""
    return tokens.words[last - 1] == "x" and tokens.word(last) in _HEIGHTS


def _may_start(tokens: Tokens, first: int, names: tuple[Name, ...]) -> bool:
    before = tokens.words[first - 1]
    if before == "x" and first > 1 and tokens.words[first - 2].isdigit() and tokens.gaps[first - 1] == "":
        is_count = len(tokens.words[first - 2]) <= _MOST_COUNT_DIGITS  # "2x2690v4", "6x1060", but not "1920x1080"
        return names[0].strength is not Strength.BARE or is_count
    if before in {"bx", "rx", "x"} or (before.isdigit() and first > 1 and tokens.words[first - 2] in {"bx", "rx"}):
        return names[0].strength is Strength.STRONG and tokens.words[first] in {"i", "rx", "gtx", "e", "rtx"}
    return before.isdigit() and tokens.words[first] in {"gtx", "rtx", "rx"}


def _may_end(tokens: Tokens, last: int, names: tuple[Name, ...]) -> bool:
    after = tokens.words[last]
    if names[0].part.startswith("cpu:"):
        return after in {"cpu", "processor", "oem", "tray"}
    if names[0].strength is Strength.BARE and _SHORT.fullmatch("".join(tokens.words[last - 2 : last])) and after != "s":
        return False
    if after.isdigit():
        return not tokens.words[last - 1].isdigit() and names[0].strength is not Strength.BARE
    if after == "v" and tokens.word(last + 1) in {"2", "3"}:
        return names[0].strength is Strength.STRONG  # "RTX 3080V2"
    is_plural = after == "s" and tokens.gap(last + 1) != "-"  # "P40s", but not "P10S-I"
    return is_plural or after in _HARMLESS_TAILS or (len(after) >= _SHORTEST_WORD and after not in _MODEL_TAILS)


def is_near(near: Near, lists: Mapping[str, object], words: frozenset[str], spaced: str) -> bool:
    """Whether one of the words, phrases or lists of `near` stands in the title."""
    if not near.words.isdisjoint(words) or not near.lists.isdisjoint(lists):
        return True
    return any(phrase in spaced for phrase in near.phrases)
