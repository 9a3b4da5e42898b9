"""What an eBay site's address says: its currency, its clock, its country, and the item a link leads to."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

# "/itm/355…", "/itm/Some-title/355…", and a product's page that names the offer: "/p/230…?iid=355…"
_ITEM = re.compile(r"/itm/(?:[^/?#]{0,300}/)?(\d{6,15})(?:[/?#]|$)|/p/\d+\?(?:[^#]{0,300}&)?iid=(\d{6,15})")


@dataclass(frozen=True, slots=True)
class EbayMarket:
    """One eBay site: ISO currency of a bare symbol, IANA time zone, ISO country, the Browse API's marketplace id."""

    currency: str
    zone: str
    country: str
    api_id: str


_MARKETS = {
    "com": EbayMarket("USD", "America/Los_Angeles", "US", "EBAY_US"),
    "co.uk": EbayMarket("GBP", "Europe/London", "GB", "EBAY_GB"),
    "de": EbayMarket("EUR", "Europe/Berlin", "DE", "EBAY_DE"),
    "fr": EbayMarket("EUR", "Europe/Paris", "FR", "EBAY_FR"),
    "it": EbayMarket("EUR", "Europe/Rome", "IT", "EBAY_IT"),
    "es": EbayMarket("EUR", "Europe/Madrid", "ES", "EBAY_ES"),
    "ie": EbayMarket("EUR", "Europe/Dublin", "IE", "EBAY_IE"),
    "nl": EbayMarket("EUR", "Europe/Amsterdam", "NL", "EBAY_NL"),
    "be": EbayMarket("EUR", "Europe/Brussels", "BE", "EBAY_BE"),
    "at": EbayMarket("EUR", "Europe/Vienna", "AT", "EBAY_AT"),
    "ch": EbayMarket("CHF", "Europe/Zurich", "CH", "EBAY_CH"),
    "pl": EbayMarket("PLN", "Europe/Warsaw", "PL", "EBAY_PL"),
    "ca": EbayMarket("CAD", "America/Toronto", "CA", "EBAY_CA"),
    "com.au": EbayMarket("AUD", "Australia/Sydney", "AU", "EBAY_AU"),
    "com.hk": EbayMarket("HKD", "Asia/Hong_Kong", "HK", "EBAY_HK"),
    "com.sg": EbayMarket("SGD", "Asia/Singapore", "SG", "EBAY_SG"),
}
DOMAINS = tuple(f"ebay.{suffix}" for suffix in _MARKETS)
# What only its answers and pages hold, of any layout.
MARKS = (
    b'"itemSummaries"',
    b"api.ebay.com/buy/browse",
    b'"itemWebUrl"',
    b"ebay-objects:item",
    b"access eBay.",
    b"srp-river-results",
    b"su-item-card__title",
    b"brwrvr__item-card",
)
_COUNTRIES = {market.country: market for market in _MARKETS.values()}
_UNKNOWN = _MARKETS["com"]


def host_of(url: str) -> str:
    """The host of an address in lower case; "" for what is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def market_of_host(host: str) -> EbayMarket | None:
    """The site that a host serves ("www.ebay.de", "cafr.ebay.ca"); None for others, the demo market's for one."""
    before, dot, suffix = host.partition("ebay.")
    return _MARKETS.get(suffix) if dot and (not before or before.endswith(".")) else None


def market_of(*urls: str) -> EbayMarket:
    """The site of the first address that is eBay's; eBay.com where none is."""
    return next((market for url in urls if (market := market_of_host(host_of(url)))), _UNKNOWN)


def market_for_country(country: str) -> EbayMarket:
    """The site of a country (ISO 3166-1); eBay.com where it has none of its own."""
    return _COUNTRIES.get(country, _UNKNOWN)


def site_url(country: str) -> str:
    """The address of a country's site; ebay.com where it has none of its own."""
    market = market_for_country(country)
    return next(f"https://www.ebay.{suffix}" for suffix, known in _MARKETS.items() if known is market)


def item_id(url: str) -> str | None:
    """The legacy item id in an item's address, in both of its forms; None where it leads to no item."""
    found = _ITEM.search(url)
    return found[1] or found[2] if found else None


def item_url(href: str) -> str:
    """An item's address without its tracking: scheme and host as seen, `/itm/` and the id."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    number = item_id(href)
    return f"{parts.scheme}://{parts.netloc}/itm/{number}" if number and parts.netloc else href
