"""A day's figures out of a list of prices, in whole minor units: exact, whatever the order."""

from bisect import bisect_left
from collections.abc import Sequence

from tracker.domain.history import BELIEVED_FROM

FEWEST = 4  # prices from which a usual one is taken


def quantile(ordered: Sequence[int], percent: int) -> int | None:
    """The `percent` quantile of ascending prices by linear interpolation (as numpy's default), half-even to the unit."""
    if not ordered:
        return None
    whole, rest = divmod((len(ordered) - 1) * percent, 100)
    if not rest:
        return ordered[whole]
    return half_even(ordered[whole] * (100 - rest) + ordered[whole + 1] * rest, 100)


def half_even(numerator: int, denominator: int) -> int:
    """The nearest whole number to the fraction; a half goes to the even one."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and whole % 2):
        whole += 1
    return whole


def floor_of(ordered: Sequence[int]) -> int:
    """The price below which nobody believes an offer of these ascending ones; 0 where they are too few to say."""
    middle = quantile(ordered, 50) if len(ordered) >= FEWEST else None
    return int(BELIEVED_FROM * middle) if middle else 0


def summary(ordered: Sequence[int], floor: int) -> dict[str, int | None]:
    """The figures of ascending asked prices; None for none.

    minimum, p10, p25, median and p75 are of all of them. lowest and mean_lowest_five, which stand for the market's low, are
    of those from `floor` on; `unbelieved` counts the others.
    """
    bait = bisect_left(ordered, floor)
    cheapest = ordered[bait : bait + 5]
    return {
        "minimum": ordered[0] if ordered else None,
        "lowest": cheapest[0] if cheapest else None,
        "p10": quantile(ordered, 10),
        "p25": quantile(ordered, 25),
        "median": quantile(ordered, 50),
        "p75": quantile(ordered, 75),
        "mean_lowest_five": half_even(sum(cheapest), len(cheapest)) if cheapest else None,
        "unbelieved": bait,
    }
