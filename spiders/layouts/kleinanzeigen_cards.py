"""Kleinanzeigen's layouts: cards of result pages from 2020 to 2025 (class names grew longer, the parts stayed), item pages.

The cards since summer 2026, whose classes say how a text looks and no more what it is, are known from public code that
reads them, not from captured pages.
"""

from selectolax.lexbor import LexborNode

from spiders.families.card_page import Shape
from spiders.page import Page

# What only its pages hold.
MARKS = (b"ebayk://", b"viewad-title", b"img.kleinanzeigen.de/", b"srchrslt-adtable")
TAGS, TAGS_2026 = ".simpletag, [class*=badge-hint]", "[data-dhl-promotion]"

CARD = Shape(
    rows='[id^="srchrslt-adtable"] article.aditem',
    id_attribute="data-adid",
    link="",
    link_attribute="data-href",
    texts={
        "title": "h2",
        "price": '.aditem-main--middle p[class*="--price"]:not([class*="old-price"]), .aditem-details strong',
        "old_price": '[class*="--old-price"]',
        "location": ".aditem-main--top--left",
        "listed_at": ".aditem-main--top--right, .aditem-addon",
        "description": ".aditem-main--middle--description",
        "seller": '.aditem-main--bottom a[href*="/pro/"] span',
        "image": ".aditem-image img",
    },
)
CARD_2026 = Shape(
    rows='[id^="srchrslt-adtable"] article[data-adid]',
    id_attribute="data-adid",
    link="",
    link_attribute="data-href",
    texts={
        "title": "h3",
        "price": "p.text-title3:not(.line-through)",
        "old_price": "p.line-through",
        "location": 'svg[data-title="locationOutline"] + span',
        "listed_at": 'svg[data-title="calendarOutline"] + span',
        "description": "h3 + p",
        "image": "[data-image-container] img",
    },
)
# The labels of deleted and reserved ads are in every page, hidden while they don't hold.
ITEM = Shape(
    when="#viewad-title",
    rows="html",
    link='link[rel="canonical"]',
    texts={
        "price": "#viewad-price",
        "old_price": ".boxedarticle--old-price",
        "location": "#viewad-locality",
        "listed_at": '#viewad-extra-info span, #viewad-main-info svg[data-title="calendarOutline"] + span',
        "description": "#viewad-description-text",
        "shipping": ".boxedarticle--details--shipping",
        "seller": ".userprofile-vip",
        "seller_kind": ".userprofile-vip-details-text",
        "state": ".pvap-reserved-title:not(.is-hidden)",
        "image": "#viewad-image",
    },
)


def is_wanted(item: LexborNode, page: Page) -> bool:
    """Whether an item page's own data, or its label for when the ad is done, say that somebody looks for the thing."""
    return b'"dimension34":"WANTED"' in page.body or item.css_first('[data-soldlabel="Gefunden"]') is not None


def is_taken_down(page: Page) -> bool:
    """Whether an item page covers its ad, which was deleted."""
    return b"showDeletedVeil: true" in page.body
