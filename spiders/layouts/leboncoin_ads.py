"""LeBonCoin's ads, which have one shape in search pages, ad pages and the finder API's answer; and an ad's own address.

Known from one captured search page of 2026 and, for ad pages (`pageProps.ad`), from public code that reads them.
"""

import re
from typing import Any

from spiders.extract.condition import condition_of
from spiders.extract.json_value import cents, coordinates, dicts, dig, money, whole, words
from spiders.extract.time import from_iso
from tracker.domain.listing import PriceKind
from tracker.domain.money import Money

_FACTS = ("condition", "shippable", "shipping_type", "shipping_cost", "transaction_status", "old_price", "donation")
# "/ad/accessoires_informatique/2700000001" and "/accessoires_informatique/2700000001.htm"
_AD_ADDRESS = re.compile(r"leboncoin\.fr/(?:ad/[\w-]+/(\d{6,})(?:[/?#]|$)|[\w-]+/(\d{6,})\.htm)")


def ad_id_in(url: str) -> str | None:
    """The id in an ad's own address, in both of its forms; None for a search's."""
    found = _AD_ADDRESS.search(url)
    return found[1] or found[2] if found else None


def read_ad(ad: dict[str, Any], zone: str) -> dict[str, Any] | None:
    """One ad as fields of RawListing (dates of `zone`); None where it lacks id, title or address."""
    url, title, number = words(ad.get("url")), words(ad.get("subject")), words(ad.get("list_id"))
    if not (url and title and number):
        return None
    shown = {fact.get("key"): fact.get("value_label") or fact.get("value") for fact in dicts(ad, "attributes")}
    asked, place = dig(ad, "price", 0) or ad.get("price"), coordinates(ad.get("location"), "lat", "lng")
    texts = {"price": words(asked), "coordinates": place} | {key: words(shown[key]) for key in _FACTS if key in shown}
    deal, is_gift = texts.get("transaction_status", "").casefold(), texts.get("donation") in ("1", "true", "Oui")
    price = cents(ad.get("price_cents"), "EUR") or money(asked, "EUR")
    return {
        "external_id": number,
        "title": title,
        "url": url,
        "price": Money(0, "EUR") if is_gift else price if price and price.minor else None,  # 0 is no price
        "price_kind": PriceKind.FREE if is_gift else PriceKind.FIXED,
        "pickup_only": {"true": False, "Oui": False, "false": True, "Non": True}.get(texts.get("shippable", "")),
        "condition": condition_of(texts.get("condition", "")),
        "sold": "vendu" in deal,
        "reserved": "cours" in deal,
        "wanted": ad.get("ad_type") == "demand",
        "sponsored": ad.get("is_boosted") if isinstance(ad.get("is_boosted"), bool) else None,
        "quantity": whole(shown.get("stock_quantity")),
        "location": _place(ad),
        "country": words(dig(ad, "location", "country_id")) or None,
        "seller": words(dig(ad, "owner", "name")) or None,
        "seller_is_business": {"pro": True, "private": False}.get(words(dig(ad, "owner", "type"))),
        "listed_at": from_iso(words(ad.get("first_publication_date")), zone),
        "description": words(ad.get("body")) or None,
        "category": words(ad.get("category_id")) or None,
        "image": words(dig(ad, "images", "urls", 0)) or None,
        "texts": {key: text for key, text in texts.items() if text},
    }


def _place(ad: dict[str, Any]) -> str | None:
    """A place as "Lyon 69003", out of its parts where the ad does not label it."""
    parts = (words(dig(ad, "location", name)) for name in ("city", "zipcode"))
    return words(dig(ad, "location", "city_label")) or " ".join(filter(None, parts)) or None
