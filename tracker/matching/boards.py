"""Mainboards by chipset: "B450 Tomahawk", "P8Z77-V", "H81M-K", "AB350M", and lines whose name hides it ("Z10PA-U8")."""

import re

from tracker.domain.part import Catalog, Category
from tracker.matching.lexicon import Reading
from tracker.matching.tokens import NAME_GAPS, Tokens
from tracker.matching.trie import Trie, phrase_words

_LONGEST_SUFFIX = 4
_LONGEST_CODE = 6
_PARTS = re.compile(r"([a-z]*)(\d+)([a-z]*)")
# Chipsets that are numbers only: beside a board's own word they are one, elsewhere they are a graphics card or a price.
_NUMBER = re.compile(r"\d{3,4}[a-z]{0,2}")


class Chipsets:
    """The chipsets of a catalog, compiled once."""

    def __init__(self, catalog: Catalog) -> None:
        self._trie: Trie[str] = Trie(NAME_GAPS)
        for part in catalog.parts.values():
            slug = part.id.removeprefix("board:")
            if part.category is not Category.BOARD or slug == "unknown":
                continue
            name = slug.removeprefix("nforce-")
            for form in ("", "m", "i", "a") if name[-1:].isalpha() and len(name) < _LONGEST_CODE else ("",):
                self._trie.put(phrase_words(name + form), part.id)

        self._heads = self._trie.heads()

    def scan(self, reading: Reading) -> list[tuple[int, int, str]]:
        """(first, last, board id) of each chipset named; the span takes in the letters glued to it ("h81m")."""
        found: list[tuple[int, int, str]] = []
        if self._heads.isdisjoint(reading.words):
            return found
        for first, last, board in self._trie.scan(reading.tokens, _fits):
            end = _suffix_end(reading.tokens, last)
            if found and first == found[-1][1] and reading.tokens.gap(first) == "-":
                continue  # "B85-G43" is one board's name
            if _NUMBER.fullmatch(board.removeprefix("board:").removeprefix("nforce-")) and not _says_board(
                reading, first
            ):
                continue
            found.append((first, end, board))
        return found


def _says_board(reading: Reading, index: int) -> bool:
    """Whether a word for a board, a board maker's line or a socket stands beside a bare number."""
    nouns = [span for span in reading.spans("board_noun") if reading.tokens.words[span[0]] != "itx"]
    if not nouns and reading.words.isdisjoint({"ga", "asrock"}):
        return False
    before = reading.tokens.word(index - 1)
    if len(reading.tokens.words[index]) > 3 and before not in {"intel", "chipset", "amd"}:  # noqa: PLR2004
        return False
    return before not in {"gtx", "rx", "geforce", "i"} and reading.tokens.word(index - 2) != "i"


def _fits(tokens: Tokens, first: int, last: int, board: str) -> bool:
    if tokens.gap(first) == "" and first and not _is_board_prefix(tokens, first):
        return False
    if last >= len(tokens) or tokens.gaps[last] != "":
        return not (board[6:7].isalpha() and tokens.gap(first + 1) not in {"", "-", " "})
    after = tokens.words[last]
    return after.isalpha() and len(after) <= _LONGEST_SUFFIX and after not in {"gb", "mhz", "ghz", "mm", "ti", "w", "v"}


def _is_board_prefix(tokens: Tokens, first: int) -> bool:
    """As in "p8" of "P8Z77", "fm2" of "FM2A88X", "ep2" of "EP2C602"."""
    digit, letters = tokens.word(first - 1), tokens.word(first - 2)
    is_code = digit.isdigit() and len(digit) == 1 and tokens.gap(first - 1) == ""
    return is_code and letters.isalpha() and len(letters) <= 2 and tokens.gap(first - 2) != ""  # noqa: PLR2004


def _suffix_end(tokens: Tokens, last: int) -> int:
    while last < len(tokens) and tokens.gaps[last] == "":
        last += 1
    return last


_APART = frozenset("+,|/&;")
_LINES = frozenset(
    {"gaming", "pro", "plus", "elite", "ultra", "master", "taichi", "extreme", "deluxe", "designare", "hero", "phantom"}
)
_SETS = frozenset({"bundle", "combo"})
_OPENING = 3
_FORMS = frozenset({"m", "i"})  # Micro-ATX and Mini-ITX
_SOCKETS = frozenset({"lga", "socket", "sockel", "am", "tr", "strx", "fclga", "fm"})


def has_board_evidence(reading: Reading, first: int, last: int, cpus: list[int]) -> bool:
    """Whether a chipset in a title is a board: a board's word, a maker's line, a socket, or a CPU (at `cpus`) set apart from it."""
    words = reading.tokens.words
    if reading.has("board_noun") or any(words[line] not in _SOCKETS for line, _ in reading.spans("board_line")):
        return True
    if words[last - 1] in _FORMS and last - first == 3 and first < _OPENING:  # noqa: PLR2004 - "Z690I", "B450M"
        return True
    is_model = last - first > 2 or reading.tokens.gap(last) == "-"  # noqa: PLR2004
    if cpus:  # "E5-2690 v4 LGA2011-3 X99 CPU" only says where it fits
        apart = any(_are_apart(reading, min(first, cpu), max(first, cpu)) for cpu in cpus)
        return is_model or apart or reading.has("system", "system_weak", "laptop", "bundle")
    if not _SOCKETS.isdisjoint(reading.words):
        return not reading.has("accessory", "accessory_weak", "cooling_brand")
    is_line = reading.tokens.word(last) in _LINES  # "B550 Gaming X"
    is_code = last - first > 2 and reading.tokens.gap(last) == "-"  # noqa: PLR2004 - "X99M-H", "Z390M-A"
    if first < _OPENING and (is_code or is_line) and not reading.has("other", "accessory", "cooling_brand"):
        return True
    is_set = "ddr" in reading.words and not _SETS.isdisjoint(reading.words)  # "32GB DDR4 X99 bundle"
    return is_set or (is_model and reading.has("cpu_noun", "ram_noun"))


def _are_apart(reading: Reading, first: int, last: int) -> bool:
    """Whether a plus, a comma or an "and" stands between two tokens."""
    gaps = reading.tokens.gaps[first + 1 : last + 1]
    if any(not _APART.isdisjoint(gap) or " - " in gap for gap in gaps):
        return True
    return any(first < word < last for word, _ in reading.spans("attached"))
