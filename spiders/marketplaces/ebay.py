"""EBay, all national sites: Browse API first, search HTML where there are no keys; sold, completed and item pages.

Domains: ebay.com, .co.uk, .de, .fr, .it, .es, .ca … Ways: api, html. Keys: EBAY_CLIENT_ID and EBAY_CLIENT_SECRET.
"""

from typing import Any, ClassVar

from selectolax.lexbor import LexborHTMLParser

from spiders.families.json_api import is_json, loads
from spiders.families.listing_page import ListingPageSpider
from spiders.layouts import ebay_api, ebay_item, ebay_search
from spiders.layouts.ebay_market import DOMAINS, MARKS, site_url
from spiders.page import Page, ParsedPage
from spiders.spec import CrawlSpec
from tracker.domain.listing import PageState


class Ebay(ListingPageSpider):
    """API answers, result pages in both layouts, item pages."""

    name = "ebay"
    domains: ClassVar = DOMAINS
    marks: ClassVar = MARKS
    ways: ClassVar = ("api", "html")
    credentials: ClassVar = ebay_api.CREDENTIALS
    daily_calls: ClassVar = 4500  # eBay gives 5,000 a day
    base_url, api_url = "https://www.ebay.com", "https://api.ebay.com"

    def __init__(self, spec: CrawlSpec | None = None, **kwargs: Any) -> None:
        """With the option `sold`, every search is also made among what was sold, which the API does not tell."""
        super().__init__(spec, **kwargs)
        self.spec = ebay_search.with_sold(spec) if spec and self.way == "html" else spec

    def search_url(self, search: str, page: int) -> str:
        """Everything on sale for the words, fixed prices and auctions, any condition: by the API, or 60 a page."""
        if self.way == "api":
            return ebay_api.search_url(self.api_url, search, page, self.spec.options)
        return ebay_search.search_url(self.base_url, search, page)

    def live_url(self, country: str) -> str:
        """The user's national site."""
        return site_url(country)

    def api_headers(self) -> dict[str, str]:
        """The site that is asked, and where the user wants things delivered."""
        return ebay_api.headers(self.base_url, self.spec.country, self.spec.postcode)

    def read_body(self, page: Page) -> ParsedPage:
        """An API answer, an item page or a result page: whichever the body is."""
        return self.read_api(page) if is_json(page) else super().read_body(ebay_search.results_part(page))

    def read_api(self, page: Page) -> ParsedPage:
        """The Browse API's answer, whole or as a bare list of item summaries."""
        data = loads(page.body)
        summaries = ebay_api.summaries_of(data) or []
        listings, stats = self.collect(summaries, ebay_api.read_summary, page)
        if not listings:
            state, detail = ebay_api.state_without_items(data)
            return ParsedPage(state, detail=detail, stats=stats)
        around = data if isinstance(data, dict) else {}
        return ParsedPage(PageState.LISTINGS, listings, around.get("next"), around.get("total"), stats=stats)

    def read_tree(self, tree: LexborHTMLParser, page: Page) -> ParsedPage:
        """An item page holds one listing; everything else is read as results."""
        items = [] if ebay_search.is_results(tree) else [tree]
        found, _ = self.collect(items, ebay_item.read_item, page)
        return ParsedPage(PageState.LISTINGS, found) if found else super().read_tree(tree, page)

    rows = staticmethod(ebay_search.rows_of)
    read_row = staticmethod(ebay_search.read_row)
    reported = staticmethod(ebay_search.reported_of)
    next_page = staticmethod(ebay_search.next_of)
    state_without_rows = staticmethod(ebay_search.state_without_rows)
