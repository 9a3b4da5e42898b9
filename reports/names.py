"""Part ids and marketplaces as people say them."""

import re
from collections.abc import Iterable, Mapping

from tracker.domain.match import MatchedPart

_MARKETPLACES = {
    "ebay": "eBay",
    "leboncoin": "LeBonCoin",
    "kleinanzeigen": "Kleinanzeigen",
    "ebay_api": "eBay",
    "marktplaats": "Marktplaats",
    "ricardo": "Ricardo",
    "wallapop": "Wallapop",
    "reddit": "Reddit",
}
_XEON = re.compile(r"\b(E[357]) (\d{4})")  # Intel writes "E5-2680"
_LOWER = re.compile(r"v\d")  # "Xeon E5-2680 v4"
_UPPER = frozenset(("gtx", "rtx", "ti", "fe", "asus", "msi", "evga", "hp", "ibm", "amd", "ddr3", "ddr4", "ddr5", "ecc"))
_SHORT = frozenset(("ssd", "hdd", "eps", "psu", "cpu", "gpu", "ram", "usb", "atx", "pcie"))
_TERMS = {
    "price": "price",
    "shipping": "shipping",
    "import_vat": "import VAT",
    "duty": "duty",
    "handling": "customs handling",
    "buyer_fee": "buyer fee",
}


def part_name(part: str, model: str | None = None, names: Mapping[str, str] | None = None) -> str:
    """The catalog's name where `names` has it, else one read out of the id: "ram:ddr4:32" → "32 GB DDR4"."""
    if model:
        return _spell(model)
    category, _, rest = part.partition(":")
    if names and names.get(part, part) != part:
        return f"{names[part]} board" if category == "board" and "board" not in names[part].lower() else names[part]
    kind, _, size = rest.partition(":")
    if category == "ram":
        return f"{size} GB {kind.upper()}" if size else f"{_spell(kind)} memory"
    if category == "psu":
        return f"{rest} W power supply" if rest.isdigit() else f"{_spell(rest)} power supply"
    return f"{_spell(rest)} board" if category == "board" else _spell(rest or part)


def parts_name(parts: Iterable[MatchedPart], units: int = 1, names: Mapping[str, str] | None = None) -> str:
    """What `units` of an offer hold: "2 × Tesla P40", "X99 board + Xeon E5 2680 v4 + 32 GB DDR4"."""
    spelt = [(part.qty * units, part_name(part.part, part.model, names)) for part in parts]
    return " + ".join(f"{qty} × {name}" if qty > 1 else name for qty, name in spelt)


def allowance_name(name: str) -> str:
    """A target's word for what it allows for: "eps-adapter" → "EPS adapter"."""
    words = [
        "NVMe" if word == "nvme" else word.upper() if word in _SHORT else word
        for word in name.replace("-", " ").split()
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def marketplace_name(name: str) -> str:
    """The name a site gives itself: "ebay" → "eBay"; an unknown one with a capital."""
    return _MARKETPLACES.get(name, name.replace("_", " ").capitalize())


def term_name(name: str) -> str:
    """A landed-cost term in words."""
    return _TERMS.get(name, name.replace("_", " "))


def target_name(slug: str) -> str:
    """A target's slug in words, for where it has no title: "p40-box" → "P40 box"."""
    text = slug.replace("-", " ").replace("_", " ")
    return " ".join(word.upper() if re.fullmatch(r"[a-z]+\d+", word) else word for word in text.split()) or slug


def _spell(slug: str) -> str:
    return _XEON.sub(r"\1-\2", " ".join(_word(word) for word in slug.split("-") if word))


def _word(word: str) -> str:
    if _LOWER.fullmatch(word):
        return word
    if re.fullmatch(r"\d+gb", word):
        return f"{word[:-2]} GB"
    return word.upper() if word in _UPPER or any(char.isdigit() for char in word) else word.capitalize()
