"""Vinted, all national sites: the catalogue's JSON (api/v2/catalog/items).

Domains: vinted.fr, .de, .pl, .co.uk, … Ways: html (its robots.txt is obeyed: the JSON is the page's own, no public API).
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.families.json_results import JsonResultsSpider
from spiders.layouts.vinted_items import read_item
from spiders.page import Page
from tracker.domain.listing import RawListing

_COUNTRIES = "fr de pl co.uk com es it nl be at lu lt cz sk pt se dk fi ie hu ro gr hr"


class Vinted(JsonResultsSpider):
    """One page of the catalogue."""

    name = "vinted"
    domains: ClassVar = tuple(f"vinted.{end}" for end in _COUNTRIES.split())
    marks: ClassVar = (b'"total_item_price"', b".vinted.net/")
    base_url = "https://www.vinted.fr"
    pages_at: ClassVar = ("pagination", "total_pages")

    def search_url(self, search: str, page: int) -> str:
        """The newest first."""
        query = {"search_text": search, "order": "newest_first", "per_page": 96, "page": page}
        return f"{self.base_url}/api/v2/catalog/items?{urlencode(query)}"

    def read_row(self, row: dict[str, Any], page: Page) -> RawListing | None:
        """One item."""
        fields = read_item(row)
        return self.listing(page, **fields) if fields else None
