"""Memory modules' maker codes that hold their size, where a title states none: "M393A4K40BB1-CRC", "HX424C15FWK2/32"."""

import re

# Samsung, Hynix and Micron write the depth in Gbit words of 8 byte: M393A4K is 4 x 8 GB. The makers' naming (recalled).
_DEPTH = re.compile(
    r"\bm(?:393|386|391|378|471|474)[ab]([1248])[kg]\d|\bhm[at]a?\d?([1248])g[rulsaj]\d|\bmta?\d{1,2}[a-z]{3}([1248])g(?:72|64)[a-z]"
)
_GB_OF_DEPTH = 8
_CRUCIAL = re.compile(r"\bct(\d{1,2})g[345][a-z]")
_CORSAIR = re.compile(r"\bcm[a-z]{1,3}(\d{1,3})gx[345]m(\d)")  # the size of all of them, and how many
_G_SKILL = re.compile(r"\bf[345]-\d{4}c\d{2}([sdq])-(\d{1,3})g")  # single, dual, quad: all of them together
_MODULES = {"s": 1, "d": 2, "q": 4}
_KINGSTON = re.compile(r"\b(?:kvr|hx|kf|ksm|kt[dhl])[a-z0-9-]{4,}(?:k(\d))?/(\d{1,3})g?\b")


def coded_memory(plain: str) -> tuple[int, float, int] | None:
    """(where the code starts, GB of one module, modules) of the first code in a normalised text, None where none stands."""
    if match := _DEPTH.search(plain):
        return match.start(), float(_GB_OF_DEPTH * int(match[match.lastindex or 1])), 1
    if match := _CRUCIAL.search(plain):
        return match.start(), float(match[1]), 1
    if match := _CORSAIR.search(plain):
        modules = max(1, int(match[2]))
        return match.start(), int(match[1]) / modules, modules
    if match := _G_SKILL.search(plain):
        modules = _MODULES[match[1]]
        return match.start(), int(match[2]) / modules, modules
    if match := _KINGSTON.search(plain):
        modules = int(match[1] or 1) or 1
        return match.start(), int(match[2]) / modules, modules
    return None
