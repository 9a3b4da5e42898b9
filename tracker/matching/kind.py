"""Kind: one component, several, a whole computer, an accessory, or anything else."""

import re
from dataclasses import dataclass

from tracker.domain.match import Kind, Role
from tracker.matching.lexicon import Reading, Span
from tracker.matching.mentions import Mention
from tracker.matching.roles import Scope
from tracker.matching.sizes import Of, Size

_SERVER_MODEL = re.compile(
    r" (?:dl|ml|bl|sl|rx|sr|st|td|rd) ?\d{2,4} ?(?:p|r|e|c)? | [rtc] ?[4-9]\d0 ?(?:xd)? | z ?[4-8]\d0 | z ?[468] g ?[1-5] "
)
_COMPONENTS = ("gpu_noun", "cpu_noun", "board_noun", "ram_noun", "psu_noun")
_PC_WORDS = (
    *_COMPONENTS,
    "gpu_brand",
    "cpu_brand",
    "system",
    "system_weak",
    "laptop",
    "not_system",
    "cooling_brand",
    "storage",
)
_SET_WORDS = frozenset(
    {
        "bundle",
        "combo",
        "комплект",
        "комплекты",
        "комплекти",
        "aufrustkit",
        "aufrustset",
        "oppgraderingspakke",
        "связка",
        "сет",
        "набор",
        "konvolut",
    }
)
_LAST_TOKENS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """The kind, the words that decided, and how sure (0..1) that rule is."""

    kind: Kind
    why: str


def accessory_word(reading: Reading, mentions: list[Mention], scopes: list[Scope]) -> str:
    """The word that makes the ad an accessory, "" where none does."""
    sold = [mention for mention in mentions if mention.role is Role.SOLD]
    for first, last in reading.spans("accessory"):
        if (
            not _is_beside(reading, first, sold)
            and not _in(scopes, first)
            and _heads(reading, first, last, sold, scopes)
        ):
            return _text(reading, (first, last))
    for first, last in reading.spans("accessory_weak"):
        if _is_beside(reading, first, sold):
            continue
        before_for = any(scope.first >= last and scope.first - last <= _LAST_TOKENS for scope in scopes)
        ends = (
            last >= len(reading.tokens)
            and bool(mentions)
            and not reading.has("gpu_noun")
            and first > mentions[-1].last - 1
        )
        if (before_for and not sold) or (ends and reading.tokens.gap(first) == " "):
            return _text(reading, (first, last))
    return ""


def _heads(reading: Reading, first: int, last: int, sold: list[Mention], scopes: list[Scope]) -> bool:
    """Whether an accessory's word is what the title is about."""
    before = [mention for mention in sold if mention.last <= first]
    after = [mention for mention in sold if mention.first >= last]
    if reading.has("cooling_brand") and not before and not after:
        return True
    if before:
        return not _sells_itself(reading, before, first)
    if after:
        joined = any(char in gap for gap in reading.tokens.gaps[last : after[0].first + 1] for char in "+&|")
        with_it = any(last <= cue < after[0].first + 1 for cue, _ in reading.spans("attached"))
        return not (joined or with_it)
    return True


def _sells_itself(reading: Reading, before: list[Mention], index: int) -> bool:
    """ "GTX 1080 graphics card, heatsink": the card's own noun stands between the name and the accessory, set apart."""
    gaps = reading.tokens.gaps[before[-1].last : index + 1]
    return any(char in gap for gap in gaps for char in ",|;+&(") or any(" - " in gap for gap in gaps)


def _is_beside(reading: Reading, index: int, sold: list[Mention]) -> bool:
    """Whether an accessory's word only says what comes with the thing ("with fan", "+ box", "no bracket", "3 fans")."""
    gap = reading.tokens.gap(index)
    has_before = any(mention.last <= index for mention in sold) or any(
        span[1] <= index for name in _COMPONENTS for span in reading.spans(name)
    )
    if has_before and any(char in gap for char in "+&"):
        return True
    for name, reach in (("attached", 5), ("without", 2)):
        for first, last in reading.spans(name):
            covers = first <= index < last
            near = last <= index <= last + reach and not any(
                char in g for g in reading.tokens.gaps[last : index + 1] for char in "|;"
            )
            if covers or (near and (has_before or name == "without")):
                return True
    return False


def system_word(reading: Reading, mentions: list[Mention], sizes: list[Size], scopes: list[Scope]) -> str:
    """The word that makes the ad a whole computer, "" where none does."""
    sold = [mention for mention in mentions if mention.role is Role.SOLD]
    for name in ("laptop", "system"):
        for span in reading.spans(name):
            if not _in(scopes, span[0]) and not _is_absent(reading, span[0]):
                return _text(reading, span)
    systems = [mention for mention in sold if mention.category == "system"]
    has_cpu = any(mention.category == "cpu" for mention in sold)
    has_gpu = any(mention.category == "gpu" for mention in sold)
    memory = any(size.of is Of.RAM for size in sizes)
    disk = any(size.of is Of.DISK for size in sizes) or reading.has("storage")
    if systems and _leads(reading, systems[0].first, sold):
        return _text(reading, (systems[0].first, systems[0].last))
    weak = [
        span for span in reading.spans("system_weak") if not _in(scopes, span[0]) and not _is_absent(reading, span[0])
    ]
    model = _SERVER_MODEL.search(reading.spaced)
    if (
        model
        and not scopes
        and (weak or disk or memory or sizes)
        and (has_cpu or memory or disk or weak)
        and not _is_headed(reading, sold)
    ):
        return model[0].strip()
    if model and has_cpu and not scopes:
        place = reading.spaced.count(" ", 0, model.start() + 1) - 1
        if place < min(mention.first for mention in sold if mention.category == "cpu") and not _is_headed(
            reading, sold
        ):
            return model[0].strip()
    if (
        weak
        and not _is_headed(reading, sold)
        and (has_cpu or has_gpu or memory or disk or sizes or reading.has("cpu_brand"))
    ):
        return _text(reading, weak[0])
    if (
        has_cpu
        and has_gpu
        and (disk or (memory and not _has_set_word(reading) and not any(m.category == "board" for m in sold)))
    ):
        return "CPU, GPU and a disk or memory together"
    return ""


def _is_headed(reading: Reading, sold: list[Mention]) -> bool:
    """Whether a component's own noun heads the ad: "graphics card for …", "server power supply"."""
    has_cpu = any(mention.category == "cpu" for mention in sold)
    cards = [mention for mention in sold if mention.category == "gpu"]
    if reading.has("gpu_noun") and cards and not has_cpu:
        return True
    if reading.has("psu_noun") and not has_cpu and not cards and not reading.has("cpu_brand"):
        return True
    if cards and not has_cpu and cards[0].first <= 2:  # noqa: PLR2004
        return True
    return bool(
        reading.has("board_noun")
        and any(mention.category == "board" for mention in sold)
        and not reading.has("storage")
    )


def _leads(reading: Reading, first: int, sold: list[Mention]) -> bool:
    others = [mention.first for mention in sold if mention.category in {"gpu", "cpu", "board"}]
    return first < min(others, default=10**6) or reading.has("system_weak", "storage")


def _is_absent(reading: Reading, index: int) -> bool:
    return any(last == index for _, last in reading.spans("without"))


def _in(scopes: list[Scope], index: int) -> bool:
    return any(scope.first <= index < scope.last for scope in scopes)


def _text(reading: Reading, span: Span) -> str:
    return " ".join(reading.tokens.words[span[0] : span[1]])


def _has_set_word(reading: Reading) -> bool:
    return not _SET_WORDS.isdisjoint(reading.words)


def is_set(reading: Reading, categories: set[str]) -> bool:
    """Whether one processor or board named is sold with more: "upgrade bundle", "комплект"."""
    return _has_set_word(reading) and bool(categories & {"cpu", "board"}) and "ram" not in categories


def is_component(reading: Reading) -> str:
    """The component a title without any known model is about ("Netzteil 12V", "motherboard"), "" for none."""
    for name in ("gpu_noun", "board_noun", "psu_noun", "cpu_noun", "ram_noun"):
        if reading.has(name):
            return name.removesuffix("_noun")
    return ""


def is_computing(reading: Reading) -> bool:
    """Whether anything in the title has to do with computers; an accessory's word alone may be a bicycle's."""
    return reading.has(*_PC_WORDS) or _SERVER_MODEL.search(reading.spaced) is not None
