"""Offers: only what could really be ordered today."""

import inspect
import re
from datetime import timedelta

import pytest

from tests.postcode_file import BERLIN, MUNICH, POTSDAM, geonames
from tests.services.market import NOW, TinyMatcher, crawl, day, euros, listing
from tracker.domain.build import CostTerm, LandedCost
from tracker.domain.listing import Condition, PriceKind
from tracker.domain.money import Money, NoRateError, Rates
from tracker.domain.part import Catalog
from tracker.postcodes import Postcodes
from tracker.services import offers
from tracker.services.ingest import ingest_feed
from tracker.services.offers import NOT_BUYABLE, offer_stock
from tracker.settings import Settings

RATES = Rates(NOW.date(), {})
SEEN = NOW - timedelta(hours=1)


def landed(raw, *, settings, rates, category, today):
    """The price and the shipping, no more."""
    assert category == "gpu"
    if raw.price.currency != settings.currency:
        raise NoRateError("no rate")
    terms = [CostTerm("price", raw.price)]
    if raw.shipping is not None:
        terms.append(CostTerm("shipping", raw.shipping))
    return LandedCost(tuple(terms))


def stock(database, *listings, **settings):
    ingest_feed(database, listings, matcher=TinyMatcher(), now=NOW)
    return offer_stock(
        database,
        now=NOW,
        settings=Settings(**settings),
        catalog=Catalog({}),
        rates=RATES,
        landed=landed,
    )


def test_an_offer_carries_what_the_solver_needs(database):
    raw = listing(1, SEEN, 300, title="3x p40", shipping=euros(30), quantity=2, seller="anna", country="FR")
    (offer,) = stock(database, raw).offers
    assert (offer.id, offer.landed, offer.available, offer.shipping) == ("ebay:1", euros(330), 2, euros(30))
    assert [(part.part, part.qty) for part in offer.parts] == [("gpu:tesla-p40", 3)]
    assert (offer.facts, offer.seller, offer.country, offer.last_seen) == ({"eps8": 1}, "anna", "FR", SEEN)


@pytest.mark.parametrize(("more", "cause"), [
    ({"price_kind": PriceKind.RANGE}, "price_range"), ({"price_kind": PriceKind.AUCTION}, "auction"),
    ({"price": None, "price_kind": PriceKind.NEGOTIABLE}, "no_price"), ({"reserved": True}, "reserved"),
    ({"wanted": True}, "wanted"), ({"condition": Condition.FOR_PARTS}, "defect"), ({"title": "broken p40"}, "defect"),
    ({"quantity": 0}, "none_left"), ({"price_kind": PriceKind.FREE}, "given_away"), ({"pickup_only": True}, "pickup_only"),
    ({"price": Money.of(5, "USD")}, "cost_unknown"),
    ({"price_kind": PriceKind.AUCTION, "buy_now": euros(90), "ends_at": SEEN}, "ended"),
])  # fmt: skip
def test_what_cannot_be_ordered_is_no_offer(sqlite_database, more, cause):
    found = stock(sqlite_database, listing(1, SEEN, **more))
    assert not found.offers
    assert found.left_out == {cause: 1}


def test_what_was_not_seen_lately_sold_gone_or_no_part_is_no_offer(sqlite_database):
    old = NOW - timedelta(hours=37)
    found = stock(
        sqlite_database, listing(1, old), listing(2, SEEN, sold=True), listing(3, SEEN, title="phone"), listing(4, SEEN)
    )
    assert [offer.id for offer in found.offers] == ["ebay:4"]
    assert found.left_out == {"seen_too_long_ago": 1}
    ingest_feed(sqlite_database, [], matcher=TinyMatcher(), now=NOW, outcome=crawl(NOW), gone_after_runs=1)
    settings = Settings(max_offer_age_h=99999)
    found = offer_stock(sqlite_database, now=NOW, settings=settings, catalog=Catalog({}), rates=RATES, landed=landed)
    assert not found.offers


def test_buy_it_now_negotiable_and_loose_listings_are_offers(sqlite_database):
    found = stock(
        sqlite_database,
        listing(1, SEEN, 1, price_kind=PriceKind.AUCTION, buy_now=euros(90), ends_at=NOW + timedelta(days=1)),
        listing(2, SEEN, 100, price_kind=PriceKind.NEGOTIABLE),
        listing(3, SEEN, 110, loose=True),
    )
    assert [offer.landed for offer in found.offers] == [euros(90), euros(100), euros(110)]


PARIS, LYON = (48.8566, 2.3522), "45.7640,4.8357"  # 391 km apart as the crow flies


@pytest.mark.parametrize(
    ("postcode", "location", "cause"),
    [
        ("10115", "14467 Potsdam", ""),
        ("10115", "80331 München", "pickup_too_far"),
        ("10115", "Potsdam", "pickup_distance_unknown"),
        ("99999", "14467 Potsdam", "pickup_distance_unknown"),
        ("", "14467 Potsdam", "pickup_distance_unknown"),
    ],
)
def test_a_postcode_says_how_far_it_is(sqlite_database, tmp_path, postcode, location, cause):
    postcodes = Postcodes(tmp_path)
    postcodes.keep("DE", geonames("DE", BERLIN, POTSDAM, MUNICH))
    raw = listing(1, SEEN, pickup_only=True, country="DE", location=location)
    ingest_feed(sqlite_database, [raw], matcher=TinyMatcher(), now=NOW)
    settings = Settings(country="DE", postcode=postcode, pickup_radius_km=50)
    found = offer_stock(
        sqlite_database,
        now=NOW,
        settings=settings,
        catalog=Catalog({}),
        rates=RATES,
        landed=landed,
        postcodes=postcodes,
    )
    assert dict(found.left_out) == ({cause: 1} if cause else {})
    assert [round(offer.distance_km) for offer in found.offers] == ([] if cause else [26])


@pytest.mark.parametrize(
    ("radius", "home", "at", "cause"),
    [
        (0, PARIS, LYON, "pickup_only"),
        (400, PARIS, LYON, ""),
        (390, PARIS, LYON, "pickup_too_far"),
        (400, None, LYON, "pickup_distance_unknown"),
        (400, PARIS, "", "pickup_distance_unknown"),
        (400, PARIS, "95,4", "pickup_distance_unknown"),
        (400, PARIS, "45.76", "pickup_distance_unknown"),
    ],
)
def test_pickup_only_within_the_radius(sqlite_database, radius, home, at, cause):
    raw = listing(1, SEEN, pickup_only=True, texts={"coordinates": at})
    found = stock(sqlite_database, raw, home=home, pickup_radius_km=radius)
    assert dict(found.left_out) == ({cause: 1} if cause else {})
    assert [round(offer.distance_km) for offer in found.offers] == ([] if cause else [391])


@pytest.mark.parametrize(
    ("said", "shared"),
    [
        ("Happy to do combined shipping on several items", True),
        ("I will combine postage", True),
        ("Kombiversand möglich", True),
        ("Versandkosten werden zusammengefasst", True),
        ("envoi groupé possible", True),
        ("envío combinado", True),
        ("no combined shipping", False),
        ("kein Kombiversand", False),
        ("pas d'envoi groupé", False),
        ("Tesla P40, shipping 10", False),
    ],
)
def test_several_things_of_a_seller_share_shipping_where_the_listing_says_so(sqlite_database, said, shared):
    (offer,) = stock(sqlite_database, listing(1, SEEN, description=said, shipping=euros(10))).offers
    assert offer.shipping_shared == shared


def test_what_is_delivered_has_no_distance(sqlite_database):
    raw = listing(1, SEEN, texts={"coordinates": LYON})
    (offer,) = stock(sqlite_database, raw, home=PARIS, pickup_radius_km=5).offers
    assert offer.distance_km is None


def test_a_day_old_listing_is_still_an_offer(sqlite_database):
    assert stock(sqlite_database, listing(1, NOW - timedelta(hours=35)), listing(2, day(0))).left_out == {
        "seen_too_long_ago": 1
    }


def test_every_cause_has_its_words():
    told = set(
        re.findall(r'left_out\["(\w+)"\]|return "(\w+)"|^        "(\w+)": ', inspect.getsource(offers), re.MULTILINE)
    )
    causes = {name for found in told for name in found if name} | {"pickup_distance_unknown", "pickup_too_far"}
    assert causes == NOT_BUYABLE.keys()
