"""Wallapop's search API, as of 2025 (data.section.payload.items) and before (search_objects); times are milliseconds.

Known from public code that asks it, not from a captured answer.
"""

from typing import Any

from w3lib.url import add_or_replace_parameter

from spiders.extract.json_value import dig, money, words
from spiders.extract.time import from_epoch
from spiders.families.json_api import loads
from spiders.page import Page

_PLACES = (("data", "section", "payload", "items"), ("data", "section", "items"), ("search_objects",), ("items",))


def items_of(page: Page) -> tuple[list[Any] | None, str | None]:
    """The items of an answer (None where it is none of the known shapes), and the address of the next, whose key it carries."""
    data = loads(page.body)
    items = next((found for path in _PLACES if isinstance(found := dig(data, *path), list)), None)
    key = words(dig(data, "meta", "next_page"))
    is_known = key and page.url.startswith("http")
    return items, add_or_replace_parameter(page.url, "next_page", key) if is_known else None


def read_item(item: dict[str, Any]) -> dict[str, Any]:
    """One item as fields of RawListing. Raises KeyError where it lacks id, title or address."""
    price = dig(item, "price", "amount") if isinstance(item.get("price"), dict) else item.get("price")
    ships = dig(item, "shipping", "user_allows_shipping")
    ships = item.get("shipping_allowed") if ships is None else ships
    place = ", ".join(part for part in (words(dig(item, "location", key)) for key in ("postal_code", "city")) if part)
    currency = dig(item, "price", "currency") or item.get("currency")
    return {
        "external_id": words(item["id"]),
        "title": words(item["title"]),
        "url": f"/item/{words(item['web_slug'])}",
        "price": money(price, currency),
        "pickup_only": not ships if isinstance(ships, bool) else None,
        "reserved": dig(item, "reserved", "flag") is True or dig(item, "flags", "reserved") is True,
        "sold": dig(item, "flags", "sold") is True,
        "sponsored": dig(item, "bump", "type") is not None or dig(item, "visibility_flags", "bumped") is True,
        "location": place or None,
        "country": words(dig(item, "location", "country_code")) or None,
        "listed_at": from_epoch(item.get("created_at") or item.get("creation_date")),
        "description": words(item.get("description")) or None,
        "category": words(item.get("category_id")) or None,
        "image": words(dig(item, "images", 0, "urls", "medium") or dig(item, "images", 0, "medium")) or None,
        "texts": {"price": f"{words(price)} {words(currency)}".strip()},
    }
