"""A day's figures out of a list of prices, in whole minor units: exact, whatever the order."""

from collections.abc import Sequence


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


def summary(prices: list[int]) -> dict[str, int | None]:
    """lowest, p10, p25, median, p75 and mean_lowest_five of asked prices; None for none. Sorts `prices`."""
    prices.sort()
    lowest = prices[:5]
    return {
        "lowest": prices[0] if prices else None,
        "p10": quantile(prices, 10),
        "p25": quantile(prices, 25),
        "median": quantile(prices, 50),
        "p75": quantile(prices, 75),
        "mean_lowest_five": half_even(sum(lowest), len(lowest)) if lowest else None,
    }
