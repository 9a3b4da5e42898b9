"""Doubts: everything that has been seen to go with a wrong match, by name; confidence.py holds what each weighs."""

from itertools import pairwise

from tracker.domain.match import Kind, Reason
from tracker.matching.kind import COMPONENTS
from tracker.matching.lexicon import Reading
from tracker.matching.mentions import Mention
from tracker.matching.names import Strength
from tracker.matching.parts import Sale
from tracker.matching.sizes import Of, Size

_MANY_PARTS = 5
_HARDWARE = (*COMPONENTS, "gpu_brand", "cpu_brand", "vram", "system", "system_weak", "laptop")
_LEAST_STATED = 4  # GB; small cards came in more sizes than any table tells
_CHIPS = (1, 2, 4)  # tables tell the memory of one chip, sellers that of the card: a K80 has 24 GB, an A16 64
_MODEL_DIGITS = 4
_SIZE_UNITS = frozenset({"gb", "g", "go", "tb", "mb", "гб", "mhz", "ghz", "w"})
_OR = frozenset({"or", "oder", "ou", "o", "или", "або", "eller", "lub", "vagy", "of"})


def find_doubts(reading: Reading, sale: Sale, kind: Kind, parts: int) -> tuple[list[str], Reason | None]:
    """The doubts about a verdict of `kind` with so many `parts`, and the Reason where they leave several candidates."""
    sold = [mention for mention in sale.sold if mention.category != "system"]
    doubts = _name_doubts(sold)
    if kind is Kind.SYSTEM:
        doubts.append("whole computer" if reading.has("system", "laptop", "system_line") else "machine by a weak word")
    elif parts > 1:
        doubts.append("several in one")
    if parts >= _MANY_PARTS:
        doubts.append("many parts")
    if sale.scopes:
        doubts.append("fits something")
    if kind is not Kind.SYSTEM and reading.has("accessory", "accessory_sure"):
        doubts.append("accessory beside it")
    if reading.has("other") and parts:
        doubts.append("another thing named" if reading.has(*_HARDWARE) else "another thing's name")
    choices, reason = _choices(reading, sold, is_machine=kind is Kind.SYSTEM)
    if kind is Kind.PART and not sold and _lists_sizes(sale.sizes):
        choices, reason = ["alternatives"], Reason.VARIATION_LISTING
    if kind is Kind.PART and reason is None and _is_impossible(reading, sale, sold):
        return [*doubts, "no such card"], Reason.CONTRADICTION
    return doubts + choices, reason


def _lists_sizes(sizes: list[Size]) -> bool:
    """As in "4GB 8GB 16GB DDR4": three growing sizes in a row are a shelf to choose from, and the price is one of them."""
    rows = zip(sizes, sizes[1:], sizes[2:], strict=False)
    return any(
        one.count == two.count == three.count == 1
        and one.gb < two.gb < three.gb != one.gb + two.gb
        and (one.last, two.last) == (two.first, three.first)
        for one, two, three in rows
    )


def _is_impossible(reading: Reading, sale: Sale, sold: list[Mention]) -> bool:
    """As in "Tesla M40 16GB": the one size right behind a card is none that it was ever made with, and nobody changed it."""
    if len(sold) != 1 or not sold[0].memories or len(sale.sizes) != 1 or reading.has("modified"):
        return False
    (card,), (size,) = sold, sale.sizes
    is_its_own = (
        size.first == card.last and size.of in {Of.VRAM, Of.UNKNOWN} and size.count == 1 and size.gb >= _LEAST_STATED
    )
    made = {f"{size.gb / chips:g}gb" for chips in _CHIPS}
    return is_its_own and card.memories.isdisjoint(made)


def _name_doubts(sold: list[Mention]) -> list[str]:
    doubts = []
    weakest = min((mention.strength for mention in sold), default=Strength.STRONG)
    if weakest is not Strength.STRONG:
        doubts.append("bare name" if weakest is Strength.BARE else "medium name")
    for mention in sold:
        if mention.rule == "series pattern" and "series pattern" not in doubts:
            doubts.append("series pattern")
        if mention.is_number and "part number only" not in doubts:
            doubts.append("part number only")
    return doubts


def _choices(reading: Reading, sold: list[Mention], *, is_machine: bool) -> tuple[list[str], Reason | None]:
    """Doubts where two of one kind are named: both sold, one of them, or one only spoken of."""
    if reading.has("choice"):  # one price for any of several things: "K80 P40 P100 au choix"
        return ["alternatives"], Reason.VARIATION_LISTING
    doubts: list[str] = []
    if any(mention.doubt for mention in sold):
        doubts.append("several readings")
    of_one_kind = not is_machine and len({mention.category for mention in sold}) == 1
    if of_one_kind and any(_is_one_of_numbers(reading, m) for m in sold):
        return [*doubts, "alternatives"], Reason.SEVERAL_CANDIDATES
    for category in ("gpu", "cpu", "board"):
        same = [mention for mention in sold if mention.category == category and not mention.quoted]
        if _has_alternatives(reading, same):
            doubts.append("alternatives")
        elif len(same) > 1:
            joined = all(_is_joined(reading, one, other) for one, other in pairwise(same))
            doubts.append("listed with another" if joined else "second of a kind")
    is_open = "several readings" in doubts or "alternatives" in doubts
    return doubts, Reason.SEVERAL_CANDIDATES if is_open else None


_AND = frozenset({"and", "und", "et", "og", "y", "e", "en", "и", "та", "es", "i", "med", "mit", "avec", "with", "plus"})


def _is_joined(reading: Reading, one: Mention, other: Mention) -> bool:
    """Whether two mentions are members of a list ("+", "&", ",", "and", a count before the second)."""
    if one.qty > 1 or other.qty > 1:
        return True
    between = range(one.last, other.first + 1)
    if any(char in reading.tokens.gaps[index] for index in between for char in "+&/|;"):
        return True
    if any(reading.tokens.words[index] in _AND for index in between[:-1]):
        return True
    return _follows_comma(reading, other) or reading.has("system", "bundle")


def _follows_comma(reading: Reading, mention: Mention) -> bool:
    """Whether only makers' words stand between a comma and the name: ", Gigabyte GeForce GTX 1060"."""
    for index in range(mention.first, 0, -1):
        if "," in reading.tokens.gaps[index]:
            return True
        if not reading.is_any_at(("gpu_brand", "cpu_brand", "gpu_noun", "board_line"), index - 1):
            return False
    return False


def _has_alternatives(reading: Reading, mentions: list[Mention]) -> bool:
    """As in "P40/P100", "i5-9500/8500": one of them is sold, and nobody can tell which."""
    for one, other in pairwise(mentions):
        if one.part == other.part:
            continue
        gap = reading.tokens.gaps[other.first].strip()
        if (other.first == one.last and gap == "/") or (
            other.first == one.last + 1 and reading.tokens.words[one.last] in _OR
        ):
            return True
    return False


def _is_one_of_numbers(reading: Reading, mention: Mention) -> bool:
    """As in "1080/1080ti/2080" and "E5-2650 v2 / v3": a slash, and another model's number behind or before it."""
    tokens = reading.tokens
    after, before = tokens.word(mention.last), tokens.word(mention.first - 1)
    if tokens.gap(mention.last).strip() == "/":
        is_version = after == "v" and tokens.word(mention.last + 1).isdigit()
        if is_version or (_is_model_number(after) and tokens.word(mention.last + 1) not in _SIZE_UNITS):
            return True
    return tokens.gap(mention.first).strip() == "/" and _is_model_number(before) and mention.category != "board"


def _is_model_number(word: str) -> bool:
    return word.isdigit() and len(word) == _MODEL_DIGITS and word[0] != "0"
