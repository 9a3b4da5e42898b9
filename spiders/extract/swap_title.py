"""Titles of swap subreddits: "[USA-CA] [H] two GTX 1080 Ti [W] PayPal", "[FS][US-TX] Dell R720": who has what, and where."""

import re
from dataclasses import dataclass

from spiders.extract.html import clean

_LONGEST = 400
_OPEN, _CLOSE = r"[\[({]", r"[\])}]"
# "[H]", "(H)", "[ h ]", "[Have]", "{H}:", and brackets that were forgotten: "[H RTX 3090", "H: RTX 3090 W: PayPal".
_HAVE = re.compile(
    rf"{_OPEN}\s*(?:h|have|having)\s*{_CLOSE}[\s:–-]*|{_OPEN}\s*h\s+(?=\S)|(?<![^\s\])}}])h\s?:\s", re.IGNORECASE
)
_WANT = re.compile(
    rf"{_OPEN}\s*(?:w|want|wants|wanted)\s*{_CLOSE}[\s:–-]*|{_OPEN}\s*w\s+(?=\S)|(?<=\s)w{_CLOSE}\s*|(?<=\s)w\s?:\s",
    re.IGNORECASE,
)
_SALE = re.compile(
    rf"{_OPEN}\s*(?:fs|wts|s|selling|for sale|fs\s?/\s?ft|fsot|fso?t?)\s*{_CLOSE}[\s:–-]*", re.IGNORECASE
)
_BUY = re.compile(rf"{_OPEN}\s*(?:wtb|b|buying|iso|looking for)\s*{_CLOSE}[\s:–-]*", re.IGNORECASE)
_TALK = re.compile(
    rf"{_OPEN}\s*(?:pc|price check|meta|psa|discussion|question|giveaway|free)\s*{_CLOSE}", re.IGNORECASE
)
_TAG = re.compile(rf"{_OPEN}\s*([^\])}}]{{2,40}}?)\s*{_CLOSE}")
_STATE = re.compile(rf"{_OPEN}\s*(?:USA?|CAN?|UK|EU|AUS?|NZ)\b\W?\s?\w{{0,3}}\s*{_CLOSE}")
_BARE_PLACE = re.compile(r"[A-Z]{2,3}-[A-Z]{2,3}\b")
_PAYMENT = re.compile(
    r"pay\s?pal|\bpp\b|cash|venmo|zelle|e-?\s?transfers?|emt|e-?trans\b|interac|g\s?&\s?s|goods (?:and|&) services|revolut|bank|wire"
    r"|money|monies|crypto|bitcoin|btc|\beth\b|google (?:pay|wallet)|apple pay|transfers?|verified|local|wise|iban|sepa|us(?:d)?\b"
    r"|cad\b|eur(?:os?)?\b|gbp\b|dollars?|[$€£]{2,}|\$\s?[\d,.]+k?|[\d,.]+\s?[$€£]|[€£]\s?[\d,.]+|f\s?&\s?f|\bpp?g&?s\b|paypig|payments?",
    re.IGNORECASE,
)
_JOINERS = re.compile(
    r"\b(?:or|and|via|in|only|pickup|your|of|up to|my|the|any|some|for|shipped|obo)\b|[\W\d_]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SwapTitle:
    """What a title says. `have` is for sale or trade; `is_wanted`: only money is offered, for `want`."""

    have: str
    want: str
    place: str | None
    is_wanted: bool


def read_swap_title(title: str) -> SwapTitle | None:
    """The parts of a swap title; None for a title that offers and asks nothing (moderators' threads, price checks)."""
    title = clean(title[:_LONGEST])
    have, want = _HAVE.search(title), _WANT.search(title)
    if have:
        return _swap(title, have, want)
    if _TALK.match(title):
        return None
    sale, buy = _SALE.search(title), _BUY.search(title)
    if sale:
        rest = title[: sale.start()] + " " + title[sale.end() :]
        cut = _WANT.search(rest)
        goods = _without_place(rest[: cut.start()] if cut else rest)
        return SwapTitle(goods, rest[cut.end() :] if cut else "", _place(title), is_wanted=False) if goods else None
    if buy or (want and title.startswith(("[", "(", "{"))):
        start = buy or want
        assert start is not None
        goods = _without_place(title[: start.start()] + " " + title[start.end() :])
        return SwapTitle("", goods, _place(title), is_wanted=True) if goods else None
    return None


def is_payment(text: str) -> bool:
    """Whether `text` names nothing but ways to pay ("PayPal G&S, local cash", "$1450 Cash")."""
    return bool(_PAYMENT.search(text)) and not _JOINERS.sub("", _PAYMENT.sub(" ", text))


def _swap(title: str, have: re.Match[str], want: re.Match[str] | None) -> SwapTitle | None:
    if want and want.start() < have.start():
        offered, asked = title[have.end() :], title[want.end() : have.start()]
    else:
        offered, asked = title[have.end() : want.start() if want else None], title[want.end() :] if want else ""
    offered, asked = _trim(_STATE.sub(" ", offered)), _trim(_STATE.sub(" ", asked))
    if not offered:
        return None
    place = _place(title[: have.start()]) or _place(title)
    return SwapTitle(offered, asked, place, is_wanted=is_payment(offered))


def _trim(text: str) -> str:
    return clean(text).strip(" -–,;:/|")


def _place(text: str) -> str | None:
    """The first tag that is no letter of the code itself: "USA-CA", "Toronto, ON"; the brackets may be missing."""
    for tag in _TAG.findall(text):
        bracketed = f"[{tag}]"
        if not any(pattern.fullmatch(bracketed) for pattern in (_HAVE, _WANT, _SALE, _BUY, _TALK)):
            return clean(tag)
    bare = _BARE_PLACE.match(text)
    return bare[0] if bare else None


def _without_place(text: str) -> str:
    return _trim(_TAG.sub(" ", text, count=1) if text.lstrip().startswith(("[", "(", "{")) else text)
