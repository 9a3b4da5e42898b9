"""Craigslist: results and item pages of every layout since 2021.

Domain: craigslist.org, one subdomain a region (option `sites`). Ways: html. Posts of other regions ("nearby") are loose.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.families.card_page import CardPageSpider
from spiders.layouts import craigslist_cards as cards
from spiders.layouts.craigslist_sites import currency_of, home_of
from spiders.page import Page, ParsedPage
from spiders.spec import CrawlSpec
from tracker.domain.listing import PageState


class Craigslist(CardPageSpider):
    """Posts of a region; the currency is the region's own."""

    name = "craigslist"
    domains: ClassVar = ("craigslist.org",)
    marks: ClassVar = cards.MARKS
    base_url = "https://sfbay.craigslist.org"
    shapes, month_first = (cards.STATIC, cards.RENDERED, cards.ROWS, cards.ITEM), True
    tree_of, more_texts, currency_on = (
        staticmethod(cards.tree_of_list),
        staticmethod(cards.add_texts),
        staticmethod(currency_of),
    )
    summary_css, count_pattern = ".totalcount, .cl-page-number", r"(?:of\s*>?\s*|^)(\d[\d,]*)$"

    def __init__(self, spec: CrawlSpec | None = None, **kwargs: Any) -> None:
        """Every search in every region of the option `sites`; the region stands before the words."""
        sites = spec.options.get("sites", ()) if spec else ()
        searches = tuple(f"{site}: {search}" for site in sites for search in spec.searches) if spec else ()
        super().__init__(replace(spec, searches=searches or spec.searches) if spec else None, **kwargs)

    def search_url(self, search: str, page: int) -> str:
        """All that is for sale, newest first; only the old layout has further pages, and links them."""
        site, _, asked = search.rpartition(": ")
        base = self.base_url.replace("//sfbay.", f"//{site}.") if site else self.base_url
        return f"{base}/search/sss?{urlencode({'query': asked, 'sort': 'date'} | ({'s': 120 * (page - 1)} if page > 1 else {}))}"

    def read_body(self, page: Page) -> ParsedPage:
        """Posts of other regions are loose."""
        parsed, home = self.read_plain(page) or super().read_body(page), home_of(page)
        near = (f"https://{home}.", "https://www.") if home else ("http",)
        listings = tuple(one if one.url.startswith(near) else replace(one, loose=True) for one in parsed.listings)
        return replace(parsed, listings=listings)

    def read_plain(self, page: Page) -> ParsedPage | None:
        """A static list, without a tree of it."""
        if not (posts := cards.plain_posts(page)):
            return None
        currency = currency_of(page)
        fields = (self.read_texts(cards.STATIC, texts, page, currency) for texts in posts)
        listings, stats = self.collect(
            fields, lambda one, _: one and one | cards.facts_of(one["url"], one["texts"]), page
        )
        return ParsedPage(PageState.LISTINGS, listings, stats=stats) if listings else None

    def more(self, row: LexborNode, texts: Mapping[str, str], page: Page) -> dict[str, Any]:  # noqa: ARG002 - a hook
        """What only Craigslist's sections and prices say."""
        return cards.facts_of(texts["address"], texts)

    def state_without_rows(self, tree: LexborHTMLParser, page: Page) -> tuple[PageState, str]:
        """EMPTY where there is a list without posts or a deleted post."""
        if tree.css_first("ol.cl-static-search-results, ul.rows, .cl-no-results-widget, .alert-warning, .removed"):
            return PageState.EMPTY, "no posts"
        return super().state_without_rows(tree, page)
