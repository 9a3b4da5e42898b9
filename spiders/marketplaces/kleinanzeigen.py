"""Kleinanzeigen (Germany; eBay Kleinanzeigen until 2023): result pages of 2022 to 2025 and item pages.

Domains: kleinanzeigen.de, ebay-kleinanzeigen.de. Ways: html. Dates: Europe/Berlin, "Heute, 14:02".
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from selectolax.lexbor import LexborNode

from spiders.extract.html import attribute, clean, text_of
from spiders.extract.json_value import dig, words
from spiders.families.card_page import CardPageSpider, Shape
from spiders.families.json_api import loads
from spiders.page import Page

_MAIN = ".aditem-main--"
_CARD = Shape(
    rows='[id^="srchrslt-adtable"] article.aditem', id_attribute="data-adid", link="", link_attribute="data-href",
    texts={"title": "h2", "price": f'{_MAIN}middle p[class*="--price"]', "old_price": '[class*="--old-price"]',
           "location": f"{_MAIN}top--left", "listed_at": f"{_MAIN}top--right", "image": ".aditem-image img",
           "description": f"{_MAIN}middle--description", "seller": f'{_MAIN}bottom a[href*="/pro/"] span'},
)  # fmt: skip
_ITEM = Shape(
    when="#viewad-title", rows="html", link='link[rel="canonical"]',
    texts={"price": "#viewad-price", "old_price": ".boxedarticle--old-price", "location": "#viewad-locality",
           "listed_at": "#viewad-extra-info span", "description": "#viewad-description-text", "image": "#viewad-image",
           "shipping": ".boxedarticle--details--shipping", "seller": ".userprofile-vip",
           "seller_kind": ".userprofile-vip-details-text", "state": ".pvap-reserved-title:not(.is-hidden)"},
)  # fmt: skip


class Kleinanzeigen(CardPageSpider):
    """Result pages, whose hidden top ads have their title in JSON-LD only, and item pages."""

    name = "kleinanzeigen"
    domains: ClassVar = ("kleinanzeigen.de", "ebay-kleinanzeigen.de")
    marks: ClassVar = (b"leinanzeigen.de</title>", b"Kleinanzeigen</title>", b"ebayk://", b'id="viewad-title"')
    base_url = "https://www.kleinanzeigen.de"
    time_zone: ClassVar = "Europe/Berlin"
    currency, country, shapes = "EUR", "DE", (_CARD, _ITEM)
    summary_css, count_pattern, empty_pattern = ".breadcrump-summary", r"von (\d[\d.]*)", "keine Ergebnisse"
    query_pattern = r"/(?:s-)?([^/:]+)/k0"

    def search_url(self, search: str, page: int) -> str:
        """The newest ads for the words; page 2 and on stand before them in the path."""
        words_of_search = quote(re.sub(r"\W+", "-", search.lower()).strip("-"))
        return f"{self.base_url}/s-{f'seite:{page}/' if page > 1 else ''}{words_of_search}/k0"

    def more_texts(self, row: LexborNode, texts: dict[str, str]) -> None:
        """A card's tags, and the title of a top ad without text; an item page's condition and bare title."""
        if not attribute(row, "data-adid"):
            details = (text_of(node) for node in row.css(".addetailslist--detail"))
            condition = next((text.removeprefix("Zustand") for text in details if text.startswith("Zustand")), "")
            texts |= {"title": clean(row.css_first("#viewad-title").text(deep=False)), "condition": condition.strip()}
        else:
            tags = [text_of(tag) for tag in row.css(".simpletag, [class*=badge-hint]")]
            shipping = next((tag for tag in tags if re.search("Versand|Abholung", tag)), "")
            texts |= {"tags": " | ".join(tags), "shipping": shipping}
        if not texts.get("title") and (script := row.css_first('script[type="application/ld+json"]')):
            texts["title"] = words(dig(loads(script.text()), "title"))

    def more(self, row: LexborNode, texts: Mapping[str, str], page: Page) -> dict[str, Any]:
        """Wanted or offered, private or not, reserved or gone, paid for (top ads) or found."""
        said = " ".join(texts.get(name, "") for name in ("tags", "seller_kind", "state"))
        kinds = {"PRO": True, "Gewerblich": True, "Privat": False}
        return {
            "wanted": "Gesuch" in said or ("tags" not in texts and b'"dimension34":"WANTED"' in page.body),
            "seller_is_business": next((kind for word, kind in kinds.items() if word in said), None),
            "reserved": "Reserviert" in said,
            "sold": "Verkauft" in said,
            "sponsored": "is-topad" in attribute(row.parent, "class") if "tags" in texts else None,
        }
