"""A normalised text as tokens: runs of letters or of digits, each with what separates it from the one before.

"GTX1080Ti", "gtx 1080 ti" and "GTX-1080-TI" give the same three tokens; only their separators differ.
"""

import re
from dataclasses import dataclass

# Glued words that are taken apart: "16GBWithout", and the "x" of "2xGTX1080" before a name.
_GLUED_UNIT = r"(?<=\d)gb(?=[a-df-oq-z])|(?<=[\d ])go(?=ram)"
_NAMES = "[gr]tx|rx ?\\d|tesla|xeon|nvidia|geforce|radeon|quadro|intel|amd|evga|msi|asus|e[357]|firepro|ryzen|epyc"
_GLUED_TIMES = rf"(?<=\d)x(?={_NAMES})"
_MAKER_NAMES = "geforce|nvidia|intel|xeon|quadro|tesla|core|rtx"
_GLUED_MAKER = rf"(?:{_MAKER_NAMES})(?=[gr]tx\d|i[3579]|[eaxwpkmtv]\d)"  # "GeForceGTX1080", "XeonE5-2680", "RTXA5000"
# Most titles have nothing glued, and the plain pattern is twice as fast.
_GLUED_SUFFIX = r"(?<=\d)[alw](?=v\d)|(?<=\d)ti(?=super)"  # "E5-2687Wv4", "RTX4070TiSuper"
_GLUED = re.compile(rf"\d(?:gb[a-z]|x[a-z]|goram|[alw]v\d|tisuper)| goram|g[. ]skill|{_GLUED_MAKER}")
_TOKEN = re.compile(r"([^\W\d_]+|\d+)")
_MAKER = r"(?<![^\W\d_])g[. ]skill"  # one word, for "3200 G.Skill" is no 3200G
_GLUED_TOKEN = re.compile(rf"({_MAKER}|{_GLUED_MAKER}|{_GLUED_UNIT}|{_GLUED_TIMES}|{_GLUED_SUFFIX}|[^\W\d_]+|\d+)")
# Typed trade marks, and what eBay's pages say to screen readers, run into the title: "New listingIntel(R) Core(TM)".
_BLANKED = re.compile(r"(?<=[a-z])\((?:r|tm)\)|^new listing")
# Names that end in a plus, which is no list's: Sapphire's "Nitro+ RX 580", AMD's "Max+ 395", "80+ Gold".
_PLUS_NAME = re.compile(r"\b(nitro|max|80)\+(?= )")
TOKEN_LIMIT = 1_200  # of a title and a description together

# What may stand between two tokens of one name: nothing, blanks, or one hyphen, dot or underscore; never a comma.
NAME_GAPS = frozenset({"", " ", "-", "_", ".", "  ", "- ", " -", ". ", "\t", "   ", "    ", "'"})
PHRASE_GAPS = NAME_GAPS | {"/", " / "}  # "parts/repair", "i/o shield"


@dataclass(slots=True)
class Tokens:
    """`words[i]` is the i-th token, `gaps[i]` what stands before it ("" where it is glued to the one before)."""

    words: list[str]
    gaps: list[str]
    plain: str

    def __len__(self) -> int:
        return len(self.words)

    def word(self, index: int) -> str:
        """The token at `index`, "" outside the text."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def gap(self, index: int) -> str:
        """What stands before the token at `index`; a blank outside the text."""
        return self.gaps[index] if 0 <= index < len(self.gaps) else " "

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where tokens first..last (exclusive) stand in the normalised text."""
        start = sum(map(len, self.gaps[: first + 1])) + sum(map(len, self.words[:first]))
        end = start + sum(map(len, self.gaps[first + 1 : last])) + sum(map(len, self.words[first:last]))
        return start, end


def tokenise(plain: str) -> Tokens:
    """The tokens of a normalised text, the first `TOKEN_LIMIT` of them."""
    if "+" in plain:
        plain = _PLUS_NAME.sub(r"\1 ", plain)
    if "(r)" in plain or "(tm)" in plain or plain.startswith("new listing"):
        plain = _BLANKED.sub(lambda match: " " * len(match[0]), plain)  # as long: places in it are told
    pattern = _GLUED_TOKEN if _GLUED.search(plain) else _TOKEN
    pieces = pattern.split(plain, TOKEN_LIMIT)  # gap, word, gap, word, …, what is left
    return Tokens(pieces[1::2], pieces[0:-1:2], plain)
