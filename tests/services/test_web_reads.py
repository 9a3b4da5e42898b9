"""What the pages read and change, on both databases: newest first, cut to pages, and nothing where there is nothing."""

from datetime import date

import pytest

from tests.services.market import NOW, TinyMatcher, crawl, day, euros, listing
from tracker.domain.build import BoughtOffer, Build, Offer, Solution, Status
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.services.builds_kept import keep_solution
from tracker.services.ingest import ingest_feed
from tracker.services.web_reads import StoredReads
from tracker.services.web_writes import StoredWrites
from tracker.storage.engine import Database

NAMES = {"gpu:tesla-p40": "Tesla P40"}


class Doubter(TinyMatcher):
    """Doubts what has a "?" in its title."""

    def match(self, title: str, **more: object) -> Match:
        match = super().match(title.replace("?", ""), **more)
        if "?" not in title:
            return match
        return Match(Kind.PART, Decision.REVIEW, 0.5, match.parts, reason=Reason.LOW_CONFIDENCE)


@pytest.fixture
def reads(database: Database) -> StoredReads:
    first = [listing(1, day(0), 100), listing(2, day(0), 90, title="K80"), listing(3, day(0), 80, title="K80 ?")]
    second = [
        listing(1, day(1), 95), listing(4, day(1), 120), listing(5, day(1), 60, title="P40 ?"),
        listing(6, day(1), 10, title="a mystery ?"), listing(7, day(1), None, title="P40 ?"),
    ]  # fmt: skip
    for at, raws in ((day(0), first), (day(1), second)):
        ingest_feed(database, raws, matcher=Doubter(), now=at, outcome=crawl(at, complete=False))
    return StoredReads(database, NAMES, lambda stored: stored.id == 1, clock=lambda: NOW)


def test_the_version_tells_of_every_commit_and_of_nothing_else(reads: StoredReads, database: Database) -> None:
    before = reads.version()
    reads.parts(offset=0, limit=50)
    assert reads.version() == before
    assert StoredWrites(database, Doubter(), clock=lambda: NOW).mark(1, "ignore")
    after = reads.version()
    assert after != before
    assert reads.version() == after


def test_parts_have_their_newest_figures(reads: StoredReads) -> None:
    parts = reads.parts(offset=0, limit=50)
    assert [(line.part, line.name, line.figures.n if line.figures else None) for line in parts.items] == [
        ("gpu:tesla-k80", "gpu:tesla-k80", 1),
        ("gpu:tesla-p40", "Tesla P40", 2),
    ]
    figures = parts.items[1].figures
    assert figures is not None
    assert (figures.day, figures.lowest) == (day(1).date(), euros(95))
    assert [line.part for line in reads.parts(offset=1, limit=1).items] == ["gpu:tesla-p40"]
    assert reads.parts(offset=9, limit=1).total == 2


def test_a_history_begins_with_the_first_figure(reads: StoredReads) -> None:
    history = reads.history("gpu:tesla-p40", since=date.min)
    assert history is not None
    assert [figures.day for figures in history.days] == [day(0).date(), day(1).date()]
    later = reads.history("gpu:tesla-p40", since=day(90).date())
    assert later is not None
    assert later.days == ()
    assert reads.history("gpu:tesla-m40", since=None) is None
    assert reads.history("a\0b", since=None) is None


def test_open_listings_newest_first(reads: StoredReads) -> None:
    everything = reads.listings(part=None, offset=0, limit=3)
    assert (everything.total, [item.raw.external_id for item in everything.items]) == (7, ["7", "6", "5"])
    sold = reads.listings(part="gpu:tesla-p40", offset=0, limit=50)
    assert [item.raw.external_id for item in sold.items] == ["4", "1"]  # the doubted ones are no offers of it
    assert reads.listings(part="gpu:none\0", offset=0, limit=5).items == ()


def test_a_listing_with_its_life(reads: StoredReads) -> None:
    life = reads.listing("ebay", "1")
    assert life is not None
    assert [seen.price for seen in life.observations] == [euros(100), euros(95)]
    assert life.archived
    assert reads.listing("ebay", "99") is None
    assert reads.listing("vinted", "1") is None
    assert reads.listing("ebay", "\0") is None


def waiting(reads: StoredReads) -> list[str]:
    return [item.raw.external_id for item in reads.review(offset=0, limit=50).items]


def test_review_begins_with_the_parts_of_todays_machines(reads: StoredReads, database: Database) -> None:
    assert waiting(reads) == ["5", "3", "7", "6"]  # by price, without a price, without a part
    part = MatchedPart("gpu:tesla-k80")
    offer = Offer("ebay:2", (part,), euros(90))
    build = Build("k80-box", euros(90), (BoughtOffer(offer),))
    keep_solution(database, Solution("k80-box", Status.OPTIMAL, (build,)), day=day(1).date(), at=day(1))
    assert waiting(reads) == ["3", "5", "7", "6"]
    page = reads.review(offset=1, limit=2)
    assert (page.total, [item.raw.external_id for item in page.items]) == (4, ["5", "7"])


def test_changes_are_kept_and_told(reads: StoredReads, database: Database) -> None:
    told: list[str] = []
    writes = StoredWrites(database, Doubter(), changed=lambda: told.append("changed"), clock=lambda: NOW)
    numbers = {item.raw.external_id: item.id for item in reads.listings(part=None, offset=0, limit=50).items}
    assert writes.decide(numbers["5"], is_right=True)
    assert writes.decide(numbers["3"], is_right=False)
    assert waiting(reads) == ["7", "6"]
    right, wrong = reads.listing("ebay", "5"), reads.listing("ebay", "3")
    assert right is not None
    assert right.listing.match is not None
    assert right.listing.match.decision is Decision.ACCEPT
    assert wrong is not None
    assert wrong.listing.match is not None
    assert (wrong.listing.match.decision, wrong.listing.match.parts) == (Decision.REJECT, ())
    assert writes.mark(numbers["4"], "wrong")
    assert waiting(reads) == ["4", "7", "6"]
    assert told == ["changed"] * 3
    for number in (99, 0, -1, 2**70):
        assert not writes.mark(number, "ignore")
        assert not writes.decide(number, is_right=True)
    assert len(told) == 3


def test_a_number_that_is_another_listings_own_id_is_not_mistaken(database: Database) -> None:
    raws = [listing(2, day(0), 20, title="P40 ?"), listing(3, day(0), 10, title="K80 ?")]  # their rows: 1 and 2
    ingest_feed(database, raws, matcher=Doubter(), now=day(0), outcome=crawl(day(0)))
    reads = StoredReads(database, NAMES)
    chosen = reads.review(offset=0, limit=1).items[0]
    assert (chosen.id, chosen.raw.external_id) == (2, "3")
    StoredWrites(database, Doubter(), clock=lambda: NOW).decide(chosen.id, is_right=True)
    assert waiting(reads) == ["2"]
