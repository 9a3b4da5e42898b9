"""How many of a part: "2x", "lot of 4", "4 Stück", "(2)", "two", "dual Xeon", "x8"; capacities are no quantities."""

from tracker.matching.lexicon import Lexicon, Reading, Span
from tracker.matching.sizes import Size
from tracker.matching.tokens import Tokens

_TIMES = frozenset({"x", "х", "pcs", "stk", "шт"})
_MOST = 200
_REACH = 7
# Words that may stand between a quantity and the name it counts.
_COOLER_LINES_WORDS = """ventus windforce shadow inspire twin eagle gaming verto trinity oc trio fan fans slim ichill jetstream phoenix
dual solo"""
_COOLER_LINES = frozenset(_COOLER_LINES_WORDS.split())
_CHIPSETS = frozenset(
    {"58", "79", "99", "299", "370", "399", "470", "570", "670", "870"}
)  # the "X99" of "for X99 boards"
_LINKS = frozenset({"of", "de", "di", "von", "av", "af"})  # "pair of", "pareja de"
_NOT_OPENING = frozenset({"to", "set", "due", "dual", "bi", "quad", "twin", "double", "matched"})
_OTHER_NOUNS = ("accessory", "accessory_weak", "ram_noun", "psu_noun", "storage", "other")
_COUNTED_ENDS_WORDS = (
    "r dp hdmi displayport port ports pin pins dvi usb rj vga rev v fan fans windforce ichill frozr trio ventus twin"
)
_COUNTED_ENDS = frozenset(_COUNTED_ENDS_WORDS.split())
_ATHLONS = frozenset({"athlon", "phenom", "turion", "sempron"})
_MOST_CLOSING = 50
_SLOTS = frozenset({"express", "e", "pcie", "pci", "slot", "gen"})
_CPU_SERIES = frozenset({"e", "gold", "silver", "platinum", "bronze", "r", "tr", "i"})
_PAIRS = frozenset({"pair", "paar", "paire", "пара"})
_DOUBLES = frozenset({"dual", "twin", "double"})
_BETWEEN = (
    "gpu_brand",
    "cpu_brand",
    "gpu_noun",
    "cpu_noun",
    "board_noun",
    "board_line",
    "gpu_line",
    "pieces",
    "lot",
    "system_weak",
)
_BREAKS = frozenset(",|+;/&[]():")
_ENDS = frozenset("|+;&")
_NO_PIECES = frozenset({"ea", "unit", "pack", "in", "available"})
_NOT_COUNTED_WORDS = """pin bit k core cores ghz mhz gb tb w mm cm gen th nm hz year years month months day days hour hours monate monaten
jahre jahren tage stunden ans mois jours heures anni mesi anos meses dias jaar maanden maneder ar"""
_NOT_COUNTED = frozenset(_NOT_COUNTED_WORDS.split())


class Counter:
    """Reads quantities with the number words of all languages."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._numbers = lexicon.numbers

    def of(self, reading: Reading, span: Span, taken: set[int], *, category: str, is_only: bool) -> int:
        """How many of the part named at `span`; 1 where nothing is said. `taken`: tokens that belong to names."""
        first, last = span
        before = self._before(reading, first, category)
        if before is not None:
            return before
        after = self._after(reading, last, taken)
        if after is not None:
            return after
        if not is_only:
            return 1
        return (
            self._lot(reading, taken)
            or self._opening(reading, first, category)
            or _closing(reading, last, category)
            or 1
        )

    def _opening(self, reading: Reading, first: int, category: str) -> int | None:
        """As in "2x Asus ROG Strix White GTX 1080", "Pair of …", "Zwei …": the count opens the title, the one thing follows."""
        tokens = reading.tokens
        opening = reading.start
        word = tokens.word(opening)
        if word.isdigit() and tokens.word(opening + 1) in {"x", "х"}:
            start, count = opening + 2, _count(word)
        elif word and self._spells(reading, opening) and word not in _NOT_OPENING:
            start, count = opening + 1, self._number_word(reading, opening, self._numbers[word], category)
        else:
            return None
        is_sized = tokens.word(start).isdigit() and (_is_unit(tokens, start + 1) or tokens.gap(start + 1) == "")
        others = [name for name in _OTHER_NOUNS if name != f"{category}_noun"]
        counts_other = tokens.word(start) in _COUNTED_ENDS or any(
            start <= noun < first for noun, _ in reading.spans(*others)
        )
        return None if is_sized or counts_other else count

    def lot(self, reading: Reading, sizes: list[Size]) -> int:
        """How many modules of the one size told: "lot of 8", "8x Samsung 32GB", "10 pcs"; 0 where nothing is said."""
        if not 0 < len(sizes) <= 2 or sizes[0].count > 1 or "kit" in reading.words:  # noqa: PLR2004 - one, and the sum
            return 0
        first, last = sizes[0].first, sizes[0].last
        count = (
            self._lot(reading, set(range(first, last)))
            or self._opening(reading, first, "ram")
            or _closing(reading, last, "ram")
            or 0
        )
        return count if len(sizes) == 1 or sizes[1].total == count * sizes[0].gb else 0

    def _before(self, reading: Reading, first: int, category: str) -> int | None:
        """The quantity in the words before a name; words that are no makers' end the reach of a plain number."""
        tokens = reading.tokens
        is_clean = True
        for index in range(first - 1, max(-1, first - 1 - _REACH), -1):
            gap, word = tokens.gap(index + 1), tokens.words[index]
            if word.isdigit() and (gap.strip() == "*" or (gap.strip() == ")" and "(" in tokens.gaps[index])):
                return _count(word)
            if (_breaks(gap) and not (index + 1 == first and gap.strip() in {"(", ":"})) or (
                word in _NOT_COUNTED and not _counts_cores(tokens, index)
            ):
                return None
            if word in {"x", "х"} and tokens.word(index - 1).isdigit():
                return _times(tokens, index, category)
            is_dual_fan = category == "gpu" and word in _DOUBLES and not (index + 1 == first and _joins(reading, index))
            if is_dual_fan or _counts_cores(tokens, index):
                continue  # "5x Asus Dual GTX 1070" has two fans
            if category == "gpu" and _is_times_number(tokens, index):
                return _count(word)  # "x6 1070 Ti"
            if word.isdigit() or self._spells(reading, index):
                return self._number(reading, index, category) if is_clean else None
            is_clean = is_clean and (word in _LINKS or _may_stand_between(reading, index))
        return None

    def _spells(self, reading: Reading, index: int) -> bool:
        """Whether a word spells a number; the "très" of "très bon état" is Spanish for three only without its accent."""
        return reading.tokens.words[index] in self._numbers and not reading.is_at("not_counted", index)

    def _number(self, reading: Reading, index: int, category: str) -> int | None:
        word = reading.tokens.words[index]
        if word.isdigit():
            return _plain_number(reading, index, category)
        return self._number_word(reading, index, self._numbers[word], category)

    def _number_word(self, reading: Reading, index: int, number: int, category: str) -> int | None:
        word = reading.tokens.words[index]
        if word == "to":
            return None
        if word in {"bi", "dual", "twin", "quad", "double", "matched"}:
            is_pair = (
                category == "cpu" and not reading.is_at("cpu_noun", index + 2) and _next_is_cpu(reading, index + 1)
            )
            return number if is_pair or (category == "gpu" and word in _DOUBLES) else None
        return number

    def _after(self, reading: Reading, last: int, taken: set[int]) -> int | None:
        """The quantity in the words behind a name: "x2", "(2)", "4 шт", "two pieces"."""
        tokens = reading.tokens
        for index in range(last, min(last + _REACH, len(tokens))):
            gap, word = tokens.gaps[index], tokens.words[index]
            if index in taken or (index > last and not _ENDS.isdisjoint(gap)):
                return None
            if word == "par" and tokens.word(index + 1).isdigit():
                return _count(tokens.words[index + 1])  # "Tesla K80 par 2"
            if word in {"x", "х"} and tokens.word(index + 1).isdigit() and tokens.gap(index + 1) in {"", " "}:
                return _times_after(tokens, index, last)
            if word.isdigit() or self._spells(reading, index):
                count = self._count_at(reading, index, is_next=index == last)
                if count is not None:
                    return count if count > 1 else None
        return None

    def _count_at(self, reading: Reading, index: int, *, is_next: bool) -> int | None:
        tokens = reading.tokens
        word, gap = tokens.words[index], tokens.gaps[index].strip()
        if word in self._numbers:
            return self._numbers[word] if reading.is_at("pieces", index + 1) else None
        is_free = tokens.gaps[index] != "" and tokens.gap(index + 1) in {"", " "}  # "4 pcs", but not "G41 PC"
        has_pieces = is_free and reading.is_at("pieces", index + 1)
        closes = index + 1 == len(tokens) or tokens.gaps[index + 1].startswith(")")
        in_brackets = is_next and gap == "(" and closes
        return _count(word) if has_pieces or in_brackets or (is_next and gap == "*") else None

    def _lot(self, reading: Reading, taken: set[int]) -> int | None:
        """As in "lot of 4", "set of 2", "qty 3", "10 pcs" anywhere in a title with one part."""
        tokens = reading.tokens
        for _, last in reading.spans("lot"):
            word = tokens.word(last)
            is_code = tokens.gap(last + 1) == "" and tokens.word(last + 1) != "x"  # "lot of 7TGM9"
            if word.isdigit() and not (_is_unit(tokens, last + 1) or is_code):
                return _count(word)
            if word in self._numbers:
                return self._numbers[word]
        return _pieces(reading, taken) or _cards_of_system(reading, taken) or _opening_times(tokens, taken)


def _pieces(reading: Reading, taken: set[int]) -> int | None:
    """As in "10 pcs", "4 Stück"."""
    tokens = reading.tokens
    for first, _ in reading.spans("pieces"):
        word = tokens.word(first - 1)
        is_free = first - 1 not in taken and (first < 2 or tokens.gap(first - 1) != "")  # noqa: PLR2004
        is_piece = tokens.gap(first) in {"", " "} and tokens.words[first] not in _NO_PIECES
        if is_free and is_piece and word.isdigit():
            return _count(word)
    return None


def _cards_of_system(reading: Reading, taken: set[int]) -> int | None:
    """As in "mining rig … 6 GPU"."""
    if reading.has("system"):
        for first, _ in reading.spans("gpu_noun"):
            if first - 1 not in taken and _is_count_of_cards(reading.tokens, first - 1):
                return _count(reading.tokens.words[first - 1])
    return None


def _opening_times(tokens: Tokens, taken: set[int]) -> int | None:
    """As in "x4 Tesla P40"."""
    return _count(tokens.words[1]) if tokens.word(0) == "x" and tokens.word(1).isdigit() and 0 not in taken else None


def _counts_cores(tokens: Tokens, index: int) -> bool:
    """Whether a token belongs to "12-Core", as it stands between a count and the processor: "2x 12-Core E5-2690"."""
    noun = index + 1 if tokens.words[index].isdigit() else index
    return (
        tokens.word(noun) in {"core", "cores"}
        and tokens.word(noun - 1).isdigit()
        and tokens.gap(noun) in {"", "-", " "}
    )


def _is_times_number(tokens: Tokens, index: int) -> bool:
    """The 6 of "x6", where the x is no slot's and no cooler's ("PCIe x16", "iChill X3")."""
    before = tokens.word(index - 2)
    if "inno" in tokens.words[max(0, index - 4) : index]:
        return False  # "Inno3D X2" has two fans
    is_glued = tokens.words[index].isdigit() and tokens.word(index - 1) == "x" and tokens.gap(index) == ""
    return (
        is_glued
        and tokens.gap(index - 1) != ""
        and not (before.isdigit() or before in _COOLER_LINES or before in _SLOTS or tokens.words[index] == "16")
    )


def _is_count_of_cards(tokens: Tokens, index: int) -> bool:
    """As in "mining rig 13 GPU RX470"; the 5 of "GDDR5 GPU" counts nothing."""
    return tokens.word(index).isdigit() and tokens.gap(index) != "" and tokens.gap(index + 1) == " "


def _closing(reading: Reading, last: int, category: str) -> int | None:
    """As in "… GPU Accelerator x2", "… (2)", "… (2x)", "… *2", "… par 2": the count closes the title of one thing."""
    tokens = reading.tokens
    at = len(tokens) - 1
    if any(tokens.words[i] in _PAIRS and tokens.word(i + 1) not in _LINKS for i in range(last, at + 1)):
        return 2  # "E5-2690 v4 - matched pair", "GTX 1080 Ti SLI pair with bridge"
    if tokens.words[at] == "x":
        at -= 1
    if at <= last or not tokens.words[at].isdigit():
        return None
    before, gap = tokens.word(at - 1), tokens.gap(at).strip()
    is_bracketed = gap.endswith("(") and tokens.plain.rstrip().endswith(")")
    is_times = before == "x" and tokens.gap(at - 1) != "" and not gap and _may_close(reading, at, category)
    is_product = tokens.gap(at) == "*" and before.isdigit()  # "7*7"
    is_marked = is_bracketed or (gap.endswith("*") and not is_product) or before == "par"
    count = _count(tokens.words[at]) if is_times or (is_marked and before not in _COUNTED_ENDS) else None
    return count if count is not None and 1 < count <= _MOST_CLOSING else None


def _may_close(reading: Reading, at: int, category: str) -> bool:
    """Whether the "x2" that ends a title counts the thing: not its slot's lanes, its ports, its fans, or an Athlon's cores."""
    tokens = reading.tokens
    counted = tokens.word(at - 2)
    if counted in _COUNTED_ENDS or (counted.isdigit() and tokens.gap(at) != ""):
        return False
    if category == "cpu" and not _ATHLONS.isdisjoint(reading.words):
        return False
    is_slot = not _SLOTS.isdisjoint(tokens.words[max(0, at - 6) : at])
    return not (is_slot and tokens.words[at] in {"1", "4", "8", "16"})


def _times(tokens: Tokens, index: int, category: str) -> int | None:
    line = tokens.word(index - 2)
    if category == "gpu" and line in _COOLER_LINES and tokens.gap(index - 1) in {" ", "-", ""}:
        return None
    if tokens.gap(index - 1) == "" and index > 1:
        return None
    return _count(tokens.words[index - 1])


def _plain_number(reading: Reading, index: int, category: str) -> int | None:
    """As in "3 Nvidia Tesla P40", "(2) P40s", "6 Stück K80": it opens the title, stands in brackets or before "pieces"."""
    tokens = reading.tokens
    count = _count(tokens.words[index])
    is_glued = tokens.gap(index + 1) == "" or (index > 0 and tokens.gaps[index] == "")
    if count is None or is_glued or _is_unit(tokens, index + 1) or "#" in tokens.gaps[index]:
        return None
    if reading.is_at("pieces", index + 1) or reading.is_at("lot", index - 1):
        return count
    if count == 1:
        return None
    opens = (
        index == reading.start
        or reading.is_any_at(("sale_verbs", "attached"), index - 1)
        or any(char in tokens.gaps[index] for char in "+,|*&](")
    )
    opens = opens or (category == "gpu" and reading.has("mining_rig"))  # "ферма на 6 RX 580"
    after_noun = category == "gpu" and (tokens.word(index - 1) == "nvidia" or reading.is_at("gpu_noun", index - 1))
    return count if opens or (after_noun and not reading.is_at("gpu_noun", index + 1)) else None


def _times_after(tokens: Tokens, index: int, last: int) -> int | None:
    follows = tokens.word(index + 2)
    if tokens.gap(index + 1) == "" and tokens.words[index + 1] in _CHIPSETS:
        return None
    if (index > last and tokens.word(index - 1).isdigit()) or tokens.gap(index + 2) == ",":
        return None  # "(14 x 2,60 GHz)"
    is_slot = tokens.word(index - 1) in _SLOTS
    is_cooler = (index > last and tokens.word(index - 1) in _COOLER_LINES) or (
        "inno" in tokens.words and tokens.gap(index + 1) == ""
    )  # "iChill X3", "Inno3D RTX 3080 X3" have three fans
    if (
        is_slot
        or is_cooler
        or _is_unit(tokens, index + 2)
        or follows in {"g", "x", "dp", "hdmi", "fan", "gig", "go", "гб", "гиг", "oc", "lhr", "ultra", "gaming"}
        or (index > last + 1 and tokens.gaps[index].strip() not in {"(", "-", ",", ""})
    ):
        return None
    count = _count(tokens.words[index + 1])
    if tokens.gaps[index] == "" or tokens.words[index + 1] in {
        "16",
        "64",
        "86",
    }:  # lanes, and what software is made for
        return None
    return count if index <= last + 3 else None


def _may_stand_between(reading: Reading, index: int) -> bool:
    """Whether a word may stand between a number and the part it counts ("4 Stück Nvidia Tesla P40")."""
    return reading.is_any_at(_BETWEEN, index)


def _next_is_cpu(reading: Reading, index: int) -> bool:
    if reading.tokens.word(index).isdigit() and reading.tokens.word(index + 1) == "v":
        return True  # "dual 2680 v4"
    return reading.is_any_at(("cpu_brand", "cpu_noun"), index) or reading.tokens.word(index) in _CPU_SERIES


def _joins(reading: Reading, index: int) -> bool:
    """Whether a "dual" opens a member of a list ("Threadripper, dual RTX 3090"), and no Asus Dual can be meant."""
    is_member = not _BREAKS.isdisjoint(reading.tokens.gaps[index]) or reading.is_at("attached", index - 1)
    return is_member and "asus" not in reading.words


def _is_unit(tokens: Tokens, index: int) -> bool:
    """Whether a number before the token at `index` measures something; the "w" of "lot of 10 w/ warranty" is no watt."""
    return tokens.word(index) in _NOT_COUNTED and not tokens.gap(index + 1).startswith("/")


def _breaks(gap: str) -> bool:
    return not _BREAKS.isdisjoint(gap) or " - " in gap


def _count(word: str) -> int | None:
    return int(word) if len(word) <= 3 and 0 < int(word) <= _MOST else None  # noqa: PLR2004
