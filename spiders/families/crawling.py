"""How a marketplace is crawled: which way, the first page of every search, from page to page, and how each search ends."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response

from spiders.families.browser_page import browser_meta
from spiders.families.oauth import ClientCredentials, token_in
from spiders.families.progress import CrawlProgress, clock_of
from spiders.families.ways import first_way, why_none
from spiders.page import Page, ParsedPage
from spiders.spec import CrawlSpec
from spiders.state import SourceState
from tracker.domain.listing import PageState

# In a request's meta: when its response came. Feed and archive must agree, or a replay would change every listing.
FETCHED_AT = "rigscout_fetched_at"


def page_of(response: Response, fetched_at: datetime) -> Page:
    """A response as a Page."""
    content_type = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
    charset = content_type.partition("charset=")[2].split(";")[0].strip("\"' ") or None
    return Page(response.url, response.body, fetched_at, response.status, content_type, charset)


class CrawlingSpider(scrapy.Spider):
    """The crawling half of a marketplace; its reading half is MarketplaceSpider.

    `ways` are its ways of asking, best first. "api" needs the keys of `credentials` where it has any; the first way that
    can be gone is `self.way`, "" where none can. A marketplace whose API wants more headers fills in `api_headers`.
    """

    ways: ClassVar[tuple[str, ...]] = ("html",)
    credentials: ClassVar[ClientCredentials | None] = None
    daily_calls: ClassVar[int | None] = None  # of the API; a budget that is counted and kept
    base_url: str = ""
    api_url: str = ""
    max_page_bytes: int = 16 * 2**20

    def __init__(self, spec: CrawlSpec | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spec = spec
        self.progress = CrawlProgress()
        self._token = ""
        if spec is not None:
            live = self.live_url(spec.country)
            self.base_url = spec.base_url.rstrip("/") or live
            # Whoever stands in for the site stands in for its API too.
            self.api_url = spec.options.get("api_url") or (
                self.base_url if spec.base_url not in ("", live) else self.api_url
            )
            self.max_page_bytes = spec.max_page_bytes
        self.wanted = (spec.ways if spec else ()) or self.ways
        self.way = first_way(self.wanted, self.ways, self.credentials)

    # --- what a marketplace fills in

    def search_url(self, search: str, page: int) -> str:
        """The address of result page `page` (1 is the first) for `search`, by `self.way`."""
        raise NotImplementedError

    def live_url(self, country: str) -> str:  # noqa: ARG002 - a hook
        """The live site for a user of `country`; one site for all unless a marketplace has national ones."""
        return self.base_url

    def api_headers(self) -> Mapping[str, str]:
        """Headers of every API request beside its token."""
        return {}

    @classmethod
    def knows_host(cls, url: str) -> bool:
        """Whether an address is one of the site's (see MarketplaceSpider)."""
        raise NotImplementedError

    def read(self, page: Page) -> ParsedPage:
        """What a page holds (see MarketplaceSpider)."""
        raise NotImplementedError

    # --- what every marketplace shares

    @property
    def state(self) -> SourceState | None:
        """The source's memory; None outside of a crawl."""
        return SourceState(self.spec.state_dir, self.name) if self.spec else None

    async def start(self) -> AsyncIterator[Any]:
        """The first page of every search, after a token where the way needs one; or every item's page."""
        for search in (self.spec.items or self.spec.searches) if self.spec else ():
            self.progress.begin(search)
        if not self.way:
            self._end_all(*why_none(self.wanted, self.credentials))
            return
        for request in self._token_or_searches():
            yield request

    def _token_or_searches(self) -> Iterator[scrapy.Request]:
        keys = self.credentials.keys() if self.credentials and self.way == "api" else None
        if self.credentials is None or keys is None:
            yield from self._first_pages()
            return
        assert self.state is not None
        self._token = self.state.token(clock_of(None), keys[0]) or ""
        if self._token:
            yield from self._first_pages()
        else:
            request = self.credentials.request(self.api_url, keys)
            yield request.replace(callback=self.keep_token, errback=self.token_failed, cb_kwargs={"client": keys[0]})

    def _first_pages(self) -> Iterator[scrapy.Request]:
        for search in self.progress.searches:
            is_item = bool(self.spec and self.spec.items)  # asked as it is at this moment
            url = search if is_item else self.search_url(search, 1)
            yield self.request(url, search=search, number=1, meta={"dont_cache": True} if is_item else {})

    def keep_token(self, response: Response, client: str = "") -> Iterator[scrapy.Request]:
        """The token's answer: keep it and begin, or end every search with the API's own words."""
        found = token_in(response.body, clock_of(None))
        if found is None:
            words = response.text[:200] if isinstance(response, scrapy.http.TextResponse) else ""
            self._end_all(PageState.KEYS_MISSING, f"no token, HTTP {response.status}: {words}")
            return
        self._token, expires = found
        if self.state is not None:
            self.state.keep_token(self._token, client, expires)
        yield from self._first_pages()

    def token_failed(self, failure: Any) -> None:
        """No answer to the token's request."""
        for search in self.progress.searches:
            self.progress.failure(search, failure)

    def _end_all(self, state: PageState, words: str) -> None:
        for search in self.progress.searches:
            self.progress.end(search, state, words)

    def request(self, url: str, *, search: str, number: int, **kwargs: Any) -> scrapy.Request:
        """The request for page `number` of `search`."""
        meta: dict[str, Any] = {"search": search, **kwargs.pop("meta", {})}
        headers = dict(kwargs.pop("headers", {}))
        if self.way == "api":
            meta |= {"is_api_call": True, "dont_cache": True, "dont_obey_robotstxt": True}
            headers |= {**self.api_headers(), **({"Authorization": f"Bearer {self._token}"} if self._token else {})}
        elif self.way == "browser":
            meta |= browser_meta()
        return scrapy.Request(
            url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"search": search, "number": number},
            meta=meta,
            headers=headers,
            **kwargs,
        )

    def parse(self, response: Response, search: str = "", number: int = 1) -> Iterator[Any]:
        """Read one page: its listings, then the request for the next page while the bound allows."""
        parsed = self.read(self.page_of(response))
        has_more = parsed.next_url is not None and parsed.state in (PageState.LISTINGS, PageState.EMPTY)
        self.progress.page(search, parsed, is_last=not has_more)
        if parsed.state is PageState.KEYS_MISSING and self.state is not None:
            self.state.drop_token()
        for listing in parsed.listings:
            yield replace(listing, search=search)
        is_within = number < (self.spec.max_pages if self.spec else 1)
        if has_more and is_within and parsed.next_url and self._may_follow(response.url, parsed.next_url):
            yield self.request(parsed.next_url, search=search, number=number + 1)

    def _may_follow(self, here: str, there: str) -> bool:
        # A token goes nowhere but to the API that gave it, and a pager leads nowhere but through its own site.
        is_here = urlsplit(here).netloc == urlsplit(there).netloc
        return is_here or (self.way != "api" and self.knows_host(there))

    def page_of(self, response: Response) -> Page:
        """A response as a Page, at the moment that the archive has written beside it; else now."""
        request = response.request
        return page_of(response, (request.meta.get(FETCHED_AT) if request else None) or clock_of(self.spec))

    def failed(self, failure: Any) -> None:
        """A request that gave no response: the search ends in the state that its failure means."""
        self.progress.failure(failure.request.cb_kwargs.get("search", ""), failure)
