"""Wallapop (Spain, Italy, Portugal): result pages as rendered, and the answer of the search API.

Domain: wallapop.com. Ways: html (robots.txt is obeyed: the JSON is the page's own, no public API). "Destacado" is paid for.
"""

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode

from spiders.families.card_page import CardPageSpider, Shape
from spiders.families.json_api import is_json, loads
from spiders.layouts.wallapop_api import items_of, read_item
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState

_TEXTS = {"title": '[class*="ItemCard__title"]', "price": '[class*="ItemCard__price"]', "image": "img",
          "tags": '[class*="ItemCard__highlight-text"]'}  # fmt: skip


class Wallapop(CardPageSpider):
    """Cards, or the API's items."""

    name = "wallapop"
    domains: ClassVar = ("wallapop.com",)
    marks: ClassVar = (b"<title>Wallapop</title>", b"cdn.wallapop.com/images")
    base_url = "https://es.wallapop.com"
    api_url = "https://api.wallapop.com"
    time_zone: ClassVar = "Europe/Madrid"
    currency, shapes = "EUR", (
        Shape(rows=".ItemCard", link="a.ItemCardList__item", id_pattern=r"-(\d+)$", texts=_TEXTS),
        Shape(rows='a[class*="item-card_ItemCard--"]', link="", id_pattern=r"-(\d+)$", texts=_TEXTS),
    )  # fmt: skip

    def search_url(self, search: str, page: int) -> str:  # noqa: ARG002 - the answer carries the key of its next page
        """The API's first page, newest first."""
        query = {"keywords": search, "order_by": "newest", "source": "search_box"}
        return f"{self.api_url}/api/v3/search?{urlencode(query)}"

    def read_body(self, page: Page) -> ParsedPage:
        """JSON or HTML."""
        if not is_json(page):
            return super().read_body(page)
        items = items_of(loads(page.body))
        if items is None:
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="no list of items in the answer")
        listings, stats = self.collect(items, lambda item, page: self.listing(page, **read_item(item)), page)
        return ParsedPage(PageState.LISTINGS if listings else PageState.EMPTY, listings, stats=stats)

    def more(self, row: LexborNode, texts: Mapping[str, str], page: Page) -> dict[str, Any]:  # noqa: ARG002 - a hook
        """Badges in words."""
        return {"sponsored": "tags" in texts, "reserved": row.css_first('[class*="eserved"]') is not None}
