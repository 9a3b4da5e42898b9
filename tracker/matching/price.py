"""Price sense without a history: prices that stand for none, and prices at which no working part of its kind is sold."""

from tracker.domain.match import Kind
from tracker.domain.money import Money, exponent
from tracker.matching.verdict import Verdict

# Asked where a seller wants offers: 1, 123, 1234, 9999 and the like name no price.
_BAIT = frozenset({0, 1, 2, 12, 123, 1234, 12345, 9999, 99999, 111, 1111, 11111})
# Below this a graphics card is a bracket, a fan or a box. In cents; currencies of like worth, with cents, are taken as equal.
_LOWEST_CARD = 1200  # minor units
_LIKE_EURO = frozenset({"EUR", "USD", "GBP", "CHF", "CAD", "AUD"})


def price_flags(price: Money | None, verdict: Verdict) -> list[str]:
    """What a price says: flags to show. A price too low for a card adds a doubt; it never decides alone."""
    if price is None or not verdict.parts:
        return []
    if _is_bait(price):
        return ["price_is_bait"]
    if verdict.kind is Kind.PART and _is_below_any(price, verdict.parts[0].part):
        verdict.doubts.append("price")
        return ["price_too_low"]
    return []


def is_no_price(price: Money, part: str) -> bool:
    """Whether an amount says by itself that it is not the price of this part."""
    return _is_bait(price) or _is_below_any(price, part)


def _is_bait(price: Money) -> bool:
    whole, rest = divmod(price.minor, 10 ** exponent(price.currency))
    return not rest and whole in _BAIT


def _is_below_any(price: Money, part: str) -> bool:
    """Whether no working part of this kind is sold so low."""
    return part.startswith("gpu:") and price.currency in _LIKE_EURO and price.minor < _LOWEST_CARD
