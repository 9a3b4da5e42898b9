"""One matcher over the shipped catalog for all tests of matching."""

import pytest

from tracker.catalog import load_catalog
from tracker.matching.matcher import TitleMatcher, build_matcher
from tracker.settings import shipped_config


@pytest.fixture(scope="session")
def matcher() -> TitleMatcher:
    layers = (shipped_config(),)
    return build_matcher(load_catalog(layers), layers)
