"""Watts of power supplies: "750W", "650 Watt", and model codes that hold them ("RM850x", "HX1200i", "620c")."""

from dataclasses import dataclass

from tracker.matching.lexicon import Reading

_UNITS = frozenset({"w", "watt", "watts", "вт", "wat", "watti", "ват"})
_LEAST, _MOST = 180, 4000
_LEAST_ROUND = 400
_LEAST_UNSAID = 250  # a number in a model's name, without a W
_MODEL_WORDS = """rm rmx hx hxi ax axi cx cxm tx txm vs sf gs nw sp spa fsp gps dps smart toughpower focus prime xp mpb mpiii apb
cp lc bn tr ea ps gx px ux vx hcg neo eco bq np psu cmpsu p pf ga gm supernova sfx pro dark power straight e ag vp xfx seasonic ion
lux v st ts c a thor"""
_MODEL_LETTERS = frozenset(_MODEL_WORDS.split())
_CODES = frozenset({"rm", "hx", "ax", "tx", "cx", "sf", "vs", "gs"})
# Lines of power supplies whose number alone is no card's: "SuperNOVA 750 G3", "Toughpower 650".
SUPPLY_LINES = frozenset(
    {"supernova", "toughpower", "smart", "straight", "power", "focus", "seasonic", "supply", "netzteil"}
)
_GRADES = frozenset({"bronze", "silver", "gold", "platinum", "titanium"})
_MODEL_TAILS = frozenset(
    {"x", "i", "e", "m", "c", "g", "p", "b", "f", "s", "d", "t", "ah", "mx", "ax", "v", "gx", "gs", "snow"}
)


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
    """The watts in a model's name, where no wattage is stated: "Corsair TX850 PSU", "Neo Eco 620c"."""
    tokens = reading.tokens
    has_noun = reading.has("psu_noun")
    for index, word in enumerate(tokens.words):
        watts = _number(word) if word.isdigit() else None
        if watts is None or watts < _LEAST_UNSAID or watts % 5:
            continue
        before, after = tokens.word(index - 1), tokens.word(index + 1)
        letters = _MODEL_LETTERS if has_noun else _CODES
        glued_before = index > 0 and tokens.gaps[index] == "" and before in letters
        glued_after = has_noun and tokens.gap(index + 1) == "" and after in _MODEL_TAILS
        if not has_noun and watts % 50:
            continue
        named = has_noun and (after in _GRADES or (reading.is_at("psu_brand", index - 1) and watts % 50 == 0))
        if (
            glued_before
            or glued_after
            or named
            or (has_noun and before in _MODEL_LETTERS and tokens.gaps[index] in {"", " ", "-"})
        ):
            return Power(watts, index, index + 1, is_stated=False)
    if has_noun:
        return _round_number(reading)
    return None


def _round_number(reading: Reading) -> Power | None:
    """A number that only a power supply's watts would be, in an ad for one: "Toughpower GF1 850"."""
    tokens = reading.tokens
    for index, word in enumerate(tokens.words):
        watts = _number(word) if word.isdigit() and tokens.gaps[index] in {" ", "-"} else None
        if watts is not None and watts >= _LEAST_ROUND and watts % 50 == 0 and tokens.gap(index + 1) != "":
            return Power(watts, index, index + 1, is_stated=False)
    return None


def _number(word: str) -> int | None:
    return int(word) if len(word) <= 4 and _LEAST <= int(word) <= _MOST else None  # noqa: PLR2004
