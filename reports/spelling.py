"""The slugs of ids as makers write them: "xeon-e5-2680-v4" → "Xeon E5-2680 v4"."""

import re

_XEON = re.compile(r"\b(E[357]) (\d{4})")  # Intel writes "E5-2680"
_CORE = re.compile(r"\bI([3579]) (\d{4,5})")  # "i7-5820K"
_LOWER = re.compile(r"v\d")  # "Xeon E5-2680 v4"
_UPPER = frozenset(
    (
        "gtx",
        "rtx",
        "fe",
        "asus",
        "msi",
        "evga",
        "hp",
        "dps",
        "ibm",
        "amd",
        "ddr3",
        "ddr4",
        "ddr5",
        "ecc",
        "sli",
        "ws",
        "tf",
    )
)


def spell(slug: str) -> str:
    """The name that a slug stands for."""
    return _CORE.sub(r"i\1-\2", _XEON.sub(r"\1-\2", " ".join(_word(word) for word in slug.split("-") if word)))


def _word(word: str) -> str:
    if _LOWER.fullmatch(word):
        return word
    if re.fullmatch(r"\d+gb", word):
        return f"{word[:-2]} GB"
    return word.upper() if word in _UPPER or any(char.isdigit() for char in word) else word.capitalize()
