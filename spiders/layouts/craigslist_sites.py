"""Craigslist's local sites whose dollar is not the United States' (the list of https://www.craigslist.org/about/sites)."""

import re

from spiders.page import Page

_BREADCRUMB = re.compile(rb'"(?:item|@id)":\s?"https?://([a-z]+)\.craigslist\.org')
_ADDRESS = re.compile(rb"https?://([a-z]+)\.craigslist\.org")

_CURRENCY = re.compile(rb'"priceCurrency"\s*:\s*"([A-Z]{3})"')
_CANADA = frozenset(
    "abbotsford barrie belleville brantford calgary cariboo chatham comoxvalley cornwall edmonton fortmcmurray ftmcmurray"  # noqa: SIM905
    " guelph halifax hamilton hat kamloops kelowna kingston kitchener kootenays lethbridge londonon montreal nanaimo"
    " newbrunswick newfoundland niagara ottawa owensound peace pei peterborough princegeorge quebec reddeer regina saguenay"
    " sarnia saskatoon sherbrooke skeena soo sudbury sunshine territories thunderbay toronto troisrivieres vancouver victoria"
    " whistler whitehorse windsor winnipeg yellowknife".split()
)
_AUSTRALIA = frozenset(
    "adelaide brisbane cairns canberra darwin goldcoast melbourne ntl perth sydney tasmania wollongong".split()  # noqa: SIM905
)
_NEW_ZEALAND = frozenset({"auckland", "christchurch", "wellington", "dunedin"})


def home_of(page: Page) -> str:
    """The region whose page this is ("sfbay"), by its breadcrumb, else its address; "" where neither says."""
    found = _BREADCRUMB.search(page.body) or _ADDRESS.match(page.url.encode())
    return found[1].decode() if found and found[1] != b"www" else ""


def currency_of(page: Page) -> str | None:
    """What "$" means on a page: as its JSON-LD says, else by its region."""
    start = page.body.find(b'"priceCurrency"')  # a pattern alone takes seven times as long to find nothing
    found = _CURRENCY.search(page.body, start) if start >= 0 else None
    return found[1].decode() if found else dollar_at(home_of(page))


def dollar_at(site: str) -> str | None:
    """What "$" means on a local site; None for an unknown one ("")."""
    if not site:
        return None
    for sites, currency in ((_CANADA, "CAD"), (_AUSTRALIA, "AUD"), (_NEW_ZEALAND, "NZD")):
        if site in sites:
            return currency
    return "USD"
