"""The matcher against the world's truth: what the demo's machines are built of must be known for what it is."""

from collections.abc import Mapping

import pytest

from spiders.demo.ads import Ad
from spiders.demo.world import World
from tracker.catalog import load_catalog
from tracker.domain.match import Decision, Match
from tracker.matching.matcher import TitleMatcher, build_matcher
from tracker.settings import config_layers


@pytest.fixture(scope="module")
def matcher() -> TitleMatcher:
    layers = config_layers(environment={})
    return build_matcher(load_catalog(layers), layers)


@pytest.fixture(scope="module")
def read(matcher: TitleMatcher, world: World) -> Mapping[Ad, Match]:
    return {ad: matcher.match(ad.title, condition=ad.condition) for ad in world.ads}


def sold(ad: Ad) -> set[str]:
    return {part.part for part in ad.truth.parts if not part.part.startswith("system:")}


def accepted(match: Match) -> set[str]:
    if match.decision is not Decision.ACCEPT:
        return set()
    return {part.part for part in match.parts if not part.part.startswith("system:")}


def test_nearly_all_that_is_sold_is_known_and_nearly_nothing_else(read: Mapping[Ad, Match]) -> None:
    right = sum(len(sold(ad) & accepted(match)) for ad, match in read.items())
    wrong = {ad.title: accepted(match) - sold(ad) for ad, match in read.items() if accepted(match) - sold(ad)}
    missed = {ad.title: sold(ad) - accepted(match) for ad, match in read.items() if sold(ad) - accepted(match)}
    assert right / (right + len(wrong)) > 0.97, wrong
    assert right / (right + len(missed)) > 0.97, missed


@pytest.mark.parametrize("trap", ["accessory", "collision"])
def test_what_only_looks_like_a_part_is_hardly_ever_taken_for_one(read: Mapping[Ad, Match], trap: str) -> None:
    ads = [ad for ad in read if ad.truth.trap == trap]
    taken = {ad.title: accepted(read[ad]) - sold(ad) for ad in ads if accepted(read[ad]) - sold(ad)}
    assert len(taken) < 0.08 * len(ads), taken


def test_the_broken_and_the_wanted_are_known(read: Mapping[Ad, Match]) -> None:
    broken = [ad for ad in read if ad.truth.defect]
    wanted = [ad for ad in read if ad.truth.wanted]
    assert sum(read[ad].defect for ad in broken) > 0.95 * len(broken)
    assert not [ad.title for ad, match in read.items() if match.wanted and not ad.truth.wanted]
    assert sum(read[ad].wanted for ad in wanted) > 0.95 * len(wanted)
