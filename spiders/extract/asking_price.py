"""The asking price in a line that people wrote: "GTX 1080 Ti - $150 shipped OBO", "Asking 425 obo", "40$ ea FIRM".

What stands in such lines and is asked by nobody is passed over: postage, what it cost once, rebates, budgets.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

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
    r"|(?<![\w.$])(?P<sent>\d{2,5})(?=\s+(?:shipped|obo|dollars|bucks|for (?:all|both))\b|\s?/\s?(?:ea|each)\b)",
    re.IGNORECASE,
)
_NOT_ASKED_BEFORE = re.compile(
    r"(?:paid|bought (?:(?:it|them|this|these|one|new|used|back|last \w+|\d+ \w+ ago|in \w+|from \w+) ){0,3}(?:for|at)"
    r"|retails?(?: on this)?(?: is| for| at)?|msrp(?: of| is)?|r\.?r\.?p\.?|worth"
    r"|\bnew (?:for|is|at)|cost me|\bcosts?|valued?(?: at)?|sells? new|shipping(?: fee| cost| charge)?(?: is| will be)?|shipped for"
    r"|postage|\badd|extra|additional|\+|\bplus|\boff|\bsave|discount(?: of)?|\bfees?|budget(?: of| is)?|\bspend|\bpay(?:ing)?"
    r"|\boffer(?:ing)?s?|up to"
    r"|\blooking for (?![$€£\d]).{2,40}(?:around|about|under|near|max)"
    r"|\b(?:original|list|market|purchase|retail|new) (?:price|cost|value)(?: of| was| is)?"
    r"|\bcombo(?:ed)? (?:with|w/)[^.$€£]{1,40}"
    r"|sold (?:for|at|local for)|(?<!starting )\bfrom|\bwas|originally|used to be|with purchase|(?:reduced|down|dropped|lowered) from)"
    r"\W{0,4}(?:(?:around|about|roughly|an?)\s)?$",
    re.IGNORECASE,
)
_NOT_ASKED_AFTER = re.compile(
    r"^(?!\s*(?:\+|plus)\s)\W{0,3}(?:for |to |in |of )?(?:off\b|discount|shipping(?!\W{0,3}(?:is )?incl)|to ship"
    r"|ship(?:ping)? (?:fee|cost)|extra|more\b|value|retail|new\b|if you"
    r"|credit|rebate|gift ?card)",
    re.IGNORECASE,
)
_FOR_ALL = re.compile(
    r"^(?!\s*(?:\+|plus)\s)\W{0,3}(?:shipped )?(?:for )?(?:both|all|everything|the (?:lot|pair|set|bundle))\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s(\[{:=~–—|,;/>@-]|"
    rf"\b(?:{_CUE}|i'?m|we'?re|i am|asking for|looking|hoping|for|at|is|are|firm|only|just|i would like|i want|obo|each)\b)+$",
    re.IGNORECASE,
)
_WAS = re.compile(r"[\s:,(–—-]+(?:was|were|originally|(?:reduced|down|dropped|lowered) from)\b.*$", re.IGNORECASE)
_FILLER = r"\W{0,4}(?:(?:obo|firm|usd|cad|eur|dollars|bucks|each|ea|cash)\W{0,3}){0,3}"
_EACH = re.compile(
    r"^\W{0,4}(?:(?:shipped|obo|firm|local)\W{1,3}){0,2}(?:(?:each|ea|per|a ?piece|apiece)\b|/\s?(?:ea|each|pc|piece|stick|box|unit)\b)",
    re.IGNORECASE,
)
_SHIPPED = re.compile(
    rf"^{_FILLER}(?:shipped|delivered|posted|(?:with |w/ ?|free )?shipping incl|incl\w* shipping|(?:with|w/|free) shipping"
    r"|fdp\s?in|inkl\.? versand)",
    re.IGNORECASE,
)
_SENT_FREE = re.compile(r"\bfree shipping|\bshipping (?:is )?free", re.IGNORECASE)
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
_COUNT = re.compile(
    r"^(?:(\d{1,3})\s?(?:[x×]\s|[x×]\b|-\s)|x(\d{1,3})\s|\((\d{1,3})\)\s)\s*"
    r"|\s*[\[(](?:qty\.?:?\s?|x\s?)?(\d{1,3})(?:\s(?:available|avail|left|in stock))?[\])]$|[\s,]*\bqty\.?:?\s?(\d{1,3})$",
    re.IGNORECASE,
)
_STOCK = re.compile(
    r"\b(?:have|got|qty\.?:?)\s?(\d{1,3})\b(?!\s?[gt]b)|\b(\d{1,3})\s+(?:available|in stock|left)\b", re.IGNORECASE
)
# What stands between the price of one thing and the name of the next in a line that offers several.
_BETWEEN = re.compile(
    r"^\W{0,3}(?:(?:shipped|obo|firm|local|each|ea|usd|cad|eur)\W{1,3}){0,3}(?<=[,;/|&\s])(?P<next>[A-Z0-9][\w.-]*\w[^,;|]{0,100})$"
)
_NO_NAME = re.compile(
    r"^(?:or|and|local|shipped|firm|obo|if|for|both|with|plus|paypal|cash|usd|cad|but|each|ea|pick|combo|bundle|all|take|buy"
    r"|everything|shipping|negotiable|prices?|retail|new|now|asking|was|msrp|paid|bought|i|it|this|have|can|will|in|to)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A price as written, what stands before it, and what is said of sending it.

    `shipping` is an amount as written, "0" where the price includes it, "" where it is extra and nobody says how much.
    `quantity` is the count beside the name or the price, where the price `is_each`.
    """

    name: str
    price: str
    shipping: str | None = None
    pickup_only: bool | None = None
    quantity: int | None = None
    negotiable: bool = False
    is_each: bool = False


def asking_price(line: str, *, for_all: bool = False) -> Asking | None:
    """The asking price of a line of plain text; None where it names none. Of several the one that includes postage.

    What is asked for several things together is no such price; it is what `for_all` finds.
    """
    found = [match for match in _PRICE.finditer(line) if _is_asked(line, match, for_all=for_all)]
    if not found:
        return None
    first = found[0]
    chosen = next((match for match in found if _SHIPPED.match(line[match.end() :])), first)
    after = line[chosen.end() :]
    name = _TAIL.sub("", _WAS.sub("", line[: first.start()][-400:])).strip(" -–—*|:,;>•·")
    is_each = bool(_EACH.match(after))
    name, count = without_count(name) if is_each else (name, None)
    if is_each and count is None and (stock := _STOCK.search(after)):
        count = int(stock[1] or stock[2])
    postage = _POSTAGE.search(line)
    is_shipped = bool(_SHIPPED.match(after)) or (len(found) == 1 and bool(_SENT_FREE.search(after)))
    is_local = bool(_LOCAL_ONLY.search(line)) or (bool(_LOCAL.match(after)) and len(found) == 1)
    return Asking(
        name=name,
        price=chosen["bare"] or chosen["sent"] or chosen[0].strip(),
        shipping="0" if is_shipped else (postage["cost"].strip() if postage else ("" if _EXTRA.match(after) else None)),
        pickup_only=False if is_shipped else is_local or None,
        quantity=count,
        negotiable=bool(_NEGOTIABLE.search(line)),
        is_each=is_each,
    )


def _is_asked(line: str, match: re.Match[str], *, for_all: bool = False) -> bool:
    before, after = line[max(0, match.start() - 60) : match.start()], line[match.end() : match.end() + 60]
    if _NOT_ASKED_BEFORE.search(before) or _NOT_ASKED_AFTER.match(after):
        return False
    return bool(_FOR_ALL.match(after)) is for_all


def without_count(name: str) -> tuple[str, int | None]:
    """A name without its count ("2 - i7 3770", "7x fans", "fans (x7)"), and the count: for prices of each."""
    counted = _COUNT.search(name)
    if counted is None or not (bare := name[: counted.start()] + name[counted.end() :]):
        return name, None
    return bare, int(next(group for group in counted.groups() if group))


def offers_in(line: str) -> list[str]:
    """The parts of a line that each name and price one thing: "P40 $180, K80 $40"; one part where it does not."""
    found = [match for match in _PRICE.finditer(line) if _is_asked(line, match)]
    parts, start = [], 0
    for here, there in pairwise(found):
        between = _BETWEEN.match(line[here.end() : there.start()])
        if between and start < here.start() and not _NO_NAME.match(between["next"]):
            cut = here.end() + between.start("next")
            parts.append(line[start:cut].rstrip(" ,;/|&"))
            start = cut
    return [*parts, line[start:]]
