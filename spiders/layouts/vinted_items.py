"""Vinted's catalogue items: what a buyer pays, and conditions, of which there are five (six for electronics) in every language.

Known from one captured answer of 2025; amounts that stand bare, from public code for the answers of until 2024.
"""

import re
from typing import Any

from spiders.extract.json_value import dig, money, words
from tracker.domain.listing import Condition

_NEW = re.compile(r"^(?:new|neu|neuf|neuve|nowy|nuev|nuov|nieuw|nov|nauj|ny|uusi|új|nou|brand)", re.IGNORECASE)
_BROKEN = re.compile(r"fun[ck]|fonction|funzion|sprawn|werkend|toimi", re.IGNORECASE)
_AMOUNTS = ("total_item_price", "price", "service_fee")


def read_item(item: dict[str, Any]) -> dict[str, Any] | None:
    """One item as fields of RawListing; None without id, title or address.

    `price` is what a buyer pays, the protection fee included; the seller's price and the fee stand in `texts`.
    """
    title, number, url = words(item.get("title")), words(item.get("id")), words(item.get("url") or item.get("path"))
    if not (title and number and url):
        return None
    usual = dig(item, "price", "currency_code") or item.get("currency")
    paid = {  # an amount may be bare: until 2024 all were, some of an item's own still are
        name: money(dig(item, name, "amount") or item.get(name), dig(item, name, "currency_code") or usual)
        for name in _AMOUNTS
    }
    texts = {name: str(amount) for name, amount in paid.items() if amount}
    return {
        "external_id": number,
        "title": title,
        "url": url,
        "price": paid["total_item_price"] or paid["price"],
        "condition": condition_of_status(words(item.get("status"))),
        "sold": item.get("is_closed") is True,
        "reserved": item.get("is_reserved") is True,
        "sponsored": item.get("promoted") is True,
        "seller": words(dig(item, "user", "login")) or None,
        "seller_is_business": dig(item, "user", "business"),
        "image": words(dig(item, "photo", "url")) or None,
        "texts": texts | {"condition": words(item.get("status"))},
    }


def condition_of_status(label: str) -> Condition:
    """Both "new" labels are NEW, "not fully functional" FOR_PARTS, the other labels say how used a thing is."""
    if not label:
        return Condition.UNKNOWN
    if _BROKEN.search(label):
        return Condition.FOR_PARTS
    return Condition.NEW if _NEW.match(label) else Condition.USED
