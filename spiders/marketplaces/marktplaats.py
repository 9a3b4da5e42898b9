"""Marktplaats (Netherlands) and 2dehands (Belgium): the JSON inside search pages, and of the search API.

Domains: marktplaats.nl, 2dehands.be, 2ememain.be. Ways: html. Dates: Europe/Amsterdam, "Vandaag", "10 mrt 24".
"""

from typing import Any, ClassVar
from urllib.parse import quote_plus

from spiders.families.json_results import JsonResultsSpider
from spiders.layouts.marktplaats_rows import read_listing
from spiders.page import Page


class Marktplaats(JsonResultsSpider):
    """Rows of the search; day toppers and shop advertisements are sponsored."""

    name = "marktplaats"
    domains: ClassVar = ("marktplaats.nl", "2dehands.be", "2ememain.be")
    marks: ClassVar = (b'"priceInfo"',)
    base_url = "https://www.marktplaats.nl"
    time_zone: ClassVar = "Europe/Amsterdam"
    answers_at: ClassVar = (("props", "pageProps", "searchRequestAndResponse"), ())
    rows_key, total_key = "listings", "totalResultCount"
    pages_at: ClassVar = ("maxAllowedPageNumber",)
    apart: ClassVar = ("topBlock",)
    page_folder = "/p/"

    def search_url(self, search: str, page: int) -> str:
        """All categories."""
        return f"{self.base_url}/q/{quote_plus(search)}/p/{page}/"

    def read_row(self, row: dict[str, Any], page: Page) -> dict[str, Any] | None:
        """One advertisement."""
        return read_listing(row, page, self.time_zone)
