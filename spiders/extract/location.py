"""Which country a place tag means: "USA-CA", "Toronto, ON", "EU-DE", "UK"."""

import re
from functools import cache

from babel.core import Locale

_NAMES = {
    "USA": "US", "US": "US", "CAN": "CA", "CANADA": "CA", "UK": "GB", "GBR": "GB", "ENG": "GB", "SCO": "GB", "DEU": "DE",
    "GER": "DE", "GERMANY": "DE", "FRA": "FR", "FRANCE": "FR", "ESP": "ES", "ITA": "IT", "NLD": "NL", "NED": "NL",
    "AUT": "AT", "BEL": "BE", "POL": "PL", "AUS": "AU", "NZL": "NZ", "SWE": "SE", "DNK": "DK", "NOR": "NO", "FIN": "FI",
    "IRL": "IE", "PRT": "PT", "CHE": "CH", "CZE": "CZ", "ROU": "RO", "HUN": "HU", "GRC": "GR", "SVK": "SK", "SVN": "SI",
    "HRV": "HR", "BGR": "BG", "EST": "EE", "LVA": "LV", "LTU": "LT", "LUX": "LU",
}  # fmt: skip
_PROVINCES = frozenset("AB BC MB NB NL NS NT NU ON PE PEI QC SK YT ONT QUE ALTA SASK".split())  # noqa: SIM905 - a word list reads as one
_COUNTRIES = frozenset(str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))) - {"EU"}
_CURRENCIES = {
    "US": "USD", "CA": "CAD", "GB": "GBP", "AU": "AUD", "NZ": "NZD", "CH": "CHF", "SE": "SEK", "DK": "DKK", "NO": "NOK",
    "PL": "PLN", "CZ": "CZK", "HU": "HUF", "RO": "RON", "BG": "EUR", "IS": "ISK", "JP": "JPY",
    **dict.fromkeys(("AT", "BE", "HR", "CY", "EE", "FI", "FR", "DE", "GR", "IE", "IT", "LV", "LT", "LU", "MT", "NL",
                     "PT", "SK", "SI", "ES"), "EUR"),
}  # fmt: skip


def country_of(place: str, home: str | None = None) -> str | None:
    """The ISO country of a place tag; `home` (the market's own country) where the tag names only a town or a province.

    "USA-CA" is the United States, "EU-DE" Germany, "EU" alone no country, "Toronto, ON" Canada in a Canadian market.
    """
    parts = [part for part in re.split(r"[^A-Za-z]+", place.upper()) if part]
    if not parts:
        return home
    if parts[0] == "EU":
        return next((found for part in parts[1:] if (found := _country(part))), None)
    if parts[0] in _NAMES:
        return _NAMES[parts[0]]
    if home == "CA" and parts[-1] in _PROVINCES:
        return "CA"
    return home or _country(parts[0]) or _country(parts[-1])


def country_named(place: str | None) -> str | None:
    """The ISO country whose name ends a place: "Dallas, Texas, United States", "Vereinigte Staaten", "Chine"; None if none."""
    name = (place or "").rpartition(",")[2].strip().casefold()
    return _territories().get(name)


@cache
def _territories() -> dict[str, str]:
    """Country names of the languages that marketplaces write in, to ISO codes."""
    return {
        str(name).casefold(): str(code)
        for language in ("ja", "it", "es", "nl", "pl", "fr", "de", "en")
        for code, name in Locale(language).territories.items()
        if re.fullmatch("[A-Z]{2}", str(code))
    } | {
        "usa": "US",
        "uk": "GB",
        "great britain": "GB",
        "china": "CN",
        "grossbritannien": "GB",
        "hong kong": "HK",
        "米国": "US",
        "英国": "GB",
    }


def currency_at(country: str | None) -> str | None:
    """The currency that people of a country quote prices in; None where the country is none of the markets'."""
    return _CURRENCIES.get(country or "")


def _country(part: str) -> str | None:
    return _NAMES.get(part) or (part if part in _COUNTRIES else None)
