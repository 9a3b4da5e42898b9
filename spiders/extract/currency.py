"""Which currency a price text means: ISO 4217, or None where the text and the site leave it open.

price-parser finds the symbol, babel knows the ISO codes. Ours is only what both leave open: "C $", "AU $" and "$ US"
(price-parser says "$" for all of them), and which dollar, crown or peso a bare symbol is on a given site.
"""

import re
from functools import cache

from babel.core import get_global

# Symbols that mean one currency wherever they stand.
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "円": "JPY", "元": "CNY", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "S/.": "PEN", "S/": "PEN",
    "R$": "BRL", "₹": "INR", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₽": "RUB", "₴": "UAH", "RM": "MYR", "Rp": "IDR",
    "฿": "THB", "₫": "VND", "₱": "PHP", "lei": "RON", "лв": "BGN", "Euro": "EUR", "euro": "EUR", "Fr.": "CHF",
    "руб": "RUB", "руб.": "RUB", "р.": "RUB", "RMB": "CNY", "NT$": "TWD", "US$": "USD", "C$": "CAD", "CA$": "CAD", "AU$": "AUD",
    "A$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "EURO": "EUR", "euros": "EUR", "ر.س": "SAR",
}  # fmt: skip
# Symbols that several currencies share, and which of them a site may mean.
_SHARED = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "TWD", "ARS", "CLP", "COP", "UYU"}),
    "kr": frozenset({"SEK", "DKK", "NOK", "ISK"}),
    "kr.": frozenset({"SEK", "DKK", "NOK", "ISK"}),
    "Kr": frozenset({"SEK", "DKK", "NOK", "ISK"}),
    "¥": frozenset({"JPY", "CNY"}),
    "￥": frozenset({"JPY", "CNY"}),
    "Rs": frozenset({"INR", "PKR", "LKR"}),
}
_DOLLARS = {"US": "USD", "C": "CAD", "CA": "CAD", "CDN": "CAD", "AU": "AUD", "A": "AUD", "NZ": "NZD", "HK": "HKD",
            "NT": "TWD", "S": "SGD", "SG": "SGD", "MX": "MXN", "MXN": "MXN", "AR": "ARS", "R": "BRL", "CL": "CLP",
            "CAD": "CAD", "AUD": "AUD", "USD": "USD", "ARS": "ARS", "NZD": "NZD", "SGD": "SGD", "HKD": "HKD"}  # fmt: skip
_DOLLAR = re.compile(r"(?:\b([A-Z]{1,3})\s?)?\$(?:\s?([A-Z]{1,3})\b)?")
_CODE = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")


@cache
def iso_codes() -> frozenset[str]:
    """Every currency code that babel's CLDR data know."""
    return frozenset(get_global("all_currencies"))


def currency_of(text: str, symbol: str | None, local: str | None) -> str | None:
    """The currency of a price text in which price-parser found `symbol`, on a site whose own currency is `local`.

    None where the text names none that is known: an amount without a currency is no price.
    """
    if "$" in text:
        return _dollar(text, local)
    if symbol:
        if symbol in _SYMBOLS:
            return _SYMBOLS[symbol]
        if symbol in _SHARED:
            return local if local in _SHARED[symbol] else None
        if symbol in iso_codes():
            return symbol
    for code in _CODE.findall(text):
        if code in iso_codes():
            return str(code)
    return next((iso for mark, iso in _SYMBOLS.items() if mark in text), None)


def _dollar(text: str, local: str | None) -> str | None:
    found = _DOLLAR.search(text)
    before, after = found.groups() if found else (None, None)
    for letters in (before, after):
        if letters in _DOLLARS:
            return _DOLLARS[letters]
    codes = [code for code in _CODE.findall(text) if code in iso_codes()]
    if codes:
        return str(codes[0])
    return local if local in _SHARED["$"] else None
