"""Product pages of any site that says what it sells in schema.org's words: JSON-LD, else microdata, else Open Graph.

What json alone does not read, extruct finds; this module decides which product the page is about, layouts/schema_offer
what its offers mean. A price of 0 is no price; several offers with addresses of their own are listings of their own, others are one
price range.
"""

import re
import warnings
from collections.abc import Iterator
from typing import Any

import extruct
from selectolax.lexbor import LexborHTMLParser

from spiders.extract.html import decode, is_unrendered, tree_of
from spiders.extract.json_value import dig, words
from spiders.extract.nesting import nests_too_deep
from spiders.families.json_api import loads
from spiders.families.marketplace import MarketplaceSpider
from spiders.layouts.schema_offer import is_priced, listings_of, name_of
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState

_JSON_LD = 'script[type*="ld+json" i]'  # "application/ld+json; charset=utf-8"
# Comments and CDATA marks around the JSON, which hid it from browsers of old.
_WRAPPING = re.compile(r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)|(?:(?://|/\*)?\s*\]\]>(?:\s*\*/)?|-->)\s*$")
_PRODUCTS = frozenset({"product", "individualproduct", "productmodel", "someproducts", "vehicle", "car"})
_DEEPEST = 40  # how far products are looked for inside other things: @graph, mainEntity, hasVariant


class JsonLdPageSpider(MarketplaceSpider):
    """One product (or one product's offers) a page; see the module."""

    def read_body(self, page: Page) -> ParsedPage:
        """The offers of the product that the page is about."""
        if nests_too_deep(page.body):
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="nested deeper than any real page")
        tree = tree_of(page)
        for products in _products(tree, page):
            fields = [found for product in products[:1] for found in listings_of(product, page.url)]
            listings, stats = self.collect(fields, lambda one, page: self.listing(page, **one), page)
            if listings:
                return ParsedPage(PageState.LISTINGS, listings, stats=stats)
        if is_unrendered(tree):
            return ParsedPage(PageState.NOT_RENDERED, detail="scripts and hardly any text")
        return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="no schema.org product with a name in the page")


def _products(tree: LexborHTMLParser, page: Page) -> Iterator[list[dict[str, Any]]]:
    """The products of each syntax, the priced ones first; then, over all syntaxes, one without a price."""
    unpriced: list[dict[str, Any]] = []
    for data in _data_of(tree, page):
        products = [product for product in _walk(data, 0) if name_of(product)]
        priced = [product for product in products if is_priced(product)]
        if priced:
            yield priced
        unpriced += products
    yield unpriced


def _data_of(tree: LexborHTMLParser, page: Page) -> Iterator[list[Any]]:
    """What the page says in each syntax. Most pages need the first alone, which needs no tree of extruct's."""
    scripts = [loads(_WRAPPING.sub("", script.text())) for script in tree.css(_JSON_LD)]
    yield scripts
    rest = {"json-ld": None in scripts, "microdata": b"itemscope" in page.body, "opengraph": b"og:" in page.body}
    if not any(rest.values()):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # extruct's libraries warn of what pages do wrong
        found = extruct.extract(
            decode(page), syntaxes=[name for name, is_there in rest.items() if is_there], uniform=True, errors="ignore"
        )
    yield found.get("json-ld") or []
    yield found.get("microdata") or []
    yield [product for thing in found.get("opengraph") or [] if (product := _open_graph(thing))]


def _walk(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _walk(entry, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        names = {re.split("[/:]", words(kind).casefold())[-1] for kind in _listed(kinds)}
        if names & _PRODUCTS:
            yield data
        elif "productgroup" in names and name_of(data):
            yield data | {"offers": _offers_of_variants(data)}
        else:
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasVariant", "itemOffered"):
                yield from _walk(data.get(key), depth + 1)


def _offers_of_variants(group: dict[str, Any]) -> list[Any]:
    """What a group's variants are offered at: a listing each where they have addresses, else one range."""
    variants = [variant for variant in _listed(group.get("hasVariant")) if isinstance(variant, dict)]
    return [
        {"url": variant.get("url"), "name": variant.get("name"), **offer}
        for variant in variants
        for offer in _listed(variant.get("offers"))
        if isinstance(offer, dict)
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _open_graph(data: Any) -> dict[str, Any] | None:
    """An Open Graph product in schema.org's shape."""
    amount = dig(data, "product:price:amount") or dig(data, "og:price:amount")
    if words(dig(data, "@type")).casefold() != "product" and amount is None:
        return None
    currency = dig(data, "product:price:currency") or dig(data, "og:price:currency")
    return {
        "@type": "Product",
        "name": dig(data, "og:title"),
        "url": dig(data, "og:url"),
        "image": dig(data, "og:image"),
        "description": dig(data, "og:description"),
        "sku": dig(data, "product:retailer_item_id"),
        "offers": {
            "price": amount,
            "priceCurrency": currency,
            "availability": dig(data, "product:availability") or dig(data, "og:availability"),
            "itemCondition": dig(data, "product:condition"),
        },
    }
