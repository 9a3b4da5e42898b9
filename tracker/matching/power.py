"""Watts of power supplies: "750W", "650 Watt", and model codes that hold them ("RM850x", "HX1200i", "620c")."""

from dataclasses import dataclass

from tracker.matching.lexicon import Reading

_UNITS = frozenset({"w", "watt", "watts", "вт", "wat", "watti", "ват"})
_LEAST, _MOST = 180, 4000
_LEAST_ROUND = 400
_LEAST_UNSAID = 250  # a number in a model's name, without a W
_CODES = frozenset({"rm", "hx", "ax", "tx", "cx", "sf", "vs", "gs"})
# Lines of power supplies whose number alone is no card's: "SuperNOVA 750 G3", "Toughpower 650".
SUPPLY_LINES = frozenset(
    {"supernova", "toughpower", "smart", "straight", "power", "focus", "seasonic", "supply", "netzteil"}
)
_GRADES = frozenset({"bronze", "silver", "gold", "platinum", "titanium"})
_NO_WATTS = frozenset(
    {"v", "va", "a", "mm", "cm", "hz", "khz", "mhz", "ghz", "rpm", "mah", "gb", "tb", "mb", "x", "pin"}
)
_SOCKETS = frozenset({"lga", "socket", "sockel", "s", "am"})
_MACHINES = frozenset({"r", "t", "dl", "ml", "z"})  # "PowerEdge R940"
_LONGEST_CODE = 4  # letters glued to the number: "APS-750CB", "RM850x"


@dataclass(frozen=True, slots=True)
class Power:
    """A supply's watts at tokens first..last; `is_stated` where a unit stands behind the number."""

    watts: int
    first: int
    last: int
    is_stated: bool


def read_watts(reading: Reading) -> list[Power]:
    """All wattages a power supply may have, in order; those of processors and chargers are too small."""
    if _UNITS.isdisjoint(reading.words):
        return []
    tokens = reading.tokens
    found = []
    for index, word in enumerate(tokens.words):
        if word in _UNITS and index and tokens.words[index - 1].isdigit() and tokens.gaps[index] in {"", " ", "-"}:
            watts = _number(tokens.words[index - 1])
            if watts is not None:
                found.append(Power(watts, index - 1, index + 1, is_stated=True))
    return found


def coded_watts(reading: Reading) -> list[Power]:
    """The watts in the codes of supplies that stand in a list behind their maker: "GTX 1080 FE, Corsair RM750x"."""
    tokens = reading.tokens
    found = []
    for index, word in enumerate(tokens.words):
        if word in _CODES and tokens.gap(index + 1) == "" and reading.is_at("psu_brand", index - 1):
            watts = _number(tokens.word(index + 1)) if tokens.word(index + 1).isdigit() else None
            if watts is not None and watts % 10 == 0:
                found.append(Power(watts, index, index + 2, is_stated=True))
    return found


def model_watts(reading: Reading) -> Power | None:
    """The watts in a model's name, where no wattage is stated: "Corsair TX850 PSU", "Neo Eco 620c", "Toughpower GF1 850"."""
    tokens = reading.tokens
    absent = {last for _, last in reading.spans("without")}
    has_noun = any(first not in absent for first, _ in reading.spans("psu_noun"))
    likely: Power | None = None
    for index, word in enumerate(tokens.words):
        watts = _number(word) if word.isdigit() else None
        if watts is None or watts < _LEAST_UNSAID or watts % 10 or tokens.word(index - 1) in _SOCKETS:
            continue
        before, after = tokens.word(index - 1), tokens.word(index + 1)
        if before in _MACHINES and reading.has("system_line"):
            continue
        found = Power(watts, index, index + 1, is_stated=False)
        if not has_noun:
            is_code = index and tokens.gaps[index] == "" and before in _CODES
            if watts % 50 == 0 and (is_code or after in _GRADES):
                return found
        elif after in _GRADES or _is_coded(reading, index):
            return found
        elif likely is None and watts >= _LEAST_ROUND and watts % 50 == 0 and tokens.gap(index + 1) != "":
            likely = found if tokens.gaps[index].strip() in {"", "-", "+"} and tokens.gaps[index] != "" else None
    return likely


def _is_coded(reading: Reading, index: int) -> bool:
    """Whether a number in an ad for a supply stands in a maker's code, or right behind its maker's name."""
    tokens = reading.tokens
    before, after = tokens.word(index - 1), tokens.word(index + 1)
    if int(tokens.words[index]) % 50 == 0 and reading.is_at("psu_brand", index - 1):
        return True
    is_glued_before = tokens.gaps[index] in {"", "-"} and 0 < len(before) <= _LONGEST_CODE and before.isalpha()
    is_glued_after = tokens.gap(index + 1) == "" and len(after) <= _LONGEST_CODE and after.isalpha()
    return (is_glued_before or is_glued_after) and (tokens.gap(index + 1) != "" or after not in _NO_WATTS)


def _number(word: str) -> int | None:
    return int(word) if len(word) <= 4 and _LEAST <= int(word) <= _MOST else None  # noqa: PLR2004
