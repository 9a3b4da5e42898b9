"""Memory sizes of a title: "16GB", "4 x 16 GB", "2*8", "32GB (2x16)", "8192MB", and what each is a size of."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tracker.matching.lexicon import Reading
from tracker.matching.module_codes import coded_memory
from tracker.matching.tokens import NAME_GAPS, Tokens

_GIGA = frozenset({"gb", "g", "go", "gig", "гб", "gbyte", "gib", "gd", "gddr", "gbs", "гбайт", "gigs", "г"})
_MEGA = frozenset({"mb", "mo", "мб"})
_TERA = frozenset({"tb", "to", "тб", "terra"})
_UNITS = _GIGA | _MEGA | _TERA
_TIMES = frozenset({"x", "х"})
_TIMES_WORDS = frozenset(
    {
        "mal",
        "fois",
        "times",
        "ganger",
        "stk",
        "stuck",
        "pcs",
        "sticks",
        "шт",
        "szt",
        "db",
        "modules",
        "riegel",
        "stick",
        "dimms",
        "kits",
        "barrettes",
        "планки",
        "планок",
        "плашки",
    }
)
_LINKS = frozenset({"по", "of", "de", "di", "a", "av", "mit", "med", "with"})
_UNITS_OR_TIMES = _UNITS | _TIMES
_DISK_SIZES = frozenset({"120", "128", "240", "250", "256", "480", "500", "512", "960", "1000"})
_MEMORY_SIZES = frozenset({"4", "8", "12", "16", "24", "32", "64"})
_BARE_MEMORY = frozenset({"8", "16", "32", "64"})
_RANGE_STARTS = frozenset({"2", "4", "8", "16", "32"})
_SLOTS = frozenset({"slot", "slots", "bays"})
_STICKS = frozenset({0.5, 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128})
_MOST_STICKS = 32
_MOST_BARE_STICKS = 12
_SMALLEST_MB = 128
_LARGEST_GB = 4096
_WORD = re.compile(r"[^\W\d_]+|\d+")
_REACH = 4
_ENDS = frozenset("|;+")
_BREAKS = frozenset("|,;+/")


class Of(StrEnum):
    """What a size is a size of."""

    RAM = "ram"
    VRAM = "vram"
    DISK = "disk"
    UNKNOWN = "unknown"


@dataclass(slots=True)  # not frozen: made for every size of every title, three times as fast
class Size:
    """`count` times `gb` gigabytes at tokens first..last; `of` is what the words beside it say."""

    first: int
    last: int
    gb: float
    count: int
    of: Of
    has_unit: bool = True
    is_short: bool = False  # the unit is a bare "G", as of "10G" Ethernet

    @property
    def total(self) -> float:
        """All of it, in GB."""
        return self.gb * self.count


def read_sizes(reading: Reading) -> list[Size]:
    """All sizes of a title, in order."""
    tokens = reading.tokens
    words = tokens.words
    sizes: list[Size] = []
    for index in [i for i, word in enumerate(words) if word in _UNITS_OR_TIMES]:
        size = _bare_times(reading, index) if words[index] in _TIMES else _at_unit(reading, index)
        if size is not None:
            sizes.append(size)
    for index in _starred(tokens):
        size = _bare_product(reading, index - 1, index)
        if size is not None:
            sizes.append(size)
    sizes += _slashed(tokens)
    return sizes or _before_noun(reading) or _coded(reading)


def _coded(reading: Reading) -> list[Size]:
    """The size that only a module's maker code tells."""
    code = coded_memory(reading.tokens.plain) if reading.has("ram_noun") or "ddr" in reading.words else None
    if code is None:
        return []
    start, gb, count = code
    place = len(_WORD.findall(reading.tokens.plain[:start]))
    return [Size(place, place + 1, gb, count, Of.RAM)] if gb in _STICKS and count <= _MOST_STICKS else []


def _slashed(tokens: Tokens) -> list[Size]:
    """Memory and disk as laptops' sellers write them: "i5-1235U 16/512"."""
    if "/" not in tokens.plain:
        return []
    words, gaps = tokens.words, tokens.gaps
    return [
        Size(i - 1, i, float(words[i - 1]), 1, Of.UNKNOWN, has_unit=False)
        for i in range(1, len(words))
        if gaps[i] == "/" and words[i] in _DISK_SIZES and words[i - 1] in _MEMORY_SIZES and gaps[i - 1] != "."
    ]


def _before_noun(reading: Reading) -> list[Size]:
    """As in "i5-10400F, 16 RAM" and "16ddr", where a title has no unit at all; "8 RAM slots" and "8 RAM sticks" are counts."""
    tokens = reading.tokens
    nouns = [first for first, last in reading.spans("ram_noun") if not reading.is_at("pieces", last)]
    nouns += [i for i, word in enumerate(tokens.words) if word == "ddr" and tokens.gaps[i] == ""]
    return [
        Size(i - 1, i, float(tokens.words[i - 1]), 1, Of.RAM, has_unit=False)
        for i in nouns
        if i
        and tokens.words[i - 1] in _BARE_MEMORY
        and tokens.gaps[i] in {"", " "}
        and tokens.word(i + 1) not in _SLOTS
    ]


def _starred(tokens: Tokens) -> list[int]:
    if "*" not in tokens.plain:
        return []
    return [i for i, gap in enumerate(tokens.gaps) if gap.strip() == "*" and i and tokens.words[i].isdigit()]


def _at_unit(reading: Reading, unit: int) -> Size | None:
    tokens = reading.tokens
    number = tokens.words[unit - 1] if unit else ""
    if not number.isdigit() or number[0] == "0" or len(number) > 5 or tokens.gaps[unit] not in {"", " ", "-", "  "}:  # noqa: PLR2004
        return None
    if tokens.words[unit] in {"g", "г", "to"} and tokens.gaps[unit] != "" and tokens.gaps[unit - 1] == "" and unit > 1:
        return None  # "T14s G2 G4": generations
    glued_after = unit + 1 < len(tokens) and tokens.gaps[unit + 1] == "" and tokens.words[unit + 1].isdigit()
    if glued_after and tokens.words[unit] in {"g", "gd"}:
        is_speed = tokens.gaps[unit - 1] == "-"  # "MTA36ASF4G72PZ-2G6": 2,666 MT/s
        if is_speed or tokens.words[unit + 1] not in {"3", "5", "6"}:
            return None
    first, value = _value(tokens, unit - 1)
    gb = _in_gb(value, tokens.words[unit])
    if gb is None or _is_range(tokens, first, value):
        return None
    count, first, last = _count(tokens, first, unit + 1)
    word = tokens.words[unit]
    return Size(first, last, gb, count, _meaning(reading, first, last, word), is_short=word in {"g", "г"})


def _value(tokens: Tokens, index: int) -> tuple[int, float]:
    number = float(tokens.words[index])
    if tokens.gaps[index] in {".", ","} and tokens.word(index - 1).isdigit() and len(tokens.word(index - 1)) <= 2:  # noqa: PLR2004
        return index - 1, float(f"{tokens.words[index - 1]}.{tokens.words[index]}")
    return index, number


def _is_range(tokens: Tokens, index: int, value: float) -> bool:
    """As in "8-32GB RAM": one of several sizes, and nobody says which."""
    before = tokens.word(index - 1)
    is_one = tokens.gaps[index] == "-" and before in _RANGE_STARTS and tokens.gap(index - 1) != ""  # not "SXM2-16GB"
    return is_one and float(before) < value and value in _STICKS


def _in_gb(value: float, unit: str) -> float | None:
    if unit in _MEGA:
        return value / 1024 if value >= _SMALLEST_MB else None
    if unit in _TERA:
        return value * 1024
    return value if 0 < value <= _LARGEST_GB else None


def _count(tokens: Tokens, first: int, last: int) -> tuple[int, int, int]:
    """How many of the size: "4 x" or "4*" before it, "x 4" after it; and the span with it."""
    before = tokens.word(first - 1)
    if (before in _TIMES or before in _TIMES_WORDS) and tokens.word(first - 2).isdigit():
        count = int(tokens.words[first - 2][:4])
        if 0 < count <= _MOST_STICKS:
            return count, first - 2, last
    if before in _LINKS and tokens.word(first - 2) in _TIMES_WORDS and tokens.word(first - 3).isdigit():
        return int(tokens.words[first - 3][:4]), first - 3, last  # "8 sticks of 16GB"
    if before.isdigit() and tokens.gaps[first].strip() == "*" and 0 < int(before[:4]) <= _MOST_STICKS:
        return int(before[:4]), first - 1, last
    after = tokens.word(last + 1)
    if (
        tokens.word(last) in _TIMES
        and after.isdigit()
        and 1 < int(after[:4]) <= _MOST_STICKS
        and tokens.gap(last) in NAME_GAPS
    ):
        follows = tokens.word(last + 2)
        if follows not in _UNITS and tokens.gap(last + 1) in {"", " "}:
            return int(after[:4]), first, last + 2
    return 1, first, last


def _bare_times(reading: Reading, index: int) -> Size | None:
    """As in "2x8" and "(4 x 16)" without a unit."""
    words = reading.tokens.words
    if 0 < index < len(words) - 1 and words[index - 1].isdigit() and words[index + 1].isdigit():
        return _bare_product(reading, index - 1, index + 1)
    return None


def _bare_product(reading: Reading, first: int, second: int) -> Size | None:
    tokens = reading.tokens
    if tokens.word(second + 1) in _UNITS and tokens.gap(second + 1) in {"", " "}:
        return None  # read where its unit stands
    count, gb = tokens.words[first], tokens.words[second]
    if not (count.isdigit() and gb.isdigit()) or len(count) > 2 or float(gb[:6]) not in _STICKS:  # noqa: PLR2004
        return None
    if not 1 < int(count) <= _MOST_BARE_STICKS or tokens.gap(first) == "":
        return None
    is_memory = "ddr" in tokens.words or reading.has("ram_noun")
    glued = (
        tokens.gaps[second] in {"", "*"} and tokens.gap(second + 1) != "" and not tokens.gap(second + 1).startswith(".")
    )
    return Size(first, second + 1, float(gb), int(count), Of.RAM, has_unit=False) if is_memory and glued else None


def _meaning(reading: Reading, first: int, last: int, unit: str) -> Of:
    """What the words after, then the words before a size say that it is."""
    if unit in _TERA:
        return Of.RAM if reading.is_at("ram_noun", last) else Of.DISK
    if unit in {"gddr", "gd"}:
        return Of.VRAM
    return _said_after(reading, last) or _said_before(reading, first) or Of.UNKNOWN


def _said_after(reading: Reading, last: int) -> Of | None:
    tokens = reading.tokens
    for index in range(last, min(last + _REACH, len(tokens))):
        if _parts_from(tokens.gaps[index], is_next=index == last) or reading.is_at("without", index):
            return None
        meaning = _word_means(reading, index)
        if meaning is Of.DISK and _heads_next(reading, index):
            return None
        if meaning is not None:
            return meaning
        if tokens.words[index].isdigit() and _names_next(reading, index + 1):
            return None
    return None


def _names_next(reading: Reading, index: int) -> bool:
    """Whether a unit, or a disk's word glued to its number ("256SSD"), says that the number before it is a size of its own."""
    if reading.tokens.word(index) in _UNITS:
        return True
    return reading.tokens.gap(index) == "" and reading.is_at("storage", index)


def _heads_next(reading: Reading, index: int) -> bool:
    """As in "8gb ssd 120": the disk's word belongs to the number behind it, which has no word of its own."""
    words = reading.tokens
    while reading.is_at("storage", index + 1):
        index += 1  # "M2 NVMe 256GB"
    number = words.word(index + 1)
    if words.gap(index + 1) not in {" ", "-"} or number not in _DISK_SIZES:
        return False
    has_unit = words.word(index + 2) in _UNITS
    end = index + 3 if has_unit else index + 2
    return end >= len(words) or (_word_means(reading, end) is None and (has_unit or not words.words[end].isalpha()))


def _parts_from(gap: str, *, is_next: bool) -> bool:
    """Whether a gap ends what is said of a size; a bare hyphen right behind it does not ("16GB-DDR4")."""
    if not _ENDS.isdisjoint(gap):
        return True
    if is_next:
        return gap != "-" and gap.strip() in {",", "/", "-", "&"}
    return "," in gap or "/" in gap or " - " in gap


def _said_before(reading: Reading, first: int) -> Of | None:
    tokens = reading.tokens
    for index in (first - 1, first - 2):
        if index < 0 or not _BREAKS.isdisjoint(tokens.gaps[index + 1]):
            return None
        meaning = _word_means(reading, index)
        if meaning is not None and tokens.word(index - 1) not in _UNITS and tokens.word(index - 2) not in _UNITS:
            return meaning
    return None


def _word_means(reading: Reading, index: int) -> Of | None:
    word = reading.tokens.words[index]
    if word in {"gddr", "hbm", "vram", "gdr", "gdrr", "hmb"} or reading.is_at("vram", index):
        return Of.VRAM
    if word in {"m", "1", "2", "3", "4"} and not reading.words.isdisjoint({"macbook", "mac", "imac", "apple"}):
        return None  # "MacBook M2 16GB": a chip, no slot
    if reading.is_at("storage", index) or word in {"ssd", "hdd", "nvme", "emmc"}:
        return Of.DISK
    follows = reading.tokens.word(index + 1)
    if word == "d" and follows in {"3", "4", "5"} and reading.tokens.gap(index + 1) == "":
        return Of.RAM  # "16GB D5"
    if word in {"ddr", "lpddr", "sdram"} or (word == "pc" and follows[:1] in {"2", "3", "4", "5"}):
        return Of.RAM
    return Of.RAM if reading.is_at("ram_noun", index) else None
