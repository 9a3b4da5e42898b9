"""Confidence: the chance that a match with these doubts is right, and the decision that follows from it.

Each doubt multiplies the chance by the share of matches that were right with it. The shares were set from what went wrong
in the first, untuned runs over parts of the labelled titles, and rounded down: on the titles that rules were tuned on nearly
nothing is wrong any more, so they can't be fitted there. The reliability table of `make eval` holds them against the truth.
ACCEPT_FROM is where the accepted parts of the check titles keep the wanted precision (99.5 %); under it a match waits for a
person, under REVIEW_FROM it is dropped.
"""

from collections.abc import Iterable

ACCEPT_FROM = 0.9
REVIEW_FROM = 0.1
_BEST = 0.999
# Doubt → the share of matches carrying it that is right.
_DOUBTS = {
    "bare name": 0.985,
    "medium name": 0.997,
    "series pattern": 0.98,
    "part number only": 0.98,
    "second of a kind": 0.85,
    "listed with another": 0.985,
    "accessory beside it": 0.985,
    "fits something": 0.98,
    "another thing named": 0.97,
    "another thing's name": 0.8,  # "Titan Xp protein powder": no word of computers beside the name
    "several in one": 0.992,
    "whole computer": 0.995,
    "machine by a weak word": 0.99,
    "memory without a word": 0.975,
    "watts in a model's name": 0.975,
    "many parts": 0.98,
    "from the description": 0.96,
    "several readings": 0.5,
    "alternatives": 0.4,
    "no such card": 0.5,
    "box in the text": 0.5,
    "price": 0.93,
}


def confidence(doubts: Iterable[str]) -> float:
    """The chance (0..1) that a match with these doubts is right, the doubts taken as independent."""
    chance = _BEST
    for doubt in doubts:
        chance *= _DOUBTS[doubt]
    return round(chance, 4)
