"""EBay's Browse API in the demo: the token, and the answers of item_summary/search."""

import json
from typing import Any

from spiders.demo.ads import Ad
from spiders.demo.pages.view import MARKER, View
from tracker.domain.listing import Condition, PriceKind
from tracker.domain.money import Money

SEARCH_PATH = "/buy/browse/v1/item_summary/search"
TOKEN_PATH = "/identity/v1/oauth2/token"  # noqa: S105 - a path
TOKEN = "demo-market-token"  # noqa: S105 - opens nothing but the demo
LARGEST_PAGE = 200
_TOKEN_SECONDS = 7200

_CONDITIONS = {
    Condition.NEW: ("1000", "New"),
    Condition.OPEN_BOX: ("1500", "Open box"),
    Condition.REFURBISHED: ("2500", "Seller refurbished"),
    Condition.USED: ("3000", "Used"),
    Condition.FOR_PARTS: ("7000", "For parts or not working"),
}
_SITES = {"ebay.com": "EBAY_US", "ebay.co.uk": "EBAY_GB", "ebay.de": "EBAY_DE", "ebay.fr": "EBAY_FR"}
_CATEGORIES = {"gpu": "27386", "cpu": "164", "board": "1244", "ram": "170083", "psu": "42017", "system": "179"}
_OTHER_CATEGORY = "175673"


def token_answer() -> str:
    """What the token endpoint gives for client credentials."""
    return json.dumps({"access_token": TOKEN, "expires_in": _TOKEN_SECONDS, "token_type": "Application Access Token"})


def error_answer(number: int, message: str) -> str:
    """An error in the API's shape."""
    return json.dumps({"errors": [{"errorId": number, "domain": "OAuth", "category": "REQUEST", "message": message}]})


def search_answer(view: View, limit: int, offset: int) -> str:
    """The item summaries from `offset` on, with `next` where there are more."""
    answer: dict[str, Any] = {
        "rigscoutDemo": MARKER,
        "href": view.address(SEARCH_PATH, limit=limit, offset=offset),
        "total": view.total,
        "limit": limit,
        "offset": offset,
    }
    if offset + limit < view.total:
        answer["next"] = view.address(SEARCH_PATH, limit=limit, offset=offset + limit)
    if view.ads:
        answer["itemSummaries"] = [_summary(ad, view) for ad in view.ads]
    return json.dumps(answer, ensure_ascii=False)


def _summary(ad: Ad, view: View) -> dict[str, Any]:
    condition_id, condition = _CONDITIONS[ad.condition]
    category = _CATEGORIES.get(ad.truth.parts[0].part.partition(":")[0] if ad.truth.parts else "", _OTHER_CATEGORY)
    summary: dict[str, Any] = {
        "itemId": f"v1|{ad.external_id}|0",
        "legacyItemId": ad.external_id,
        "title": ad.title,
        "leafCategoryIds": [category],
        "categories": [{"categoryId": category}],
        "itemHref": f"{view.base}/buy/browse/v1/item/v1%7C{ad.external_id}%7C0",
        "itemWebUrl": f"{view.base}/itm/{ad.external_id}?hash=item{int(ad.external_id):x}",
        "seller": {
            "username": ad.seller.name,
            "feedbackPercentage": "99.1",
            "feedbackScore": int(ad.external_id) % 900 + 3,
            "sellerAccountType": "BUSINESS" if ad.seller.is_business else "INDIVIDUAL",
        },
        "condition": condition,
        "conditionId": condition_id,
        "itemLocation": {"postalCode": f"{ad.seller.postcode[:2]}***", "country": ad.seller.country},
        "itemCreationDate": view.world.listed_at(ad, view.day).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "adultOnly": False,
        "availableCoupons": False,
        "priorityListing": ad.terms.sponsored,
        "listingMarketplaceId": _SITES[ad.site],
    }
    return summary | _price(ad, view) | _shipping(ad)


def _price(ad: Ad, view: View) -> dict[str, Any]:
    price, options = ad.price_on(view.day), ["FIXED_PRICE"]
    if ad.terms.best_offer:
        options.append("BEST_OFFER")
    fields: dict[str, Any] = {"price": _amount(price)} if price else {}
    if ad.terms.price_kind is PriceKind.AUCTION:
        bids = ad.bids_on(view.day)
        buy_now = ad.terms.buy_now if not bids else None
        options = ["FIXED_PRICE", "AUCTION"] if buy_now else ["AUCTION"]
        fields = {"currentBidPrice": _amount(price), "bidCount": bids} if price else {}
        fields["itemEndDate"] = view.world.ends_at(ad, view.day).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        if buy_now:
            fields["price"] = _amount(buy_now)
    elif ad.terms.price_kind is PriceKind.RANGE:
        fields["itemGroupType"] = "SELLER_DEFINED_VARIATIONS"
    return {**fields, "buyingOptions": options}


def _shipping(ad: Ad) -> dict[str, Any]:
    if ad.terms.pickup_only:
        return {"pickupOptions": [{"pickupLocationType": "ARRANGED_LOCATION"}]}
    if ad.terms.shipping is None:
        return {"shippingOptions": [{"shippingCostType": "CALCULATED"}]}
    return {"shippingOptions": [{"shippingCostType": "FIXED", "shippingCost": _amount(ad.terms.shipping)}]}


def _amount(money: Money) -> dict[str, str]:
    return {"value": f"{money.amount:f}", "currency": money.currency}
