"""A price is held against its like: boards of a model, memory of a sort, servers' supplies apart from ATX units."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from reports.names import part_name
from tests.services.market import NOW, TinyMatcher, crawl, day, listing
from tracker.catalog import load_catalog
from tracker.domain.build import CostTerm, LandedCost
from tracker.domain.money import Rates
from tracker.domain.part import Catalog
from tracker.domain.web import Filters
from tracker.matching.matcher import build_matcher
from tracker.services.find_deals import find_deals
from tracker.services.ingest import ingest_feed
from tracker.services.offers import offer_stock
from tracker.services.price_history import part_history
from tracker.services.rematch import rematch
from tracker.services.too_cheap import suspects
from tracker.services.web_reads import StoredReads
from tracker.settings import Settings, shipped_config
from tracker.storage.invariants import broken_rules
from tracker.storage.listings import LISTING
from tracker.storage.rows import MATCH_COLUMNS

ATX = ("Corsair HX1200 1200W", "be quiet! Dark Power Pro 1200W modular", "Thermaltake Toughpower 1200W Netzteil")
CHEAP = (("MACHINIST X99 MR9A LGA2011-3", 30), ("32GB DDR4 2400T ECC REG RDIMM server memory", 20))
DEAR = (("ASUS X99-A LGA2011-3 mainboard", 110), ("32GB DDR4 3200 (2x16GB) UDIMM Corsair Vengeance", 90))
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
    reads = StoredReads(market, {})
    shown = {part: reads.listings(part=part, offset=0, limit=50).total for part in ("psu:1200-server", "psu:1200")}
    assert shown == {"psu:1200-server": 6, "psu:1200": 12}


class Again:
    """The same matcher under another version: what is stored is matched anew."""

    def __init__(self, matcher):
        self.match, self.version = matcher.match, f"{matcher.version} again"


def judged(database):
    with database.reading() as connection:
        assert list(broken_rules(connection)) == []
        rows = connection.execute(select(LISTING).order_by(LISTING.c.external_id)).mappings()
        return [{name: row[name] for name in MATCH_COLUMNS if name != "match_version"} for row in rows]


def test_a_rematch_changes_nothing_and_every_rule_of_the_database_holds(market, matcher):
    before, history = judged(market), part_history(market, "psu:1200-server")
    assert rematch(market, Again(matcher)).matched == len(before)
    assert (judged(market), part_history(market, "psu:1200-server")) == (before, history)


@pytest.mark.parametrize("seed", range(12))
def test_day_by_day_comes_to_what_a_rematch_comes_to(sqlite_database, matcher, seed):
    rng = random.Random(seed)
    titles = [*ATX, *SERVER, *(title for title, _ in (*CHEAP, *DEAR)), "X99 motherboard LGA2011-3", "32GB DDR4 memory"]
    titles += [f"{CHEAP[0][0]} + Xeon E5-2680 v4", f"{DEAR[1][0]} lot of 4", "Corsair HX1200 1200W + MSI X99A SLI Plus"]
    for number in range(6):
        feed = [
            listing(rng.randrange(60), day(number), int(rng.lognormvariate(4, 1)) + 1, title=rng.choice(titles))
            for _ in range(25)
        ]
        ingest_feed(sqlite_database, feed, matcher=matcher, now=day(number), outcome=crawl(day(number)))
    before = judged(sqlite_database)
    assert rematch(sqlite_database, Again(matcher)).matched == len(before)
    assert judged(sqlite_database) == before


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


@pytest.mark.parametrize(
    ("cheap", "dear", "part"), [(*CHEAP[:1], *DEAR[:1], "board:x99"), (CHEAP[1], DEAR[1], "ram:ddr4:32")]
)
def test_a_cheap_model_among_dear_ones_is_neither_a_scam_nor_a_bargain(database, matcher, cheap, dear, part):
    asked = [dear] * 16 + [cheap] * 3
    feed = [listing(number, NOW, price + number, title=title) for number, (title, price) in enumerate(asked)]
    ingest_feed(database, feed, matcher=matcher, now=NOW)
    assert suspects(database) == []
    assert part_history(database, part).days[-1].n == len(asked)  # the figures of a day are of all of them
    assert deals(database) == []
    ingest_feed(database, [listing("bargain", NOW, 60, title=dear[0])], matcher=matcher, now=NOW)
    assert [deal.part for deal in deals(database)] == [part]


def deals(database):
    offers = offer_stock(
        database, now=NOW, settings=Settings(), catalog=Catalog({}), rates=Rates(NOW.date(), {}), landed=price_alone
    )
    return find_deals(database, offers.offers, now=NOW)


def price_alone(raw, **_):
    return LandedCost((CostTerm("price", raw.price),))


def test_a_change_of_the_mix_of_boards_is_no_step_and_a_model_has_a_history_of_its_own(sqlite_database, matcher):
    """Five cheap boards for fifteen days, then ten dear ones beside them; no seller ever changed a price."""
    for number in range(30):
        boards = [CHEAP[0]] * 5 + [DEAR[0]] * (10 if number >= 15 else 0)
        seen = [listing(place, day(1 + number), price, title=title) for place, (title, price) in enumerate(boards)]
        ingest_feed(sqlite_database, seen, matcher=matcher, now=day(1 + number))
    mixed, own = (part_history(sqlite_database, "board:x99", model=model) for model in (None, "asus-x99-a"))
    assert mixed.days[0].median < mixed.days[-1].median
    assert mixed.trend is None
    assert "several models" in " ".join(mixed.notes)
    assert [figures.n for figures in own.days] == [0] * 15 + [10] * 15
    assert own.trend.slope_per_week.minor == 0
    assert own.trend.steps == ()
    reads = StoredReads(sqlite_database, {})
    assert reads.choices("board:x99").models == ("asus-x99-a", "machinist-x99-mr9a")
    assert reads.listings(part="board:x99", offset=0, limit=5, filters=Filters(model="asus-x99-a")).total == 10
