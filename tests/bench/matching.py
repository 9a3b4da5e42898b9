"""Matching: titles a second against rapidfuzz over the same names, and how the time grows with the catalog.

Both sides read the same titles in the same run; precision and recall of both stand beside their speed. CPU time is
measured, so that a busy machine does not spoil it; the best of several passes counts.
"""

import time
from collections.abc import Callable
from typing import Any

from rapidfuzz import fuzz, process, utils

from tests.matching.evaluate import Tally, labelled_sets, score
from tracker.catalog import load_catalog
from tracker.cli.match import match_record
from tracker.domain.match import Decision, Kind, Match, MatchedPart
from tracker.domain.part import Catalog, Category, Part, Tier
from tracker.matching.matcher import build_matcher
from tracker.settings import config_layers

PASSES = 5
FUZZY_TITLES = 150  # rapidfuzz is slow: its rate is measured on so many, its figures on the same
FUZZY_CUTOFF = 80


def main() -> None:
    """Print the figures."""
    layers = config_layers()
    catalog = load_catalog(layers)
    matcher = build_matcher(catalog, layers)
    sets = labelled_sets()
    rows = sets.get("real titles, all") or sets["golden (our own titles)"]
    titles = [row["title"] for row in rows]
    ours = rate(matcher.match, titles)
    print(f"matcher      {ours:10,.0f} titles/s  {figures(score(rows, lambda row: match_record(matcher, row))['all'])}")
    few = rows[:: max(1, len(rows) // FUZZY_TITLES)][:FUZZY_TITLES]
    fuzzy = fuzzy_matcher(catalog)
    theirs = rate(fuzzy, [row["title"] for row in few], passes=1)
    print(
        f"rapidfuzz    {theirs:10,.0f} titles/s  {figures(score(few, lambda row: fuzzy(row['title']))['all'])}  (on {len(few)})"
    )
    print(f"ratio        {ours / theirs:10,.0f} x")
    small, large = grown(catalog, 500), grown(catalog, 50_000)
    slow, fast = rate(build_matcher(large, layers).match, titles), rate(build_matcher(small, layers).match, titles)
    print(f"500 parts    {fast:10,.0f} titles/s\n50,000 parts {slow:10,.0f} titles/s: {fast / slow:.2f} x the time")


def rate(match: Callable[[str], object], titles: list[str], passes: int = PASSES) -> float:
    """Titles a second of CPU time, the best of some passes."""
    best = float("inf")
    for _ in range(passes):
        began = time.process_time()
        for title in titles:
            match(title)
        best = min(best, time.process_time() - began)
    return len(titles) / best


def figures(tally: Tally) -> str:
    """Precision and recall in words."""
    precision, recall = (right / total if total else 0.0 for _, right, total in list(tally.rows())[:2])
    return f"precision {precision:.3f}  recall {recall:.3f}"


def fuzzy_matcher(catalog: Catalog) -> Callable[[str], Match]:
    """`process.extractOne` with `token_set_ratio` over the catalog's names, as a matcher of one part."""
    names = {part.id: utils.default_process(part.name) for part in catalog.parts.values()}

    def match(title: str) -> Match:
        hit: Any = process.extractOne(
            title, names, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=FUZZY_CUTOFF
        )
        if hit is None:
            return Match(Kind.OTHER, Decision.REJECT, 0.0)
        return Match(Kind.PART, Decision.ACCEPT, hit[1] / 100, (MatchedPart(hit[2]),))

    return match


def grown(catalog: Catalog, size: int) -> Catalog:
    """`catalog` cut or filled up to `size` parts; what is added is named like real cards and processors."""
    parts = dict(list(catalog.parts.items())[:size])
    number = 0
    while len(parts) < size:
        number += 1
        name = f"Xeon Z{number % 97}-{10_000 + number}"
        part_id = f"cpu:xeon-z{number % 97}-{10_000 + number}"
        parts[part_id] = Part(part_id, Category.CPU, name, Tier.RECOGNISED, aliases=(name.removeprefix("Xeon "),))
    return Catalog(parts, catalog.models if size > len(catalog.models) else {})


if __name__ == "__main__":
    main()
