"""Sites whose pages are declared: which CSS finds each text of a card, and what the texts of all sites mean alike.

A site lists its shapes (result page of this year, of years ago, item page); the first that is in the page is read. Each
names its texts. What is named so is read by the site's currency and time zone, and kept in `texts`:

    title price old_price location listed_at(its datetime or title attribute first) description shipping condition
    seller image(its address)

and `address`, the card's own, is among the texts that `more` gets.

    class Example(CardPageSpider):
        currency, country = "EUR", "DE"
        shapes = (Shape(rows="li.card", id_attribute="data-id", texts={"title": "h2", "price": ".price"}),)
        def more_texts(self, row, texts): ...       # texts that no single CSS finds, before they are read
        def more(self, row, texts, page): ...       # further fields of RawListing by name; they replace what was read
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.extract.condition import condition_of
from spiders.extract.html import attribute, clean, is_unrendered, text_of
from spiders.extract.json_value import whole
from spiders.extract.price import parse_price
from spiders.extract.shipping import is_shipping, parse_shipping
from spiders.extract.time import read_time
from spiders.families.listing_page import ListingPageSpider
from spiders.page import Page, ParsedPage
from tracker.domain.listing import PageState, PriceKind, RawListing

_DISTANCE = re.compile(r"\s*\(\s*(?:ca\.\s*)?[\d.,]+\s*(?:km|mi)\s*\)$")
# How many elements a text lies below its card at most; the deepest seen is nine.
_HIGHEST = 40
# Texts that are fields as they are: they are not kept twice.
_AS_THEY_ARE = ("seller", "description")
_NOT_KEPT = frozenset({"title", "description", "image", "address"})


@dataclass(frozen=True, slots=True)
class Shape:
    """One layout of a site: CSS of its cards and of the texts in a card.

    A page has this layout where `when` (else `rows`) is in it. The address is `link_attribute` of the first `link` in
    the card ("" is the card itself); the id is `id_attribute` of the card, else the first group of `id_pattern` in the
    last part of the address's path.
    """

    rows: str
    texts: Mapping[str, str]
    when: str = ""
    link: str = "a[href]"
    link_attribute: str = "href"
    id_attribute: str = ""
    id_pattern: re.Pattern[str] = re.compile(r"(\d{6,})")


# A card, the link in it, and its texts by name.
_Card = tuple[LexborNode, LexborNode | None, dict[str, str]]


class CardPageSpider(ListingPageSpider):
    """Declared cards; see the module."""

    shapes: ClassVar[tuple[Shape, ...]] = ()
    currency: ClassVar[str | None] = None
    country: ClassVar[str | None] = None
    month_first: ClassVar[bool] = False
    # The page's own heading over its results: how many there are, and its words for none.
    summary_css: ClassVar[str] = ""
    count_pattern: ClassVar[str] = r"(\d[\d.,]*)"
    empty_pattern: ClassVar[str] = ""
    # The link to the next page, where the head names none.
    next_css: ClassVar[str] = ""
    # Where the query stands in a result page's address: a heading that names none of its words answers something else.
    query_pattern: ClassVar[str] = ""

    def read_tree(self, tree: LexborHTMLParser, page: Page) -> ParsedPage:
        """The cards of the first shape that the page has."""
        for shape in self.shapes:
            rows = tree.css(shape.rows) if not shape.when or tree.css_first(shape.when) else []
            if rows:
                return self._read_shape(shape, rows, tree, page)
        state, detail = self.state_without_rows(tree, page)
        return ParsedPage(state, detail=detail, reported=self.reported(tree))

    def _read_shape(self, shape: Shape, rows: list[LexborNode], tree: LexborHTMLParser, page: Page) -> ParsedPage:
        currency = self.currency_on(page)
        places = {row.mem_id: at for at, row in enumerate(rows)}
        asked = dict.fromkeys((shape.link, *shape.texts.values()))  # a title is often the link too
        found = {css: first_in_each(tree, places, len(rows), css) if css else rows for css in asked}
        texts: list[dict[str, str]] = [{} for _ in rows]
        for name, css in shape.texts.items():
            for node, card in zip(found[css], texts, strict=True):
                if node is not None and (text := _text_at(name, node)):
                    card[name] = text
        listings, stats = self.collect(
            zip(rows, found[shape.link], texts, strict=True),
            lambda card, page: self.read_card(shape, card, page, currency),
            page,
        )
        if not listings:
            return ParsedPage(PageState.LAYOUT_UNKNOWN, detail=f"{len(rows)} cards, none of them readable", stats=stats)
        if self.answers_something_else(tree, page):
            listings = tuple(replace(listing, loose=True) for listing in listings)
            stats["unrelated_to_query"] = len(listings)
        following = self.address_or_none(page, self.next_page(tree, page))
        return ParsedPage(PageState.LISTINGS, listings, following, self.reported(tree), stats=stats)

    def currency_on(self, page: Page) -> str | None:  # noqa: ARG002 - a hook
        """The currency that a bare symbol means on this page; the site's own unless its pages differ."""
        return self.currency

    def read_card(self, shape: Shape, card: _Card, page: Page, currency: str | None) -> RawListing | None:
        """One card; None where it has no title, no address or no id."""
        row, link, texts = card
        self.more_texts(row, texts)
        if "old_price" in texts:
            texts["price"] = _without_old(texts.get("price", ""), texts["old_price"])
        texts["address"] = attribute(link or _link_around(row), shape.link_attribute) or (
            page.url if row.tag == "html" else ""
        )
        number = attribute(row, shape.id_attribute) if shape.id_attribute else ""
        fields = self.read_texts(shape, texts, page, currency, number)
        return self.listing(page, **(fields | self.more(row, texts, page))) if fields else None

    def read_texts(
        self, shape: Shape, texts: Mapping[str, str], page: Page, currency: str | None, number: str = ""
    ) -> dict[str, Any] | None:
        """A card's texts as fields of RawListing; None without title, address or id."""
        address = texts["address"]
        if not number and (found := shape.id_pattern.search(_last_part(address))):
            number = found[1]
        if not (texts.get("title") and address and number):
            return None
        fields = self.meaning(texts, page, currency)
        fields["external_id"], fields["url"] = number, address
        fields["texts"] = {name: text for name, text in texts.items() if text and name not in _NOT_KEPT}
        return fields

    def meaning(self, texts: Mapping[str, str], page: Page, currency: str | None) -> dict[str, Any]:
        """What the texts of a card mean, as fields of RawListing; "0 €" is a price only where a thing is given away."""
        price = parse_price(texts.get("price", ""), currency)
        fields: dict[str, Any] = {
            "title": texts["title"],
            "price": price.price if price.price and (price.price.minor or price.kind is PriceKind.FREE) else None,
            "price_kind": price.kind,
            "location": _without_distance(texts.get("location", "")) or None,
        }
        # A field that is not handed over is None, and costs nothing: result pages hold hundreds of cards.
        if price.price_max:
            fields["price_max"] = price.price_max
        if self.country:
            fields["country"] = self.country
        for name in _AS_THEY_ARE:
            if name in texts:
                fields[name] = texts[name]
        if (told := texts.get("shipping", "")) and is_shipping(told):
            shipping = parse_shipping(told, currency)
            fields["shipping"], fields["pickup_only"] = shipping.cost, shipping.pickup_only
        if "condition" in texts:
            fields["condition"] = condition_of(texts["condition"])
        if "listed_at" in texts:
            fields["listed_at"] = self.time_of(texts["listed_at"], page)
        if (image := texts.get("image", "")).startswith("http"):
            fields["image"] = image
        return fields

    def time_of(self, text: str, page: Page) -> datetime | None:
        """A date of this site, seen on `page`."""
        return read_time(text, seen_at=page.fetched_at, zone=self.time_zone, month_first=self.month_first)

    def state_without_rows(self, tree: LexborHTMLParser, page: Page) -> tuple[PageState, str]:
        """EMPTY where the page's heading says so in its own words."""
        summary = self.summary(tree)
        if self.empty_pattern and re.search(self.empty_pattern, summary):
            return PageState.EMPTY, summary
        if b"<script" in page.body and is_unrendered(tree):
            return PageState.NOT_RENDERED, "scripts and hardly any text"
        return PageState.LAYOUT_UNKNOWN, "none of the known cards is in the page"

    def answers_something_else(self, tree: LexborHTMLParser, page: Page) -> bool:
        """Whether the heading names not one word of the query in the page's address: a filter was broken and dropped."""
        asked = re.search(self.query_pattern, unquote(page.url)) if self.query_pattern else None
        heading = self.summary(tree).casefold() if asked else ""
        if not asked or not heading:
            return False
        return not any(word in heading for word in re.split(r"[\W_]+", asked[1].casefold()) if word)

    def summary(self, tree: LexborHTMLParser) -> str:
        """The heading over the results."""
        return text_of(tree.css_first(self.summary_css)) if self.summary_css else ""

    def reported(self, tree: LexborHTMLParser) -> int | None:
        """The number of results that the heading names."""
        found = re.search(self.count_pattern, self.summary(tree))
        return whole(re.sub(r"\D", "", found[1])) if found else None

    def next_page(self, tree: LexborHTMLParser, page: Page) -> str | None:  # noqa: ARG002 - a hook
        """What the page links as next."""
        # The head first, alone: a selector that finds nothing in a whole page takes a third of the page's parse.
        link = tree.head.css_first('link[rel="next"]') if tree.head else None
        if link is None and self.next_css:
            link = tree.css_first(self.next_css)
        return attribute(link, "href") or None

    def more_texts(self, row: LexborNode, texts: dict[str, str]) -> None:
        """Add to `texts` what no single CSS selector finds."""

    def more(self, row: LexborNode, texts: Mapping[str, str], page: Page) -> dict[str, Any]:  # noqa: ARG002 - a hook
        """Fields that only this site has."""
        return {}


def first_in_each(tree: LexborHTMLParser, places: dict[int, int], rows: int, css: str) -> list[LexborNode | None]:
    """What `css` finds first in every row, asked once of the whole page.

    Compiling a selector costs 3 µs, climbing from a found node to its row less than 1: asking each of 150 rows for six
    texts takes as long as parsing the page three times. `places` tells each row's number by its node's id; the parents
    of what was found are added to it, since the next text often stands beside them.
    """
    found: list[LexborNode | None] = [None] * rows
    for node in tree.css(css):
        above: LexborNode | None = node
        at = None
        for _ in range(_HIGHEST):
            if above is None or (at := places.get(above.mem_id)) is not None:
                break
            above = above.parent
        if at is not None and found[at] is None:
            found[at] = node
            if (parent := node.parent) is not None and above is not node:
                places[parent.mem_id] = at
    return found


def _text_at(name: str, node: LexborNode) -> str:
    if name == "image":
        return attribute(node, "src")
    if name == "listed_at" and (exact := attribute(node, "datetime") or attribute(node, "title")):
        return exact
    # A description's line breaks are elements: without a separator the words on both sides run together.
    return clean(node.text(separator=" ") if name == "description" else node.text())


def _last_part(address: str) -> str:
    """Behind the last slash of the path; a pattern searched in a whole address takes seven times as long."""
    return address.partition("?")[0].partition("#")[0].rpartition("/")[2]


def _without_distance(place: str) -> str:
    return _DISTANCE.sub("", place) if place.endswith(")") else place


def _link_around(row: LexborNode) -> LexborNode | None:
    """The link that a whole card stands in."""
    node = row.parent
    for _ in range(3):
        if node is None or node.tag == "a":
            return node
        node = node.parent
    return None


def _without_old(price: str, old: str) -> str:
    """The price of "600 € 730 €" or "730 €600 € VB", where the struck "730 €" stands inside the same element."""
    before, _, after = price.rpartition(old)
    return clean(f"{before} {after}") or price
