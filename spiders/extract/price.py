"""Price text to Money, a range, or a kind of price: every form that the marketplaces show.

price-parser finds amount and symbol, babel the ISO codes (currency.py). Ours, because price-parser fails there: ranges
("EUR 17,72 bis EUR 18,66": it takes the first), minus signs (dropped), "1.299,-", "1.299,– €" and "1’299", per cent, "1.5k".
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from price_parser.parser import Price

from spiders.extract.currency import currency_of
from spiders.extract.html import clean
from tracker.domain.listing import PriceKind
from tracker.domain.money import Money

_LONGEST = 160  # characters: no price text is longer, and what is longer is no price
_DIGIT = re.compile(r"\d")
_RANGE = re.compile(
    r"\s(?:to|bis|à|au|a|al|do|tot|t/m|through|～|~|から|—|–|-)\s|(?<=[\d円€])\s?(?:～|~|から)\s?(?=\D{0,5}\d)"
    r"|(?<=\d)[-–—](?=[$€£]\s?\d)|(?<=[$€£])[-–—](?=\d)"
)
_NO_PRICE = re.compile(r"\d\s?(?:%|k\b)|(?:^|[^\w.,])[-−]\s?(?:\D{1,4}\s?)?\d")
_DASH_CENTS = re.compile(r"[.,]\s?[-–—]+(?=\D|$)")
_FREE = re.compile(
    r"\b(?:zu verschenken|verschenken|kostenlos|gratis|gratuit|gratuitement|free|à donner|don|regalo|se regala|te geef|za darmo)\b"
    r"|無料",
    re.IGNORECASE,
)
_NEGOTIABLE = re.compile(
    r"\b(?:vb|vhb|verhandlungsbasis|verhandelbar|obo|negotiable|à débattre|prix à débattre|négociable|negociable|trattabile"
    r"|bieden|notk|n\.o\.t\.k|do negocjacji|preis auf anfrage|auf anfrage|prix sur demande)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PriceReading:
    """What a price text says. `price` is None where it names no amount or no currency that is known."""

    price: Money | None
    price_max: Money | None = None
    kind: PriceKind = PriceKind.FIXED


def parse_price(text: str, local: str | None = None) -> PriceReading:
    """Read a price text; `local` is the site's own currency (ISO), which a bare "$" or "kr" means there.

    "VB" is NEGOTIABLE without an amount, "Zu verschenken" FREE with zero of `local` (None without one), "A to B" RANGE.
    """
    return _read(text[: 4 * _LONGEST], local)


def parse_money(text: str, local: str | None = None) -> Money | None:
    """The single amount in `text`, for shipping costs and the like; None for none, for a range its low bound."""
    return parse_price(text, local).price


@lru_cache(maxsize=8192)
def _read(text: str, local: str | None) -> PriceReading:
    text = clean(text)[:_LONGEST]
    if not _DIGIT.search(text):
        if _FREE.search(text):
            return PriceReading(Money(0, local) if local else None, kind=PriceKind.FREE)
        return PriceReading(None, kind=PriceKind.NEGOTIABLE if _NEGOTIABLE.search(text) else PriceKind.FIXED)
    kind = PriceKind.NEGOTIABLE if _NEGOTIABLE.search(text) else PriceKind.FIXED
    sides = [side for side in _RANGE.split(text) if _DIGIT.search(side)]
    if len(sides) == 2:  # noqa: PLR2004 - from and to
        return _range(sides[0], sides[1], local, kind)
    return PriceReading(_money(text, local), kind=kind)


def _range(low_text: str, high_text: str, local: str | None, kind: PriceKind) -> PriceReading:
    high = _money(high_text, local)
    low = _money(low_text, high.currency if high else local) or _money(
        f"{low_text} {high.currency}" if high else "", None
    )
    if low is None or high is None or low.currency != high.currency or high < low:
        return PriceReading(low or high, kind=kind)
    return PriceReading(low, high, PriceKind.RANGE)


def _money(text: str, local: str | None) -> Money | None:
    if _NO_PRICE.search(text):
        return None
    before, _, _ = text.partition("(")
    text = before if _DIGIT.search(before) else text  # "GBP 12.00 (approx US $15.00)" is of the first currency
    found = Price.fromstring(_DASH_CENTS.sub(" ", text.replace("\u2019", "'")))
    currency = currency_of(text, found.currency, local)
    if found.amount is None or currency is None:
        return None
    try:
        return Money.of(found.amount, currency)
    except ValueError:
        return None
