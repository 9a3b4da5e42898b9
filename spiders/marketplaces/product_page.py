"""Single product pages with schema.org data, on whatever site (the option `urls` lists them).

Domains: any. Ways: html. A page that another marketplace knows is that one's.
"""

from dataclasses import replace
from typing import Any, ClassVar

from spiders.families.jsonld_page import JsonLdPageSpider
from spiders.spec import CrawlSpec


class ProductPage(JsonLdPageSpider):
    """JSON-LD, microdata or Open Graph, read by the family."""

    name = "product_page"
    is_fallback: ClassVar = True
    marks: ClassVar = (b"schema.org/Product", b'"Product"', b"price:amount", b'"product"')
    base_url = "https://schema.invalid"

    def __init__(self, spec: CrawlSpec | None = None, **kwargs: Any) -> None:
        """Pages are listed, not searched: the option `urls` is what is asked for."""
        super().__init__(replace(spec, searches=tuple(spec.options.get("urls", ()))) if spec else None, **kwargs)

    def search_url(self, search: str, page: int) -> str:  # noqa: ARG002 - a product is one page
        """The page itself."""
        return search
