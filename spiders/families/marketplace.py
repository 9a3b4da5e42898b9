"""The base of every marketplace: recognise a page, read it without ever raising, and follow a search from page to page.

How a marketplace is written (one file in spiders/marketplaces/, one class; the file's name is the spider's `name`;
it is found by its folder, nothing is registered):

    class Example(ListingPageSpider):
        name = "example"
        domains = ("example.com", "example.de")       # hosts whose pages it recognises, by suffix
        marks = (b'id="example-root"',)                 # bytes that only its pages hold, for saved files without URL
        base_url = "https://www.example.com"            # the live site; a crawl may put the demo market in its place
        time_zone = "Europe/Berlin"                     # of the dates it shows
        def read_body(self, page): ...                  # Page → ParsedPage; may raise, `read` guards it

The families below it (listing_page, json_api, browser_page, jsonld_page) own `read_body` for one kind of site each.
A site read in several shapes (search page, item page, API answer) looks at the body in `read_body` and chooses.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from spiders.extract.block import block_reason
from spiders.families.crawling import CrawlingSpider
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState, RawListing


@lru_cache(maxsize=64)
def origin_of(url: str) -> str:
    """Scheme and host of an address (urljoin costs 15 µs a call, and result pages hold a hundred links)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# What stands behind the last bar or dash of the title.
_LAST_IN_TITLE = re.compile(
    rb"<title[^>]{0,200}>(?:[^<]{0,500}(?:[|-]|\xc2\xb7|\xe2\x80[\x93\x94])\s)?\s*([^<|]{2,60}?)\s*</title",
    re.IGNORECASE,
)
_HEAD_BYTES = 400_000  # SingleFile saves styles before the title

_STATUS = {401: PageState.KEYS_MISSING} | dict.fromkeys((403, 418, 429), PageState.BLOCKED)
_FIRST_REDIRECT = 300


class MarketplaceSpider(CrawlingSpider):
    """One marketplace. `read` is pure and needs no crawler: `Example().read(page)` is how saved pages are read."""

    domains: ClassVar[tuple[str, ...]] = ()
    marks: ClassVar[tuple[bytes, ...]] = ()
    time_zone: ClassVar[str] = "UTC"
    is_fallback: ClassVar[bool] = False  # reads pages of any site: asked only where no other knows the page

    # --- what a marketplace fills in

    def search_url(self, search: str, page: int) -> str:
        """The address of result page `page` (1 is the first) for `search`."""
        raise NotImplementedError

    def read_body(self, page: Page) -> ParsedPage:
        """Read an unblocked page of sane size. May raise: `read` makes that a state."""
        raise NotImplementedError

    # --- what every marketplace shares

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """Whether this is a page of the site: by its host, else by its title's last words, else by marks in its body."""
        return cls.knows_host(page.url) or cls._is_in_title(page) or any(mark in page.body for mark in cls.marks)

    @classmethod
    def _is_in_title(cls, page: Page) -> bool:
        """Whether the title ends with the site's name, as "… for sale | eBay" and "… - craigslist" do."""
        found = _LAST_IN_TITLE.search(page.body[:_HEAD_BYTES])
        said = found[1].decode("utf-8", "replace").strip().lower() if found else ""
        return said == cls.name or said in cls.domains

    @classmethod
    def knows_host(cls, url: str) -> bool:
        """Whether the address is one of the site's."""
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return False
        return any(host == domain or host.endswith("." + domain) for domain in cls.domains)

    def read(self, page: Page) -> ParsedPage:
        """What the page holds; never raises, and always ends in exactly one state."""
        refused = self._refused(page)
        if refused is not None:
            return refused
        try:
            return self.read_body(page)
        except Exception as error:  # noqa: BLE001 - pages are hostile input: whatever they break becomes a state
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail=f"{type(error).__name__}: {str(error)[:200]}")

    def _refused(self, page: Page) -> ParsedPage | None:
        if len(page.body) > self.max_page_bytes:
            return ParsedPage(PageState.TOO_LARGE, detail=f"{len(page.body)} bytes; the bound is {self.max_page_bytes}")
        if page.status in _STATUS:
            return ParsedPage(_STATUS[page.status], detail=f"HTTP {page.status}")
        if reason := block_reason(page.body):
            return ParsedPage(PageState.BLOCKED, detail=reason)
        if page.status >= _FIRST_REDIRECT:  # redirects that lead anywhere were followed
            return ParsedPage(PageState.UNREACHABLE, detail=f"HTTP {page.status}")
        if not page.body.strip():
            return ParsedPage(PageState.NOT_RENDERED, detail="the body is empty")
        return None

    def collect(
        self, rows: Iterable[Any], read_row: Callable[[Any, Page], RawListing | dict[str, Any] | None], page: Page
    ) -> tuple[tuple[RawListing, ...], Counter[str]]:
        """The listings of `rows` in page order; a row that reads as None or breaks is counted, and costs no other row.

        `read_row` gives a listing, or the fields of one for `listing`.
        """
        listings: list[RawListing] = []
        stats: Counter[str] = Counter()
        for row in rows:
            try:
                found = read_row(row, page)
                if isinstance(found, dict):
                    found = self.listing(page, **found)
            except Exception as error:  # noqa: BLE001 - as in `read`: one broken row is a count, not a lost page
                stats[f"row_broken/{type(error).__name__}"] += 1
                continue
            if found is None:
                stats["row_skipped"] += 1
            else:
                listings.append(found)
        return tuple(listings), stats

    def listing(self, page: Page, *, external_id: str, title: str, url: str, **fields: Any) -> RawListing:
        """A RawListing of this marketplace seen on `page`; `url` may be relative."""
        return RawListing(
            marketplace=self.name,
            external_id=external_id,
            title=title,
            url=self.absolute(page, url),
            seen_at=page.fetched_at,
            **fields,
        )

    def address_or_none(self, page: Page, href: str | None) -> str | None:
        """`href` as an absolute address; None for none, and for what is no web address ("javascript:void(0)")."""
        try:
            return self.absolute(page, href) if href else None
        except ValueError:
            return None

    def absolute(self, page: Page, href: str) -> str:
        """`href` as an absolute http(s) address, by the page's own URL or else the site's. Raises ValueError for others."""
        if href.startswith(("https://", "http://")):
            return href.strip()
        base = page.url if page.url.startswith(("http://", "https://")) else self.base_url
        if href.startswith("/") and not href.startswith("//"):
            return origin_of(base) + href.strip()
        url = urljoin(base, href.strip())
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{href[:80]!r} is no web address")
        return url
