"""Confidence: how often a match with these doubts is right, measured on the labelled titles; and what follows from it.

Each doubt multiplies the odds of being wrong. The thresholds follow from the wanted precision (99.5 %): a match with a
confidence under ACCEPT_FROM waits for a person, one under REVIEW_FROM is dropped.
"""

from collections.abc import Iterable

ACCEPT_FROM = 0.9
REVIEW_FROM = 0.1
_BEST = 0.997
# Doubt → the share of matches carrying it that was right on the tuning part of the labelled titles (see `make eval`).
_DOUBTS = {
    "bare name": 0.985,
    "medium name": 0.995,
    "memory without a word": 0.97,
    "several readings": 0.5,
    "alternatives": 0.4,
    "many parts": 0.93,
    "long description": 0.97,
    "contradiction": 0.5,
    "stuffed": 0.3,
    "range of sizes": 0.4,
    "other thing": 0.35,
    "no card": 0.6,
    "price": 0.7,
}


def confidence(doubts: Iterable[str]) -> float:
    """The chance (0..1) that a match with these doubts is right, the doubts taken as independent."""
    chance = _BEST
    for doubt in doubts:
        chance *= _DOUBTS[doubt]
    return round(chance, 4)
