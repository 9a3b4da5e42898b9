"""eBay's result pages: cards of every layout, dividers, sold and ended listings, auctions, the site's own count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.extract.condition import condition_of
from spiders.extract.duration import parse_duration
from spiders.extract.html import attribute, clean, encoding_of, text_of
from spiders.extract.location import country_named
from spiders.extract.price import PriceReading, parse_price
from spiders.extract.shipping import parse_shipping
from spiders.extract.time import read_time
from spiders.layouts import ebay_lines as lines
from spiders.layouts.ebay_card import Card, is_card, read_card
from spiders.layouts.ebay_market import EbayMarket, host_of, item_id, item_url, market_of, market_of_host
from spiders.page import Page
from spiders.spec import CrawlSpec
from tracker.domain.listing import Condition, PageState, PriceKind
from tracker.domain.money import Money

# "Shop on eBay" placeholders stand outside the results today and stood inside them until 2023; this is their id.
_SOLD = "sold: "  # before the words of a search among what was sold
_GHOST_ID = "123456"
_GHOST_TITLES = frozenset({"Shop on eBay", "Shop on eBay Opens in a new window or tab"})
# The list of results, else what has held it in other layouts: around it stand ghosts and carousels.
_RIVER = "#srp-river-results, .srp-results"
_OTHER_RIVERS = ".srp-river-main, .su-grid, .brwrvr__item-results, .b-list__items_nofooter"
_HEADING, _RIVER_MARK = b"srp-controls__count-heading", b"srp-river-results"
_CARD_MARKS, _ANSWER_MARK = (b"s-card__title", b"s-item__title", b"su-item-card__title"), b"srp-river-answer"
# What holds cards, how deep at most (measured: two lists deep), and what may divide them beside the page's own answers.
_HOLDERS, _DEEPEST = frozenset({"ul", "ol", "li", "div", "section", "main"}), 5
_HEADINGS = frozenset({"h2", "h3"})
_HTML_TAG = re.compile(rb"<html[^>]{0,300}>", re.IGNORECASE)
_COUNT = re.compile(r"^\d[\d.,\s]*\+?$")
_COUNT_LAST = ("ja", "zh", "ko")


def with_sold(spec: CrawlSpec) -> CrawlSpec:
    """The crawl with each search made once more among what was sold, where its option asks for it."""
    sold = tuple(f"{_SOLD}{search}" for search in spec.searches) if spec.options.get("sold") else ()
    return replace(spec, searches=(*spec.searches, *sold))


def search_url(base_url: str, search: str, page: int) -> str:
    """A page of 60 results."""
    sold = {"LH_Sold": 1, "LH_Complete": 1} if search.startswith(_SOLD) else {}
    query = {"_nkw": search.removeprefix(_SOLD), "_ipg": 60, "_pgn": page, **sold}
    return f"{base_url}/sch/i.html?{urlencode(query)}"


def results_part(page: Page) -> Page:
    """The page without what stands before its heading and behind its list: styles, menus, and half a megabyte of scripts.

    Parsing that costs more than reading the cards. A page of another shape, or an encoding whose letters are not ASCII's,
    is left as it is.
    """
    body = page.body
    heading, river = body.find(_HEADING), body.find(_RIVER_MARK)
    if not 0 < heading < river:
        return page
    start = body.rfind(b"<", 0, heading)
    card = max(body.rfind(mark) for mark in _CARD_MARKS)
    end = body.find(b"<script", max(card, body.rfind(_ANSWER_MARK))) if card > river else -1
    opening = _HTML_TAG.search(body, 0, 2000)
    part = (opening[0] if opening else b"") + body[start : end if end > 0 else len(body)]
    return replace(page, body=part, charset=encoding_of(page))


@dataclass(frozen=True, slots=True)
class Row:
    """One card of the list, and whether it stands after a divider for other words than were asked."""

    node: LexborNode
    is_loose: bool


def is_results(tree: LexborHTMLParser) -> bool:
    """Whether the page has a place for results."""
    return _river(tree) is not None


def _river(tree: LexborHTMLParser) -> LexborNode | None:
    return tree.css_first(_RIVER) or tree.css_first(_OTHER_RIVERS)


def rows_of(tree: LexborHTMLParser) -> Iterator[Row]:
    """The cards inside the results list, in page order, each told apart by the dividers above it."""
    is_loose = reported_of(tree) == 0
    for node in _entries(tree):
        kind = attribute(node, "class")
        if is_card(kind):
            yield Row(node, is_loose)
        elif not is_loose and "CAROUSEL" not in kind:
            # Carousels and filters are long; a divider is one sentence.
            is_loose = lines.is_loose_divider(kind, text_of(node)[:400])


def _entries(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """What stands in the river of results, however its lists nest: cards, the page's own answers, headings."""
    river = _river(tree)
    stack = [(river, 0)] if river is not None else []
    while stack:
        node, depth = stack.pop()
        kind = attribute(node, "class")
        if is_card(kind) or "srp-river-answer" in kind or node.tag in _HEADINGS:
            yield node
        elif node.tag in _HOLDERS and depth < _DEEPEST:
            stack.extend((child, depth + 1) for child in reversed([*node.iter()]) if child.is_element_node)


def reported_of(tree: LexborHTMLParser) -> int | None:
    """The heading's own count ("57,000+ results"); the query beside it may be a number too, its place is the language's."""
    heading = tree.css_first(".srp-controls__count-heading")
    if heading is None:
        return None
    numbers = [text for node in heading.css(".BOLD") if _COUNT.match(text := text_of(node))]
    if not numbers:
        return None
    language = attribute(tree.css_first("html"), "lang")[:2]
    number = numbers[-1] if language in _COUNT_LAST else numbers[0]
    return int(re.sub(r"\D", "", number))


@dataclass(slots=True)
class _Said:
    """What a card's lines say."""

    bids: int | None = None
    bids_text: str = ""
    best_offer: bool = False
    accepted: bool = False
    shipping: Money | None = None
    shipping_text: str = ""
    pickup_only: bool = False
    place: str | None = None
    seller: str | None = None
    left: int | None = None
    listed: str = ""
    texts: dict[str, str] = field(default_factory=dict)


def read_row(row: Row, page: Page) -> dict[str, Any] | None:
    """The fields of one card for a RawListing; None for a ghost or a card without item or title."""
    card = read_card(row.node)
    number = item_id(card.href) or (card.listing_id if card.listing_id.isdigit() else None)
    title = lines.without_prefix(card.title)
    if (
        number is None
        or number == _GHOST_ID
        or f"/itm/{_GHOST_ID}?" in card.href
        or not title
        or title in _GHOST_TITLES
    ):
        return None
    market = market_of(card.href, page.url)
    prices = [parse_price(text, market.currency) for text, _ in card.prices]
    # A free delivery's zero is of the price's currency, else of the site's, where the address tells the site.
    site = market_of_host(host_of(card.href)) or market_of_host(host_of(page.url))
    currency = prices[0].price.currency if prices and prices[0].price else site.currency if site else None
    said = _listen(card, currency)
    return {
        "external_id": number,
        "title": title,
        "url": item_url(card.href) if card.href else f"/itm/{number}",
        "loose": row.is_loose,
        "image": card.image or None,
        **_price_fields(card, prices, said),
        **_state_fields(card, said, page, market),
        "shipping": said.shipping,
        "pickup_only": True if said.pickup_only else None,
        "location": said.place,
        "country": country_named(said.place),
        "seller": said.seller,
        "quantity": said.left,
        "texts": _texts(card, said),
    }


def _listen(card: Card, currency: str | None) -> _Said:
    said = _Said()
    said.accepted = any(lines.is_accepted_offer(line) for line in card.lines) if card.caption else False
    for line in card.lines:
        what, value = lines.meaning_of(line)
        if what == "shipping":
            _hear_shipping(said, line, currency)
        elif what == "bids":
            said.bids, said.bids_text = int(value or 0), line
        elif what == "seller":
            said.seller = said.seller or str(value)
        elif what == "place" and not said.place:
            said.place = str(value)
            said.texts["location"] = line
        elif what == "left":
            said.left = int(value or 0)
        elif what == "best_offer":
            said.best_offer = True
            said.texts["format"] = line
        elif what == "listed":
            said.listed = line
    return said


def _hear_shipping(said: _Said, line: str, currency: str | None) -> None:
    reading = parse_shipping(line, currency)
    if said.shipping is not None or (said.shipping_text and reading.pickup_only):  # collection beside sending
        return
    said.shipping, said.shipping_text, said.pickup_only = reading.cost, line, reading.pickup_only


def _price_fields(card: Card, prices: list[PriceReading], said: _Said) -> dict[str, Any]:
    is_auction = said.bids is not None or bool(card.time_left)
    if not prices:
        return {"price_kind": PriceKind.AUCTION if is_auction else PriceKind.FIXED, "bids": said.bids}
    first = prices[0]
    if card.prices[0][1] or said.accepted:  # struck, or in words: what was paid is not told
        return {"price": None, "best_offer": True, "bids": said.bids}
    kind = PriceKind.AUCTION if is_auction else first.kind
    return {
        "price": first.price,
        "price_max": first.price_max,
        "price_kind": kind,
        "bids": said.bids,
        "best_offer": said.best_offer,
        "buy_now": prices[1].price if is_auction and len(prices) > 1 else None,
    }


def _state_fields(card: Card, said: _Said, page: Page, market: EbayMarket) -> dict[str, Any]:
    subtitle = card.subtitles[-1] if card.subtitles else ""
    ending = lines.ending_of(card.caption, card.tone)
    ended = read_time(card.caption, seen_at=page.fetched_at, zone=market.zone) if ending else None
    left = parse_duration(card.time_left or said.bids_text.partition("·")[2])
    return {
        "condition": condition_of(subtitle) if subtitle else Condition.UNKNOWN,
        "seller_is_business": lines.is_business(subtitle),
        "sold": ending == "sold",
        "sold_at": ended if ending == "sold" else None,
        "ends_at": ended if ending == "ended" else page.fetched_at + left if left else None,
        "listed_at": read_time(said.listed.replace("-", " "), seen_at=page.fetched_at, zone=market.zone)
        if said.listed
        else None,
    }


def _texts(card: Card, said: _Said) -> dict[str, str]:
    seen = {
        "price": card.prices[0][0] if card.prices else "",
        "buy_now": card.prices[1][0] if len(card.prices) > 1 else "",
        "old_price": card.old_price if not (card.prices and card.prices[0][1]) else "",
        "shipping": said.shipping_text,
        "condition": clean(" / ".join(card.subtitles)),
        "caption": card.caption,
        "bids": said.bids_text,
        "ends_at": card.time_left,
        "listed_at": said.listed,
        **said.texts,
    }
    return {name: text for name, text in seen.items() if text}


def next_of(tree: LexborHTMLParser, page: Page) -> str | None:  # noqa: ARG001 - the family hook
    """The pager's own link; the last page has none. The pager is the list's last row, so the search begins there."""
    pagers = [node for node in _entries(tree) if "PAGINATION" in attribute(node, "class")]
    place = pagers[-1] if pagers else tree
    return attribute(place.css_first("a.pagination__next"), "href") or None


def state_without_rows(tree: LexborHTMLParser, page: Page) -> tuple[PageState, str]:  # noqa: ARG001 - the family hook
    """EMPTY where the heading counts 0, or the page offers to save a search without results."""
    if reported_of(tree) == 0 or tree.css_first(".srp-save-null-search") is not None:
        return PageState.EMPTY, text_of(tree.css_first(".srp-controls__count-heading"))
    return PageState.LAYOUT_UNKNOWN, "neither results, nor an item, nor the words for no results"
