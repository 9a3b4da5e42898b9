"""A server's supply costs a third of the ATX unit of its watts: their prices are never mixed."""

from dataclasses import replace

import pytest

from reports.names import part_name
from tests.services.market import NOW, TinyMatcher, day, listing
from tracker.catalog import load_catalog
from tracker.matching.matcher import build_matcher
from tracker.services.ingest import ingest_feed
from tracker.services.price_history import part_history
from tracker.services.rematch import rematch
from tracker.services.too_cheap import suspects
from tracker.settings import shipped_config
from tracker.storage.invariants import broken_rules

ATX = ("Corsair HX1200 1200W", "be quiet! Dark Power Pro 1200W modular", "Thermaltake Toughpower 1200W Netzteil")
SERVER = ("HP 1200W server PSU DPS-1200FB A", "Dell 1200W PowerEdge power supply")


@pytest.fixture(scope="module")
def matcher():
    layers = (shipped_config(),)
    return build_matcher(load_catalog(layers), layers)


@pytest.fixture
def market(database, matcher):
    asked = [(title, 100 + 5 * number) for number, title in enumerate(ATX * 4)]
    asked += [(title, 20 + number) for number, title in enumerate(SERVER * 3)]
    feed = [listing(number, day(1), price, title=title) for number, (title, price) in enumerate(asked)]
    ingest_feed(database, feed, matcher=matcher, now=day(2))
    return database


def test_each_has_a_history_of_its_own_and_none_is_too_cheap(market):
    own, others = (part_history(market, part) for part in ("psu:1200-server", "psu:1200"))
    assert (own.days[0].n, own.days[0].lowest.minor) == (6, 2000)
    assert (others.days[0].n, others.days[0].lowest.minor) == (12, 10000)
    assert suspects(market) == []


def test_a_rematch_changes_nothing_and_every_rule_of_the_database_holds(market, matcher):
    before = part_history(market, "psu:1200-server")
    rematch(market, matcher)
    assert part_history(market, "psu:1200-server") == before
    with market.reading() as connection:
        assert list(broken_rules(connection)) == []


def test_a_catalog_that_learns_of_servers_takes_their_prices_apart(database, matcher):
    class Naive(TinyMatcher):
        def match(self, title, **facts):
            found = matcher.match(title, **facts)
            return replace(found, facts={}, parts=tuple(replace(part, model=None) for part in found.parts))

    feed = [listing(number, day(1), 100, title=title) for number, title in enumerate(ATX + SERVER)]
    ingest_feed(database, feed, matcher=Naive("old"), now=NOW)
    assert part_history(database, "psu:1200").days[0].n == len(feed)
    rematch(database, matcher)
    assert part_history(database, "psu:1200").days[0].n == len(ATX)
    assert part_history(database, "psu:1200-server").days[0].n == len(SERVER)


def test_it_is_called_by_its_name():
    assert part_name("psu:1200-server") == "1200 W server power supply"
    assert part_name("psu:1200") == "1200 W power supply"
