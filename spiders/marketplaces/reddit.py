"""Reddit's swap subreddits: r/hardwareswap, r/homelabsales, r/CanadianHardwareSwap, r/HardwareSwapEU and their like.

Domain: reddit.com. Ways: api (OAuth of a script app), rss (Atom). Keys: REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET.
A post yields one listing an item it prices, "<post id>-<number>"; only what stands behind [H] or [FS] is for sale.
"""

from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from w3lib.url import add_or_replace_parameter

from spiders.extract.html import decode
from spiders.extract.json_value import dig, words
from spiders.families.json_api import is_json, loads
from spiders.families.marketplace import MarketplaceSpider
from spiders.families.oauth import ClientCredentials
from spiders.layouts.reddit_posts import offers_of, posts_of_atom, posts_of_json
from spiders.page import Page, ParsedPage
from spiders.spec import CrawlSpec
from tracker.domain.listing import PageState

_SUBREDDITS = ("hardwareswap", "homelabsales", "CanadianHardwareSwap", "HardwareSwapEU", "hardwareswapuk")
_ERRORS = {401: PageState.KEYS_MISSING, 403: PageState.BLOCKED, 429: PageState.BLOCKED}


class Reddit(MarketplaceSpider):
    """JSON listings and Atom feeds of swap subreddits; posts of other subreddits sell nothing."""

    name = "reddit"
    domains: ClassVar = ("reddit.com",)
    marks: ClassVar = (b'"subreddit_name_prefixed"', b"<id>/r/", b"<id>t3_")
    ways: ClassVar = ("api", "rss")
    credentials: ClassVar = ClientCredentials(
        "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET", "https://www.reddit.com/api/v1/access_token"
    )
    base_url = "https://www.reddit.com"
    api_url = "https://oauth.reddit.com"

    def __init__(self, spec: CrawlSpec | None = None, **kwargs: Any) -> None:
        """Whoever stands in for the API gives the tokens too."""
        super().__init__(spec, **kwargs)
        if not self.knows_host(self.api_url):
            self.credentials = replace(self.credentials, token_url="/api/v1/access_token")  # noqa: S106 - an address

    def search_url(self, search: str, page: int) -> str:  # noqa: ARG002 - the answer links its next page
        """The newest posts of all the subreddits for the words."""
        names = "+".join(self.spec.options.get("subreddits", _SUBREDDITS) if self.spec else _SUBREDDITS)
        query = urlencode({"q": search, "restrict_sr": "on", "sort": "new", "limit": 100})
        return (
            f"{self.api_url}/r/{names}/search?{query}"
            if self.way == "api"
            else f"{self.base_url}/r/{names}/search.rss?{query}"
        )

    def read_body(self, page: Page) -> ParsedPage:
        """A JSON listing, or a feed."""
        data = loads(page.body) if is_json(page) else None
        posts = posts_of_atom(decode(page)) if data is None else posts_of_json(data)
        if posts is None:
            state = _ERRORS.get(dig(data, "error"), PageState.LAYOUT_UNKNOWN)
            return ParsedPage(state, detail=words(dig(data, "message")) or "neither a listing nor a feed of posts")
        offers = [offer for post in posts for offer in offers_of(post)]
        listings, stats = self.collect(offers, lambda fields, page: self.listing(page, **fields), page)
        after = words(dig(data, "data", "after"))
        following = (
            add_or_replace_parameter(page.url, "after", after) if after and page.url.startswith("http") else None
        )
        if not listings:
            return ParsedPage(
                PageState.EMPTY, next_url=following, detail=f"{len(posts)} posts, none of them sells", stats=stats
            )
        stats["posts"] = len(posts)
        return ParsedPage(PageState.LISTINGS, listings, following, stats=stats)
