"""Wallapop (Spain, Italy, Portugal): result pages as rendered, and the answer of the search API.

Domain: wallapop.com. Ways: html (robots.txt is obeyed: the JSON is the page's own, no public API). "Destacado" is paid for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode

from spiders.families.card_page import CardPageSpider
from spiders.families.json_api import is_json
from spiders.layouts.wallapop_api import items_of, read_item
from spiders.layouts.wallapop_cards import CARDS
from spiders.page import Page, ParsedPage


class Wallapop(CardPageSpider):
    """Cards, or the API's items."""

    name = "wallapop"
    domains: ClassVar = ("wallapop.com",)
    marks: ClassVar = (b"cdn.wallapop.com/images",)
    base_url = "https://es.wallapop.com"
    api_url = "https://api.wallapop.com"
    time_zone: ClassVar = "Europe/Madrid"
    currency, shapes = "EUR", CARDS

    def search_url(self, search: str, page: int) -> str:  # noqa: ARG002 - the answer carries the key of its next page
        """The API's first page, newest first."""
        return f"{self.api_url}/api/v3/search?{urlencode({'keywords': search, 'order_by': 'newest', 'source': 'search_box'})}"

    def read_body(self, page: Page) -> ParsedPage:
        """JSON or HTML."""
        if not is_json(page):
            return super().read_body(page)
        items, following = items_of(page)
        return replace(self.read_items(items, read_item, page), next_url=following)

    def more(self, row: LexborNode, texts: Mapping[str, str], page: Page) -> dict[str, Any]:  # noqa: ARG002 - a hook
        """Badges in words."""
        return {"sponsored": "tags" in texts, "reserved": row.css_first('[class*="eserved"]') is not None}
