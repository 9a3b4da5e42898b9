"""eBay's item pages, today's (x-item-title, x-price-primary) and those of until 2021 (#itemTitle, #prcIsum).

The price is the item's own as shown; the JSON-LD, which may be converted to the visitor's currency, only where a page
shows none. The "Approximately US $2.66" line is never read.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from spiders.extract.condition import condition_of, condition_of_id, condition_of_schema
from spiders.extract.duration import parse_duration
from spiders.extract.html import attribute, clean, text_of
from spiders.extract.location import country_named
from spiders.extract.price import PriceReading, parse_price
from spiders.extract.shipping import parse_shipping
from spiders.extract.time import read_time
from spiders.families.json_api import loads
from spiders.layouts import ebay_lines as lines
from spiders.layouts.ebay_market import item_id, item_url, market_of
from spiders.page import Page
from tracker.domain.listing import Condition, PriceKind
from tracker.domain.money import Money

_TITLE = ".x-item-title__mainTitle, #itemTitle"
_BID = ".x-bid-price .x-price-primary, #prcIsum_bidPrice"
_BIDS = ".x-bid-count, #qty-test"
_BUY_NOW = ".x-bin-price .x-price-primary"
_ACCEPTED = ".x-price-primary .ux-textspans--STRIKETHROUGH"
_FIXED = ".x-price-primary, #mm-saleDscPrc, #prcIsum"
_PLACE = re.compile(
    r"^(?:located in|item location|standort|artikelstandort|situé à|lieu où se trouve l'objet|ubicado en|ubicación|si trova a"
    r"|luogo in cui si trova l'oggetto|bevindt zich in)\s?:?\s*(.{2,80})$",
    re.IGNORECASE,
)
_CONDITION_ID = re.compile(rb'"itmCondition":[^{}]{0,200}?"conditionId":\s?"?(\d{4})\b')
_ENDED = re.compile(r"ended|sold|beendet|verkauft|terminé|vendu|finaliz|vendido|terminat|venduto|終了", re.IGNORECASE)
_SOLD = re.compile(r"\bsold\b|verkauft|vendu\b|vendido|venduto|販売済み|落札", re.IGNORECASE)


def read_item(tree: LexborHTMLParser, page: Page) -> dict[str, Any] | None:
    """The fields of the page's item for a RawListing; None where it names no item."""
    address = _address(tree, page)
    number = item_id(address)
    title = _title(tree)
    if number is None or not title:
        return None
    market = market_of(address, page.url)
    offer = _json_ld_offer(tree)
    bid_css = _BID if tree.css_first(_BID) or not tree.css_first(_BIDS) else _FIXED
    bid = _price(tree, bid_css, market.currency)
    fixed = _price(tree, _BUY_NOW, market.currency) or (None if bid else _price(tree, _FIXED, market.currency))
    price_text = _first_text(tree, bid_css) or _first_text(tree, _BUY_NOW) or _first_text(tree, _FIXED)
    currency = next((r.price.currency for r in (bid, fixed) if r and r.price), market.currency)
    shipping_text = _shipping_text(tree)
    shipping = parse_shipping(shipping_text, currency) if shipping_text else None
    status = _first_text(tree, ".d-statusmessage, .x-status-message, #msgPanel .statusMsg, .vi-notify-msg")
    seen = {"price": price_text, "shipping": shipping_text, "condition": _condition_text(tree), "status": status}
    return {
        "external_id": number,
        "title": title,
        "url": item_url(address),
        **_price_fields(tree, page, bid, fixed, offer),
        **_ending(tree, status, read_time(status, seen_at=page.fetched_at, zone=market.zone)),
        "shipping": shipping.cost if shipping else None,
        "pickup_only": True if shipping and shipping.pickup_only else None,
        "condition": _condition(tree, page, offer),
        "location": _place(tree),
        "country": country_named(_place(tree)),
        "seller": _first_text(tree, ".x-sellercard-atf__info a .ux-textspans--BOLD, .mbg-nw") or None,
        "seller_is_business": _is_business(tree),
        "quantity": _quantity(tree),
        "image": attribute(tree.css_first('meta[property="og:image"]'), "content") or None,
        "description": attribute(tree.css_first('meta[property="og:description"]'), "content") or None,
        "texts": {name: text for name, text in seen.items() if text},
    }


def _first_text(tree: LexborHTMLParser, css: str) -> str:
    node = tree.css_first(css)
    if node is None:
        return ""
    inner = node.css_first(".ux-textspans")
    return text_of(inner if inner is not None else node)


def _address(tree: LexborHTMLParser, page: Page) -> str:
    candidates: Iterable[str] = (
        attribute(tree.css_first("link[rel=canonical]"), "href"),
        attribute(tree.css_first('meta[property="og:url"]'), "content"),
        page.url,
    )
    return next((url for url in candidates if item_id(url)), "")


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first(_TITLE)
    if node is None:
        return ""
    text = node.text()
    for hidden in node.css(".g-hdn, .clipped"):  # "Details about  "
        text = text.replace(hidden.text(), " ", 1)
    return clean(text)


def _price(tree: LexborHTMLParser, css: str, currency: str) -> PriceReading | None:
    text = _first_text(tree, css)
    return parse_price(text, currency) if text else None


def _json_ld_offer(tree: LexborHTMLParser) -> dict[str, Any]:
    for script in tree.css('script[type="application/ld+json"]'):
        data = loads(script.text())
        offers = data.get("offers") if isinstance(data, dict) and data.get("@type") == "Product" else None
        offer = offers[0] if isinstance(offers, list) and offers else offers
        if isinstance(offer, dict):
            return offer
    return {}


def _price_fields(
    tree: LexborHTMLParser, page: Page, bid: PriceReading | None, fixed: PriceReading | None, offer: dict[str, Any]
) -> dict[str, Any]:
    best_offer = tree.css_first(".x-price-primary__orBestOffer, .x-offer-action, #boBtn_btn") is not None
    if bid is not None:
        return {
            "price": bid.price,
            "price_kind": PriceKind.AUCTION,
            "buy_now": fixed.price if fixed else None,
            "bids": _bids(tree),
            "ends_at": _end(tree, page),
            "best_offer": best_offer,
        }
    if fixed is None or fixed.price is None:
        return {"price": _offered(offer), "best_offer": best_offer}
    has_variations = tree.css_first(".x-msku__select-box, .x-msku, .x-msku-evo, #msku-sel-1") is not None
    kind = PriceKind.RANGE if has_variations else fixed.kind
    return {"price": fixed.price, "price_max": fixed.price_max, "price_kind": kind, "best_offer": best_offer}


def _ending(tree: LexborHTMLParser, status: str, at: datetime | None) -> dict[str, Any]:
    """What the words over an item that is no longer for sale mean."""
    if not _SOLD.search(status):
        return {"ends_at": at} if at and _ENDED.search(status) else {}
    # A struck price: an offer was accepted, and what was paid is not told.
    paid = {"price": None, "best_offer": True} if tree.css_first(_ACCEPTED) is not None else {}
    return {"sold": True, "sold_at": at, **paid}


def _bids(tree: LexborHTMLParser) -> int | None:
    text = _first_text(tree, _BIDS)  # the older page's holds nothing but the number
    return int(text) if text.isdecimal() else lines.bids_of(text)


def _end(tree: LexborHTMLParser, page: Page) -> Any:
    # The timer's own text first: the clock time behind it runs into it.
    shown = _first_text(tree, ".ux-timer__text") or _first_text(tree, ".x-end-time, #vi-cdown_timeLeft")
    left = parse_duration(shown)
    return page.fetched_at + left if left else None


def _offered(offer: dict[str, Any]) -> Money | None:
    try:
        return Money.of(str(offer["price"]), str(offer["priceCurrency"]))
    except (KeyError, ValueError):
        return None


def _shipping_text(tree: LexborHTMLParser) -> str:
    node = tree.css_first(".ux-labels-values--shipping .ux-labels-values__values")
    if node is not None:
        bold = node.css_first(".ux-textspans--BOLD")
        return text_of(bold) if bold is not None else clean(node.text(separator=" "))[:160]
    return text_of(tree.css_first("#fshippingCost")).partition("(")[0].strip()


def _condition_text(tree: LexborHTMLParser) -> str:
    return _first_text(tree, ".x-item-condition-text, .x-item-condition-value, #vi-itm-cond")


def _condition(tree: LexborHTMLParser, page: Page, offer: dict[str, Any]) -> Condition:
    """By the id in the page's own data where it stands there, then by the label, then by the JSON-LD."""
    number = _CONDITION_ID.search(page.body)
    candidates = (
        condition_of_id(number[1].decode()) if number else Condition.UNKNOWN,
        condition_of(_condition_text(tree)),
        condition_of_schema(str(offer.get("itemCondition") or "")),
    )
    return next((known for known in candidates if known is not Condition.UNKNOWN), Condition.UNKNOWN)


def _place(tree: LexborHTMLParser) -> str | None:
    for span in tree.css(".ux-labels-values--shipping .ux-textspans, .ux-labels-values--itemLocation .ux-textspans"):
        if found := _PLACE.match(text_of(span)):
            return found[1].strip()
    return text_of(tree.css_first("#itemLocation .iti-eu-bld-gry, [itemprop=availableAtOrFrom]")) or None


def _is_business(tree: LexborHTMLParser) -> bool | None:
    for node in tree.css(".x-sellercard-atf__about-seller-item"):
        said = lines.is_business(text_of(node))
        if said is not None:
            return said
    return None


def _quantity(tree: LexborHTMLParser) -> int | None:
    return lines.left_of(_first_text(tree, ".x-quantity__availability, #qtySubTxt"))
