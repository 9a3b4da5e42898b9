"""EBay's Browse API: the search answer, a bare list of item summaries, and a single item (buy/browse/v1).

Fields after eBay's documentation of ItemSummary; ids are the legacy item ids, which the site's own addresses carry.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from spiders.extract.condition import condition_of, condition_of_id
from spiders.extract.time import from_iso
from spiders.families.oauth import ClientCredentials
from spiders.layouts.ebay_market import host_of, item_id, item_url, market_for_country, market_of_host
from spiders.page import Page
from tracker.domain.listing import Condition, PageState, PriceKind
from tracker.domain.money import Money

# Error ids of the API that mean: no valid token, or the day's calls are spent.
_NO_TOKEN = frozenset({1001, 1002, 1003, 1100})
_SPENT = frozenset({2001})


CREDENTIALS = ClientCredentials(
    "EBAY_CLIENT_ID", "EBAY_CLIENT_SECRET", "/identity/v1/oauth2/token", "https://api.ebay.com/oauth/api_scope"
)
_PAGE_SIZE = 200  # the API's largest


def search_url(api_url: str, search: str, page: int, options: Mapping[str, Any]) -> str:
    """One page of a search. Options: `category_ids` (comma-separated), `filter` (the API's own words)."""
    query = {"q": search, "limit": _PAGE_SIZE, "offset": (page - 1) * _PAGE_SIZE}
    more = {name: str(options[name]) for name in ("category_ids", "filter") if options.get(name)}
    # Without buyingOptions the API leaves auctions out.
    words = {"filter": "buyingOptions:{FIXED_PRICE|AUCTION|BEST_OFFER}", **more}
    return f"{api_url}/buy/browse/v1/item_summary/search?{urlencode({**query, **words})}"


def headers(base_url: str, country: str, postcode: str) -> dict[str, str]:
    """Which site is asked (by the base address, else by the user's country), and where things are delivered to.

    With a postcode the API states postage that depends on it (developer.ebay.com, Browse API, request headers).
    """
    place = f"country={country}" + (f",zip={postcode}" if postcode else "")
    market = market_of_host(host_of(base_url)) or market_for_country(country)
    return {
        "X-EBAY-C-MARKETPLACE-ID": market.api_id,
        "X-EBAY-C-ENDUSERCTX": f"contextualLocation={quote(place, safe='')}",
        "Accept": "application/json",
    }


def summaries_of(data: Any) -> list[Any] | None:
    """The item summaries of an answer in any of its shapes; None where it is no answer of this API."""
    if isinstance(data, list):
        return data if all(isinstance(item, dict) and "itemId" in item for item in data) else None
    if not isinstance(data, dict):
        return None
    if isinstance(data.get("itemSummaries"), list):
        return list(data["itemSummaries"])
    if "itemId" in data:
        return [data]
    return [] if data.get("total") == 0 or "itemSummaries" in data else None


def state_without_items(data: Any) -> tuple[PageState, str]:
    """What an answer without items means."""
    errors = data.get("errors") if isinstance(data, dict) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        number = errors[0].get("errorId")
        words = f"eBay's API: {errors[0].get('message') or errors[0].get('longMessage') or number}"
        if number in _NO_TOKEN:
            return PageState.KEYS_MISSING, words
        return (PageState.BUDGET_SPENT if number in _SPENT else PageState.UNREACHABLE), words
    if summaries_of(data) == []:
        return PageState.EMPTY, "the API reports no items"
    return PageState.LAYOUT_UNKNOWN, "JSON, but no answer of eBay's Browse API"


def read_summary(item: Mapping[str, Any], page: Page) -> dict[str, Any] | None:  # noqa: ARG001 - as every reader of rows
    """The fields of one summary for a RawListing; None for one without title."""
    title = item.get("title")
    if not isinstance(title, str) or not title.strip():
        return None
    address = _address(item)
    number = str(item.get("legacyItemId") or "") or _legacy_id(item, address)
    seller = _mapping(item.get("seller"))
    account = seller.get("sellerAccountType")
    return {
        "external_id": number,
        "title": title.strip(),
        "url": address if item_id(address) else f"/itm/{number}",
        **_price_fields(item),
        **_shipping_fields(item),
        "condition": _condition(item),
        "seller": seller.get("username"),
        "seller_is_business": {"BUSINESS": True, "INDIVIDUAL": False}.get(str(account)),
        "location": _location(_mapping(item.get("itemLocation"))),
        "country": _country(_mapping(item.get("itemLocation")).get("country")),
        "listed_at": _time(item.get("itemOriginDate")) or _time(item.get("itemCreationDate")),
        "ends_at": _time(item.get("itemEndDate")),
        "sponsored": item.get("priorityListing") if isinstance(item.get("priorityListing"), bool) else None,
        "category": _category(item),
        "image": _mapping(item.get("image")).get("imageUrl"),
        "description": item.get("shortDescription"),
        "quantity": _quantity(item),
        "texts": _texts(item),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _address(item: Mapping[str, Any]) -> str:
    return item_url(str(item.get("itemWebUrl") or ""))


def _legacy_id(item: Mapping[str, Any], address: str) -> str:
    whole = str(item["itemId"])
    parts = whole.split("|")
    return parts[1] if len(parts) > 1 and parts[1].isdigit() else item_id(address) or whole


def _money(value: Any) -> Money | None:
    amount = _mapping(value)
    try:
        return Money.of(str(amount["value"]), str(amount["currency"]))
    except (KeyError, ValueError):
        return None


def _price_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    options = item.get("buyingOptions") or ()
    price = _money(item.get("price"))
    fields: dict[str, Any] = {"best_offer": "BEST_OFFER" in options, "price": price}
    if "AUCTION" in options:
        bid = _money(item.get("currentBidPrice"))
        bids = item.get("bidCount")
        fields |= {
            "price_kind": PriceKind.AUCTION,
            "price": bid or price,
            "buy_now": price if bid and "FIXED_PRICE" in options else None,
            "bids": bids if isinstance(bids, int) else None,
        }
    elif item.get("itemGroupType") == "SELLER_DEFINED_VARIATIONS":
        fields["price_kind"] = PriceKind.RANGE  # the price is the lowest of any variation
    return fields


def _shipping_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    options = [_mapping(option) for option in item.get("shippingOptions") or ()]
    cost = _money(options[0].get("shippingCost")) if options else None
    if cost and not cost.minor and options[0].get("shippingCostType") == "CALCULATED":
        cost = None  # the API could not calculate it: what is free is FIXED
    return {"shipping": cost, "pickup_only": True if not options and item.get("pickupOptions") else None}


def _condition(item: Mapping[str, Any]) -> Condition:
    known = condition_of_id(item.get("conditionId"))
    return known if known is not Condition.UNKNOWN else condition_of(_condition_label(item))


def _condition_label(item: Mapping[str, Any]) -> str:
    label = item.get("condition")
    return str(_mapping(label).get("conditionDisplayName") or "") if isinstance(label, Mapping) else str(label or "")


def _location(place: Mapping[str, Any]) -> str | None:
    words = [str(place[key]) for key in ("postalCode", "city", "stateOrProvince") if place.get(key)]
    return " ".join(words) or None


def _country(code: Any) -> str | None:
    return code if isinstance(code, str) and len(code) == 2 and code.isalpha() else None  # noqa: PLR2004 - ISO alpha-2


def _time(text: Any) -> Any:
    return from_iso(text) if isinstance(text, str) else None


def _category(item: Mapping[str, Any]) -> str | None:
    leaves = item.get("leafCategoryIds") or [
        _mapping(entry).get("categoryId") for entry in item.get("categories") or (item,)
    ]
    return str(leaves[0]) if leaves and leaves[0] else None


def _quantity(item: Mapping[str, Any]) -> int | None:
    for entry in item.get("estimatedAvailabilities") or ():
        number = _mapping(entry).get("estimatedAvailableQuantity")
        if isinstance(number, int):
            return number
    return None


def _texts(item: Mapping[str, Any]) -> dict[str, str]:
    price, options = _mapping(item.get("price")), item.get("shippingOptions") or ()
    bid = _mapping(item.get("currentBidPrice")) if "AUCTION" in (item.get("buyingOptions") or ()) else {}
    cost = _mapping(_mapping(options[0]).get("shippingCost")) if options else {}
    was = _mapping(_mapping(item.get("marketingPrice")).get("originalPrice"))
    seen = {
        "price": _amount(bid) or _amount(price),
        "buy_now": _amount(price) if bid else "",
        "price_converted_from": _amount(price, "convertedFrom"),
        "old_price": _amount(was),
        "shipping": _amount(cost) or str(_mapping(options[0]).get("shippingCostType", "") if options else ""),
        "shipping_converted_from": _amount(cost, "convertedFrom"),
        "condition": _condition_label(item),
        "seller_ratings": str(_mapping(item.get("seller")).get("feedbackScore", "")),
        "format": " ".join(str(option) for option in item.get("buyingOptions") or ()),
        "variation": str(item.get("itemGroupType") or ""),
    }
    return {name: text for name, text in seen.items() if text}


def _amount(money: Mapping[str, Any], prefix: str = "") -> str:
    value, currency = (f"{prefix}Value", f"{prefix}Currency") if prefix else ("value", "currency")
    return f"{money[value]} {money[currency]}" if money.get(value) and money.get(currency) else ""
