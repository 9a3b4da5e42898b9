"""Marktplaats (Netherlands) and 2dehands (Belgium): the JSON inside search pages, and of the search API.

Domains: marktplaats.nl, 2dehands.be, 2ememain.be. Ways: html. Dates: Europe/Amsterdam, "Vandaag", "10 mrt 24".
"""

import re
from typing import Any, ClassVar
from urllib.parse import quote_plus

from spiders.extract.time import read_time
from spiders.families.json_results import JsonResultsSpider
from spiders.layouts.marktplaats_rows import read_listing
from spiders.page import Page
from tracker.domain.listing import RawListing


class Marktplaats(JsonResultsSpider):
    """Rows of the search; day toppers and shop advertisements are sponsored."""

    name = "marktplaats"
    domains: ClassVar = ("marktplaats.nl", "2dehands.be", "2ememain.be")
    marks: ClassVar = (b"| Marktplaats</title>", b'"priceInfo"')
    base_url = "https://www.marktplaats.nl"
    time_zone: ClassVar = "Europe/Amsterdam"
    answers_at: ClassVar = (("props", "pageProps", "searchRequestAndResponse"), ())
    rows_key, total_key = "listings", "totalResultCount"
    pages_at: ClassVar = ("maxAllowedPageNumber",)
    apart: ClassVar = ("topBlock",)

    def search_url(self, search: str, page: int) -> str:
        """All categories."""
        return f"{self.base_url}/q/{quote_plus(search)}/p/{page}/"

    def page_number(self, page: Page) -> int:
        """The number stands in the path."""
        found = re.search(r"/p/(\d{1,4})(?:/|$)", page.url)
        return int(found[1]) if found else 1

    def page_address(self, page: Page, number: int) -> str:
        """The same search, another number."""
        return re.sub(r"/p/\d{1,4}/?", "", page.url).rstrip("/") + f"/p/{number}/"

    def read_row(self, row: dict[str, Any], page: Page) -> RawListing | None:
        """One advertisement."""
        fields = read_listing(row)
        if fields is None:
            return None
        date = fields["texts"].get("listed_at", "")
        return self.listing(page, listed_at=read_time(date, seen_at=page.fetched_at, zone=self.time_zone), **fields)
