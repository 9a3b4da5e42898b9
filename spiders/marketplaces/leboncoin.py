"""LeBonCoin (France): the JSON inside search and ad pages, over plain HTTP.

Domain: leboncoin.fr. Ways: html (a browser page where the user's config asks for it). Dates: Europe/Paris, exact.
A page holds three lists: `ads` is the search; `ads_alu` (featured, paid) and `ads_widget` are not: only counted.
"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from spiders.extract.condition import condition_of
from spiders.extract.json_value import cents, coordinates, dicts, dig, money, whole, words
from spiders.extract.time import from_iso
from spiders.families.json_results import JsonResultsSpider
from spiders.page import Page
from tracker.domain.listing import PriceKind, RawListing
from tracker.domain.money import Money

_FACTS = ("condition", "shippable", "shipping_type", "shipping_cost", "transaction_status", "old_price", "donation")


class Leboncoin(JsonResultsSpider):
    """Search pages, ad pages, and the finder API's answer, whose ads have one shape."""

    name = "leboncoin"
    domains: ClassVar = ("leboncoin.fr",)
    marks: ClassVar = (b'"brand":"leboncoin"', b'"brand": "leboncoin"', b"static.leboncoin.fr")
    base_url = "https://www.leboncoin.fr"
    time_zone: ClassVar = "Europe/Paris"
    answers_at: ClassVar = (("props", "pageProps", "searchData"), ())
    rows_key, total_key = "ads", "total"
    item_at: ClassVar = ("props", "pageProps", "ad")
    streams: ClassVar = ("searchData", "ad")
    pages_at: ClassVar = ("max_pages",)
    apart: ClassVar = ("ads_alu", "ads_widget")

    def search_url(self, search: str, page: int) -> str:
        """All categories; the search's words in title and text."""
        return f"{self.base_url}/recherche?{urlencode({'text': search} | ({'page': page} if page > 1 else {}))}"

    def read_row(self, ad: dict[str, Any], page: Page) -> RawListing | None:
        """One ad; None where it lacks id, title or address."""
        url, title, number = words(ad.get("url")), words(ad.get("subject")), words(ad.get("list_id"))
        if not (url and title and number):
            return None
        shown = {fact.get("key"): fact.get("value_label") or fact.get("value") for fact in dicts(ad, "attributes")}
        asked, place = dig(ad, "price", 0) or ad.get("price"), coordinates(ad.get("location"), "lat", "lng")
        texts = {"price": words(asked), "coordinates": place} | {
            key: words(shown[key]) for key in _FACTS if key in shown
        }
        deal, is_gift = texts.get("transaction_status", "").casefold(), texts.get("donation") in ("1", "true", "Oui")
        price = cents(ad.get("price_cents"), "EUR") or money(asked, "EUR")
        return self.listing(
            page,
            external_id=number,
            title=title,
            url=url,
            price=Money(0, "EUR") if is_gift else price if price and price.minor else None,  # 0 is no price
            price_kind=PriceKind.FREE if is_gift else PriceKind.FIXED,
            pickup_only={"true": False, "Oui": False, "false": True, "Non": True}.get(texts.get("shippable", "")),
            condition=condition_of(texts.get("condition", "")),
            sold="vendu" in deal,
            reserved="cours" in deal,
            wanted=ad.get("ad_type") == "demand",
            sponsored=ad.get("is_boosted") if isinstance(ad.get("is_boosted"), bool) else None,
            quantity=whole(shown.get("stock_quantity")),
            location=words(dig(ad, "location", "city_label")) or None,
            country=words(dig(ad, "location", "country_id")) or None,
            seller=words(dig(ad, "owner", "name")) or None,
            seller_is_business={"pro": True, "private": False}.get(words(dig(ad, "owner", "type"))),
            listed_at=from_iso(words(ad.get("first_publication_date")), self.time_zone),
            description=words(ad.get("body")) or None,
            category=words(ad.get("category_id")) or None,
            image=words(dig(ad, "images", "urls", 0)) or None,
            texts={key: text for key, text in texts.items() if text},
        )
