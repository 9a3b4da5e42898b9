"""Shopify stores (refurbishers): the public products.json of the stores in the option `stores`.

Domains: the stores' own. Ways: html (their robots.txt is obeyed). The feed names no currency: `stores` gives it, as
"https://store.example" = "EUR". One listing an available variant.
"""

from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

from w3lib.url import url_query_parameter

from spiders.extract.json_value import dicts, whole
from spiders.families.json_api import is_json
from spiders.families.json_results import JsonResultsSpider
from spiders.families.marketplace import origin_of
from spiders.layouts.shopify_products import read_variant
from spiders.page import Page
from spiders.spec import CrawlSpec
from tracker.domain.listing import RawListing


class Shopify(JsonResultsSpider):
    """Stores' product feeds; a saved feed without an address stands under shopify.invalid, a name that never resolves."""

    name = "shopify"
    domains: ClassVar = ("myshopify.com", "shopify.invalid")
    marks: ClassVar = (b'"compare_at_price"', b'"body_html"')
    base_url = "https://shopify.invalid"
    rows_key = "products"

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """The feed only: a store's HTML pages hold the same words."""
        return is_json(page) and super().recognises(page)

    def __init__(self, spec: CrawlSpec | None = None, **kwargs: Any) -> None:
        """Every store's feed is read whole: the stores are the searches."""
        self.stores: dict[str, str] = dict(spec.options.get("stores", {})) if spec else {}
        super().__init__(replace(spec, searches=tuple(self.stores)) if spec else None, **kwargs)

    def search_url(self, search: str, page: int) -> str:
        """One page of a store's feed."""
        return f"{search.rstrip('/')}/products.json?limit=250&page={page}"

    def next_page(self, answer: dict[str, Any], page: Page) -> str | None:
        """A full page has another behind it."""
        is_full = len(dicts(answer, "products")) >= (whole(url_query_parameter(page.url, "limit")) or 30)
        return self.page_address(page, self.page_number(page) + 1) if is_full and page.url.startswith("http") else None

    def rows_of(self, entries: list[Any]) -> tuple[list[Any], Counter[str]]:
        """Pairs of product and variant, without what is out of stock."""
        pairs = [(product, variant) for product in entries for variant in dicts(product, "variants")]
        rows = [pair for pair in pairs if pair[1].get("available") is not False]
        return rows, Counter(out_of_stock=len(pairs) - len(rows))

    def read_row(self, row: tuple[dict[str, Any], dict[str, Any]], page: Page) -> RawListing | None:
        """One variant, priced in its store's currency."""
        store = origin_of(page.url) if page.url.startswith("http") else ""
        currencies = {origin_of(url): currency for url, currency in self.stores.items()}
        fields = read_variant(*row, currencies.get(store) or url_query_parameter(page.url, "currency"))
        return self.listing(page, seller=store.partition("://")[2] or None, **fields) if fields else None
