"""Cross-posts and doubled ads are linked and counted once; stock and look-alikes are not."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.services.market import NOW, TinyMatcher, crawl, day, listing
from tests.services.test_rollups import daily, emptied_sqlite, figure, rebuilt
from tracker.services.ad_copies import Ad, copies, is_copy
from tracker.services.checked import Found, record_check
from tracker.services.ingest import ingest_feed
from tracker.services.rematch import rematch
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING

TEXT = (
    "Aus meinem Heimserver, lief zwei Jahre ohne Fehler mit einem selbst gedruckten Luftleitblech, Rechnung liegt bei."
)
AD = Ad(1, "kleinanzeigen", "1", day(0), 1, "Nvidia Tesla P40 24GB GDDR5 passiv", 18_000, "EUR")


def other(**changes: object) -> Ad:
    return replace(AD, id=2, marketplace="ebay", external_id="2", first_seen=day(1), **changes)


@pytest.mark.parametrize(("one", "two"), [
    ({"seller": "anna77"}, {"seller": "Anna77"}),
    ({"seller": "anna77"}, {"seller": "anna77", "title": "NVIDIA TESLA P40 24 GB GDDR5, passiv", "price": 19_900}),
    ({"image": "https://cdn.example.org/a.jpg"}, {"image": "https://cdn.example.org/a.jpg"}),
    ({"description": TEXT}, {"description": TEXT.replace("Rechnung", "Die Rechnung")}),
    ({"location": "Köln"}, {"location": "köln"}),
])  # fmt: skip
def test_a_cross_post_is_a_copy(one, two):
    assert is_copy(replace(AD, **one), other(**two))
    assert copies([replace(AD, **one), other(**two)]) == {2: 1}


@pytest.mark.parametrize(("one", "two"), [
    ({}, {}),  # alike words and nothing that ties them
    ({"seller": "anna77"}, {"seller": "berta"}),
    ({"seller": "anna77"}, {"seller": "anna77", "title": "Nvidia Tesla P40 12GB GDDR5 passiv"}),
    ({"seller": "anna77"}, {"seller": "anna77", "price": 30_000}),
    ({"seller": "anna77"}, {"seller": "anna77", "units": 2}),
    ({"seller": "anna77"}, {"seller": "anna77", "title": "Grafikkarte mit Lüfter und Halter, siehe Bild"}),
    ({"location": "Köln"}, {"location": "Köln", "price": 18_100}),
    ({"description": "P40, läuft."}, {"description": "P40, läuft."}),  # a formula
    ({"seller": "anna77"}, {"seller": "anna77", "marketplace": "kleinanzeigen"}),  # two alike cards, two ads
    ({"seller": "shop", "image": "a", "is_business": True}, {"seller": "shop", "image": "a", "is_business": True, "marketplace": "kleinanzeigen"}),
])  # fmt: skip
def test_what_only_looks_alike_is_none(one, two):
    two = {"marketplace": "ebay"} | two
    assert not is_copy(replace(AD, **one), replace(AD, id=2, external_id="2", **two))


def test_a_doubled_ad_has_the_same_picture():
    twice = replace(AD, seller="anna77", image="a")
    assert copies([twice, replace(twice, id=2, external_id="2")]) == {2: 1}


def test_stock_is_never_a_copy():
    many = [replace(AD, id=n, external_id=str(n), seller="berlin-parts", image="a") for n in range(3)]
    assert copies(many) == {}
    cross = [replace(ad, id=ad.id + 10, marketplace="ebay") for ad in many]
    assert copies([*many, *cross]) == {}
    lot = replace(AD, seller="anna77", quantity=5)
    assert copies([lot, other(seller="anna77")]) == {}


def test_many_ads_are_compared_in_blocks():
    """Linear work: ten thousand ads of one part, in a hundred places at as many prices."""
    import time

    ads = [replace(AD, id=n, external_id=str(n), marketplace=f"m{n % 3}", price=10_000 + n % 997 * 7, location=f"p{n % 101}",
                   seller=f"s{n}") for n in range(10_000)]  # fmt: skip
    began = time.process_time()
    copies(ads)
    assert time.process_time() - began < 5


def ingest(database: Database, listings: list, **more):
    return ingest_feed(database, listings, matcher=TinyMatcher(), now=NOW, **more)


def rows(database: Database) -> dict[str, tuple[str | None, str | None]]:
    """Each listing's leader by external id, and the part that it counts for."""
    c, first = LISTING.c, LISTING.alias("first")
    with database.reading() as connection:
        query = select(c.external_id, first.c.external_id, c.price_part).outerjoin(first, first.c.id == c.same_as)
        return {name: (leader, part) for name, leader, part in connection.execute(query)}


PART = "gpu:tesla-p40"
ANNA = {"seller": "anna77"}


def test_a_cross_post_is_counted_once_and_takes_over_when_the_first_ends(database):
    ingest(database, [listing(1, day(0), 100, **ANNA), listing(3, day(0), 300)], outcome=crawl(day(0)))
    ingest(database, [listing(2, day(1), 105, marketplace="kleinanzeigen", **ANNA)])
    assert rows(database) == {"1": (None, PART), "2": ("1", None), "3": (None, PART)}
    assert (figure(database, "n", 1), figure(database, "new", 1)) == (2, 0)
    assert daily(database) == rebuilt(database)
    for number in (2, 3):  # the first one is taken down; the other one stays
        ingest(database, [listing(3, day(number), 300)], outcome=crawl(day(number)))
    assert rows(database) == {"1": ("2", None), "2": (None, PART), "3": (None, PART)}
    assert figure(database, "n", 3) == 2
    assert daily(database) == rebuilt(database)


def test_a_copy_takes_over_when_a_look_finds_the_first_one_gone(sqlite_database):
    ingest(sqlite_database, [listing(1, day(0), 100, **ANNA)])
    ingest(sqlite_database, [listing(2, day(0), 105, marketplace="kleinanzeigen", **ANNA)])
    assert record_check(sqlite_database, {"ebay:1": Found.GONE}, at=day(0.5)) == 1
    assert rows(sqlite_database) == {"1": ("2", None), "2": (None, PART)}
    assert figure(sqlite_database, "n", 0) == 1
    assert daily(sqlite_database) == rebuilt(sqlite_database)


def test_at_a_price_that_nobody_believes_an_ad_is_no_copy(sqlite_database):
    """Whatever it asked before: what is linked must not depend on the order of feeds."""
    ingest(sqlite_database, [listing(number, day(0), 1000 + number) for number in range(10, 20)])
    ingest(sqlite_database, [listing(1, day(0), 1000, **ANNA)])
    for at, price, leader in ((1, 1010, "1"), (2, 100, None), (3, 1010, "1")):
        ingest(sqlite_database, [listing(2, day(at), price, marketplace="kleinanzeigen", **ANNA)])
        assert rows(sqlite_database)["2"] == (leader, None)
    assert daily(sqlite_database) == rebuilt(sqlite_database)


def test_the_copy_of_what_is_sold_is_counted_no_more(sqlite_database):
    ingest(sqlite_database, [listing(1, day(0), 100, **ANNA)])
    ingest(sqlite_database, [listing(2, day(0), 100, marketplace="kleinanzeigen", **ANNA)])
    ingest(sqlite_database, [listing(1, day(1), 100, sold=True, **ANNA)])
    assert rows(sqlite_database) == {"1": (None, PART), "2": ("1", None)}
    assert (figure(sqlite_database, "n", 1), figure(sqlite_database, "sold", 1)) == (0, 1)


def test_a_place_holder_is_no_picture(sqlite_database):
    for image, leader in (("data:image/gif;base64,R0lGOD", None), ("https://cdn.example.org/a.jpg", "1")):
        ingest(sqlite_database, [listing(1, day(0), 100, image=image)])
        ingest(sqlite_database, [listing(2, day(0), 100, image=image, marketplace="kleinanzeigen")])
        assert rows(sqlite_database)["2"][0] == leader
        emptied_sqlite(sqlite_database)


def test_a_copy_that_becomes_another_part_counts_for_that(sqlite_database):
    ingest(sqlite_database, [listing(1, day(0), 100, **ANNA)])
    for number, title in enumerate(("Tesla P40", "Tesla K80")):
        ingest(sqlite_database, [listing(2, day(number), 100, marketplace="kleinanzeigen", title=title, **ANNA)])
    assert rows(sqlite_database) == {"1": (None, PART), "2": (None, "gpu:tesla-k80")}


def test_an_earlier_sighting_of_a_copy_makes_it_the_first(sqlite_database):
    ingest(sqlite_database, [listing(1, day(2), 100, **ANNA)])
    for at in (3, 1):
        ingest(sqlite_database, [listing(2, day(at), 100, marketplace="kleinanzeigen", **ANNA)])
    assert rows(sqlite_database) == {"1": ("2", None), "2": (None, PART)}


def test_a_third_of_a_kind_shows_that_it_was_stock(sqlite_database):
    same = {"seller": "shop", "image": "https://cdn.example.org/a.jpg"}
    ingest(sqlite_database, [listing(1, day(0), 100, **same), listing(2, day(0), 100, **same)])
    assert rows(sqlite_database)["2"] == ("1", None)
    ingest(sqlite_database, [listing(3, day(1), 100, **same)])
    assert {leader for leader, _ in rows(sqlite_database).values()} == {None}
    assert figure(sqlite_database, "n", 1) == 3
    assert daily(sqlite_database) == rebuilt(sqlite_database)


SEEN = st.fixed_dictionaries({
    "number": st.integers(1, 6), "price": st.sampled_from([100, 110, 200]), "marketplace": st.sampled_from(["ebay", "leboncoin"]),
    "title": st.sampled_from(["p40", "P40!", "2x p40", "k80", "broken p40"]), "seller": st.sampled_from(["anna", "berta", None]),
    "image": st.sampled_from(["https://cdn.example.org/a.jpg", None]), "sold": st.sampled_from([False, False, False, True]),
})  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(SEEN, max_size=5), min_size=1, max_size=6))
def test_step_by_step_equals_a_rematch_and_a_rebuild(sqlite_database, steps):
    emptied_sqlite(sqlite_database)
    for number, seen in enumerate(steps):
        raws = [
            listing(**{**each, "number": f"{each['marketplace']}{each['number']}"}, at=day(number)) for each in seen
        ]
        ingest(sqlite_database, raws, outcome=crawl(day(number)))
    kept, figures = rows(sqlite_database), daily(sqlite_database)
    assert all(leader is None or part is None for leader, part in kept.values())
    assert figures == rebuilt(sqlite_database)
    result = rematch(sqlite_database, TinyMatcher("again"))
    assert rows(sqlite_database) == kept
    assert (result.changed, daily(sqlite_database)) == (0, figures)
