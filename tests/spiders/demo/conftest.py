"""The demo's worlds, made once: they are frozen."""

import pytest

from spiders.demo.search import Index
from spiders.demo.world import World, make_world


@pytest.fixture(scope="session")
def world() -> World:
    """The world of `rigscout demo`."""
    return make_world()


@pytest.fixture(scope="session")
def small() -> World:
    """The small world of the crash tests."""
    return make_world(days=3, listings=40)


@pytest.fixture(scope="session")
def index(world: World) -> Index:
    return Index(world)
