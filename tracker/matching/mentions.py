"""Mentions: which part each name in a title stands for, with memory size and form of card taken into account."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.match import Role
from tracker.matching.bare_numbers import (
    BELIEVED,
    OTHER_THING,
    brand_before,
    is_borne_out,
    is_rivals,
    misplaced,
    misread,
)
from tracker.matching.boards import Chipsets, has_board_evidence
from tracker.matching.lexicon import Reading, Span
from tracker.matching.names import Family, Name, Names, Strength, is_near, split_id
from tracker.matching.series_patterns import SeriesPatterns
from tracker.matching.sizes import Of, Size
from tracker.matching.words import Words

_FORM = re.compile(r" (?P<no>no |non |not )?(?:sxm|smx) ?(?P<version>\d)?(?= )")
_NVL = re.compile(r" nvl ")
_GPU_GB = 512
_CARD_WORDS = frozenset({"nvidia", "tesla", "geforce", "radeon", "rtx", "gtx"})
_STUFFED = 4  # so many cards in one title are search words or a choice: their roles tell, not their echoes
# Processors that are soldered into laptops: "i5-8265U", "Ultra 7 155H", "Ryzen AI 9 HX 370"; the M and QM ones had sockets.
LAPTOP_CPU = re.compile(
    r"cpu:(?:core-(?:i\d|ultra-\d)-\d+(?:u|h|hx|hk|hq|p|v|y|g\d)|ryzen-(?:\d-(?:pro-)?\d+(?:u|h|hs|hx)|ai-.+))"
)


@dataclass(slots=True)
class Mention:
    """One part named at tokens first..last, what role it plays, and how sure the name is."""

    part: str
    first: int
    last: int
    strength: Strength
    rule: str
    model: str | None = None
    role: Role = Role.SOLD
    qty: int = 1
    doubt: str = ""
    is_number: bool = False  # a maker's part number, no name
    quoted: str = ""  # the words, where they stand in the description
    category: str = ""  # "gpu", "cpu", "board" or "system"
    memories: frozenset[str] = frozenset()  # the memory sizes that a card comes in, where they are known
    devices: int = 1  # chips on one card

    def __post_init__(self) -> None:
        self.category = self.part.partition(":")[0]


@dataclass(slots=True)
class Rejected:
    """A name that was found and not believed, and why: "needs one of …", "reject word"."""

    first: int
    last: int
    part: str
    why: str


class MentionReader:
    """Finds the mentions of a title; compiled once from the catalog's names and the open rules."""

    def __init__(self, names: Names, chipsets: Chipsets, words: Words) -> None:
        self._machine_boards = [
            (f"board:{chipset}", re.compile("|".join(patterns))) for chipset, patterns in words.machine_boards.items()
        ]
        self._names = names
        self._chipsets = chipsets
        self._series = SeriesPatterns(names, words.opens)

    def read(self, reading: Reading, sizes: list[Size]) -> tuple[list[Mention], list[Rejected]]:
        """The mentions in order of place, and the names that were not believed."""
        rejected: list[Rejected] = []
        mentions: list[Mention] = []
        for first, last, readings in self._names.scan(reading.tokens):
            mention = self._believe(reading, (first, last), readings, sizes, rejected)
            if mention is not None:
                mentions.append(mention)
        mentions = _without_echoes(reading, mentions)
        mentions += [
            Mention(part, first, last, Strength.MEDIUM, "series pattern")
            for part, first, last in self._series.scan(reading, [(found.first, found.last) for found in mentions])
        ]
        self._add_boards(reading, mentions)
        mentions.sort(key=lambda mention: mention.first)
        for mention in mentions:
            if mention.category == "gpu":
                self._specify(reading, mention, mentions, sizes)
        return mentions, rejected

    def _believe(
        self, reading: Reading, span: Span, readings: tuple[Name, ...], sizes: list[Size], rejected: list[Rejected]
    ) -> Mention | None:
        """The one reading of a phrase that the rest of the title bears out, or None."""
        best: list[Name] = []
        first, last = span
        for name in readings:
            why = self._doubt(reading, name, first, last, sizes)
            if why:
                rejected.append(Rejected(first, last, name.part, why))
            elif not best or name.strength > best[0].strength:
                best = [name]
            elif name.strength == best[0].strength and name.part != best[0].part:
                best.append(name)
        if not best:
            return None
        best = [name for name in best if "-pro-" not in name.part] or best  # "3600" is the retail one
        if len(best) > 1:
            best = self._sized(best, last, sizes) or _of_kind_told(reading, best) or best
        if len(best) > 1:
            best = _nearest(reading, first, best)
        chosen = best[0]
        rule = f"name ({chosen.strength.name.lower()})"
        mention = Mention(chosen.variant or chosen.part, first, last, chosen.strength, rule, chosen.model)
        mention.is_number = chosen.is_number
        if len(best) > 1 and chosen.strength is not Strength.STRONG:
            mention.doubt = "several"
        return mention

    def _sized(self, names: list[Name], last: int, sizes: list[Size]) -> list[Name]:
        """Of several cards of one number, those made with the memory said right behind it: "570 4GB" is no GTX 570."""
        stated = [f"{size.gb:g}gb" for size in sizes if size.first == last and size.count == 1]
        families = self._names.families
        return [name for name in names if stated and name.part in families and stated[0] in families[name.part].sizes]

    def _doubt(self, reading: Reading, name: Name, first: int, last: int, sizes: list[Size]) -> str:
        """Why a name is not believed here, "" where it is."""
        if name.strength is not Strength.BARE:
            return ""
        why = misread(reading, first, last) or misplaced(reading, name, first, last)
        if why:
            return "" if why == BELIEVED else why
        is_told = (
            first == reading.start
            and self._sized([name], last, sizes)
            and not reading.has("ram_noun", "cpu_brand", "storage")
        )
        if name.near is not None and not (is_told or is_borne_out(reading, name.near)):
            return "a bare name with no word beside it that says what it is"
        return OTHER_THING if self._is_other(reading, name, first) else ""

    def _is_other(self, reading: Reading, name: Name, first: int) -> bool:
        """Whether a word beside a bare name says that it is another thing's ("Huawei P40")."""
        reject = self._names.rejects.get(name.part)
        if reject is not None and is_near(reject, {}, reading.words, reading.spaced):
            return True
        if is_rivals(reading, name.part, first):
            return True
        if not name.part.startswith("gpu:") or not reading.has("other"):
            return False
        return not reading.has("gpu_noun", "vram") and _CARD_WORDS.isdisjoint(reading.words)

    def _add_boards(self, reading: Reading, mentions: list[Mention]) -> None:
        cpus = [mention.first for mention in mentions if mention.category == "cpu"]
        for first, last, board in self._chipsets.scan(reading):
            if any(first < other.last and other.first < last for other in mentions):
                continue
            if has_board_evidence(reading, first, last, cpus):
                mentions.append(Mention(board, first, last, Strength.MEDIUM, "chipset in a board's name"))
        left_out = {last for _, last in reading.spans("without")}
        has_board = any(first not in left_out for first, _ in reading.spans("board_noun"))
        if has_board and all(mention.category == "system" for mention in mentions):
            mentions += _machines_board(reading, self._machine_boards)

    def _specify(self, reading: Reading, mention: Mention, mentions: list[Mention], sizes: list[Size]) -> None:
        """Put form of card, memory size and "laptop" into a card's id where the catalog knows such a variant."""
        family = self._names.families.get(mention.part)
        if family is None:
            family = self._undo_number(mention, mentions, sizes)
        if family is None:
            return
        mention.memories, mention.devices = family.sizes, family.devices
        if reading.has("laptop") or any(LAPTOP_CPU.fullmatch(other.part) for other in mentions):
            mobile = f"{mention.part}m"  # laptops' sellers leave the M out: "VivoBook i7-6700HQ GTX950 4GB"
            own = f"{mention.part}-laptop" if family.has_laptop else mention.part
            mention.part = mobile if mobile in self._names.families else own  # a size beside it is the laptop's memory
            return
        form = _form(reading) if family.has_forms else ""
        # a "neutered" V100 has lost some of the memory that its name still promises
        memory = "" if "neutered" in reading.words else _card_memory(mention, mentions, sizes, family.memories)
        for key in ((form, memory), (form, ""), ("", memory)):
            if key in family.variants and key != ("", ""):
                mention.part = family.variants[key]
                return

    def _undo_number(self, mention: Mention, mentions: list[Mention], sizes: list[Size]) -> Family | None:
        """The family of a card that a part number tells exactly, where the seller's memory size says otherwise; else None."""
        base, _, told, _ = split_id(mention.part)
        family = self._names.families.get(base)
        stated = _card_memory(mention, mentions, sizes, family.memories) if family is not None else ""
        if not stated or stated == told:
            return None
        mention.part = base  # what the seller writes is truer than what a number is known for
        return family


def _of_kind_told(reading: Reading, names: list[Name]) -> list[Name]:
    """The graphics cards among several readings, where the title speaks of cards and of no processor: "RX GPU; 5600 XT"."""
    if not reading.has("gpu_noun") or reading.has("cpu_noun") or "ryzen" in reading.words:
        return []
    return [name for name in names if name.part.startswith("gpu:")]


def _nearest(reading: Reading, first: int, best: list[Name]) -> list[Name]:
    """Of several equally named parts, those whose own words stand nearest before the name."""
    words = reading.tokens.words
    for index in range(first - 1, max(-1, first - 8), -1):
        told = [name for name in best if name.near is not None and words[index] in name.near.words]
        if told and len(told) < len(best):
            return told
    return best


def _machines_board(reading: Reading, boards: Iterable[tuple[str, re.Pattern[str]]]) -> list[Mention]:
    """The board that an ad names by its machine alone: "HP Z440 motherboard"."""
    for board, pattern in boards:
        match = pattern.search(reading.spaced)
        if match:
            first = reading.spaced.count(" ", 0, match.start() + 1) - 1
            return [Mention(board, first, first + len(match[0].split()), Strength.MEDIUM, "a machine's own board")]
    return []


def _without_echoes(reading: Reading, mentions: list[Mention]) -> list[Mention]:
    """Without what only runs along beside a card's full name: bare codes ("Tesla P100 … GP100-892") and part numbers."""
    if any(mention.category == "cpu" and not mention.is_number for mention in mentions):
        mentions = [mention for mention in mentions if not (mention.category == "cpu" and mention.is_number)]
    cards = [mention for mention in mentions if mention.category == "gpu"]
    if len(cards) < 2 or len({card.part for card in cards}) >= _STUFFED:  # noqa: PLR2004
        return mentions
    names = [mention for mention in cards if not (mention.is_number or _is_compared(reading, mention))]
    named = [mention for mention in names if mention.strength is not Strength.BARE]
    if names:
        mentions = [mention for mention in mentions if not (mention.category == "gpu" and mention.is_number)]
    return [mention for mention in mentions if not (named and _is_echo(reading, mention, named))]


def _is_compared(reading: Reading, mention: Mention) -> bool:
    """As in "equivalent to a Titan Xp" names no ware beside which a part number would be an echo."""
    return any(last <= mention.first <= last + 2 for _, last in reading.spans("compared"))


def _is_echo(reading: Reading, mention: Mention, named: list[Mention]) -> bool:
    if mention.category != "gpu" or mention.strength is not Strength.BARE:
        return False
    if mention.first < named[0].first or _is_set_apart(reading, mention):
        return False
    return not (_is_geforce(mention) and brand_before(reading, mention.first))


def _is_geforce(mention: Mention) -> bool:
    return mention.last - mention.first == 1 and mention.part.startswith(("gpu:gtx-1", "gpu:rtx-"))


def _is_set_apart(reading: Reading, mention: Mention) -> bool:
    """Whether a comma, a plus or an "and" makes a bare number a thing of its own."""
    tokens = reading.tokens
    joined = any(char in tokens.gap(mention.first) for char in ",+/&|") or tokens.word(mention.first - 1) in {
        "and",
        "und",
        "et",
        "og",
        "и",
    }
    return joined or tokens.gap(mention.last).strip() in {",", "+", "&", "/"}


def _form(reading: Reading) -> str:
    if " sxm" not in reading.spaced and " smx" not in reading.spaced:
        return "nvl" if _NVL.search(reading.spaced) else ""
    for match in _FORM.finditer(reading.spaced):
        if not match["no"]:
            return f"sxm{match['version'] or '2'}"
    return ""


def _card_memory(mention: Mention, mentions: list[Mention], sizes: list[Size], known: frozenset[str]) -> str:
    """The memory size that belongs to a card: of those its family comes in, the nearest one after it, else before it."""
    if not known or not sizes:
        return ""
    ends = [other.first for other in mentions if other.first > mention.first and other.category in {"gpu", "cpu"}]
    limit = min(ends, default=10**6)
    fitting = [
        size
        for size in sizes
        if size.count == 1
        and size.of in {Of.VRAM, Of.UNKNOWN, Of.RAM}
        and f"{size.gb:g}gb" in known
        and size.gb <= _GPU_GB
    ]
    alone = sum(other.category in {"gpu", "cpu", "board"} for other in mentions) == 1
    for size in fitting:
        if mention.first <= size.first and size.last <= mention.last:
            return f"{size.gb:g}gb"
        if mention.last <= size.first < limit and (size.first - mention.last < 14 or alone):  # noqa: PLR2004
            return f"{size.gb:g}gb"
    for size in reversed(fitting):
        if size.last <= mention.first and (alone or mention.first - size.last < 2):  # noqa: PLR2004
            return f"{size.gb:g}gb"
    return ""
