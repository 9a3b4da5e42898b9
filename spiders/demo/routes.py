"""Which address of a demo site gives which page: a request in, an answer out; no network here."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from spiders.demo.ads import Ad
from spiders.demo.behaviour import Behaviour
from spiders.demo.pages import ebay, ebay_api, items, kleinanzeigen, leboncoin, shells
from spiders.demo.pages.view import View, paged
from spiders.demo.search import Found, Index

_EBAY_SITES = {"": ("ebay", "en"), "com": ("ebay.com", "en"), "uk": ("ebay.co.uk", "en"), "de": ("ebay.de", "de"),
               "fr": ("ebay.fr", "fr")}  # fmt: skip
_EBAY_PATH = re.compile(r"^(?:/(?P<country>com|uk|de|fr))?/(?:sch/i\.html|itm/(?P<item>\d+))$")
_EBAY_SIZES = {"60": 60, "120": 120, "240": 240}
_AD_PATH = re.compile(r"^/ad/[^/]+/(\d+)$")
_KLEINANZEIGEN_AD = re.compile(r"^/s-anzeige/[^/]*/(\d+)-\d+-\d+$")
_KLEINANZEIGEN_SEARCH = re.compile(
    r"^/s-(?:seite:(?P<page>\d{1,4})/)?(?P<words>[^/]*)/(?:seite:(?P<later>\d{1,4})/)?k0"
)

HTML, JSON, TEXT = "text/html; charset=UTF-8", "application/json;charset=UTF-8", "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: method, target as in its first line, headers in lower case."""

    target: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The path without escapes; empty for a target that is no address."""
        try:
            return unquote(urlsplit(self.target).path)
        except ValueError:
            return ""

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, the last of each name."""
        return dict(parse_qsl(self.target.partition("?")[2]))


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, text and content type."""

    status: int
    text: str
    content_type: str = HTML


@dataclass(frozen=True, slots=True)
class Stand:
    """One site on one simulated day: what its pages are made from. `base` is its address without a slash at the end."""

    marketplace: str
    index: Index
    day: int
    base: str
    behaviour: Behaviour = field(default_factory=Behaviour)


def answer(stand: Stand, asked: Asked) -> Answer:
    """The site's answer to a request; 404 for what it doesn't know."""
    if asked.path == "/robots.txt":
        return Answer(200, shells.robots(disallowed=stand.behaviour.disallowed), TEXT)
    if stand.behaviour.blocked:
        return Answer(403, shells.challenge(stand.marketplace))
    if stand.behaviour.empty:
        return Answer(200, "")
    if stand.behaviour.needs_script and asked.method == "GET" and "rendered" not in asked.parameters:
        return Answer(200, shells.needs_script(stand.marketplace))
    return _ROUTES[stand.marketplace](stand, asked) or Answer(404, shells.not_found())


def _ebay(stand: Stand, asked: Asked) -> Answer | None:
    if asked.path == ebay_api.TOKEN_PATH:
        return Answer(200, ebay_api.token_answer(), JSON)
    if asked.path == ebay_api.SEARCH_PATH:
        return _ebay_api(stand, asked)
    found = _EBAY_PATH.match(asked.path)
    if found is None:
        return None
    country = found["country"] or ""
    site, language = _EBAY_SITES[country]
    base = f"{stand.base}/{country}".rstrip("/")
    if found["item"]:
        return _item(stand, found["item"], items.ebay_page, language, base)
    parameters = asked.parameters
    if parameters.get("LH_Sold") == "1":
        hits = Found(stand.index.sold(site, parameters.get("_nkw", ""), stand.day))
    else:
        hits = stand.index.search(site, parameters.get("_nkw", ""), stand.day)
    size = _EBAY_SIZES.get(parameters.get("_ipg", ""), 60)
    view = _view(
        stand, hits, parameters.get("_nkw", ""), _whole(parameters.get("_pgn")), size, language=language, base=base
    )
    if parameters.get("LH_Sold") == "1":
        view = replace(view, is_sold=True, parameters={**view.parameters, "LH_Sold": "1", "LH_Complete": "1"})
    return Answer(200, ebay.result_page(view))


def _ebay_api(stand: Stand, asked: Asked) -> Answer:
    if asked.headers.get("authorization") != f"Bearer {ebay_api.TOKEN}":
        return Answer(401, ebay_api.error_answer(1001, "Invalid access token"), JSON)
    parameters = asked.parameters
    limit = min(_whole(parameters.get("limit"), 50), ebay_api.LARGEST_PAGE)
    offset = _whole(parameters.get("offset"), 0, lowest=0)
    query = parameters.get("q", "")
    ads = stand.index.search("ebay", query, stand.day).exact
    view = View(
        stand.index.world, stand.day, stand.base, "en", query, ads[offset : offset + limit], total=len(ads),
        parameters=parameters,
    )  # fmt: skip
    return Answer(200, ebay_api.search_answer(view, limit, offset), JSON)


def _leboncoin(stand: Stand, asked: Asked) -> Answer | None:
    if found := _AD_PATH.match(asked.path):
        return _item(stand, found[1], leboncoin.item_page, "fr", stand.base)
    if asked.path != "/recherche":
        return None
    query = asked.parameters.get("text", "")
    hits = stand.index.search("leboncoin", query, stand.day)
    view = _view(
        stand, Found(hits.exact), query, _whole(asked.parameters.get("page")), leboncoin.PAGE_SIZE, language="fr"
    )
    return Answer(200, leboncoin.result_page(view))


def _kleinanzeigen(stand: Stand, asked: Asked) -> Answer | None:
    if found := _KLEINANZEIGEN_AD.match(asked.path):
        return _item(stand, found[1], items.kleinanzeigen_page, "de", stand.base)
    found = _KLEINANZEIGEN_SEARCH.match(asked.path)
    if found is None:
        return None
    query = found["words"].replace("-", " ")
    hits = stand.index.search("kleinanzeigen", query, stand.day)
    number = _whole(found["page"] or found["later"])
    view = _view(stand, hits, query, number, kleinanzeigen.PAGE_SIZE, language="de")
    return Answer(200, kleinanzeigen.result_page(view))


_ROUTES: Mapping[str, Callable[[Stand, Asked], Answer | None]] = {
    "ebay": _ebay,
    "leboncoin": _leboncoin,
    "kleinanzeigen": _kleinanzeigen,
}


def _view(stand: Stand, found: Found, query: str, page: int, size: int, *, language: str, base: str = "") -> View:
    ads, pages = paged(found.exact, page, size)
    return View(
        stand.index.world,
        stand.day,
        base or stand.base,
        language,
        query,
        ads,
        found.loose if page == pages else (),
        total=len(found.exact),
        page=page,
        pages=pages,
        parameters={"_nkw": query} if stand.marketplace == "ebay" else {},
        changes=stand.behaviour.changes,
    )


def _item(stand: Stand, number: str, render: Callable[[View, Ad], str], language: str, base: str) -> Answer | None:
    """The ad's own page while it is open; 404 once it has gone."""
    ad = stand.index.world.ad(stand.marketplace, number)
    if ad is None or not ad.is_open(stand.day):
        return None
    return Answer(200, render(View(stand.index.world, stand.day, base, language, ""), ad))


def _whole(text: str | None, default: int = 1, lowest: int = 1) -> int:
    """A parameter as a number, as lenient as sites are."""
    return max(lowest, int(text)) if text and text.isascii() and text.isdigit() else default
