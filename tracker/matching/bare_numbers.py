"""Bare numbers: whether "1080", "2680" or "550" in a title is a part's name, or a price, a socket, a measure, a piece of a code."""

import re

from tracker.matching.lexicon import Reading
from tracker.matching.names import Name, Near, is_near
from tracker.matching.power import SUPPLY_LINES


def is_borne_out(reading: Reading, near: Near) -> bool:
    """Whether the title, the marketplace's category or a short title's description says what a bare name is."""
    if is_near(near, reading.lists, reading.words, reading.spaced):
        return True
    return not (near.lists.isdisjoint(reading.context) and near.words.isdisjoint(reading.context))


BELIEVED = "believed"
OTHER_THING = "a word beside it names another thing"
_SHORT_NUMBER = 3


def misplaced(reading: Reading, name: Name, first: int, last: int) -> str:
    """Why a single bare number is not this part's, `BELIEVED` where its place proves it, "" where other words decide."""
    if last - first > 1:
        return ""
    if name.part.startswith("cpu:") and not _processor_before(reading, first):
        return "a number with no processor's word right before it"
    if name.part.startswith("gpu:") and len(reading.tokens.words[first]) <= _SHORT_NUMBER:
        is_told = brand_before(reading, first) or _closes_list(reading, first) or _is_farmed(reading, first)
        return BELIEVED if is_told else "three digits with no maker right before them"
    return ""


_MEASURES = frozenset(
    {"mhs", "mh", "mhz", "ghz", "mb", "gb", "rpm", "mah", "w", "watt", "mt", "series", "p", "hz", "mm", "x", "bit", "pin", "stream"}
)  # fmt: skip
_WATTS = frozenset({"w", "watt", "watts"})
_SOCKETS = frozenset({"lga", "fclga", "socket", "sockel", "so", "сокет", "gniazdo", "foglalat", "sokkel", "socle"})
_CARD_MAKERS = frozenset(
    {"nvidia", "geforce", "gtx", "evga", "msi", "zotac", "palit", "gainward", "gigabyte", "kfa", "asus", "strix"}
    | {"rx", "radeon", "sapphire", "nitro", "pulse", "powercolor", "xfx"}
)


def misread(reading: Reading, first: int, last: int) -> str:
    """Why a bare number is no model's name here, "" where it may be one."""
    tokens = reading.tokens
    before, after, gap, gap_after = tokens.word(first - 1), tokens.word(last), tokens.gap(first), tokens.gap(last)
    if (gap == "-" and (before.isdigit() or len(before) <= 2)) or (gap_after == "-" and after.isdigit()):  # noqa: PLR2004
        return "a piece of a longer code"
    if last - first > 1 and after in _WATTS:
        return "a measure"  # "Grade A 500 W"
    if last - first > 1:
        return "a computer's name" if reading.is_at("system_line", first) else ""  # "Lenovo P620"
    if gap.strip().endswith(("$", "#", "€", "£")):
        return "a price or a number"
    counted = (
        before == "x" and tokens.word(first - 2).isdigit() and len(tokens.word(first - 2)) < _SHORT_NUMBER
    )  # "6x1060"
    is_counted_after = after == "x" and tokens.word(last + 1).isdigit() and gap_after == ""  # "1060x4"
    if (
        (after in _MEASURES and not is_counted_after)
        or (before in {"ddr", "x"} and not counted)
        or tokens.word(first - 2) == "ddr"
    ):
        return "a measure"
    return _numbered_thing(reading, first)


_SUPPLY_GRADES = frozenset({"g", "p", "b", "t", "n", "gq", "bq", "gt", "ga", "gm", "br", "gold", "bronze", "fx", "v"})


def _numbered_thing(reading: Reading, index: int) -> str:
    """The other thing whose number a bare number is: a socket, a power supply or a computer; "" for none."""
    tokens = reading.tokens
    before, number = tokens.word(index - 1), tokens.words[index]
    if before in _SOCKETS and not any(char in tokens.gap(index) for char in ",|+;"):
        return "a socket's number"
    is_graded = number[-2:] in {"50", "00"} and tokens.word(index + 1) in _SUPPLY_GRADES and reading.has("psu_noun")
    is_watts = f" {number} w " in reading.spaced  # "EVGA 750 BP 80+ Bronze 750W"
    if is_watts or is_graded or before in SUPPLY_LINES or reading.is_any_at(("system_line", "laptop"), index - 1):
        return "a power supply's or a computer's model number"
    return ""


_AM4_BOARD = re.compile(r" [abx] (?:320|350|370|450|470|520|550|570) | am 4 ")
_PROCESSOR_WORDS = frozenset(
    {"intel", "amd", "ryzen", "xeon", "cpu", "processor", "prozessor", "процессор", "gold", "silver", "i", "core"}
)


def _processor_before(reading: Reading, first: int) -> bool:
    """Whether a maker's or a processor's word stands right before a bare number, nothing but blanks between."""
    tokens = reading.tokens
    if tokens.word(first + 1) == "xeon" and tokens.gap(first + 1) == " ":
        return True  # "2x 6154 Xeon Gold"
    if "+" in tokens.gap(first) and _AM4_BOARD.search(reading.spaced):
        return True  # "B450M Mortar + 2600"
    for index in (first - 1, first - 2, first - 3):
        if index < 0 or any(char in tokens.gap(index + 1) for char in "(,.|/+;"):
            return False
        if tokens.words[index] in _PROCESSOR_WORDS:
            return True
    return False


_FARMS = frozenset({"ферма", "фермы", "ферму", "mining"})


def _closes_list(reading: Reading, first: int) -> bool:
    """As in "GTX 1070, 970": the number stands alone in a list of cards whose series is named a few words before."""
    tokens = reading.tokens
    is_alone = first + 1 == len(tokens) or tokens.gap(first + 1).strip() in {",", "/", "&", "+"}
    return (
        is_alone and tokens.gap(first).strip() in {",", "/", "&"} and "gtx" in tokens.words[max(0, first - 6) : first]
    )


def _is_farmed(reading: Reading, first: int) -> bool:
    """As in "Ферма 6x580": a count glued to the number, in an ad of a mining farm."""
    tokens = reading.tokens
    is_counted = tokens.word(first - 1) == "x" and tokens.gap(first) == "" and tokens.word(first - 2).isdigit()
    return is_counted and not _FARMS.isdisjoint(tokens.words)


_NVIDIA = frozenset({"geforce", "nvidia", "gtx", "rtx"})
_RADEON = frozenset({"radeon", "ati", "rx"})


def is_rivals(reading: Reading, part: str, first: int) -> bool:
    """As in "GeForce 6600": the maker's word right before a number says that it is no card of the other maker's."""
    if not part.startswith("gpu:"):
        return False
    rivals = _NVIDIA if part.startswith(("gpu:rx-", "gpu:radeon-", "gpu:r7-", "gpu:r9-")) else _RADEON
    return reading.tokens.word(first - 1) in rivals


def brand_before(reading: Reading, first: int) -> bool:
    """Whether a card maker's word stands one or two words before, no comma between."""
    tokens = reading.tokens
    for index in (first - 1, first - 2):
        if index < 0 or "," in tokens.gap(index + 1) or "." in tokens.gap(index + 1):
            return False
        if tokens.words[index] in _CARD_MAKERS:
            return True
    return False
