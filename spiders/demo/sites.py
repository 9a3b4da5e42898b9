"""The sites of the demo market: whose listings stand where, in which language and currency."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `share` of 100 listings; `rate` its currency for one euro, fixed for the demo."""

    name: str
    marketplace: str
    language: str
    currency: str
    country: str
    share: int
    rate: float = 1.0


SITES = (
    Site("ebay.de", "ebay", "de", "EUR", "DE", 16),
    Site("ebay.fr", "ebay", "fr", "EUR", "FR", 14),
    Site("ebay.com", "ebay", "en", "USD", "US", 11, 1.15),
    Site("ebay.co.uk", "ebay", "en", "GBP", "GB", 9, 0.87),
    Site("leboncoin.fr", "leboncoin", "fr", "EUR", "FR", 22),
    Site("kleinanzeigen.de", "kleinanzeigen", "de", "EUR", "DE", 28),
)
MARKETPLACES = tuple(dict.fromkeys(site.marketplace for site in SITES))

# Where listing ids start: further up than any the live sites have given, so that none is taken for a real one.
FIRST_ID = {"ebay": 999_000_000_000, "leboncoin": 9_900_000_000, "kleinanzeigen": 9_900_000_000}
