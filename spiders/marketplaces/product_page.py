"""Single product pages with schema.org data, on whatever site (the option `urls` lists them).

Domains: any. Ways: html. A page that another marketplace knows is that one's.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from scrapy import Request

from spiders.families.jsonld_page import JsonLdPageSpider


class ProductPage(JsonLdPageSpider):
    """JSON-LD, microdata or Open Graph, read by the family."""

    name = "product_page"
    is_fallback: ClassVar = True
    marks: ClassVar = (b"schema.org/Product", b'"Product"', b"price:amount", b'"product"')
    base_url = "https://schema.invalid"

    def start_requests_of(self, searches: Iterable[str]) -> Iterator[Request]:  # noqa: ARG002 - pages are listed, not searched
        """Every page of the option `urls`."""
        return super().start_requests_of(self.spec.options.get("urls", ()) if self.spec else ())

    def search_url(self, search: str, page: int) -> str:  # noqa: ARG002 - a product is one page
        """The page itself."""
        return search
