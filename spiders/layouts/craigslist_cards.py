"""Craigslist's four layouts: static and rendered results of 2023 to 2026, rows of 2021, item pages; and texts in attributes."""

from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.extract.html import clean, encoding_of, tree_of
from spiders.families.card_page import Shape
from spiders.page import Page

# The last part of the path: a number, or the letters that addresses on www.craigslist.org have since 2026.
_ID = r"^([\w-]{8,}?)(?:\.html)?$"

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
        "title": "a.posting-title .label",
        "price": ".priceinfo",
        "meta": ".meta",
        "listed_at": ".meta span[title]",
        "location": ".result-info > div:not([class])",
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
    start = -1 if b"data-pid=" in page.body else page.body.find(b'<ol class="cl-static-search-results')
    return tree_of(page if start < 0 else replace(page, body=page.body[start:], charset=encoding_of(page)))


def add_texts(row: LexborNode, texts: dict[str, str]) -> None:
    """Take apart what stands together: time and place, an item's condition."""
    if "meta" in texts:
        age, _, place = texts.pop("meta").partition("\u00b7")
        texts.setdefault("listed_at", age)
        texts["location"] = place or texts.get("location", "")
    texts["location"] = (texts.pop("nearby", "") or texts.get("location", "")).strip(" ()")
    if "description" in texts:
        texts["description"] = texts["description"].removeprefix("QR Code Link to This Post ")
        said = (clean(node.text()) for node in row.css(".attrgroup span, .attrgroup .attr"))
        texts["condition"] = next((text[10:].strip() for text in said if text.startswith("condition:")), "")
