"""One card of an eBay result list, in both layouts (s-card since 2025, s-item before), taken apart by its structure.

One CSS query a card, its answers in document order, is what makes a whole page cheaper than lxml's parse of it.
"""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from spiders.extract.html import attribute, clean, text_of

# One layout's classes at a time: twice the selectors take twice the time.
_S_CARD = (
    "a, img, .s-card__title, .s-card__subtitle, .s-card__caption, .s-card__attribute-row, .s-card__price, .strikethrough"
    ", .s-card__time-left, .s-item__time-left"
)
_S_ITEM = (
    "a, img, .s-item__title, .s-item__subtitle, .s-item__caption, .s-item__title--tagblock, .s-item__detail, .s-item__price"
    ", .STRIKETHROUGH, .s-item__time-left"
)
_LINKS = frozenset({"a", "img"})
_NOT_TITLE = ".clipped, .LIGHT_HIGHLIGHT, .s-card__new-listing"


@dataclass(slots=True)
class Card:
    """The texts of one card. `prices` has one entry a price line: (text, whether it is struck)."""

    listing_id: str = ""
    href: str = ""
    title: str = ""
    image: str = ""
    caption: str = ""
    tone: str = ""
    time_left: str = ""
    old_price: str = ""
    subtitles: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    prices: list[tuple[str, bool]] = field(default_factory=list)


def read_card(row: LexborNode) -> Card:
    """Take a card apart; what it lacks stays empty."""
    pieces = _S_CARD if "s-card" in attribute(row, "class") else _S_ITEM
    card = Card(listing_id=attribute(row, "data-listingid"))
    in_price_line = False
    seen = None
    for node in row.css(pieces):
        if node.mem_id == seen:  # a node comes once for every selector that it answers to
            continue
        seen = node.mem_id
        tag = node.tag
        if tag in _LINKS:
            _add_link(card, node, tag)
            continue
        kind = attribute(node, "class")
        if "attribute-row" in kind or "s-item__detail" in kind:
            in_price_line = False
            card.lines.append(clean(node.text(separator=" ")))
        elif "__price" in kind:
            _add_price(card, node, kind, joins=in_price_line)
            in_price_line = True
        else:
            _add_piece(card, node, kind)
    return card


def _add_price(card: Card, node: LexborNode, kind: str, *, joins: bool) -> None:
    text = clean(node.text())
    struck = "strikethrough" in kind or node.css_first(".STRIKETHROUGH, .strikethrough") is not None
    if joins and card.prices:  # "EUR 17,72", "bis", "EUR 18,66": three spans of one line
        before, was_struck = card.prices[-1]
        card.prices[-1] = (f"{before} {text}", was_struck)
    else:
        card.prices.append((text, struck))


def _add_link(card: Card, node: LexborNode, tag: str) -> None:
    if tag == "img":
        card.image = card.image or attribute(node, "data-defer-load") or attribute(node, "src")
    elif not card.href and ("/itm/" in (href := attribute(node, "href")) or "iid=" in href):
        card.href = href


def _add_piece(card: Card, node: LexborNode, kind: str) -> None:
    if "subtitle" in kind:
        card.subtitles.append(text_of(node))
    elif "caption" in kind or "tagblock" in kind:
        card.caption = card.caption or text_of(node)
        card.tone = card.tone or _tone(node)
    elif "__title" in kind:
        card.title = card.title or _title(node)
    elif "time-left" in kind:
        card.time_left = text_of(node)
    elif not card.old_price:
        card.old_price = text_of(node)


def _title(node: LexborNode) -> str:
    text = node.text()
    for extra in node.css(_NOT_TITLE):
        text = text.replace(extra.text(), " ", 1)
    return clean(text)


def _tone(node: LexborNode) -> str:
    inner = node.css_first(".positive, .negative, .POSITIVE, .NEGATIVE")
    return attribute(inner, "class").lower().replace("su-styled-text", "").strip().split(" ")[0]
