"""What a listing sells: Match, with the evidence for it, or a Reason from a closed list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What is for sale."""

    PART = "part"
    BUNDLE = "bundle"
    SYSTEM = "system"
    ACCESSORY = "accessory"
    OTHER = "other"


class Decision(StrEnum):
    """Whether a match may be priced and bought (accept), waits for a person (review), or is nothing (reject)."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


class Role(StrEnum):
    """What a mention of a part in a title means."""

    SOLD = "sold"
    COMPATIBLE = "compatible"  # "for GTX 1080 Ti", "passend für"
    COMPARED = "compared"  # "better than a 1080 Ti"
    ABSENT = "absent"  # "no GPU", "ohne CPU"
    WANTED = "wanted"
    TRADED = "traded"
    STUFFED = "stuffed"  # "not P40 M40 K80"


class Reason(StrEnum):
    """Why a listing is not accepted: the whole closed list. Each is counted per run and shown in the digest."""

    NO_PART_NAMED = "no_part_named"
    COLLIDING_NAME = "colliding_name"  # a phone called P40
    ACCESSORY = "accessory"
    WANTED = "wanted"
    ONLY_MENTIONED = "only_mentioned"  # every mention is compatible, compared, absent, traded or stuffed
    SEVERAL_CANDIDATES = "several_candidates"
    VARIATION_LISTING = "variation_listing"
    CONTRADICTION = "contradiction"  # "M40 16GB": no such card
    NOT_HARDWARE = "not_hardware"
    SERVICE_OR_RENTAL = "service_or_rental"
    LOW_CONFIDENCE = "low_confidence"
    PRICE_OUT_OF_LINE = "price_out_of_line"  # a "P40" for 9 euros: accepted by its words, unsure by its price
    OVERRIDDEN = "overridden"  # a person said so
    EMPTY_TITLE = "empty_title"


# Flags of prices that are not meant: such a listing is shown, never counted in a history and never bought.
NO_PRICE = frozenset({"price_is_bait", "price_too_low"})
# Conditions worth telling: of the thing, of its seller and of its price.
FLAGS = NO_PRICE | {
    *("untested", "mined", "modified", "repaired", "incomplete", "scam_words", "new_seller"),
    *("price_below_usual", "price_above_usual", "price_too_high"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One mention and what it was taken for: the words, their place (start, end) in the title, and the rule that decided."""

    text: str
    part: str | None
    role: Role | None
    rule: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class MatchedPart:
    """A part in the sale, how many of it, and the board's model or system's slug where it is known."""

    part: str
    qty: int = 1
    model: str | None = None


_SERVER = "-server"


def price_line(part: MatchedPart, facts: Mapping[str, object]) -> str:
    """Among which prices one of a part's is to be held: like with like, as far as the listing tells.

    A board is compared with boards of its model ("board:x99/asus-x99-a"), memory with its own sort ("ram:ddr4:32/registered"),
    a server's supply, which every model of a supply is, with such ("psu:1200-server"); every other part stands for itself.
    """
    category = part.part.partition(":")[0]
    if category == "psu" and (part.model is not None or facts.get("is_server")):
        return part.part + _SERVER
    if category == "board" and part.model is not None:
        return line_of(part.part, part.model)
    if category == "ram" and "registered" in facts:
        return line_of(part.part, "registered" if facts["registered"] else "unbuffered")
    return part.part


def line_of(part: str, model: str) -> str:
    """Among which prices those of one model, or one sort of memory, are held."""
    return f"{part}/{model}"


def figures_of(line: str) -> str:
    """In whose daily figures the prices of a line count: those of all boards of a chipset, of all memory of a size."""
    return line.partition("/")[0]


def is_mixed(part: str) -> bool:
    """Whether a part's daily figures are of unlike things: boards of several models, memory of several sorts."""
    return part.startswith(("board:", "ram:"))


def part_of_line(line: str) -> str:
    """The part whose prices are held in a line."""
    return figures_of(line).removesuffix(_SERVER)


@dataclass(frozen=True, slots=True)
class Match:
    """What a listing sells. `facts` are those the listing itself states ("modules": 4, "registered": True, "pcie8": 4).

    `flags` are of FLAGS; `reason` is None for an accept.
    """

    kind: Kind
    decision: Decision
    confidence: float
    parts: tuple[MatchedPart, ...] = ()
    defect: bool = False
    wanted: bool = False
    reason: Reason | None = None
    flags: tuple[str, ...] = ()
    facts: Mapping[str, int | bool | str] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
