"""Shopify's public products.json: products with variants; prices are decimal text without a currency.

Fields as the storefront serves them (price "279.00", compare_at_price "0.00" or null where nothing is struck).
"""

from typing import Any

from selectolax.lexbor import LexborHTMLParser

from spiders.extract.html import clean
from spiders.extract.json_value import dig, money, words
from spiders.extract.time import from_iso

_LONGEST_DESCRIPTION = 20_000


def read_variant(product: dict[str, Any], variant: dict[str, Any], currency: str | None) -> dict[str, Any] | None:
    """One variant as fields of RawListing (`url` relative to the store); None without title, handle or id.

    A price of 0 is no price; a struck price that is no higher than the price is no discount and is left out.
    """
    title, handle, number = words(product.get("title")), words(product.get("handle")), words(variant.get("id"))
    if not (title and handle and number):
        return None
    price, kind = money(variant.get("price"), currency), words(variant.get("title"))
    return {
        "external_id": number,
        "title": title if kind in ("", "Default Title") else f"{title} - {kind}",
        "url": f"/products/{handle}?variant={number}",
        "price": price if price and price.minor > 0 else None,
        "seller_is_business": True,
        "listed_at": from_iso(words(product.get("published_at"))),
        "description": _text(product.get("body_html")),
        "category": words(product.get("product_type")) or None,
        "image": words(dig(variant, "featured_image", "src") or dig(product, "images", 0, "src")) or None,
        "texts": _texts(product, variant),
    }


def _texts(product: dict[str, Any], variant: dict[str, Any]) -> dict[str, str]:
    texts = {
        "price": words(variant.get("price")),
        "vendor": words(product.get("vendor")),
        "sku": words(variant.get("sku")),
    }
    now, before = money(variant.get("price"), "XXX"), money(variant.get("compare_at_price"), "XXX")
    if now and before and now < before:
        texts["old_price"] = words(variant.get("compare_at_price"))
    return {name: text for name, text in texts.items() if text}


def _text(html: Any) -> str | None:
    if not isinstance(html, str) or not html.strip():
        return None
    body = LexborHTMLParser(html[:_LONGEST_DESCRIPTION]).body if "<" in html else None
    return clean(body.text(separator=" ") if body else html[:_LONGEST_DESCRIPTION]) or None
