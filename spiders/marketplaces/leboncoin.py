"""LeBonCoin (France): the JSON inside search and ad pages, over plain HTTP.

Domain: leboncoin.fr. Ways: html (a browser page where the user's config asks for it). Dates: Europe/Paris, exact.
A page holds three lists: `ads` is the search; `ads_alu` (featured, paid) and `ads_widget` are not: only counted.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.families.json_results import JsonResultsSpider
from spiders.layouts.leboncoin_ads import ad_id_in, read_ad
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState


class Leboncoin(JsonResultsSpider):
    """Search pages, ad pages, and the finder API's answer, whose ads have one shape."""

    name = "leboncoin"
    domains: ClassVar = ("leboncoin.fr",)
    marks: ClassVar = (b'"brand":"leboncoin"', b'"brand": "leboncoin"', b"static.leboncoin.fr")
    base_url = "https://www.leboncoin.fr"
    time_zone: ClassVar = "Europe/Paris"
    answers_at: ClassVar = (("props", "pageProps", "searchData"), ())
    rows_key, total_key = "ads", "total"
    item_at: ClassVar = ("props", "pageProps", "ad")
    streams: ClassVar = ("searchData", "ad")
    pages_at: ClassVar = ("max_pages",)
    apart: ClassVar = ("ads_alu", "ads_widget")

    def search_url(self, search: str, page: int) -> str:
        """All categories; the search's words in title and text."""
        return f"{self.base_url}/recherche?{urlencode({'text': search} | ({'page': page} if page > 1 else {}))}"

    def read_data(self, data: Any, page: Page) -> ParsedPage:
        """A result page; or of an ad's page that ad: the similar ones, which its lists may hold too, are only counted."""
        parsed, own = super().read_data(data, page), ad_id_in(page.url)
        if own is None or len(parsed.listings) <= 1:
            return parsed
        found = tuple(one for one in parsed.listings if one.external_id == own)
        stats = {**parsed.stats, "similar_ads": len(parsed.listings) - len(found)}
        if not found:
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="an ad's page with other ads only", stats=stats)
        return ParsedPage(PageState.LISTINGS, found, stats=stats)

    def read_row(self, ad: dict[str, Any], page: Page) -> dict[str, Any] | None:  # noqa: ARG002 - as of all families
        """One ad."""
        return read_ad(ad, self.time_zone)
