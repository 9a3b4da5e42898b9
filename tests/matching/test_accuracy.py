"""The figures that matching must hold, on our own labelled titles and, where they are, on the shared ones."""

import pytest

from tests.matching.evaluate import SHARED, is_check, labelled_sets, score, wilson
from tracker.cli.match import match_record

SETS = labelled_sets()


def tallies(matcher, name):
    return score(SETS[name], lambda row: match_record(matcher, row))


def share(right, total):
    return right / total if total else 1.0


def test_golden_titles(matcher):
    everything = tallies(matcher, "golden (our own titles)")["all"]
    figures = {name: share(right, total) for name, right, total in everything.rows()}
    assert figures["precision"] >= 0.995
    assert figures["recall"] >= 0.97
    assert figures["kind"] >= 0.97
    assert figures["defect precision"] >= 0.95
    assert figures["defect recall"] >= 0.90
    assert figures["quantity, many"] >= 0.95
    assert figures["quantity, one"] >= 0.995
    assert everything.ece <= 0.03


@pytest.mark.parametrize(
    "family", ["Tesla K80", "Tesla P40", "GTX 1080 Ti", "X99/C612/X399/TRX40 board", "Xeon E5 v3/v4", "Threadripper"]
)
def test_golden_titles_by_core_part(matcher, family):
    tally = tallies(matcher, "golden (our own titles)")[family]
    assert share(tally.right, tally.accepted) >= 0.99
    assert share(tally.found, tally.sold) >= 0.96


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/titles is not here")
def test_real_titles(matcher):
    everything = tallies(matcher, "real titles, all")["all"]
    assert share(everything.right, everything.accepted) >= 0.995
    assert share(everything.found, everything.sold) >= 0.97
    assert share(everything.kinds, everything.lines) >= 0.97


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/titles is not here")
def test_no_golden_title_is_a_shared_one():
    shared = {row["title"].strip().lower() for name, rows in SETS.items() if "golden" not in name for row in rows}
    assert not [row["title"] for row in SETS["golden (our own titles)"] if row["title"].strip().lower() in shared]


def test_the_check_part_is_a_tenth():
    assert 0.05 < sum(is_check(str(number)) for number in range(2_000)) / 2_000 < 0.15


def test_wilson_interval():
    low, high = wilson(9, 10)
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
