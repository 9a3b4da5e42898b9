"""Kleinanzeigen's result page of 2025: article.aditem cards, "VB", struck old prices, tags, top ads, relative dates."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from zoneinfo import ZoneInfo

from spiders.demo.ads import Ad
from spiders.demo.pages.view import META, View
from spiders.demo.search import folded
from tracker.domain.listing import PriceKind
from tracker.domain.money import Money

PAGE_SIZE = 25
_ZONE = ZoneInfo("Europe/Berlin")


def slug(text: str) -> str:
    """Words as they stand in an address: "Tesla P40" → "tesla-p40"."""
    return re.sub(r"[^a-z0-9]+", "-", folded(text)).strip("-")


def result_page(view: View) -> str:
    """The whole page."""
    first = (view.page - 1) * PAGE_SIZE + 1
    shown = f"{first} - {first + len(view.ads) - 1} von {_number(view.total)} Ergebnissen für „{escape(view.query)}“ in Deutschland"
    nothing = f"Es wurden keine Ergebnisse für „{escape(view.query)}“ in Deutschland gefunden."
    following = f'<link rel="next" href="{_address(view, view.page + 1)}">' if view.page < view.pages else ""
    cards = "".join(card(ad, view) for ad in view.ads)
    listed = f'<ul id="srchrslt-adtable" class="itemlist ad-list it3">{cards}</ul>' if view.ads else ""
    page = (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">{META}'
        f"<title>{escape(view.query)} kaufen | kleinanzeigen.de</title>{following}</head>"
        '<body><div id="site-content" class="l-page-wrapper l-container-row"><main id="main"><div class="breadcrump"><h1>'
        f'<span class="breadcrump-summary">{shown if view.ads else nothing}</span></h1></div>'
        f'<div id="srchrslt-content" class="l-splitpage-content"><div id="srchrslt-results">{listed}</div>{_pagination(view)}'
        "</div></main></div></body></html>"
    )
    return (
        page.replace("aditem", "listing-tile").replace("srchrslt-adtable", "results")
        if "classes" in view.changes
        else page
    )


def card(ad: Ad, view: View) -> str:
    """One result."""
    link = link_of(ad, view)
    top = " is-topad" if ad.terms.sponsored else ""
    return (
        f'<li class="ad-listitem{top}"><article class="aditem" data-adid="{ad.external_id}" data-href="{link}">'
        f'<div class="aditem-image"><a href="{link}"><div class="imagebox srpimagebox"></div></a></div>'
        '<div class="aditem-main"><div class="aditem-main--top"><div class="aditem-main--top--left">'
        f'<i class="icon icon-small icon-pin-gray"></i> {ad.seller.postcode} {escape(ad.seller.place)}</div>'
        '<div class="aditem-main--top--right"><i class="icon icon-small icon-calendar-open"></i> '
        f'{listed_on(ad, view)}</div></div><div class="aditem-main--middle"><h2 class="text-module-begin">'
        f'<a class="ellipsis" name="{ad.external_id}" href="{link}">{escape(ad.title)}</a></h2>'
        f'<p class="aditem-main--middle--description">{escape(ad.description)}</p>'
        f'<div class="aditem-main--middle--price-shipping">{_price(ad, view)}</div></div>'
        f'<div class="aditem-main--bottom"><p class="text-module-end">{"".join(_tags(ad))}</p>{_shop(ad, view)}</div>'
        "</div></article></li>"
    )


def _price(ad: Ad, view: View) -> str:
    block = "aditem-main--middle--price-shipping"
    css, old_css = ("betrag", "betrag-alt") if "price" in view.changes else (f"{block}--price", f"{block}--old-price")
    old = ad.old_price_on(view.day)
    struck = f'<p class="{old_css}">{_euros(old)}</p>' if old else ""
    return f'<p class="{css}">{asked(ad, view.day)}</p>{struck}'


def link_of(ad: Ad, view: View) -> str:
    """The address of an ad's own page; 225 is the category of PC parts, 3331 a place."""
    return f"{view.base}/s-anzeige/{slug(ad.title) or 'anzeige'}/{ad.external_id}-225-3331"


def asked(ad: Ad, day: int) -> str:
    """The price as the site writes it: "120 €", "120 € VB", "VB", "Zu verschenken"."""
    price = ad.price_on(day)
    if ad.terms.price_kind is PriceKind.FREE:
        return "Zu verschenken"
    if price is None:
        return "VB"
    return _euros(price) + (" VB" if ad.terms.price_kind is PriceKind.NEGOTIABLE else "")


def _euros(amount: Money) -> str:
    return f"{_number(amount.minor // 100)} €"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def listed_on(ad: Ad, view: View) -> str:
    """When the ad was put up, as the site writes it: "Heute, 14:02", "Gestern, 18:30", "12.11.2026"."""
    listed = view.world.listed_at(ad, view.day).astimezone(_ZONE)
    today = view.now.astimezone(_ZONE).date()
    if listed.date() == today:
        return f"Heute, {listed:%H:%M}"
    if listed.date() == today - timedelta(days=1):
        return f"Gestern, {listed:%H:%M}"
    return f"{listed:%d.%m.%Y}"


def _tags(ad: Ad) -> Iterator[str]:
    if ad.truth.wanted:
        yield '<span class="simpletag">Gesuch</span>'
    if ad.terms.pickup_only is not None:
        way = "Nur Abholung" if ad.terms.pickup_only else "Versand möglich"
        yield f'<span class="simpletag tag-with-icon"><i class="icon icon-smallest icon-package"></i> {way}</span>'


def _shop(ad: Ad, view: View) -> str:
    if not ad.seller.is_business:
        return ""
    link = f"{view.base}/pro/{escape(ad.seller.name)}"
    return (
        f'<div class="text-module-oneline"><a href="{link}"><div class="badge-hint-pro-small-srp">PRO</div></a>'
        f'<a href="{link}"><span>{escape(ad.seller.name)}</span></a></div>'
    )


def _address(view: View, number: int) -> str:
    middle = f"seite:{number}/" if number > 1 else ""
    return f"{view.base}/s-{middle}{slug(view.query)}/k0"


def _pagination(view: View) -> str:
    if view.pages <= 1:
        return ""
    pages = "".join(
        f'<span class="pagination-current">{number}</span>' if number == view.page
        else f'<a class="pagination-page" href="{_address(view, number)}">{number}</a>'
        for number in range(1, view.pages + 1)
    )  # fmt: skip
    following = (
        f'<a class="pagination-next" href="{_address(view, view.page + 1)}"></a>' if view.page < view.pages else ""
    )
    return f'<div id="srchrslt-pagination" class="a-padded"><div class="pagination">{pages}{following}</div></div>'
