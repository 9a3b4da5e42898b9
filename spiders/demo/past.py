"""The market's past, quickly: the listings that a crawl of a past day would have read, without any HTTP.

Every card is made by the site's own renderer and read by the marketplace's own spider, once for as long as it looks the
same; a day costs what has changed on it. A test holds it against crawled pages.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from spiders.demo.ads import Ad
from spiders.demo.pages import ebay, kleinanzeigen, leboncoin
from spiders.demo.pages.view import View, paged
from spiders.demo.search import Found, Index
from spiders.discover import load
from spiders.page import Page
from tracker.domain.crawl import SearchOutcome
from tracker.domain.listing import PageState, RawListing


@dataclass(frozen=True, slots=True)
class _Shape:
    """How one site shows results: a card, a page of cards, and how many a page holds."""

    language: str
    size: int
    card: Callable[[Ad, View], str]
    page: Callable[[View], str]


_SHAPES = {
    "ebay": _Shape("en", ebay.PAGE_SIZE, ebay.card, ebay.result_page),
    "leboncoin": _Shape(
        "fr", leboncoin.PAGE_SIZE, lambda ad, view: json.dumps(leboncoin.record(ad, view)), leboncoin.result_page
    ),
    "kleinanzeigen": _Shape("de", kleinanzeigen.PAGE_SIZE, kleinanzeigen.card, kleinanzeigen.result_page),
}


class Past:
    """Past days of one marketplace, as `searches` of at most `max_pages` pages each at `base` would have shown them.

    Days are asked for in any order; in rising order they cost least.
    """

    def __init__(self, index: Index, marketplace: str, base: str, searches: Sequence[str], max_pages: int) -> None:
        self.index = index
        self.base = base
        self.searches = tuple(searches)
        self.max_pages = max_pages
        self._shape = _SHAPES[marketplace]
        self._spider = load(marketplace)()
        self._spider.base_url = base
        self._read: dict[str, tuple[str, RawListing | None]] = {}

    def listings(self, day: int) -> Iterator[RawListing]:
        """What the searches find on `day`, each listing once: an exact find before a loose one, then by search."""
        shown: dict[str, tuple[Ad, str, bool]] = {}
        for loose in (False, True):
            for search, ads in self._shown(day, loose=loose):
                for ad in ads:
                    shown.setdefault(ad.external_id, (ad, search, loose))
        readings = self._readings([ad for ad, _, _ in shown.values()], day)
        for number, (_, search, loose) in shown.items():
            if (listing := readings.get(number)) is not None:
                yield replace(listing, seen_at=self.index.world.moment(day), search=search, loose=loose)

    def outcomes(self, day: int) -> tuple[SearchOutcome, ...]:
        """How each search of that day ended."""
        return tuple(self._outcome(search, self._found(search, day)) for search in self.searches)

    def _outcome(self, search: str, found: Found) -> SearchOutcome:
        _, pages = paged(found.exact, 1, self._shape.size)
        is_whole = pages <= self.max_pages
        count = min(len(found.exact), self.max_pages * self._shape.size) + (len(found.loose) if is_whole else 0)
        state = PageState.LISTINGS if count else PageState.EMPTY
        return SearchOutcome(search, state, min(pages, self.max_pages), count, complete=is_whole)

    def _found(self, search: str, day: int) -> Found:
        return self.index.search(self._spider.name, search, day)

    def _shown(self, day: int, *, loose: bool) -> Iterator[tuple[str, Sequence[Ad]]]:
        reach = self.max_pages * self._shape.size
        for search in self.searches:
            found = self._found(search, day)
            if not loose:
                yield search, found.exact[:reach]
            elif len(found.exact) <= reach:
                yield search, found.loose

    def _readings(self, ads: Sequence[Ad], day: int) -> Mapping[str, RawListing | None]:
        """The ads as the spider reads them on `day` or read them when they last looked the same."""
        view = View(self.index.world, day, self.base, self._shape.language, "", total=len(ads))
        cards = {ad.external_id: self._shape.card(ad, view) for ad in ads}
        changed = tuple(ad for ad in ads if self._read.get(ad.external_id, ("", None))[0] != cards[ad.external_id])
        fresh = self._page(replace(view, ads=changed)) if changed else {}
        for ad in changed:
            self._read[ad.external_id] = (cards[ad.external_id], fresh.get(ad.external_id))
        self._read = {number: self._read[number] for number in cards}  # what is gone is not held for ever
        return {ad.external_id: self._read[ad.external_id][1] for ad in ads}

    def _page(self, view: View) -> Mapping[str, RawListing]:
        url = self._spider.search_url(self.searches[0] if self.searches else "demo", 1)
        page = Page(url, self._shape.page(view).encode("utf-8"), view.now)
        return {listing.external_id: listing for listing in self._spider.read(page).listings}
