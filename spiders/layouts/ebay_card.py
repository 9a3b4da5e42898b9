"""One card of an eBay result list, in each of its layouts, taken apart by its structure.

s-item (until 2025), s-card (2025 and 2026), su-item-card (since July 2026) and the cards of category pages (brwrvr). The
last two are known from public code that reads them, not from captured pages.

One CSS query a card, its answers in document order, is what makes a whole page cheaper than lxml's parse of it.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

from spiders.extract.html import attribute, clean, text_of

_SU_PIECES = (
    "a, img, .su-item-card__subtitle, .signal, .su-item-card__price, .su-bid-countdown"
    ", .su-card-container__attributes__primary .su-styled-text, .su-card-container__attributes__secondary"
)
# One layout's classes at a time: twice the selectors take twice the time. By a word of the card's own class.
_PIECES = {
    "s-card": (
        "a, img, .s-card__title, .s-card__subtitle, .s-card__caption, .s-card__attribute-row, .s-card__price"
        ", .strikethrough, .s-card__time-left, .s-item__time-left"
    ),
    "su-item-card": _SU_PIECES,
    "su-card-container": _SU_PIECES,
    "brwrvr": "a, img, .bsig__title__text, .bsig__listingCondition, .bsig__price, .bsig__generic, .bsig__bidCount",
    "s-item": (
        "a, img, .s-item__title, .s-item__subtitle, .s-item__caption, .s-item__title--tagblock, .s-item__detail"
        ", .s-item__price, .STRIKETHROUGH, .s-item__time-left"
    ),
}
_NOT_TITLE = ".clipped, .LIGHT_HIGHLIGHT, .s-card__new-listing"
# Words of a piece's class, and what the piece is; the first that is in it.
_ROLES = (
    ("attribute-row", "line"),
    ("s-item__detail", "line"),
    ("__price", "price"),
    ("strikethrough", "old_price"),
    ("STRIKETHROUGH", "old_price"),
    ("subtitle", "subtitle"),
    ("listingCondition", "subtitle"),
    ("caption", "caption"),
    ("tagblock", "caption"),
    ("signal", "caption"),
    ("__title", "title"),
    ("time-left", "time_left"),
    ("countdown", "time_left"),
)


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


def is_card(kind: str) -> bool:
    """Whether a class is a card's; "srp-river-answer" and the lists' own are not. Some cards' own names are scrambled."""
    return any(
        word in kind.split() for word in ("s-card", "s-item", "su-item-card", "brwrvr__item-card", "su-card-container")
    )


@lru_cache(maxsize=512)
def _role_of(kind: str) -> str:
    return next((role for word, role in _ROLES if word in kind), "line")


def read_card(row: LexborNode) -> Card:
    """Take a card apart; what it lacks stays empty."""
    own = attribute(row, "class")
    pieces = next(css for word, css in _PIECES.items() if word in own or word == "s-item")
    card = Card(listing_id=attribute(row, "data-listingid"))
    in_price_line = False
    seen = None
    for node in row.css(pieces):
        if node.mem_id == seen:  # a node comes once for every selector that it answers to
            continue
        seen = node.mem_id
        tag, kind = node.tag, attribute(node, "class")
        if tag == "img":
            card.image = card.image or attribute(node, "data-defer-load") or attribute(node, "src")
            continue
        if tag == "a":
            _add_link(card, node)
            if "su-item-card__title" not in kind:
                continue
        role = _role_of(kind)
        if role == "price":
            _add_price(card, node, kind, joins=in_price_line)
        else:
            _add_piece(card, node, role)
        in_price_line = role == "price" or (in_price_line and role != "line")
    return card


def _add_price(card: Card, node: LexborNode, kind: str, *, joins: bool) -> None:
    text = clean(node.text())
    struck = "strikethrough" in kind or node.css_first(".STRIKETHROUGH, .strikethrough") is not None
    if joins and card.prices:  # "EUR 17,72", "bis", "EUR 18,66": three spans of one line
        before, was_struck = card.prices[-1]
        card.prices[-1] = (f"{before} {text}", was_struck)
    else:
        card.prices.append((text, struck))


def _add_link(card: Card, node: LexborNode) -> None:
    if not card.href and ("/itm/" in (href := attribute(node, "href")) or "iid=" in href):
        card.href = href


def _add_piece(card: Card, node: LexborNode, role: str) -> None:
    if role == "line":
        card.lines.append(clean(node.text(separator=" ")))
    elif role == "subtitle":
        card.subtitles.append(text_of(node))
    elif role == "caption":
        card.caption = card.caption or text_of(node)
        card.tone = card.tone or _tone(node)
    elif role == "title":
        card.title = card.title or _title(node)
    elif role == "time_left":
        card.time_left = text_of(node)
        if "countdown" in attribute(node, "class"):  # the bids stand in it too
            card.lines.append(card.time_left)
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
