"""What a line of an eBay card says, in the languages of its sites: bids, best offer, place, seller, how many are left.

The card's own structure comes first (spiders/layouts/ebay_search.py); words decide only what it leaves open.
"""

import re
from functools import lru_cache
from typing import Literal

from spiders.extract.shipping import is_shipping

_BIDS = re.compile(
    r"^(\d[\d.,]{0,8})\s?(?:bids?|gebote?|ofertas? de subasta|pujas?|ofertas?|ench[èe]res?|offert[ae]|入札|biedingen|bod|ofert\w?)\b"
    r"|^入札\s?(\d{1,6})|^(\d{1,6})\s?件?の?入札",
    re.IGNORECASE,
)
_BEST_OFFER = re.compile(
    r"best offer|preisvorschlag|mejor oferta|offre directe|faire une offre|meilleure offre|proposta d['’]acquisto"
    r"|fai una proposta|ベストオファー|beste bod|najlepsza oferta",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^(?:located in|from|item location:?|aus|standort:?|artikelstandort:?|de|desde|ubicado en|ubicación:?|situé(?:e)? (?:en|à|au|aux)"
    r"|provenance\s?:?|lieu\s?:?|localisation\s?:?|da|dall[a-z]+|dall['’](?=\w)|si trova in|luogo:?|発送元:?|商品の所在地:?"
    r"|uit|z|lokalizacja:?)(?:\s+|(?<=['’]))(?P<place>[^\d%+]{2,60})$",
    re.IGNORECASE,
)
# Names are without spaces; "Extra 10% off" is no seller: his share of praise is followed by its count in brackets.
_SELLER = re.compile(r"^(?P<name>\S{1,64})\s+(?:[\d.,]+\s?%\D{0,40}\(|\([\d.,\s]+[KkMm]?\)\s*[\d.,]+\s?%)")
_LEFT = re.compile(
    r"^(?:only |(?:nur )?noch |solo )?(\d{1,4}) (?:left|available|verfügbar|disponibles?|disponibili)|^残り(\d{1,4})点",
    re.IGNORECASE,
)
_LAST = re.compile(r"^(?:last one|letzter?s?\b|dernier|último|ultimo|laatste|ostatni)", re.IGNORECASE)
_BUSINESS = re.compile(
    r"^(?:gewerblich|business|professionnel|professionale|profesional|zakelijk|firma)", re.IGNORECASE
)
_PRIVATE = re.compile(r"^(?:privat|private|particulier|privato|particular|prywatn)", re.IGNORECASE)
_NEW_LISTING = re.compile(
    r"^(?:new listing|neues angebot|nuevo anuncio|nouvelle annonce|nuova inserzione|新規出品|nieuwe aanbieding)\s*",
    re.IGNORECASE,
)
_FEWER_WORDS = re.compile(
    r"fewer words|weniger suchbegriffe|moins de mots|menos pala[bv]ras|meno parole|numero inferiore di parole"
    r"|minder woorden|mniej słów|mniejsz\w+ liczb|меньш\w+ количеств|一部のキーワード|少ないキーワード|[較更]少"
    r"|results? for .{1,200} instead|showing results for",
    re.IGNORECASE,
)
_HARMLESS_REWRITE = re.compile(
    r"streamlin|stroomlijn|simplif|vereinfacht|gefiltert|rationalis|semplificat|vereenvoudigd|uprościli|整理"
    r"|o[pt]timi[sz]\w*|best listings|besten angebote|meilleures (?:annonces|offres)|mejores (?:anuncios|ofertas)"
    r"|migliori inserzioni|beste aanbiedingen|najlepsze oferty",
    re.IGNORECASE,
)
# What was paid is not told then, whether the price asked is struck or not.
_ACCEPTED = re.compile(
    r"(?:best offer|offer) accepted|preisvorschlag (?:angenommen|akzeptiert)|offre (?:directe )?acceptée"
    r"|proposta(?: d['’]acquisto)? accettata|(?:mejor )?oferta aceptada|bod geaccepteerd|oferta (?:przyjęta|zaakceptowana)"
    r"|ベストオファー(?:が)?(?:承諾|承認|成立)",
    re.IGNORECASE,
)
_LISTED = re.compile(r"^[A-Z][a-z]{2}-\d{1,2} \d{1,2}:\d{2}$")
_SOLD = re.compile(r"\b(?:sold|verkauft|vendu|vendido|venduto|verkocht|sprzedan)|販売済み|落札", re.IGNORECASE)
_ENDED = re.compile(r"\b(?:ended|beendet|terminée?|finalizad|conclus|terminat|beëindigd|zakończon)|終了", re.IGNORECASE)


Said = Literal["seller", "bids", "best_offer", "shipping", "place", "left", "listed", "nothing"]


@lru_cache(maxsize=8192)
def meaning_of(line: str) -> tuple[Said, str | int | None]:
    """What a line says, and the value in it: the seller's name, the place, the number of bids or of units left.

    Cached by text: most lines of a page ("Buy It Now", "Located in United States") stand on every card.
    """
    found = _number_or_name(line)
    if found is not None:
        return found
    if is_best_offer(line):
        return "best_offer", None
    if is_shipping(line):
        return "shipping", None
    if (place := place_of(line)) is not None:
        return "place", place
    return ("listed", None) if _LISTED.match(line) else ("nothing", None)


def _number_or_name(line: str) -> tuple[Said, str | int | None] | None:
    if (seller := seller_of(line)) is not None:
        return "seller", seller
    if (bids := bids_of(line)) is not None:
        return "bids", bids
    left = left_of(line)
    return None if left is None else ("left", left)


def bids_of(text: str) -> int | None:
    """The number of bids a line states, else None."""
    found = _BIDS.search(text)
    if found is None:
        return None
    digits = re.sub(r"\D", "", next(group for group in found.groups() if group))
    return int(digits)


def place_of(text: str) -> str | None:
    """The place in "Located in Germany", "aus Großbritannien", "発送元 米国"; None for a line that names none."""
    found = _PLACE.match(text)
    return found["place"].strip() if found else None


def is_best_offer(text: str) -> bool:
    """Whether a line says that offers are taken (or was: "Best offer accepted")."""
    return bool(_BEST_OFFER.search(text))


def is_accepted_offer(text: str) -> bool:
    """Whether a line says that an offer was accepted: the price beside it is not what was paid."""
    return bool(_ACCEPTED.search(text))


def seller_of(text: str) -> str | None:
    """The seller's name out of "name 99.8% positive (1.3K)" or "name (43) 100%"."""
    found = _SELLER.match(text)
    return found["name"] if found else None


def left_of(text: str) -> int | None:
    """How many units a line says are left ("Last one", "残り1点"), else None."""
    if _LAST.match(text):
        return 1
    found = _LEFT.match(text)
    return int(found[1] or found[2]) if found else None


def is_business(text: str) -> bool | None:
    """What the half of "Neu | Gewerblich" ("Neu · Gewerblich") behind the bar says; None where it says neither."""
    tail = re.split(r"[|·]| / ", text)[-1].strip()
    return True if _BUSINESS.match(tail) else False if _PRIVATE.match(tail) else None


def without_prefix(title: str) -> str:
    """A title without the site's own "New Listing" before it."""
    return _NEW_LISTING.sub("", title)


def is_loose_divider(kind: str, text: str) -> bool:
    """Whether what stands after a divider is not what was asked: fewer words, another spelling.

    `kind` is its class. "We've streamlined your results" rewrites only hide duplicates; every other rewrite is loose.
    """
    if _FEWER_WORDS.search(text):
        return True
    return "REWRITE_START" in kind and not _HARMLESS_REWRITE.search(text)


def ending_of(caption: str, tone: str) -> str | None:
    """Whether a caption ("Sold Oct 27, 2025") means sold or ended, by its words, then by its colour's class; else None."""
    if _SOLD.search(caption):
        return "sold"
    if _ENDED.search(caption):
        return "ended"
    if not any(character.isdigit() for character in caption):
        return None
    return {"positive": "sold", "negative": "ended"}.get(tone)
