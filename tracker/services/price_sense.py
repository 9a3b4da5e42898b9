"""What a price says of a match: far from its parts' own history it lowers the confidence, and is told; it never decides alone.

A price is held against the history by its distance: the natural logarithm of price / usual, in spreads. The spread is the
robust one of the history's logarithms (1.4826 × MAD), at least a third, and wider where few prices are known: × (1 + 3 / n).
Up to two spreads a price says nothing. From there to six the chance that the match is right falls to a half, in a line;
a price above the usual counts half its distance (new, boxed, from a shop), and below FEWEST prices there is no history.
With many prices of little spread, an accepted match so goes to review under 0.40 or over 6.5 times the usual price: of 467
right single working parts of the labelled titles with at least eight of their kind, 1.5 % ask less and 1 % ask more.
A price can move accept to review. It turns nothing into a reject, and nothing into an accept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from statistics import median, median_low

from tracker.domain.match import NO_PRICE, Decision, Evidence, Kind, Match, MatchedPart, Reason
from tracker.domain.money import Money
from tracker.matching.confidence import ACCEPT_FROM, REVIEW_FROM

FEWEST = 4  # prices of a part from which a usual one is taken
BELOW = ("price_below_usual", "price_too_low")  # somewhat, and so far that a sure match would wait for a person
ABOVE = ("price_above_usual", "price_too_high")
PRICE_FLAGS = NO_PRICE.union(BELOW, ABOVE)
RULE = "price sense"
_LEAST_SPREAD = 1 / 3
_NORMAL_MAD = 1.4826  # MAD × this is the standard deviation of a normal distribution
_SMALL_N = 3
_CALM, _FULL = 2.0, 6.0
_MOST_LOST = 0.5
_ABOVE_COUNTS = 0.5
_HUGE = 1e15


@dataclass(frozen=True, slots=True)
class Usual:
    """What a thing usually costs: the median in minor units, the spread of the logarithms, and over how many prices."""

    middle: int
    spread: float
    n: int
    is_whole: bool = True  # whether it stands for all parts of the sale: only then can a price be too high


def usual_of(prices: Sequence[int]) -> Usual | None:
    """The usual price among unit prices in minor units; None where there are too few."""
    known = [price for price in prices if price > 0]
    if len(known) < FEWEST:
        return None
    middle = median_low(known)
    logs = [abs(log(price / middle)) for price in known]
    return Usual(middle, _NORMAL_MAD * median(logs), len(known))


def usual_together(parts: Iterable[MatchedPart], usual: Mapping[str, Usual | None], kind: Kind) -> Usual | None:
    """What all parts of a sale usually cost; parts without a history count as worth nothing, so that it is judged mildly."""
    parts = list(parts)
    known = [(found, part.qty) for part in parts if (found := usual.get(part.part)) is not None]
    if not known:
        return None
    return Usual(
        sum(found.middle * qty for found, qty in known),
        max(found.spread for found, _ in known),
        min(found.n for found, _ in known),
        kind is Kind.PART and len(known) == len(parts) == 1,
    )


def weight(asked: int, usual: Usual) -> float:
    """What the chance of being right is multiplied by at this price: 1 says nothing, 0.5 is the least."""
    distance = log(max(asked, 1) / usual.middle)
    if distance > 0:
        distance *= _ABOVE_COUNTS if usual.is_whole else 0
    spreads = abs(distance) / _width(usual)
    far = min(1.0, max(0.0, (spreads - _CALM) / (_FULL - _CALM)))
    return round(1 - _MOST_LOST * far, 4)


def calm_range(usual: Usual) -> tuple[int, int]:
    """Prices surely within which nothing is said; a little narrower than what `weight` says, by the rounding."""
    reach = _CALM * _width(usual)
    return int(usual.middle * exp(-reach)) + 1, int(min(usual.middle * exp(min(reach / _ABOVE_COUNTS, 30)), _HUGE)) - 1


def _width(usual: Usual) -> float:
    return max(_LEAST_SPREAD, usual.spread) * (1 + _SMALL_N / usual.n)


def sensed(match: Match, asked: Money, usual: Usual) -> Match:
    """The match in the light of its price; one that was rejected stays as it is.

    A price that looked like none by itself (1, 123, 9999) and lies where such things are sold is a price.
    """
    if match.decision is Decision.REJECT:
        return match
    factor = weight(asked.minor, usual)
    flags = tuple(flag for flag in match.flags if flag not in NO_PRICE)
    if factor == 1:
        return replace(match, flags=flags) if asked.minor <= usual.middle or usual.is_whole else match
    confidence = min(match.confidence, max(round(match.confidence * factor, 4), REVIEW_FROM))
    is_doubtful = match.decision is Decision.ACCEPT and confidence < ACCEPT_FROM
    return replace(
        match,
        confidence=confidence,
        decision=Decision.REVIEW if is_doubtful else match.decision,
        reason=Reason.PRICE_OUT_OF_LINE if is_doubtful else match.reason,
        flags=(*flags, (BELOW if asked.minor < usual.middle else ABOVE)[factor < ACCEPT_FROM]),
        evidence=(*match.evidence, Evidence(_words(asked, usual), None, None, f"{RULE}, × {factor:g}")),
    )


def _words(asked: Money, usual: Usual) -> str:
    middle = Money(usual.middle, asked.currency)
    return f"{asked} is {asked.minor / usual.middle:.0%} of the usual {middle} (median of {usual.n} asked)"
