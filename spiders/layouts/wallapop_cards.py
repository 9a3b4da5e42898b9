"""Wallapop's rendered cards, in two layouts; class names are found by the part that stays the same."""

import re

from spiders.families.card_page import Shape

_TEXTS = {
    "title": '[class*="ItemCard__title"]',
    "price": '[class*="ItemCard__price"]',
    "image": "img",
    "tags": '[class*="ItemCard__highlight-text"]',
}
_ID = re.compile(r"-(\d+)$")
CARDS = (
    Shape(rows=".ItemCard", link="a.ItemCardList__item", id_pattern=_ID, texts=_TEXTS),
    Shape(rows='a[class*="item-card_ItemCard--"]', link="", id_pattern=_ID, texts=_TEXTS),
)
