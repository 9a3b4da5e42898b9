"""EBay, all national sites: Browse API first, search HTML where there are no keys; sold, completed and item pages.

Domains: ebay.com, .co.uk, .de, .fr, .it, .es, .ca … Ways: api, html. Keys: EBAY_CLIENT_ID and EBAY_CLIENT_SECRET.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser

from spiders.families.json_api import is_json, loads
from spiders.families.listing_page import ListingPageSpider
from spiders.layouts import ebay_api, ebay_item, ebay_search
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState, RawListing


class Ebay(ListingPageSpider):
    """API answers, result pages in both layouts, item pages."""

    name = "ebay"
    domains: ClassVar = ("ebay.com", "ebay.co.uk", "ebay.de", "ebay.fr", "ebay.it", "ebay.es", "ebay.ie", "ebay.nl", "ebay.be",
                         "ebay.at", "ebay.ch", "ebay.pl", "ebay.ca", "ebay.com.au", "ebay.com.hk", "ebay.com.sg")  # fmt: skip
    marks: ClassVar = (
        b'"itemSummaries"',
        b"api.ebay.com/buy/browse",
        b"srp-river-results",
        b"ebay-objects:item",
        b"access eBay.",
    )
    ways: ClassVar = ("api", "html")
    base_url = "https://www.ebay.com"

    def search_url(self, search: str, page: int) -> str:
        """Everything on sale for the words, 60 a page: fixed prices and auctions, any condition."""
        return f"{self.base_url}/sch/i.html?{urlencode({'_nkw': search, '_ipg': 60, '_pgn': page})}"

    def read_body(self, page: Page) -> ParsedPage:
        """An API answer, an item page or a result page: whichever the body is."""
        return self.read_api(page) if is_json(page) else super().read_body(page)

    def read_api(self, page: Page) -> ParsedPage:
        """The Browse API's answer, whole or as a bare list of item summaries."""
        data = loads(page.body)
        items = ebay_api.summaries_of(data) or []
        listings, stats = self.collect(items, lambda item, page: self.made(ebay_api.read_summary(item), page), page)
        if not listings:
            state, detail = ebay_api.state_without_items(data)
            return ParsedPage(state, detail=detail, stats=stats)
        around = data if isinstance(data, dict) else {}
        return ParsedPage(PageState.LISTINGS, listings, around.get("next"), around.get("total"), stats=stats)

    def read_tree(self, tree: LexborHTMLParser, page: Page) -> ParsedPage:
        """An item page holds one listing; everything else is read as results."""
        item = None if ebay_search.is_results(tree) else self.made(ebay_item.read_item(tree, page), page)
        return ParsedPage(PageState.LISTINGS, (item,)) if item else super().read_tree(tree, page)

    def rows(self, tree: LexborHTMLParser) -> list[Any]:
        """The cards inside the results list; ghosts and carousels stand outside it."""
        return list(ebay_search.rows_of(tree))

    def read_row(self, row: ebay_search.Row, page: Page) -> RawListing | None:
        """One card."""
        return self.made(ebay_search.read_row(row, page), page)

    def made(self, fields: dict[str, Any] | None, page: Page) -> RawListing | None:
        """A RawListing of the fields that a layout read, or None."""
        return self.listing(page, **fields) if fields else None

    reported = staticmethod(ebay_search.reported_of)
    next_page = staticmethod(ebay_search.next_of)
    state_without_rows = staticmethod(ebay_search.state_without_rows)
