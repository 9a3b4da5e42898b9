"""One ad's own page on eBay and on Kleinanzeigen; LeBonCoin's stands with its search page, whose shape it shares."""

from html import escape

from spiders.demo.ads import Ad
from spiders.demo.pages.ebay_words import WORDS, EbayWords, money
from spiders.demo.pages.kleinanzeigen import asked, link_of, listed_on
from spiders.demo.pages.view import META, View
from spiders.demo.vocabulary import vocabulary
from tracker.domain.listing import PriceKind

_PLACES = {"en": "Located in", "de": "Standort", "fr": "Situé à"}


def ebay_page(view: View, ad: Ad) -> str:
    """The item page of eBay's layout of 2026."""
    words, link = WORDS[view.language], f"{view.base}/itm/{ad.external_id}"
    place = vocabulary("places")["countries"][ad.seller.country][view.language]
    return (
        f'<!DOCTYPE html><html lang="{view.language}"><head><meta charset="UTF-8">{META}'
        f'<title>{escape(ad.title)} | eBay</title><link rel="canonical" href="{link}"></head><body><div id="mainContent">'
        '<h1 class="x-item-title__mainTitle"><span class="ux-textspans ux-textspans--BOLD">'
        f'{escape(ad.title)}</span></h1><div class="x-sellercard-atf__info"><a href="{view.base}/str/demo">'
        f'<span class="ux-textspans ux-textspans--BOLD">{escape(ad.seller.name)}</span></a></div>{_about(ad, words)}'
        f'{_ebay_price(view, ad)}<div class="x-item-condition-text"><span class="ux-textspans">'
        f'{words.conditions[ad.condition]}</span></div><div class="ux-labels-values--shipping"><div '
        f'class="ux-labels-values__values"><span class="ux-textspans ux-textspans--BOLD">{_ebay_shipping(view, ad)}</span>'
        f'<span class="ux-textspans">{_PLACES[view.language]}: {place}</span></div></div>'
        f'<div class="x-item-description">{escape(ad.description)}</div></div></body></html>'
    )


def _about(ad: Ad, words: EbayWords) -> str:
    if not words.business:
        return ""
    kind = words.business if ad.seller.is_business else words.private
    return f'<div class="x-sellercard-atf__about-seller-item">{kind}</div>'


def _ebay_price(view: View, ad: Ad) -> str:
    words, price = WORDS[view.language], ad.price_on(view.day)
    shown = f'<div class="x-price-primary"><span class="ux-textspans">{money(price, view.language) if price else ""}</span></div>'
    if ad.terms.price_kind is PriceKind.RANGE:
        return f'<div class="x-bin-price">{shown}</div><div class="x-msku"></div>'
    if ad.terms.price_kind is not PriceKind.AUCTION:
        offer = f'<div class="x-offer-action">{words.best_offer}</div>' if ad.terms.best_offer else ""
        return f'<div class="x-bin-price">{shown}</div>{offer}'
    bids = ad.bids_on(view.day)
    count = words.bid if bids == 1 else words.bids.format(bids=bids)
    auction = f'<div class="x-bid-price">{shown}</div><div class="x-bid-count"><span class="ux-textspans">{count}</span></div>'
    if not ad.terms.buy_now or bids:
        return auction
    buy_now = f'<span class="ux-textspans">{money(ad.terms.buy_now, view.language)}</span>'
    return f'{auction}<div class="x-bin-price"><div class="x-price-primary">{buy_now}</div></div>'


def _ebay_shipping(view: View, ad: Ad) -> str:
    words, shipping = WORDS[view.language], ad.terms.shipping
    if ad.terms.pickup_only:
        return words.pickup
    if shipping is None:
        return words.unknown_shipping
    return words.free if shipping.minor == 0 else money(shipping, view.language)


def kleinanzeigen_page(view: View, ad: Ad) -> str:
    """The ad's page of Kleinanzeigen's layout of 2025."""
    old = ad.old_price_on(view.day)
    struck = f'<span class="boxedarticle--old-price">{old.minor // 100} €</span>' if old else ""
    way = {True: "Nur Abholung", False: "+ Versand ab 6,99 €", None: ""}[ad.terms.pickup_only]
    hidden = "" if ad.is_reserved(view.day) else " is-hidden"
    kind = "Gewerblicher Nutzer" if ad.seller.is_business else "Privater Nutzer"
    wanted = '<script>window.demo = {"dimension34":"WANTED"};</script>' if ad.truth.wanted else ""
    return (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">{META}<title>{escape(ad.title)} in '
        f'{escape(ad.seller.place)} | kleinanzeigen.de</title><link rel="canonical" href="{link_of(ad, view)}"></head><body>'
        f'<article id="viewad-product"><h1 id="viewad-title"><span class="pvap-reserved-title{hidden}">Reserviert • </span>'
        f'{escape(ad.title)}</h1><h2 id="viewad-price">{asked(ad, view.day)}</h2>{struck}'
        f'<span class="boxedarticle--details--shipping">{way}</span>'
        f'<span id="viewad-locality">{ad.seller.postcode} {escape(ad.seller.place)}</span><div id="viewad-extra-info"><span>'
        f'{listed_on(ad, view)}</span></div><p id="viewad-description-text">{escape(ad.description)}</p>'
        f'<div class="userprofile-vip">{escape(ad.seller.name)}</div><span class="userprofile-vip-details-text">{kind}</span>'
        f"</article>{wanted}</body></html>"
    )
