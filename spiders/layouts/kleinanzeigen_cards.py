"""Kleinanzeigen's layouts: cards of result pages from 2022 to 2025 (class names grew longer, the parts stayed), item pages.

The cards since summer 2026, whose classes say how a text looks and no more what it is, are known from public code that
reads them, not from captured pages.
"""

from spiders.families.card_page import Shape

# What only its pages hold, and what an item page's own data say of the item.
MARKS = (
    b"leinanzeigen.de</title>",
    b"Kleinanzeigen</title>",
    b"ebayk://",
    b'id="viewad-title"',
    b"img.kleinanzeigen.de/",
)
WANTED, GONE = (b'"dimension34":"WANTED"', b'data-soldlabel="Gefunden"'), b"showDeletedVeil: true"
TAGS, TAGS_2026 = ".simpletag, [class*=badge-hint]", "[data-dhl-promotion]"

CARD = Shape(
    rows='[id^="srchrslt-adtable"] article.aditem',
    id_attribute="data-adid",
    link="",
    link_attribute="data-href",
    texts={
        "title": "h2",
        "price": '.aditem-main--middle p[class*="--price"]:not([class*="old-price"])',
        "old_price": '[class*="--old-price"]',
        "location": ".aditem-main--top--left",
        "listed_at": ".aditem-main--top--right",
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
