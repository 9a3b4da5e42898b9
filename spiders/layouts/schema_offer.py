"""schema.org's Product and Offer as fields of a listing: price, range, availability, condition, seller, shipping."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from spiders.extract.condition import condition_of, condition_of_schema
from spiders.extract.html import clean
from spiders.extract.json_value import dig, money, words
from spiders.extract.price import parse_price
from tracker.domain.listing import Condition, PriceKind
from tracker.domain.money import Money, exponent

# Kinds of price that nobody asks for: what it cost once, or elsewhere.
_STRUCK = re.compile(r"ListPrice|Strikethrough|MSRP|SRP|Regular", re.IGNORECASE)
# Text that would be decimals by schema.org's rule, and is thousands in shops that print what they show.
_FILS = 3  # decimals of the currencies that have so many
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_GONE = frozenset({"soldout", "outofstock", "discontinued", "out of stock", "oos", "sold out"})


def name_of(product: dict[str, Any]) -> str:
    """The product's name, its entities resolved (shops escape them twice)."""
    return clean(unescape(unescape(words(_first(product.get("name"))))))


def is_priced(product: dict[str, Any]) -> bool:
    """Whether one of its offers has a price that is more than nothing."""
    return any(_price(offer) or _price(offer, "lowPrice") for offer in _offers(product))


def listings_of(product: dict[str, Any], page_url: str) -> Iterator[dict[str, Any]]:
    """The product's offers as fields of RawListing: one each where they have addresses of their own, else one in all."""
    offers = _offers(product)
    inner = [entry for offer in offers for entry in _entries(offer.get("offers"))]
    if len(inner) > 1 and len({words(entry.get("url")) for entry in inner}) == len(inner):
        offers = inner
    addresses = {words(offer.get("url")) for offer in offers}
    if len(offers) > 1 and len(addresses) == len(offers):
        for offer in offers:
            yield _fields(product, offer, page_url, own_address=True)
        return
    prices = sorted({price for offer in offers if (price := _price(offer))}, key=lambda price: price.minor)
    priced = next((offer for offer in offers if _price(offer) or _price(offer, "lowPrice")), offers[0])
    fields = _fields(product, priced, page_url, own_address=False)
    if len(prices) > 1 and prices[0].currency == prices[-1].currency:
        fields |= {"price": prices[0], "price_max": prices[-1], "price_kind": PriceKind.RANGE}
    yield fields


def _fields(product: dict[str, Any], offer: dict[str, Any], page_url: str, *, own_address: bool) -> dict[str, Any]:
    url = words(_first(offer.get("url"))) if own_address else ""
    url = url or words(_first(product.get("url"))) or words(_first(offer.get("url"))) or page_url
    low, high = _price(offer, "lowPrice"), _price(offer, "highPrice")
    available = words(offer.get("availability")).rstrip("/").rpartition("/")[2].casefold()
    image = _first(product.get("image"))
    seller = words(dig(offer, "seller", "name")) or words(offer.get("seller"))
    return {
        "external_id": _identity(product, offer, urljoin(page_url, url), own_address=own_address),
        "title": (own_address and clean(unescape(words(offer.get("name"))))) or name_of(product),
        "url": url,
        "price": _price(offer) or low,
        "price_max": high if low and high and low < high else None,
        "price_kind": PriceKind.RANGE if low and high and low < high else PriceKind.FIXED,
        "shipping": _shipping(offer),
        "condition": _condition(words(_first(offer.get("itemCondition") or product.get("itemCondition")))),
        "sold": available == "soldout",
        "quantity": 0 if available in _GONE else None,
        "seller": seller or None,
        "seller_is_business": {"organization": True, "person": False}.get(
            words(dig(offer, "seller", "@type")).casefold()
        ),
        "description": clean(unescape(words(_first(product.get("description")))))[:5000] or None,
        "image": words(dig(image, "url") or dig(image, "contentUrl") or image) or None,
        "texts": _texts(product, offer, available),
    }


def _texts(product: dict[str, Any], offer: dict[str, Any], available: str) -> dict[str, str]:
    specification = _specification(offer)
    prices = (offer.get("price"), offer.get("lowPrice"), specification.get("price"))
    texts = {
        "price": next((text for price in prices if (text := words(_first(price)))), ""),
        "currency": words(offer.get("priceCurrency")) or words(specification.get("priceCurrency")),
        "availability": available,
        "condition": words(_first(offer.get("itemCondition"))),
        "sku": words(product.get("sku")) or words(product.get("productID")) or words(product.get("productId")),
        "brand": words(dig(product, "brand", "name")) or words(_first(product.get("brand"))),
    }
    return {name: text for name, text in texts.items() if text}


def _identity(product: dict[str, Any], offer: dict[str, Any], url: str, *, own_address: bool) -> str:
    """Host and stock number, since stores count alike; where offers are listings, or there is no number, the path."""
    parts = urlsplit(url)
    place = parts.path.strip("/") + (f"?{parts.query}" if own_address and parts.query else "")
    number = (
        "" if own_address else words(product.get("sku")) or words(product.get("productID")) or words(offer.get("sku"))
    )
    return f"{(parts.hostname or '').removeprefix('www.')}:{number or place or name_of(product)}"


def _offers(product: dict[str, Any]) -> list[dict[str, Any]]:
    """A product's offers; the product itself where it has none, since shops put the price there too."""
    return _entries(product.get("offers")) or [product]


def _entries(data: Any) -> list[dict[str, Any]]:
    return [entry for entry in (data if isinstance(data, list) else [data]) if isinstance(entry, dict)]


def _price(offer: dict[str, Any], key: str = "price") -> Money | None:
    """A price above nothing: plain decimals as they are, other spellings ("499€ 499€", "1.299,00", "1.299") as text."""
    specification = _specification(offer)
    amount = _first(offer.get(key)) or (_first(specification.get(key)) if key == "price" else None)
    currency = words(_first(offer.get("priceCurrency") or specification.get("priceCurrency"))).upper()
    is_shown = isinstance(amount, str) and _THOUSANDS.fullmatch(amount.strip()) and exponent(currency) < _FILS
    found = (None if is_shown else money(amount, currency)) or parse_price(
        f"{words(amount)} {currency}", currency or None
    ).price
    return found if found is not None and found.minor > 0 else None


def _specification(offer: dict[str, Any]) -> dict[str, Any]:
    specifications = _entries(offer.get("priceSpecification"))
    asked = (entry for entry in specifications if not _STRUCK.search(words(entry.get("priceType"))))
    return next(asked, {})


def _shipping(offer: dict[str, Any]) -> Money | None:
    rate = dig(next(iter(_entries(offer.get("shippingDetails"))), {}), "shippingRate")
    return money(dig(rate, "value"), dig(rate, "currency")) if isinstance(rate, dict) else None


def _condition(text: str) -> Condition:
    found = condition_of_schema(text)
    return found if found is not Condition.UNKNOWN else condition_of(text)


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
