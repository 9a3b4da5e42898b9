"""EBay's result page in its s-card layout of 2026: ghosts, dividers, auctions, ranges, scrambled advertisement labels."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import escape

from babel.dates import format_date

from spiders.demo.ads import Ad
from spiders.demo.pages.ebay_words import WORDS, EbayWords, money
from spiders.demo.pages.view import META, View
from spiders.demo.vocabulary import vocabulary
from tracker.domain.listing import PriceKind

_IMAGE = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
PAGE_SIZE = 60
_NEW_FOR = timedelta(hours=24)


def result_page(view: View) -> str:
    """The whole page."""
    words = WORDS[view.language]
    cards = [*(card(ad, view) for ad in view.ads)]
    if view.loose:
        cards.append(_divider(words, view.changes))
        cards += [card(ad, view) for ad in view.loose]
    cards.append(_pagination(view, words))
    body = (
        f'<div class="srp-main srp-main--isLarge"><div id="mainContent" class="srp-main-content clearfix">'
        f"{_heading(view, words)}"
        f'<div class="srp-river"><div id="srp-river-main" class="srp-river-main clearfix">'
        f'<div class="s-clipped">{_ghost() * 2}</div>'
        f'<div id="srp-river-results" class="srp-river-results clearfix">{_nothing(view, words)}'
        f'<ul class="srp-results srp-list clearfix">{"".join(cards)}</ul></div></div></div></div></div>'
    )
    page = (
        f'<!DOCTYPE html><html lang="{view.language}"><head><meta charset="UTF-8">{META}'
        f"<title>{escape(view.query)} | eBay</title></head><body>{body}</body></html>"
    )
    return _renamed(page) if "classes" in view.changes else page


def _heading(view: View, words: EbayWords) -> str:
    count = f"{view.total:,}" if view.language == "en" else f"{view.total:,}".replace(",", ".")
    return (
        '<div class="srp-controls__control srp-controls__count"><h1 class="srp-controls__count-heading">'
        f'<span class="BOLD">{count}</span> {words.results} <span class="BOLD">{escape(view.query)}</span></h1></div>'
    )


def _nothing(view: View, words: EbayWords) -> str:
    if view.total:
        return ""
    heading = f'<h3 class="srp-save-null-search__heading">{words.nothing}</h3>'
    return f'<div class="srp-river-answer srp-river-answer--SAVE_CARD"><div class="srp-save-null-search">{heading}</div></div>'


def _ghost() -> str:
    """The placeholder that stands outside of the results."""
    return (
        '<li class="s-card s-card--horizontal"><div class="su-card-container"><a class="s-card__link" '
        'href="https://ebay.invalid/itm/123456?hash=0"><div role="heading" class="s-card__title"><span class="su-styled-text '
        'primary default">Shop on eBay</span></div></a><div class="s-card__attribute-row"><span class="su-styled-text primary '
        'bold large-1 s-card__price">$20.00</span></div></div></li>'
    )


def _divider(words: EbayWords, changes: frozenset[str]) -> str:
    kind = "srp-river-answer--SUGGESTION_START" if "divider" in changes else "srp-river-answer--REWRITE_START"
    return (
        f'<li class="srp-river-answer {kind}"><section class="su-notice"><section class="section-notice" role="region">'
        f'<span class="section-notice__main"><p><span class="BOLD">{words.fewer}</span></p></span></section></section></li>'
    )


def card(ad: Ad, view: View) -> str:
    """One result."""
    words = WORDS[view.language]
    caption = _caption(ad, view, words) if view.is_sold else ""
    if view.is_sold:
        view = replace(view, day=ad.sold_on or view.day)
    link = f"{view.base}/itm/{ad.external_id}?_skw=demo&amp;hash=item{int(ad.external_id):x}"
    rows = "".join(f'<div class="s-card__attribute-row">{row}</div>' for row in _rows(ad, view, words))
    listed = view.world.listed_at(ad, view.day)
    is_new = not view.is_sold and view.now - listed < _NEW_FOR
    fresh = f'<span class="s-card__new-listing">{words.new}</span>' if is_new else ""
    return (
        f'<li class="s-card s-card--horizontal" id="item{int(ad.external_id):x}" data-listingid="{ad.external_id}">'
        '<div class="su-card-container su-card-container--horizontal"><div class="su-card-container__media">'
        f'<a class="s-card__link image-treatment" href="{link}"><img class="s-card__image" src="{_IMAGE}" '
        f'alt="{escape(ad.title)}"></a></div><div class="su-card-container__content">{caption}<div class="su-card-container__header">'
        f'<a class="s-card__link" href="{link}"><div role="heading" aria-level="3" class="s-card__title">{fresh}'
        f'<span class="su-styled-text primary default">{escape(ad.title)}</span><span class="clipped">{words.window}</span>'
        f'</div></a><div class="s-card__subtitle-row"><div class="s-card__subtitle">{_subtitle(ad, words)}</div></div></div>'
        f'<div class="su-card-container__attributes"><div class="su-card-container__attributes__primary">{rows}</div>'
        f'<div class="su-card-container__attributes__secondary"><div class="s-card__attribute-row">{_seller(ad, words)}</div>'
        f"</div></div>{_label(ad, words)}</div></div></li>"
    )


def _caption(ad: Ad, view: View, words: EbayWords) -> str:
    day = format_date(view.world.date_of(ad.sold_on or 0), words.sold_date, locale=view.language)
    return f'<div class="s-card__caption">{_text(f"{words.sold}  {day}", "positive default")}</div>'


def _subtitle(ad: Ad, words: EbayWords) -> str:
    condition = words.conditions[ad.condition]
    if not words.business:
        return _text(condition, "secondary default")
    kind = words.business if ad.seller.is_business else words.private
    return _text(f"{condition} | ", "secondary default") + _text(kind, "secondary default")


def _rows(ad: Ad, view: View, words: EbayWords) -> Iterator[str]:
    yield _price_row(ad, view, words)
    if view.is_sold:
        yield _text(words.accepted if ad.terms.best_offer else words.buy_now)
    elif ad.terms.price_kind is PriceKind.AUCTION:
        yield from _auction_rows(ad, view, words)
    else:
        yield _text(words.best_offer if ad.terms.best_offer else words.buy_now)
    if ad.terms.pickup_only:
        yield _text(words.pickup)
    elif ad.terms.shipping is None:
        yield _text(words.unknown_shipping)
    elif ad.terms.shipping.minor == 0:
        yield _text(words.free, "positive bold large")
    else:
        yield _text(words.shipping.format(price=money(ad.terms.shipping, view.language)))
    country = vocabulary("places")["countries"][ad.seller.country][view.language]
    yield _text(words.place.format(place=country))


def _price_row(ad: Ad, view: View, words: EbayWords) -> str:
    css = "primary bold large-1 amount" if "price" in view.changes else "primary bold large-1 s-card__price"
    price, old = ad.price_on(view.day), ad.old_price_on(view.day)
    if view.is_sold:  # struck where an offer was accepted: what was paid is not told
        return _text(money(price, view.language), f"{'strikethrough ' * ad.terms.best_offer}{css}") if price else ""
    row = _text(money(price, view.language), css) if price else ""
    if ad.terms.price_max:
        row += _text(f" {words.to} ", css.replace("large-1", "default")) + _text(
            money(ad.terms.price_max, view.language), css
        )
    if old and not ad.terms.price_max and ad.terms.price_kind is PriceKind.FIXED:
        row += f'<span class="su-spacer --spacing-100"></span>{_text(money(old, view.language), "secondary strikethrough large")}'
    return row


def _auction_rows(ad: Ad, view: View, words: EbayWords) -> Iterator[str]:
    bids = ad.bids_on(view.day)
    left = view.world.ends_at(ad, view.day) - view.now
    days, hours = left.days, left.seconds // 3600
    shown = (
        words.days_left.format(days=days, hours=hours)
        if days
        else words.hours_left.format(hours=hours, minutes=left.seconds % 3600 // 60)
    )
    yield (
        f"{_text(words.bid if bids == 1 else words.bids.format(bids=bids))}{_text(' · ', 'secondary small')}"
        f'<span class="s-card__time"><span class="clipped">{words.time_left}</span>'
        f'<span class="s-card__time-left">{shown}</span></span>'
    )
    if ad.terms.buy_now and not bids:
        yield _text(money(ad.terms.buy_now, view.language), "primary bold large-1 s-card__price")
        yield _text(words.buy_now)


def _seller(ad: Ad, words: EbayWords) -> str:
    praise = 95 + int(ad.external_id) % 50 / 10
    shown = f"{praise:.1f}" if words.point == "." else f"{praise:.1f}".replace(".", ",")
    return _text(f"{ad.seller.name} ", "primary large") + _text(
        f"{shown}% {words.positive} ({int(ad.external_id) % 900 + 3})", "primary large"
    )


def _label(ad: Ad, words: EbayWords) -> str:
    """The label "Sponsored", its letters apart and among others that are not shown; every card carries one."""
    seen = "a" if ad.terms.sponsored else "b"
    letters = "".join(
        f'<span class="s-{seen}">{letter}\u2063</span><span class="s-c">x\u2063</span>' for letter in words.sponsored
    )
    return (
        '<div class="su-card-container__footer"><div class="s-card__footer"><div class="s-card__sep"><span role="heading">'
        f'<span aria-hidden="true">{letters}</span></span></div></div></div>'
    )


def _text(text: str, css: str = "secondary large") -> str:
    return f'<span class="su-styled-text {css}">{escape(text)}</span>'


def _pagination(view: View, words: EbayWords) -> str:
    if view.pages <= 1:
        return (
            '<li class="srp-river-answer srp-river-answer--BASIC_PAGINATION_V2"><div class="s-pagination"></div></li>'
        )
    path = "/sch/i.html"
    items = "".join(
        f'<li><a class="pagination__item" href="{escape(view.address(path, _pgn=number))}">{number}</a></li>'
        for number in range(1, view.pages + 1)
    )
    following = ""
    if view.page < view.pages:
        address = escape(view.address(path, _pgn=view.page + 1))
        following = f'<a class="pagination__next icon-link" type="next" href="{address}" aria-label="{words.next}"></a>'
    return (
        '<li class="srp-river-answer srp-river-answer--BASIC_PAGINATION_V2"><div class="s-pagination"><nav role="navigation" '
        f'class="pagination"><ol class="pagination__items">{items}</ol>{following}</nav></div></li>'
    )


def _renamed(page: str) -> str:
    """The page after a redesign: every class of cards has another name."""
    return re.sub(r"\bs-card|\bsrp-results\b|\bsrp-controls", "nx-tile", page)
