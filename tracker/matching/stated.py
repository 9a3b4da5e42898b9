"""What a listing itself states about the thing it sells, as far as the solver asks: leads, server supplies, coolers of cards."""

import re
from collections.abc import Sequence

from tracker.domain.match import MatchedPart

Stated = dict[str, int | bool | str]

# "6x PCIe 8-pin", "4 x 8 pin PCI-E", "2 x EPS", "2x CPU 8pin"; one digit, so that no wattage is read as a count.
_PCIE = re.compile(
    r"\b(\d)\s?x\s?(?:pci-?e(?:xpress)?\s?)(?:6\s?\+\s?2|8)\W?pin|\b(\d)\s?x\s?(?:6\s?\+\s?2|8)\W?pin\s?(?:pci-?e)"
)
_EPS = re.compile(
    r"\b(\d)\s?x\s?(?:eps(?:\W?12v)?|(?:4\s?\+\s?4|8)\W?pin\s?(?:eps|cpu)|cpu\s?(?:4\s?\+\s?4|8)\W?pin)\b"
)
_GRADE = re.compile(r"\b80\s?(?:\+|plus)\s?(titanium|platinum|gold|silver|bronze|white)\b")
# Makers' series of server machines, and the part families of their supplies.
_SERVER = re.compile(
    r"\b(?:server|serveurs?|servers|poweredge|proliant|dl3[68]0|hstns|common slot|d(?:750|1100)e|dps-\d{3,4}[a-z]b)\b"
    r"|servernetzteil|server-netzteil"
)
# A supply of our own kind that only came out of a server says what it is: an ATX unit.
_ATX = re.compile(r"\b(?:atx|sfx|modular|modulaire|vollmodular|teilmodular)\b")
_BREAKOUT = re.compile(r"\bbreak\s?-?out\b|\bmining (?:board|adapter)\b|\bcarte (?:de )?(?:dérivation|derivation)\b")
_BLOWER = re.compile(r"\b(?:blower|turbo|aero|founders|fe)\b")
# Makers' names of coolers with open fans or a radiator: no blower, and mostly wider than two slots.
_OPEN_COOLER = re.compile(
    r"\b(?:gaming x|trio|strix|ichill|ftw3?|sc2|amp|windforce|aorus|armor|hybrid|kraken|jetstream|dual[ -](?:fan|oc)|asus dual)\b"
)
_PASSIVE = re.compile(r"\bpassi(?:ve|v|f|vo)\b")


def stated_facts(title: str, parts: Sequence[MatchedPart]) -> Stated:
    """The facts stated in a normalised (lower-case) title about its parts; what is not stated is left out."""
    facts: Stated = {}
    if any(part.part.startswith("psu:") for part in parts):
        facts |= _of_supply(title, is_alone=len(parts) == 1)
    if any(part.part.startswith("gpu:") for part in parts):
        facts |= _of_card(title)
    return facts


def _of_supply(title: str, *, is_alone: bool) -> Stated:
    facts: Stated = {}
    if found := _PCIE.search(title):
        facts["pcie8"] = int(found[1] or found[2])
    if found := _EPS.search(title):
        facts["eps8"] = int(found[1])
    if found := _GRADE.search(title):
        facts["efficiency"] = found[1]
    if is_alone and _SERVER.search(title) and not _ATX.search(title):
        facts["is_server"] = True
        facts["needs_breakout"] = not _BREAKOUT.search(title)
    return facts


def _of_card(title: str) -> Stated:
    facts: Stated = {}
    is_blower, is_open = bool(_BLOWER.search(title)), bool(_OPEN_COOLER.search(title))
    if is_blower is not is_open:
        facts["blower"] = is_blower
    if _PASSIVE.search(title):
        facts["passive"] = True
    return facts
