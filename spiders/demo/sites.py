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
    Site("ebay.de", "ebay", "de", "EUR", "DE", 18),
    Site("ebay.fr", "ebay", "fr", "EUR", "FR", 16),
    Site("ebay.com", "ebay", "en", "USD", "US", 12, 1.15),
    Site("ebay.co.uk", "ebay", "en", "GBP", "GB", 10, 0.87),
    Site("leboncoin.fr", "leboncoin", "fr", "EUR", "FR", 20),
    Site("kleinanzeigen.de", "kleinanzeigen", "de", "EUR", "DE", 24),
)
MARKETPLACES = tuple(dict.fromkeys(site.marketplace for site in SITES))

# Where listing ids start: further up than any the live sites have given, so that none is taken for a real one.
FIRST_ID = {"ebay": 999_000_000_000, "leboncoin": 9_900_000_000, "kleinanzeigen": 9_900_000_000}

# What the demo asks each site for; together they find nearly every ad (a test says how many).
SEARCHES = {
    "ebay": (
        "graphics card", "tesla", "k80", "p40", "gtx", "rtx", "titan xp", "mi50", "quadro", "x99", "x399", "c612", "xeon e5",
        "i7", "threadripper", "ddr4", "netzteil", "alimentation", "alim", "power supply", "psu", "supernova", "corsair",
        "be quiet", "seasonic", "thermaltake", "enermax", "workstation",
    ),
    "leboncoin": (
        "carte graphique", "tesla", "k80", "p40", "gtx", "1080 ti", "rtx", "titan xp", "mi50", "quadro", "x99", "x399", "c612",
        "xeon e5", "e5", "i7", "threadripper", "ddr4", "alimentation", "alim", "corsair", "supernova", "be quiet", "seasonic",
        "station",
    ),
    "kleinanzeigen": (
        "grafikkarte", "tesla", "k80", "p40", "gtx", "1080 ti", "rtx", "titan xp", "mi50", "quadro", "x99", "x399", "c612",
        "xeon e5", "e5", "i7", "threadripper", "ddr4", "netzteil", "corsair", "supernova", "be quiet", "seasonic", "workstation",
    ),
}  # fmt: skip
MAX_PAGES = 12  # of one search in the demo: its sites are small
