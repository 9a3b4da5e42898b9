"""Seconds to a proved answer for every shipped target, by market size; against one pass over the offers, and without reduction."""

import argparse
import json
import resource
import sys
from time import monotonic, perf_counter
from typing import Any

from tests.bench._large_market import Generator
from tracker.catalog import load_catalog
from tracker.domain.build import Offer
from tracker.domain.part import Catalog
from tracker.domain.target import Target
from tracker.fx import load_rates
from tracker.optimiser.items import ItemReader
from tracker.optimiser.lots import in_its_currency, lots_of
from tracker.optimiser.offers_file import read_offers
from tracker.optimiser.search import Search
from tracker.optimiser.solve import solve_all
from tracker.settings import Settings, shipped_config
from tracker.targets import load_targets

SIZES = (100, 1_000, 10_000)
LIMIT_S = 10.0
UNREDUCED = ("p40-box", "cheapest-24gb")
UNREDUCED_LIMIT_S = 60.0


def main(arguments: list[str] | None = None) -> None:
    """Print one JSON object a size. `--sizes 100000 1000000` for more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds a target")
    given = parser.parse_args([] if arguments is None else arguments)
    layers = (shipped_config(),)
    catalog = load_catalog(layers)
    targets = load_targets(layers, Settings(), catalog)
    before: dict[str, Any] = {}
    for size in given.sizes:
        lines = list(Generator(catalog).lines(size))
        figures = measured(lines, catalog, targets, given.limit)
        print(json.dumps(figures | growth(before, figures)), flush=True)
        before = figures


def growth(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """How many times more offers, seconds to read them and seconds to solve than in the size before."""
    if not before:
        return {}
    return {"times_more": {key: round(now[key] / before[key], 2) for key in ("offers", "read_s", "all_targets_s")}}


def measured(lines: list[str], catalog: Catalog, targets: dict[str, Target], limit: float) -> dict[str, Any]:
    """One market's figures: seconds, ratio to reading and validating the same lines, peak memory of this process so far."""
    read_offers(lines[:1000])  # warm
    started = perf_counter()
    offers = read_offers(lines)
    reading = perf_counter() - started
    rates = load_rates((shipped_config(),))
    started = perf_counter()
    answers = list(solve_all(targets.values(), offers, catalog, top=1, rates=rates, time_limit_s=limit))
    solving = perf_counter() - started
    result: dict[str, Any] = {
        "offers": len(offers),
        "read_s": round(reading, 3),
        "all_targets_s": round(solving, 3),
        "ratio_to_read": round(solving / reading, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "targets": {each.target: [each.status.value, round(each.seconds, 3), each.offers_kept] for each in answers},
    }
    if len(offers) == 10_000:
        seconds = {each.target: each.seconds for each in answers}
        result["without_reduction"] = {
            name: unreduced(targets[name], offers, catalog, seconds[name]) for name in UNREDUCED
        }
    return result


def unreduced(target: Target, offers: list[Offer], catalog: Catalog, reduced_s: float) -> dict[str, object]:
    """The same program over all offers: seconds until proved, or the limit; and how many times the reduced one that is."""
    rates = load_rates((shipped_config(),))
    wanted = in_its_currency(target, rates)
    started = perf_counter()
    lots = lots_of(wanted, offers, ItemReader(catalog), rates)
    found = Search(wanted, lots, frozenset(), monotonic() + UNREDUCED_LIMIT_S).cheapest()
    taken = perf_counter() - started
    return {
        "seconds": round(taken, 1),
        "proved": found.is_proved and found.machine is not None,
        "times": round(taken / reduced_s),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
