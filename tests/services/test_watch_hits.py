"""Watches: what answers them, at which limit, told once and again only when it falls."""

from datetime import timedelta
from decimal import Decimal

from tests.services.market import NOW, TinyMatcher, crawl, euros, listing
from tracker.domain.build import Build, Offer, Solution, Status
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money, Rates
from tracker.domain.report import MachineReport, Message
from tracker.domain.watch import Watch
from tracker.services.ingest import ingest_feed
from tracker.services.outbox import enqueue
from tracker.services.watch_hits import untold_hits, watch_hits

RATES = Rates(NOW.date(), {"USD": Decimal("1.25")})
P40 = MatchedPart("gpu:tesla-p40")


def offer(number: int, price: int, *parts: MatchedPart, condition: str = "used") -> Offer:
    return Offer(f"ebay:{number}", parts or (P40,), euros(price), condition=condition, title=f"card {number}")


def subjects(watch: Watch, *offers: Offer, week: Money | None = None, machines=()) -> list[str]:
    return [hit.subject for hit in watch_hits([watch], offers, machines, rates=RATES, week=week)]


def test_a_part_at_its_limit_and_no_more():
    watch = Watch("cheap", "gpu:tesla-p40", at_most=euros(180))
    assert subjects(watch, offer(1, 181), offer(2, 180), offer(3, 150)) == ["ebay:3", "ebay:2"]


def test_condition_and_part_must_fit():
    watch = Watch("cheap", "gpu:tesla-p40", conditions=frozenset({"new"}), at_most=euros(180))
    other = offer(2, 10, MatchedPart("gpu:tesla-k80"), condition="new")
    assert subjects(watch, offer(1, 100), other, offer(3, 100, condition="new")) == ["ebay:3"]


def test_a_lot_counts_by_the_piece_and_a_bundle_whole():
    watch = Watch("cheap", "gpu:tesla-p40", at_most=euros(100))
    lot, bundle = offer(1, 200, MatchedPart("gpu:tesla-p40", 2)), offer(2, 101, P40, MatchedPart("cpu:xeon-e5-2680-v4"))
    (hit,) = watch_hits([watch], [lot, bundle], [], rates=RATES, week=None)
    assert (hit.subject, hit.landed, hit.facts) == ("ebay:1", euros(100), ("2 in one lot, 200.00 EUR in all",))


def test_a_limit_in_another_currency_or_in_weeks():
    assert subjects(Watch("usd", "gpu:tesla-p40", at_most=Money.of(125, "USD")), offer(1, 100), offer(2, 101)) == [
        "ebay:1"
    ]
    weeks = Watch("weeks", "gpu:tesla-p40", below_weeks=Decimal("0.5"))
    assert subjects(weeks, offer(1, 100), offer(2, 101), week=euros(200)) == ["ebay:1"]
    assert subjects(weeks, offer(1, 1)) == []  # what a week costs is not known
    assert subjects(Watch("yen", "gpu:tesla-p40", at_most=Money.of(10, "JPY")), offer(1, 1)) == []  # no rate


def test_a_machine_is_held_against_its_total():
    build = Build("p40-box", euros(300), ())
    machines = [MachineReport("p40-box", "P40 box", Solution("p40-box", Status.OPTIMAL, (build,))),
                MachineReport("k80-box", "K80 box", Solution("k80-box", Status.INFEASIBLE))]  # fmt: skip
    assert subjects(Watch("box", target="p40-box", at_most=euros(300)), machines=machines) == ["target:p40-box"]
    assert subjects(Watch("box", target="p40-box", at_most=euros(299)), machines=machines) == []
    assert subjects(Watch("box", target="k80-box", at_most=euros(299)), machines=machines) == []
    assert subjects(Watch("box", target="p40-box", below_weeks=Decimal(9)), machines=machines) == []  # rent unknown


def tell(database, key: str, *offers: Offer) -> list[str]:
    watch = Watch("cheap", "gpu:tesla-p40", at_most=euros(180))
    hits = untold_hits(database, watch_hits([watch], offers, [], rates=RATES, week=None), report_key=key)
    enqueue(database, Message("s", "h", "t", report_key=key), [], now=NOW, hits=hits)
    return [hit.subject for hit in hits]


def test_told_once_in_each_kind_of_report_and_again_when_it_falls(database):
    assert tell(database, "daily:1", offer(1, 100)) == ["ebay:1"]
    assert tell(database, "daily:1", offer(1, 100)) == ["ebay:1"]  # the same report, made again
    assert tell(database, "daily:2", offer(1, 96)) == []
    assert tell(database, "alert:2", offer(1, 96)) == ["ebay:1"]
    assert tell(database, "daily:3", offer(1, 95), offer(2, 100)) == ["ebay:1", "ebay:2"]


def test_a_relisting_is_the_sale_that_was_told(sqlite_database):
    same = {"seller": "anna", "title": "Tesla P40"}
    ingest_feed(sqlite_database, [listing(1, NOW, 70, **same)], matcher=TinyMatcher(), now=NOW)
    assert tell(sqlite_database, "daily:1", offer(1, 70)) == ["ebay:1"]
    later = NOW + timedelta(hours=1)
    gone = {"matcher": TinyMatcher(), "now": later, "outcome": crawl(later), "gone_after_runs": 1}
    ingest_feed(sqlite_database, [listing(5, later, 90)], **gone)
    again = later + timedelta(hours=1)
    ingest_feed(sqlite_database, [listing(2, again, 70, **same)], matcher=TinyMatcher(), now=again)
    assert tell(sqlite_database, "daily:2", offer(2, 70)) == []
