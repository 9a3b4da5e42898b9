"""Part ids and marketplaces as people say them."""

import re
from collections.abc import Iterable, Mapping

from reports.closed_lists import COMPARISONS, N_, RULE_NAMES
from reports.filters import words
from reports.formats import Formats
from reports.spelling import spell
from tracker.domain.match import MatchedPart, part_of_line
from tracker.domain.report import SourceReport

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
_ENGLISH = Formats()
_SHORT = frozenset(("ssd", "hdd", "eps", "psu", "cpu", "gpu", "ram", "usb", "atx", "pcie"))
_CONDITIONS = {
    "new": N_("new"), "open_box": N_("open box"), "refurbished": N_("refurbished"), "used": N_("used"),
    "for_parts": N_("for parts"), "unknown": N_("condition unknown"),
}  # fmt: skip
_FLAGS = {
    "untested": N_("untested"), "modified": N_("modified"), "mined": N_("mined"), "incomplete": N_("incomplete"),
    "repaired": N_("repaired"), "scam_words": N_("typical words of scams"), "new_seller": N_("new seller"),
    "price_is_bait": N_("price is bait"), "price_too_low": N_("price too low"), "price_below_usual": N_("price below usual"),
    "price_above_usual": N_("price above usual"), "price_too_high": N_("price too high"),
}  # fmt: skip
_TERMS = {
    "price": "price",
    "shipping": "shipping",
    "import_vat": "import VAT",
    "duty": "duty",
    "handling": "customs handling",
    "import_handling": "customs handling",
    "buyer_fee": "buyer fee",
}


def part_name(
    part: str, model: str | None = None, names: Mapping[str, str] | None = None, formats: Formats = _ENGLISH
) -> str:
    """The catalog's name where `names` has it, else one read out of the id: "ram:ddr4:32" → "32 GB DDR4"."""
    category, _, rest = part.partition(":")
    if model:
        return f"{part_name(part, names=names, formats=formats)}, {model}" if category == "ram" else spell(model)
    name = names.get(part, part) if names else part
    kind, _, size = rest.partition(":")
    if category == "ram" and size:
        return f"{size} GB {kind.upper()}"
    spelt = name if name != part else rest if rest.isdigit() else spell(kind or part)
    if category == "ram":
        return formats.gettext("%(kind)s memory", kind=spelt) if name == part else name
    if part_of_line(part) != part:
        return formats.gettext("%(name)s server power supply", name=f"{rest.partition('-')[0]} W")
    if category == "psu" and (rest.isdigit() or name == part):
        return formats.gettext("%(name)s power supply", name=f"{rest} W" if rest.isdigit() else spelt)
    is_bare = category == "board" and "board" not in spelt.lower()
    return formats.gettext("%(name)s board", name=spelt) if is_bare else spelt


def parts_name(
    parts: Iterable[MatchedPart], units: int = 1, names: Mapping[str, str] | None = None, formats: Formats = _ENGLISH
) -> str:
    """What `units` of an offer hold: "2 × Tesla P40", "X99 board + Xeon E5 2680 v4 + 32 GB DDR4"."""
    spelt = [(part.qty * units, part_name(part.part, part.model, names, formats)) for part in parts]
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


def source_state(row: SourceReport, formats: Formats) -> str:
    """How much of a source was searched, and why not all."""
    if row.is_read:
        return formats.gettext("searched")
    why = formats.gettext(words(row.state.value))
    if row.listings:
        return formats.gettext("searched in part: %(why)s", why=why)
    return formats.gettext("not searched: %(why)s", why=why)


def term_name(name: str) -> str:
    """A landed-cost term in words."""
    return _TERMS.get(name, name.replace("_", " "))


def condition_name(condition: str) -> str:
    """A listing's condition in words."""
    return _CONDITIONS.get(condition, condition.replace("_", " "))


def flag_name(flag: str) -> str:
    """What an ad or its price gives away, in words."""
    return _FLAGS.get(flag, flag.replace("_", " "))


def comparison_name(name: str) -> str:
    """A way of holding a machine against the cloud, in words."""
    return COMPARISONS.get(name, name.replace("_", " "))


def rule_name(rule: str) -> str:
    """A rule of the solver as readers call it: "psu_watts" → "rating of the supply"."""
    return RULE_NAMES.get(rule, rule.replace("_", " "))


def target_name(slug: str) -> str:
    """A target's slug in words, for where it has no title: "p40-box" → "P40 box"."""
    text = slug.replace("-", " ").replace("_", " ")
    return " ".join(word.upper() if re.fullmatch(r"[a-z]+\d+", word) else word for word in text.split()) or slug
