"""Craigslist's four layouts: static and rendered results of 2023 to 2026, rows of 2021, item pages; and texts in attributes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.extract.html import clean, encoding_of, tree_of
from spiders.families.card_page import Shape
from spiders.page import Page
from tracker.domain.listing import PriceKind

# What only its pages hold.
MARKS = (b"cl-static-search-result", b"cl-search-result", b"titletextonly", b"images.craigslist.org/")
# The last part of the path: a number, or the letters that addresses on www.craigslist.org have since 2026.
_ID = re.compile(r"^([\w-]{8,})(?:\.html)?$")
_ZONED = re.compile(r"ago$|[+-]\d{4}\b")
_LIST = b'<ol class="cl-static-search-results'
_ROW = b"cl-static-search-result"
_POST = re.compile(
    r"""<li class="cl-static-search-result"(?: title=(?:"[^"<]*"|'[^'<]*'))?>\s*<a href="([^"<>&]+)">\s*"""
    r"""<div class="title">([^<]*)</div>\s*<div class="details">\s*(?:<div class="price">([^<]*)</div>\s*)?"""
    r"""(?:<div class="location">([^<]*)</div>\s*)?</div>\s*</a>\s*</li>"""
)
_NOT_PLAIN = (b"<!--", b"\0", b"data-pid=")
_NOT_BEHIND = (b"<script", b"<link", b"totalcount", b"cl-page-number")

STATIC = Shape(
    rows="li.cl-static-search-result",
    id_pattern=_ID,
    texts={"title": ".title", "price": ".price", "location": ".location"},
)
RENDERED = Shape(
    rows=".cl-search-result[data-pid]",
    id_attribute="data-pid",
    link="a.posting-title",
    texts={
        "title": "a.posting-title",
        "price": ".priceinfo",
        "meta": ".meta",
        "listed_at": ".meta span[title], .result-posted-date",
        "location": ".result-info > div:not([class]), .result-location",
        "image": 'img[src*="images."]',
    },
)
ROWS = Shape(
    rows="li.result-row",
    id_attribute="data-pid",
    link="a.result-title",
    texts={
        "title": ".result-title",
        "price": ".result-price",
        "location": ".result-hood",
        "nearby": ".nearby",
        "listed_at": ".result-date",
    },
)
ITEM = Shape(
    when="#titletextonly",
    rows="html",
    link='link[rel="canonical"]',
    id_pattern=_ID,
    texts={
        "title": "#titletextonly",
        "price": ".postingtitletext .price",
        "location": "#titletextonly ~ span:not(.price), #titletextonly ~ small",
        "description": "#postingbody",
        "image": "#thumbs img, .gallery img",
        "listed_at": "time[datetime]",
    },
)


def tree_of_list(page: Page) -> LexborHTMLParser:
    """The tree of a static page's list alone: half of such a page is JSON for search engines."""
    start = -1 if b"data-pid=" in page.body else page.body.find(_LIST)
    return tree_of(page if start < 0 else replace(page, body=page.body[start:], charset=encoding_of(page)))


def plain_posts(page: Page) -> list[dict[str, str]] | None:
    """The texts of a static list's posts; None where one of them, or the list, is not written as such lists are.

    A post there is four short texts, and its tree costs more than they do: on the two captured pages reading takes 3.8
    and 3.9 times as long as lxml's parse with a tree, 1.6 and 1.7 times without. Whatever is not plain (a comment, a
    further attribute or element, a cut) is left to the tree, which gives the same for plain posts.
    """
    start = page.body.find(_LIST)
    if start < 0 or encoding_of(page) != "utf-8":
        return None
    body = page.body[start:]
    after = body.rpartition(b"</li>")[2]
    if any(mark in body for mark in _NOT_PLAIN) or any(mark in after for mark in _NOT_BEHIND):
        return None
    try:
        posts = _POST.findall(body.decode())
    except UnicodeDecodeError:
        return None
    whole = len(posts) == body.count(_ROW) - body.count(_ROW + b"s")
    return [_texts_of(*post) for post in posts] if whole else None


def _texts_of(address: str, title: str, price: str, place: str) -> dict[str, str]:
    if "&" in title or "&" in place or "&" in price:
        title, price, place = unescape(title), unescape(price), unescape(place)
    texts = {"title": clean(title), "location": clean(place).strip(" ()"), "address": address}
    return texts | {"price": clean(price)} if price else texts


def facts_of(address: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Wanted ads have sections of their own; $0 stands for no price; a clock without a zone is no time."""
    facts: dict[str, Any] = {"wanted": "/waa/" in address or "/wan/" in address}
    if "/zip/" in address and texts.get("price", "").lstrip("$£€ ") == "0":
        facts["price_kind"] = PriceKind.FREE
    if (when := texts.get("listed_at")) and not _ZONED.search(when):
        facts["listed_at"] = None
    return facts


def add_texts(row: LexborNode, texts: dict[str, str]) -> None:
    """Take apart what stands together: time and place, an item's condition."""
    if "meta" in texts:
        age, _, place = texts.pop("meta").partition("\u00b7")
        texts.setdefault("listed_at", age.strip())
        texts["location"] = place or texts.get("location", "")
    texts["location"] = (texts.pop("nearby", "") or texts.get("location", "")).strip(" ()")
    if "description" in texts:
        texts["description"] = texts["description"].removeprefix("QR Code Link to This Post ")
        said = (clean(node.text()) for node in row.css(".attrgroup span, .attrgroup .attr"))
        texts["condition"] = next((text[10:].strip() for text in said if text.startswith("condition:")), "")
