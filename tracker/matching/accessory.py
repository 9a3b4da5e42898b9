"""Accessories: the word that makes an ad one for what belongs to a component and is not it."""

from tracker.domain.match import Role
from tracker.matching.kind import COMPONENTS, has_set_word
from tracker.matching.lexicon import Reading, Span
from tracker.matching.mentions import Mention
from tracker.matching.roles import Scope, is_governed

_LAST_TOKENS = 3
_COOLER_REACH = 4
_BEFORE_FOR = 6
# Words that leave the part itself out of the sale.
_ALONE = frozenset(
    {
        "leerkarton",
        "solo",
        "sola",
        "alleen",
        "only",
        "seul",
        "seule",
        "nur",
        "leer",
        "leere",
        "leerer",
        "empty",
        "vide",
        "vacia",
        "vuota",
        "lege",
    }
)
# Of these the ones that stand before their noun: "mit Lüfter, nur Abholung" says nothing of the fan.
_LEADING = frozenset({"nur", "solo", "sola", "alleen"})

_MACHINES = ("system", "system_line", "laptop")
_MODEL_LETTERS = frozenset({"r", "t", "z", "dl", "ml", "c", "gen", "g"})
_HOUSINGS = frozenset({"kit", "box", "case", "switch", "key", "support", "frame"})
# Processors are sold "BOX" or "tray".
_RETAIL = frozenset({"box", "ovp"})


def accessory_word(reading: Reading, mentions: list[Mention], scopes: list[Scope]) -> str:
    """The word that makes the ad an accessory, "" where none does."""
    sold = [mention for mention in mentions if mention.role is Role.SOLD]
    if (
        not sold
        and reading.has("cooling_brand")
        and not reading.has("ram_noun", "psu_noun", "board_noun", "system", "case_noun")
    ):
        return reading.text(reading.spans("cooling_brand")[0])
    empty = _box_only(reading, sold)
    if empty:
        return empty
    for first, last in reading.spans("accessory", "accessory_sure", "accessory_weak"):
        is_alone = not _ALONE.isdisjoint(reading.tokens.words[max(0, first - 2) : last])
        is_alone = is_alone or reading.tokens.word(last) in _ALONE - _LEADING
        if is_alone and not (_is_missing(reading, first) or reading.is_at("case_noun", first)):
            return reading.text((first, last))  # "GTX 1080 Ti (BOX ONLY)", wherever it stands
    head = heading_word(reading, ("accessory", "accessory_sure"), sold, scopes)
    if head:
        return head
    for first, last in reading.spans("accessory_weak"):
        is_memory = reading.tokens.words[first] == "kit" and (reading.has("ram_noun") or "ddr" in reading.words)
        if is_memory or _is_beside(reading, first, sold):
            continue
        before_for = any(scope.first >= last and scope.first - last <= _BEFORE_FOR for scope in scopes)
        ends = (
            last >= len(reading.tokens)
            and bool(mentions)
            and not reading.has("gpu_noun")
            and not (mentions[-1].category == "cpu" and reading.tokens.words[first] in _RETAIL)
            and first > mentions[-1].last - 1
            and not _sells_itself(reading, mentions[-1].last, first)
            and not reading.is_any_at(COMPONENTS, first - 1)
        )
        if (
            (before_for and not sold)
            or (ends and reading.tokens.gap(first) == " ")
            or _opens(reading, first, last, sold)
        ):
            return reading.text((first, last))
    return ""


def heading_word(reading: Reading, lists: tuple[str, ...], sold: list[Mention], scopes: list[Scope]) -> str:
    """The word of `lists` that a title is about, "" for none: "RTX 4090 poster", but not "RTX 4090 + poster"."""
    for first, last in reading.spans(*lists):
        if (
            not _is_beside(reading, first, sold)
            and not is_governed(scopes, first)
            and _heads(reading, first, last, sold, comes_with_cards="accessory" in lists)
        ):
            return reading.text((first, last))
    return ""


def machines_word(reading: Reading) -> str:
    """As in "Dell R730 fan", "OptiPlex stand": a weak word right behind a machine's name or number; a "NUC kit" is the machine."""
    for first, last in reading.spans("accessory_weak"):
        name = first - 2 if reading.tokens.word(first - 1).isdigit() else first - 1
        names_machine = reading.is_any_at(_MACHINES, name) or reading.tokens.word(name) in _MODEL_LETTERS
        if names_machine and reading.tokens.gaps[first] == " " and reading.tokens.words[first] not in _HOUSINGS:
            return reading.text((first, last))
    return ""


def _is_missing(reading: Reading, first: int) -> bool:
    """As in "no box only the card" and "no original box"."""
    place = first - 1 if reading.is_at("fresh", first - 1) else first
    return any(last == place for _, last in reading.spans("without"))


def _opens(reading: Reading, first: int, last: int, sold: list[Mention]) -> bool:
    """As in "Original Karton RTX 3080", "Ventilateur GTX 1060": the word opens the title, nothing but a name follows it."""
    tokens = reading.tokens
    if len(sold) != 1 or sold[0].first < last or not _RETAIL.isdisjoint(tokens.words[first:last]):
        return False
    is_joined = any(char in gap for gap in tokens.gaps[last : sold[0].first + 1] for char in "+&|,:")
    is_first = all(reading.is_at("cooler_line", i) for i in range(reading.start, first))
    return (
        is_first and not is_joined and not reading.has("gpu_noun", "cpu_noun", "defect") and "kit" not in reading.words
    )


_BOXES = frozenset(
    {"box", "ovp", "karton", "verpackung", "boite", "boitier", "emballage", "caja", "scatola", "doos", "eske", "doboz"}
)
_EMPTY = frozenset(
    {"leer", "leere", "leerer", "empty", "vide", "vides", "vacia", "vuota", "lege", "tom", "ures", "puste"}
)
_ITSELF = {
    "gpu": frozenset({"card", "gpu", "karte", "carte", "kaart", "grafikkarte", "graphics"}),
    "cpu": frozenset({"cpu", "processor", "prozessor", "processeur"}),
}


def text_says_box(text: Reading, sold: list[Mention]) -> bool:
    """Whether a description says what a title hides: "Only the box, no graphics card included!"."""
    phrases = [frozenset(text.tokens.words[first:last]) for first, last in text.spans("accessory")]
    return bool(_box_only(text, sold)) or any(_BOXES & phrase and _ALONE & phrase for phrase in phrases)


def _box_only(reading: Reading, sold: list[Mention]) -> str:
    """As in "OVP RTX 4090 leer" and "RTX 3090 box, no card": the word that says that the one part named is not inside."""
    if (
        len(sold) != 1
        or sold[0].category not in _ITSELF
        or (_BOXES.isdisjoint(reading.words) and not reading.has("accessory", "accessory_weak"))
    ):
        return ""
    if not (_BOXES.isdisjoint(reading.words) or _EMPTY.isdisjoint(reading.words)):
        return "an empty box"
    for first, last in reading.spans("without"):
        if reading.tokens.word(last) in _ITSELF[sold[0].category] and not reading.is_at("accessory", last):
            return reading.text((first, last + 1))
    return ""


def _heads(reading: Reading, first: int, last: int, sold: list[Mention], *, comes_with_cards: bool) -> bool:
    """Whether a word is what the title is about; a specified card may end with an accessory, never with a poster."""
    before = [mention for mention in sold if mention.last <= first]
    after = [mention for mention in sold if mention.first >= last]
    if before:
        is_specified = (
            comes_with_cards
            and len(before) == 1
            and reading.has("vram")
            and any(before[0].last <= noun <= first for noun, _ in reading.spans("gpu_noun"))
        )
        return not is_specified and not _sells_itself(reading, before[-1].last, first)
    supplies = [span for span in reading.spans("psu_noun") if span[1] <= first]
    if supplies and not sold and any(unit in reading.words for unit in ("w", "watt")):
        return first - supplies[-1][1] <= 1 and not _sells_itself(reading, supplies[-1][1], first)
    if not after:
        return True
    start = after[0].first
    if any(last <= span[0] < start for span in reading.spans("accessory", "accessory_weak")):
        return True
    joined = any(char in gap for gap in reading.tokens.gaps[last : start + 1] for char in "+&|")
    return not (
        joined or any(start - _LAST_TOKENS <= cue <= start and cue >= last for cue, _ in reading.spans("attached"))
    )


def _sells_itself(reading: Reading, end: int, index: int) -> bool:
    """As in "GTX 1080 graphics card, heatsink": the card's own noun stands between the name and the accessory, set apart."""
    gaps = reading.tokens.gaps[end : index + 1]
    return any(char in gap for gap in gaps for char in ",|;+&(") or any(" - " in gap for gap in gaps)


def _is_beside(reading: Reading, index: int, sold: list[Mention]) -> bool:
    """Whether an accessory's word only says what comes with the thing ("with fan", "+ box", "no bracket", "3 fans")."""
    tokens = reading.tokens
    things = (*COMPONENTS[1:], "psu_brand")
    is_behind = any(mention.last <= index for mention in sold) or any(
        last <= index for _, last in reading.spans(*things)
    )
    is_broken = reading.is_at("defect", index - 1) or reading.is_at("defect", index + 1)  # "RTX 3080 bad fan"
    is_counted = index > 2 and tokens.word(index - 1) == "x" and tokens.word(index - 2).isdigit()  # noqa: PLR2004
    if (is_behind and is_broken) or is_counted:
        return True
    if is_behind and (_is_added(reading, index, sold) or _is_its_cooler(reading, index)):
        return True
    return any(_is_told(reading, name, span, index, is_behind=is_behind) for name, span in _cues(reading))


def _is_added(reading: Reading, index: int, sold: list[Mention]) -> bool:
    """As in "1080 Ti + box", "board, CPU, fan bundle", "backplate installed"."""
    if has_set_word(reading) and not any(mention.category == "gpu" for mention in sold):
        return True
    gaps = reading.tokens.gaps
    if "&" in gaps[index] or any("+" in gap for gap in gaps[max(0, index - 3) : index + 1]):
        return True
    return any(index < first <= index + _LAST_TOKENS for first, _ in reading.spans("fitted"))


def _is_its_cooler(reading: Reading, index: int) -> bool:
    """As in "GTX 1070 Twin Frozr VI Cooler", "RTX 3080 iCX3 Technology Metal Backplate": praise that ends the title."""
    is_praise = index + 2 >= len(reading.tokens) and "replacement" not in reading.words
    return is_praise and any(last <= index <= last + _COOLER_REACH for _, last in reading.spans("cooler_line"))


def _cues(reading: Reading) -> list[tuple[str, Span]]:
    return [(name, span) for name in ("attached", "without") for span in reading.spans(name)]


def _is_told(reading: Reading, name: str, cue: Span, index: int, *, is_behind: bool) -> bool:
    """Whether the word at `index` is what a "with" or a "no" is about."""
    first, last = cue
    if first <= index < last:
        return True
    is_near = last <= index <= last + (2 if name == "without" else 5)
    if not is_near or any(char in gap for gap in reading.tokens.gaps[last : index + 1] for char in "|;"):
        return False
    is_cards = any(noun == first for _, noun in reading.spans("gpu_noun"))  # "graphics card with water block"
    return is_behind or is_cards or name == "without" or first - reading.start > _LAST_TOKENS
