"""Sites that show results as HTML cards, page after page.

A listing page fills in `row_css` (the cards), `read_row` (one card → RawListing, or None for what is no listing) and
`state_without_rows` (what a page without cards means: EMPTY only where the page itself says so). `next_page` gives the
next page's address. A marketplace with item pages or JSON too looks at the body in `read_body` first:

    def read_body(self, page):
        if page.body.lstrip()[:1] in (b"{", b"["):
            return self.read_api(page)
        return super().read_body(page)
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.extract.html import is_unrendered, tree_of
from spiders.extract.nesting import nests_too_deep
from spiders.families.marketplace import MarketplaceSpider
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState, RawListing


class ListingPageSpider(MarketplaceSpider):
    """HTML results; see the module."""

    row_css: ClassVar[str] = ""

    def read_body(self, page: Page) -> ParsedPage:
        """Parse once, then read it as a result page."""
        if nests_too_deep(page.body):
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="nested deeper than any real page")
        return self.read_tree(self.tree_of(page), page)

    def tree_of(self, page: Page) -> LexborHTMLParser:
        """The page's tree, or the tree of as much of it as is read."""
        return tree_of(page)

    def read_tree(self, tree: LexborHTMLParser, page: Page) -> ParsedPage:
        """The cards in page order, the site's own count, and the next page."""
        rows = self.rows(tree)
        listings, stats = self.collect(rows, self.read_row, page)
        if not listings:
            state, detail = self.state_without_rows(tree, page)
            reported = self.reported(tree)
            if state is PageState.LAYOUT_UNKNOWN and is_unrendered(tree):
                state, detail = PageState.NOT_RENDERED, "scripts but next to no text: the page was not rendered"
            return ParsedPage(state, detail=detail, stats=dict(stats), reported=reported)
        following = self.address_or_none(page, self.next_page(tree, page))
        return ParsedPage(PageState.LISTINGS, listings, following, self.reported(tree), stats=dict(stats))

    def read_items(
        self, items: list[Any] | None, read_item: Callable[[Any], dict[str, Any] | None], page: Page
    ) -> ParsedPage:
        """A JSON answer of the same site, its items told as fields of RawListing; None where it holds no list of them."""
        if items is None:
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="no list of items in the answer")
        listings, stats = self.collect(items, lambda item, _: read_item(item), page)
        return ParsedPage(PageState.LISTINGS if listings else PageState.EMPTY, listings, stats=stats)

    def rows(self, tree: LexborHTMLParser) -> Iterable[Any]:
        """The result cards, in page order."""
        return tree.css(self.row_css)

    def read_row(self, row: LexborNode, page: Page) -> RawListing | dict[str, Any] | None:
        """One card as a listing or its fields; None for an advertisement, a ghost, a widget."""
        raise NotImplementedError

    def state_without_rows(self, tree: LexborHTMLParser, page: Page) -> tuple[PageState, str]:  # noqa: ARG002 - a hook
        """What a page without a single listing means. EMPTY needs the page's own word for it."""
        return PageState.LAYOUT_UNKNOWN, f"no {self.row_css!r} in the page"

    def reported(self, tree: LexborHTMLParser) -> int | None:  # noqa: ARG002 - a hook
        """The site's own count of results, where it shows one."""
        return None

    def next_page(self, tree: LexborHTMLParser, page: Page) -> str | None:  # noqa: ARG002 - a hook
        """The address of the next result page, as it is linked; None on the last."""
        return None
