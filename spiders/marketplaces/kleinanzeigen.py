"""Kleinanzeigen (Germany; eBay Kleinanzeigen until 2023): result pages of 2022 to 2026 and item pages.

Domains: kleinanzeigen.de, ebay-kleinanzeigen.de. Ways: html. Dates: Europe/Berlin, "Heute, 14:02".
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from selectolax.lexbor import LexborNode

from spiders.extract.html import attribute, clean, text_of
from spiders.extract.json_value import dig, words
from spiders.families.card_page import CardPageSpider
from spiders.families.json_api import loads
from spiders.layouts.kleinanzeigen_cards import CARD, CARD_2026, ITEM, MARKS, TAGS, TAGS_2026, is_taken_down, is_wanted
from spiders.page import Page


class Kleinanzeigen(CardPageSpider):
    """Result pages, whose hidden top ads have their title in JSON-LD only, and item pages."""

    name = "kleinanzeigen"
    domains: ClassVar = ("kleinanzeigen.de", "ebay-kleinanzeigen.de")
    marks: ClassVar = MARKS
    base_url = "https://www.kleinanzeigen.de"
    time_zone: ClassVar = "Europe/Berlin"
    currency, country, shapes = "EUR", "DE", (CARD, CARD_2026, ITEM)
    summary_css = ".breadcrump-summary, #srp-breadcrumb-summary"
    count_pattern, empty_pattern = r"von (\d[\d.]*)", "keine Ergebnisse"
    next_css = 'a.pagination-next, a[title^="Nächste"], a[aria-label^="Nächste"]'
    query_pattern = r"/(?:s-)?([^/:]+)/k0"

    def search_url(self, search: str, page: int) -> str:
        """The newest ads for the words; page 2 and on stand before them in the path."""
        slug = quote(re.sub(r"\W+", "-", search.lower()).strip("-"))
        return f"{self.base_url}/s-{f'seite:{page}/' if page > 1 else ''}{slug}/k0"

    def more_texts(self, row: LexborNode, texts: dict[str, str]) -> None:
        """A card's tags, and the title of a top ad without text; an item page's condition and bare title."""
        if not attribute(row, "data-adid"):
            details = (text_of(node).partition("Zustand ") for node in row.css(".addetailslist--detail"))
            texts["condition"] = next((value for before, mark, value in details if mark and not before), "")
            texts["title"] = clean(row.css_first("#viewad-title").text(deep=False))
        else:
            is_named = "aditem" in attribute(row, "class")  # as classes were until 2026
            tags = [text_of(tag) for tag in row.css(TAGS if is_named else TAGS_2026)]
            shipping = next((tag for tag in tags if re.search("Versand|Abholung", tag)), "")
            if not is_named and (shop := row.css_first('a[href*="/pro/"]')):
                texts["seller"] = attribute(shop, "title")[len("Zum Shop ") :]
                tags.append("PRO")
            texts |= {"tags": " | ".join(tags), "shipping": shipping}
        if "title" not in texts and (script := row.css_first('script[type*="ld+json"]')):
            texts["title"] = words(dig(loads(script.text()), "title"))

    def more(self, row: LexborNode, texts: Mapping[str, str], page: Page) -> dict[str, Any]:
        """Wanted or offered, private or not, reserved or gone, paid for (top ads), from elsewhere (alternative ads)."""
        said = " ".join(texts.get(name, "") for name in ("tags", "seller_kind", "state"))
        kinds, item = {"PRO": True, "Gewerblich": True, "Privat": False}, row.parent if "tags" in texts else None
        around = f"{attribute(item, 'class')} {attribute(item.parent, 'id')}" if item else ""
        # Since 2026 a top ad's only mark is its ribbon, the one drawing that stands in the list's own element.
        has_ribbon = item and "ad-listitem" not in around and any(child.tag == "svg" for child in item.iter())
        return {
            "wanted": "Gesuch" in said or (not item and is_wanted(row, page)),
            "seller_is_business": next((kind for word, kind in kinds.items() if word in said), None),
            "reserved": "Reserviert" in said,
            "sold": "Verkauft" in said,
            "quantity": 0 if "Gelöscht" in said or (not item and is_taken_down(page)) else None,
            "sponsored": "topad" in around or has_ribbon if item else None,
            "loose": "altads" in around,
        }
