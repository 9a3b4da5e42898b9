"""LeBonCoin's search page of 2026: everything that matters stands in the JSON of __NEXT_DATA__."""

import json
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from spiders.demo.ads import Ad
from spiders.demo.pages.view import MARKER, META, View
from tracker.domain.listing import Condition

PAGE_SIZE = 35
_ZONE = ZoneInfo("Europe/Paris")
_CONDITIONS = {
    Condition.NEW: ("etatneuf", "État neuf"),
    Condition.USED: ("bonetat", "Bon état"),
    Condition.FOR_PARTS: ("pourpieces", "Pour pièces"),
}
_SECTION = {False: "searchData", True: "resultats"}  # where the results stand, before and after a redesign
_CATEGORY = ("83", "Accessoires informatique")


def result_page(view: View) -> str:
    """The whole page; a page without results has an empty list and a total of 0."""
    is_redesigned = "classes" in view.changes
    search = {
        "total": view.total,
        "total_all": view.total,
        "max_pages": view.pages if view.total else 0,
        "ads": [record(ad, view) for ad in view.ads],
        "ads_alu": [record(ad, view) for ad in view.ads[:1]],
        "ads_widget": [],
        "referrer_id": "demo",
    }
    return _page(f"{escape(view.query)} - leboncoin", {_SECTION[is_redesigned]: search}, "/recherche")


def item_page(view: View, ad: Ad) -> str:
    """An ad's own page, with its text."""
    return _page(
        f"{escape(ad.title)} - leboncoin", {"ad": {**record(ad, view), "body": ad.description}}, "/ad/[...slug]"
    )


def _page(title: str, properties: dict[str, Any], route: str) -> str:
    data = {"props": {"pageProps": properties, "demo": MARKER}, "page": route, "buildId": "demo", "isFallback": False}
    # "<" is escaped inside the script, as every framework does: a title with "</script>" would end it.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">{META}<title>{title}</title></head>'
        f'<body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{text}</script></body></html>'
    )


def record(ad: Ad, view: View) -> dict[str, Any]:
    """One result, as the page's JSON has it."""
    listed = view.world.listed_at(ad, view.day).astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    price = ad.price_on(view.day)
    key = "prix" if "price" in view.changes else "price"
    asked = {key: [price.minor // 100], f"{key}_cents": price.minor} if price else {}
    return {
        "list_id": int(ad.external_id),
        "first_publication_date": listed,
        "index_date": listed,
        "status": "active",
        "category_id": _CATEGORY[0],
        "category_name": _CATEGORY[1],
        "subject": ad.title,
        "body": "",
        "brand": "leboncoin",
        "ad_type": "demand" if ad.truth.wanted else "offer",
        "url": f"{view.base}/ad/accessoires_informatique/{ad.external_id}",
        **asked,
        "images": {"nb_images": 0, "urls": []},
        "attributes": _attributes(ad, view),
        "location": {
            "country_id": ad.seller.country,
            "city_label": f"{ad.seller.place} {ad.seller.postcode}",
            "city": ad.seller.place,
            "zipcode": ad.seller.postcode,
        },
        "owner": {"type": "pro" if ad.seller.is_business else "private", "name": ad.seller.name},
        "options": {"has_option": False, "urgent": False},
        "has_phone": False,
        "similar": None,
        "counters": {},
    }


def _attributes(ad: Ad, view: View) -> list[dict[str, Any]]:
    shippable = ad.terms.pickup_only is False
    pairs = [("shippable", str(shippable).lower(), str(shippable).lower())]
    if ad.condition in _CONDITIONS:
        pairs.append(("condition", *_CONDITIONS[ad.condition]))
    if ad.is_reserved(view.day):
        pairs.append(("transaction_status", "pending", "Transaction en cours"))
    if old := ad.old_price_on(view.day):
        pairs.append(("old_price", str(old.minor // 100), str(old.minor // 100)))
    return [
        {"key": key, "value": value, "values": [value], "value_label": label, "generic": True}
        for key, value, label in pairs
    ]
