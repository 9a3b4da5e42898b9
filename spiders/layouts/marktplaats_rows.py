"""Marktplaats' result rows, and its kinds of price: an amount means something else in each, and 0 stands for none.

Known from a captured page and a captured API answer of 2025.
"""

from typing import Any

from spiders.extract.condition import condition_of
from spiders.extract.json_value import cents, coordinates, dicts, dig, words
from spiders.extract.time import read_time
from spiders.page import Page
from tracker.domain.listing import PriceKind
from tracker.domain.money import Money

# MIN_BID: bids from that amount on; FAST_BID: bids, no minimum; the others name no amount at all.
_KINDS = {
    "FIXED": PriceKind.FIXED,
    "MIN_BID": PriceKind.AUCTION,
    "FAST_BID": PriceKind.AUCTION,
    "FREE": PriceKind.FREE,
    "RESERVED": PriceKind.FIXED,
}


def read_listing(row: dict[str, Any], page: Page, zone: str) -> dict[str, Any] | None:
    """One row as fields of RawListing (`url` relative, dates of `zone`); None without id, title or address."""
    number, title, url = words(row.get("itemId")), words(row.get("title")), words(row.get("vipUrl"))
    if not (number and title and url):
        return None
    shown = dicts(row, "extendedAttributes") + dicts(row, "attributes")
    facts = {words(fact.get("key")): words(fact.get("value")) for fact in shown}
    image = words(dig(row, "imageUrls", 0))
    return _price_of(row, facts) | {
        "external_id": number,
        "title": title,
        "url": url,
        "pickup_only": _pickup_of(facts.get("delivery", "")),
        "condition": condition_of(facts.get("condition", "")),
        "sponsored": words(row.get("priorityProduct")) not in ("", "NONE") or number.startswith("a"),
        "listed_at": read_time(words(row.get("date")), seen_at=page.fetched_at, zone=zone),
        "location": words(dig(row, "location", "cityName")) or None,
        "country": words(dig(row, "location", "countryAbbreviation")) or None,
        "seller": words(dig(row, "sellerInformation", "sellerName")) or None,
        "description": words(row.get("description")) or None,
        "category": words(row.get("categoryId")) or None,
        "image": f"https:{image}" if image.startswith("//") else image or None,
    }


def _price_of(row: dict[str, Any], facts: dict[str, str]) -> dict[str, Any]:
    """Price, kind, reserved, and the texts of a row, as fields of RawListing."""
    kind, amount = words(dig(row, "priceInfo", "priceType")), dig(row, "priceInfo", "priceCents")
    price = cents(amount, "EUR") if amount else None
    if kind == "FREE":
        price = Money(0, "EUR")
    texts = {
        "price": f"{price} {kind}" if price else kind,
        "condition": facts.get("condition", ""),
        "shipping": facts.get("delivery", ""),
        "listed_at": words(row.get("date")),
        "coordinates": coordinates(row.get("location"), "latitude", "longitude"),
    }
    return {
        "price": price,
        "price_kind": _KINDS.get(kind, PriceKind.NEGOTIABLE),
        "reserved": kind == "RESERVED" or row.get("reserved") is True,
        "texts": {name: text for name, text in texts.items() if text},
    }


def _pickup_of(delivery: str) -> bool | None:
    """Whether a thing can only be fetched: "Ophalen" yes, "Verzenden" and "Ophalen of Verzenden" no; None unstated."""
    if not delivery:
        return None
    return not any(word in delivery.casefold() for word in ("verzend", "envoi", "bezorg"))
