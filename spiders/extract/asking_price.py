"""The asking price in a line that people wrote: "GTX 1080 Ti - $150 shipped OBO", "Asking 425 obo", "40$ ea FIRM".

What stands in such lines and is asked by nobody is passed over: postage, what it cost once, rebates, budgets.
"""

import re
from dataclasses import dataclass

_AMOUNT = r"(?:\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{2})?|\d{1,6}(?:[.,]\d{1,2})?)(?![.,]?\d|\s?k\b)"
_CODE = r"usd|cad|eur|euros?|gbp|aud|chf|sek|dkk|nok|pln"
_CUE = r"asking|price[ds]?(?: is| at)?|want(?:ing)?|looking (?:for|to get)|sell(?:ing)? for|let (?:it )?go for"
# A bare number is a price only after a word that asks, and only where no unit follows it.
_PRICE = re.compile(
    rf"(?:(?:us|ca|au|c)\s?)?[$€£]\s?(?:{_AMOUNT})(?:\s?(?:{_CODE})\b)?"
    rf"|(?<![\w.$])(?:{_AMOUNT})\s?(?:[$€£]|(?:{_CODE})\b)"
    rf"|\b(?:{_CODE})\s?(?:{_AMOUNT})\b"
    rf"|(?<=\b)(?:{_CUE})\s*[:=~-]?\s*~?(?P<bare>\d{{2,5}})"
    r"(?=\s*(?:$|[,.;:!)/|]|-|\+|\b(?:obo|shipped|each|ea|local|firm|or|plus|for|takes|picked)\b))"
    r"|(?<![\w.$])(?P<sent>\d{2,5})(?=\s+shipped\b)",
    re.IGNORECASE,
)
_NOT_ASKED_BEFORE = re.compile(
    r"(?:paid|bought (?:it |them |this )?(?:for|at)|retails?(?: on this)?(?: is| for| at)?|msrp(?: of| is)?|r\.?r\.?p\.?|worth"
    r"|\bnew (?:for|is|at)|cost me|\bcosts?|valued?(?: at)?|sells? new|shipping(?: fee| cost| charge)?(?: is| will be)?|shipped for"
    r"|postage|\badd|extra|additional|\+|\bplus|\boff|\bsave|discount(?: of)?|\bfees?|budget(?: of| is)?|\bspend|\bpay(?:ing)?"
    r"|\boffer(?:ing)?s?|up to"
    r"|\blooking for (?![$€£\d]).{2,40}(?:around|about|under|near|max)"
    r"|sold (?:for|at|local for)|\bwas|originally|used to be|with purchase|(?:reduced|down|dropped|lowered) from)"
    r"\W{0,4}(?:(?:around|about|roughly|an?)\s)?$",
    re.IGNORECASE,
)
_NOT_ASKED_AFTER = re.compile(
    r"^(?!\s*(?:\+|plus)\s)\W{0,3}(?:for |to |in |of )?(?:off\b|discount|shipping(?!\W{0,3}(?:is )?incl)|to ship"
    r"|ship(?:ping)? (?:fee|cost)|extra|more\b|value|retail|new\b|if you"
    r"|credit|rebate|gift ?card|(?:both|all|everything|the (?:lot|pair|set|bundle))\b)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s(\[{:=~–—|,;/>@-]|"
    rf"\b(?:{_CUE}|i'?m|we'?re|i am|asking for|looking|hoping|for|at|is|are|firm|only|just|i would like|i want|obo|each)\b)+$",
    re.IGNORECASE,
)
_FILLER = r"\W{0,4}(?:(?:obo|firm|usd|cad|eur|each|ea|cash)\W{0,3}){0,3}"
_EACH = re.compile(
    r"^\W{0,4}(?:(?:shipped|obo|firm|local)\W{1,3}){0,2}(?:(?:each|ea|per|a ?piece|apiece)\b|/\s?(?:ea|each|pc|piece|stick|box|unit)\b)",
    re.IGNORECASE,
)
_SHIPPED = re.compile(
    rf"^{_FILLER}(?:shipped|delivered|posted|(?:with |w/ ?|free )?shipping incl|incl\w* shipping|(?:with|w/|free) shipping)",
    re.IGNORECASE,
)
_LOCAL = re.compile(rf"^{_FILLER}(?:local|pick-?\s?up|in person|picked up)", re.IGNORECASE)
_LOCAL_ONLY = re.compile(
    r"local (?:pick-?\s?up )?only|pick-?\s?up only|no shipping|will not ship|won'?t ship|not shipping", re.IGNORECASE
)
_POSTAGE = re.compile(
    rf"(?:\+|\bplus|\badd)\s*(?P<cost>[$€£]?\s?(?:{_AMOUNT})\s?[$€£]?)\s*(?:for\s+)?(?:shipping|postage|to ship)",
    re.IGNORECASE,
)
_EXTRA = re.compile(r"\s*(?:\+|plus)\s*shipping", re.IGNORECASE)
_NEGOTIABLE = re.compile(r"\bobo\b|\bor best offer|negotiable|\boffers?\b", re.IGNORECASE)
_LEADING_COUNT = re.compile(r"^(?:(\d{1,3})\s?(?:[x×]\s|[x×]\b|-\s)|x(\d{1,3})\s|\((\d{1,3})\)\s)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asking:
    """A price as written, what stands before it, and what is said of sending it.

    `shipping` is an amount as written, "0" where the price includes it, "" where it is extra and nobody says how much.
    `quantity` is the count that the name began with, where the price `is_each`.
    """

    name: str
    price: str
    shipping: str | None = None
    pickup_only: bool | None = None
    quantity: int | None = None
    negotiable: bool = False
    is_each: bool = False


def asking_price(line: str) -> Asking | None:
    """The asking price of a line of plain text; None where it names none. Of several the one that includes postage."""
    found = [match for match in _PRICE.finditer(line) if _is_asked(line, match)]
    if not found:
        return None
    first = found[0]
    chosen = next((match for match in found if _SHIPPED.match(line[match.end() :])), first)
    after = line[chosen.end() :]
    name = _TAIL.sub("", line[: first.start()][-400:]).strip(" -–—*|:,;>•·")
    is_each = bool(_EACH.match(after))
    name, count = without_count(name) if is_each else (name, None)
    postage = _POSTAGE.search(line)
    is_shipped = bool(_SHIPPED.match(after))
    is_local = bool(_LOCAL_ONLY.search(line)) or (bool(_LOCAL.match(after)) and len(found) == 1)
    return Asking(
        name=name,
        price=chosen["bare"] or chosen["sent"] or chosen[0].strip(),
        shipping="0" if is_shipped else (postage["cost"].strip() if postage else ("" if _EXTRA.match(after) else None)),
        pickup_only=False if is_shipped else (True if is_local else None),
        quantity=count,
        negotiable=bool(_NEGOTIABLE.search(line)),
        is_each=is_each,
    )


def _is_asked(line: str, match: re.Match[str]) -> bool:
    before = line[max(0, match.start() - 60) : match.start()]
    return not _NOT_ASKED_BEFORE.search(before) and not _NOT_ASKED_AFTER.match(line[match.end() : match.end() + 60])


def without_count(name: str) -> tuple[str, int | None]:
    """A name without the count it begins with ("2 - i7 3770", "7x fans"), and the count: for prices of each."""
    counted = _LEADING_COUNT.match(name)
    if counted is None:
        return name, None
    return name[counted.end() :], int(next(group for group in counted.groups() if group))
