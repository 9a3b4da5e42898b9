"""Sites whose result page carries, or whose API answers with, one JSON object that holds the list of results.

A site declares where the object may stand (`answers_at`, the first that is there is taken; `()` is the whole JSON) and
what its keys are called, and fills in `read_row`:

    class Example(JsonResultsSpider):
        answers_at = (("props", "pageProps", "search"), ())    # the page's JSON, or the API's
        rows_key, total_key = "items", "total"
        item_at = ("props", "pageProps", "item")                # an item page, if the site has them
        pages_at = ("pagination", "pages")                      # how many pages there are, in the answer
        apart = ("featured",)                                   # lists that are not the search's: only counted
        def read_row(self, row, page): ...                      # dict → RawListing or None

A page's number is `page_parameter` of its address, or stands in its path behind `page_folder` ("/p/").
"""

import re
from collections import Counter
from typing import Any, ClassVar

from w3lib.url import add_or_replace_parameter, url_query_parameter

from spiders.extract.html import is_unrendered, tree_of
from spiders.extract.json_value import dicts, dig, whole
from spiders.extract.nesting import nests_too_deep
from spiders.families.json_api import JsonApiSpider, is_json
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState, RawListing

Path = tuple[str | int, ...]


class JsonResultsSpider(JsonApiSpider):
    """One list of results in one JSON object; see the module."""

    answers_at: ClassVar[tuple[Path, ...]] = ((),)
    rows_key: ClassVar[str] = "items"
    total_key: ClassVar[str | None] = None
    item_at: ClassVar[Path | None] = None
    pages_at: ClassVar[Path] = ()
    page_parameter: ClassVar[str] = "page"
    page_folder: ClassVar[str] = ""
    apart: ClassVar[tuple[str, ...]] = ()

    def read_body(self, page: Page) -> ParsedPage:
        """Where the JSON can't be read, say whether the page is a shell, cut, or of another layout."""
        data = self.data_of(page)
        if data is not None:
            return self.read_data(data, page)
        if is_json(page) or self.script_id.encode() in page.body:
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="the JSON is cut or broken")
        if b"<script" in page.body and not nests_too_deep(page.body) and is_unrendered(tree_of(page)):
            return ParsedPage(PageState.NOT_RENDERED, detail="scripts and hardly any text")
        return ParsedPage(PageState.LAYOUT_UNKNOWN, detail=f"no script {self.script_id!r} in the page")

    def read_data(self, data: Any, page: Page) -> ParsedPage:
        """An item page, a result page, or neither."""
        item = dig(data, *self.item_at) if self.item_at else None
        if isinstance(item, dict):
            return self._read_item(item, page)
        answers = [dig(data, *path) for path in self.answers_at]
        answer = next((found for found in answers if isinstance(dig(found, self.rows_key), list)), None)
        if answer is None:
            return ParsedPage(self._without_list(data), detail=f"the page's JSON holds no list {self.rows_key!r}")
        return self._read_answer(answer, page)

    def _read_item(self, item: dict[str, Any], page: Page) -> ParsedPage:
        listings, stats = self.collect([item], self.read_row, page)
        return ParsedPage(PageState.LISTINGS if listings else PageState.LAYOUT_UNKNOWN, listings, stats=stats)

    def _without_list(self, data: Any) -> PageState:
        """A page that names the search's place but has nothing there is a shell: its scripts would fetch the results."""
        places = [dig(data, *path[:-1]) for path in self.answers_at if path]
        names = [path[-1] for path in self.answers_at if path]
        is_shell = any(isinstance(place, dict) and name in place for place, name in zip(places, names, strict=True))
        return PageState.NOT_RENDERED if is_shell else PageState.LAYOUT_UNKNOWN

    def _read_answer(self, answer: dict[str, Any], page: Page) -> ParsedPage:
        rows, left_out = self.rows_of(answer[self.rows_key])
        listings, counted = self.collect(rows, self.read_row, page)
        stats = counted + left_out + Counter({key: self.size_of(answer, key) for key in self.apart})
        total = whole(dig(answer, self.total_key)) if self.total_key else None
        if listings:
            return ParsedPage(PageState.LISTINGS, listings, self.next_page(answer, page), total, stats=stats)
        if answer[self.rows_key] or (total and self.page_number(page) == 1):
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail="rows that hold no listing", reported=total, stats=stats)
        return ParsedPage(PageState.EMPTY, reported=total, stats=stats)

    def rows_of(self, entries: list[Any]) -> tuple[list[Any], Counter[str]]:
        """The rows that `read_row` gets, and by name what is left out of them; the list's entries, unless a site differs."""
        return entries, Counter()

    def size_of(self, answer: dict[str, Any], key: str) -> int:
        """How many ads stand in a list apart; a list of widgets counts the ads in them."""
        return sum(len(dicts(entry, self.rows_key)) or 1 for entry in dicts(answer, key))

    def read_row(self, row: Any, page: Page) -> RawListing | dict[str, Any] | None:
        """One result, or its fields; None for what is no listing."""
        raise NotImplementedError

    def next_page(self, answer: dict[str, Any], page: Page) -> str | None:
        """The address of the next page of this search; None on the last, and where the page's own address is unknown."""
        number, last = self.page_number(page) + 1, whole(dig(answer, *self.pages_at)) if self.pages_at else None
        if last is None or number > last or not page.url.startswith("http"):
            return None
        return self.page_address(page, number)

    def page_number(self, page: Page) -> int:
        """Which page of its search this is, by its address; 1 where that does not say."""
        if self.page_folder:
            found = re.search(rf"{self.page_folder}(\d{{1,4}})(?:/|$)", page.url)
            return int(found[1]) if found else 1
        return whole(url_query_parameter(page.url, self.page_parameter)) or 1

    def page_address(self, page: Page, number: int) -> str:
        """The address of page `number` of the search that `page` belongs to."""
        if self.page_folder:
            stem = re.sub(rf"{self.page_folder}\d{{1,4}}/?", "", page.url).rstrip("/")
            return f"{stem}{self.page_folder}{number}/"
        return add_or_replace_parameter(page.url, self.page_parameter, str(number))
