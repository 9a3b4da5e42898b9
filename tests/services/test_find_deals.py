"""Deals: only what surely stands out, told once, and again only when it falls."""

from datetime import timedelta

import pytest

from tests.services.market import NOW, TinyMatcher, crawl, euros, listing
from tracker.domain.build import CostTerm, LandedCost, Offer
from tracker.domain.listing import Condition
from tracker.domain.match import MatchedPart
from tracker.domain.report import Message
from tracker.services.deals_told import untold
from tracker.services.find_deals import find_deals
from tracker.services.ingest import ingest_feed
from tracker.services.outbox import enqueue

SEEN = NOW - timedelta(hours=1)
USUAL = [100, 104, 96, 110, 99, 101, 120, 95, 105, 98, 103, 97, 102, 130, 108, 111]


def offer(number: int | str, price: int, qty: int = 1, **more) -> Offer:
    return Offer(f"ebay:{number}", (MatchedPart("gpu:tesla-p40", qty),), euros(price), condition="used", **more)


def market(database, *extra, usual=USUAL):
    listings = [listing(number, SEEN, price) for number, price in enumerate(usual, 100)]
    ingest_feed(database, [*listings, *extra], matcher=TinyMatcher(), now=NOW)


def test_a_deal_carries_its_percentile_n_and_confidence(database):
    market(database, listing(1, SEEN, 70))
    (deal,) = find_deals(database, [offer(1, 70), offer(100, 100)], now=NOW, names={"gpu:tesla-p40": "Tesla P40"})
    assert (deal.name, deal.landed, deal.median, deal.n, deal.percentile) == (
        "Tesla P40",
        euros(70),
        euros("102.50"),
        16,
        0,
    )
    assert deal.confidence == pytest.approx((1 - 0.75**16) * 0.95)
    assert deal.listing.raw.external_id == "1"
    assert not deal.extraordinary
    assert "100% of 16" in deal.why


def test_too_few_prices_make_no_deal(sqlite_database):
    market(sqlite_database, listing(1, SEEN, 50), usual=USUAL[:6])
    assert find_deals(sqlite_database, [offer(1, 50)], now=NOW) == []


def test_a_lot_is_held_against_unit_prices(sqlite_database):
    market(sqlite_database, listing(1, SEEN, 180, title="3x p40"))
    (deal,) = find_deals(sqlite_database, [offer(1, 180, qty=3)], now=NOW)
    assert (deal.landed, deal.facts) == (euros(60), ("3 in one lot, 180.00 EUR in all",))
    assert deal.extraordinary


def test_why_it_may_be_a_trap(sqlite_database):
    market(sqlite_database, listing(1, SEEN, 40))
    cost = LandedCost((CostTerm("price", euros(30)), CostTerm("shipping", euros(10), estimated=True)))
    tempting = offer(1, 40, country="CN", flags=("untested",), cost=cost)
    (deal,) = find_deals(sqlite_database, [tempting], now=NOW, country="FR")
    assert deal.cautions == (
        "at 39% of the usual price, a scam or a mistake is likely", "the ad says untested",
        "comes from CN through customs: slow, and dear to send back", "shipping is an estimate",
    )  # fmt: skip
    assert not deal.extraordinary
    (deal,) = find_deals(sqlite_database, [offer(1, 40, country="DE")], now=NOW, country="FR")
    assert "DE" not in " ".join(deal.cautions)  # within the customs union a border is no trap


def test_old_broken_and_auction_prices_are_not_compared(sqlite_database):
    old = NOW - timedelta(weeks=6)
    listings = [listing(number, old, price) for number, price in enumerate(USUAL, 100)]
    ingest_feed(sqlite_database, [*listings, listing(1, SEEN, 50)], matcher=TinyMatcher(), now=NOW)
    broken = [listing(number, SEEN, 200, condition=Condition.FOR_PARTS) for number in range(300, 320)]
    ingest_feed(sqlite_database, broken, matcher=TinyMatcher(), now=NOW)
    assert find_deals(sqlite_database, [offer(1, 50)], now=NOW) == []


def tell(database, key: str, *offers: Offer) -> list[str]:
    """Find deals, tell the untold ones in a report, and name them."""
    deals = untold(database, find_deals(database, offers, now=NOW), report_key=key)
    enqueue(database, Message("s", "h", "t", report_key=key), ["anna@example.org"], now=NOW, told=deals)
    return [deal.listing.raw.external_id for deal in deals]


def test_told_once_and_again_only_when_it_falls_by_a_step(database):
    market(database, listing(1, SEEN, 70))
    assert tell(database, "daily:1", offer(1, 70)) == ["1"]
    assert tell(database, "daily:1", offer(1, 70)) == ["1"]  # the same report, made again
    assert tell(database, "daily:2", offer(1, 70)) == []
    assert tell(database, "daily:3", offer(1, 68)) == []
    assert tell(database, "daily:4", offer(1, 66)) == ["1"]
    assert tell(database, "daily:5", offer(1, 70)) == []


def test_a_relisting_and_a_listing_that_was_away_are_not_told_as_new(database):
    same = {"seller": "anna", "title": "Tesla P40"}
    market(database, listing(1, SEEN, 70, **same))
    assert tell(database, "daily:1", offer(1, 70)) == ["1"]
    others = [listing(number, NOW, price) for number, price in enumerate(USUAL, 100)]
    ingest_feed(database, others, matcher=TinyMatcher(), now=NOW, outcome=crawl(NOW), gone_after_runs=1)
    later = NOW + timedelta(hours=1)
    ingest_feed(database, [listing(2, later, 70, **same)], matcher=TinyMatcher(), now=later)
    assert tell(database, "daily:2", offer(2, 70)) == []
    ingest_feed(database, [listing(1, later, 70, **same)], matcher=TinyMatcher(), now=later)
    assert tell(database, "daily:3", offer(1, 70)) == []


@pytest.mark.parametrize(("price", "is_deal"), [(70, True), (85, True), (90, False)])
def test_a_little_below_the_usual_price_is_no_deal(sqlite_database, price, is_deal):
    market(sqlite_database, listing(1, SEEN, price))
    assert bool(find_deals(sqlite_database, [offer(1, price)], now=NOW)) is is_deal


def test_only_the_cheapest_tenth_stands_out(sqlite_database):
    """Twelve of a hundred at 60: cheap, surely in the cheapest quarter, but too many to be anything special."""
    usual = [60] * 12 + [100] * 88
    market(sqlite_database, listing(1, SEEN, 60), listing(2, SEEN, 55), usual=usual)
    assert [
        deal.listing.raw.external_id for deal in find_deals(sqlite_database, [offer(1, 60), offer(2, 55)], now=NOW)
    ] == ["2"]


def test_a_market_of_thousands_has_deals_too(sqlite_database):
    """The chance of 300 out of 5,000: binomial coefficients there are larger than any float."""
    market(sqlite_database, listing(1, SEEN, 70), usual=[69] * 300 + [100] * 4700)
    (deal,) = find_deals(sqlite_database, [offer(1, 70)], now=NOW)
    assert (deal.n, round(deal.percentile)) == (5000, 6)
    assert deal.confidence == pytest.approx(0.95)
