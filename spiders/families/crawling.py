"""How a marketplace is crawled: which way, the first page of every search, from page to page, and how each search ends."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response

from spiders.families.browser_page import browser_meta, find_chromium
from spiders.families.oauth import ClientCredentials, token_in
from spiders.families.progress import CrawlProgress, clock_of
from spiders.page import Page, ParsedPage
from spiders.spec import CrawlSpec
from spiders.state import SourceState
from tracker.domain.listing import PageState


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
        self.way = self._way()

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

    def read(self, page: Page) -> ParsedPage:
        """What a page holds (see MarketplaceSpider)."""
        raise NotImplementedError

    # --- what every marketplace shares

    def _way(self) -> str:
        wanted = (self.spec.ways if self.spec else ()) or self.ways
        return next((way for way in wanted if self._can_go(way)), "")

    def _can_go(self, way: str) -> bool:
        if way == "browser" and "html" in self.ways:
            return find_chromium() is not None
        has_keys = way != "api" or self.credentials is None or self.credentials.keys() is not None
        return way in self.ways and has_keys

    def _no_way(self) -> tuple[PageState, str]:
        wanted = (self.spec.ways if self.spec else ()) or self.ways
        if "browser" in wanted:
            return PageState.UNREACHABLE, "no Chromium was found: install one, or name it in RIGSCOUT_CHROMIUM"
        return PageState.KEYS_MISSING, self.credentials.missing if self.credentials else f"there is no way {wanted}"

    @property
    def state(self) -> SourceState | None:
        """The source's memory; None outside of a crawl."""
        return SourceState(self.spec.state_dir, self.name) if self.spec else None

    async def start(self) -> AsyncIterator[Any]:
        """The first page of every search, after a token where the way needs one."""
        searches = self.spec.searches if self.spec else ()
        for search in searches:
            self.progress.begin(search)
        if not self.way:
            self._end_all(*self._no_way())
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
            yield self.request(self.search_url(search, 1), search=search, number=1)

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
        if has_more and parsed.next_url and number < (self.spec.max_pages if self.spec else 1):
            yield self.request(parsed.next_url, search=search, number=number + 1)

    def page_of(self, response: Response) -> Page:
        """A response as a Page; the crawl's own clock stands in for now where it has one."""
        content_type = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
        return Page(
            url=response.url,
            body=response.body,
            fetched_at=clock_of(self.spec),
            status=response.status,
            content_type=content_type,
            charset=content_type.partition("charset=")[2].split(";")[0].strip("\"' ") or None,
        )

    def failed(self, failure: Any) -> None:
        """A request that gave no response: the search ends in the state that its failure means."""
        self.progress.failure(failure.request.cb_kwargs.get("search", ""), failure)
