"""Shipping text to a cost: unknown is None, free is zero; and whether a listing can only be picked up."""

import re
from dataclasses import dataclass
from functools import lru_cache

from spiders.extract.html import clean
from spiders.extract.price import parse_money
from tracker.domain.money import Money

_WORD = re.compile(
    r"shipping|delivery|postage|p&p|freight|versand|lieferung|livraison|envoi|expédition|port\b|envío|envio|entrega|spedizione"
    r"|consegna|verzend|bezorg|dostaw|wysyłk|przesyłk|送料|配送|运费|運費|帐运|leverans|frakt|toimitus|доставка",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\bfree\b|kostenlos|gratis|gratuit|offert|versandkostenfrei|無料|免费|免運|darmow|bezpłatn|бесплатн", re.IGNORECASE
)
_PICKUP = re.compile(
    r"pick-?\s?up only|collection only|local pick-?\s?up|collection in person|nur abholung|nur selbstabholung|abholung"
    r"|remise en main propre|retrait|recogida|ritiro|solo ritiro|afhalen|ophalen|odbiór|直接引き取り",
    re.IGNORECASE,
)
_RETURNS = re.compile(r"return|rück|retour|devoluci|rest[ií]tu|reso\b|返品|zwrot", re.IGNORECASE)
_PLUS = re.compile(r"^[+＋]\s?\D{0,20}\d")


@dataclass(frozen=True, slots=True)
class ShippingReading:
    """A shipping text: its cost (None: not stated), and whether it offers nothing but collection."""

    cost: Money | None
    pickup_only: bool = False


def is_shipping(text: str) -> bool:
    """Whether a line of a listing speaks of shipping ("+$9.95", "Envío no especificado", "送料無料", "Free local pickup")."""
    if _PLUS.search(text):
        return True
    return bool(_WORD.search(text) or _PICKUP.search(text)) and not _RETURNS.search(text)


@lru_cache(maxsize=4096)
def parse_shipping(text: str, local: str | None = None) -> ShippingReading:
    """Read a shipping line; `local` is the currency of a free delivery's zero, and of a bare "$"."""
    text = clean(text[:400])[:160]
    if _PICKUP.search(text) and not _PLUS.search(text):
        return ShippingReading(None, pickup_only=not _WORD.search(_PICKUP.sub("", text)))
    if _FREE.search(text):
        return ShippingReading(Money(0, local) if local else None)
    return ShippingReading(parse_money(text, local))
