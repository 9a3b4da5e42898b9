"""Reviews: cheapest first, one key an answer, kept through a rematch, exported as labelled titles."""

import pytest

from tests.services.market import NOW, TinyMatcher, euros
from tracker.domain.errors import UsageError
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.domain.part import Catalog, Category, Part
from tracker.services.reviews import answered, corrected

UNSURE = Match(Kind.BUNDLE, Decision.REVIEW, 0.4, (MatchedPart("gpu:tesla-p40"), MatchedPart("gpu:tesla-p100")),
               reason=Reason.SEVERAL_CANDIDATES)  # fmt: skip
CATALOG = Catalog({"gpu:tesla-p40": Part("gpu:tesla-p40", Category.GPU, "Tesla P40")})


def test_yes_accepts_what_stands():
    match = answered(UNSURE, "y")
    assert (match.decision, match.parts, match.reason) == (Decision.ACCEPT, UNSURE.parts, None)


def test_broken_is_kept_as_broken():
    assert answered(UNSURE, "b").defect


@pytest.mark.parametrize(("key", "kind"), [("n", Kind.OTHER), ("a", Kind.ACCESSORY)])
def test_no_says_that_a_person_said_so(key, kind):
    match = answered(UNSURE, key)
    assert (match.kind, match.decision, match.reason, match.parts) == (kind, Decision.REJECT, Reason.OVERRIDDEN, ())


def test_parts_can_be_typed():
    match = corrected(UNSURE, "gpu:tesla-p40*2", CATALOG)
    assert (match.kind, match.parts) == (Kind.PART, (MatchedPart("gpu:tesla-p40", 2),))


@pytest.mark.parametrize("words", ["gpu:tesla-p41", "gpu:tesla-p40*x", "gpu:tesla-p40*0"])
def test_a_wrong_part_is_refused(words):
    with pytest.raises(UsageError):
        corrected(UNSURE, words, CATALOG)


def test_an_unknown_key_is_refused():
    with pytest.raises(UsageError):
        answered(UNSURE, "z")


class UnsureMatcher(TinyMatcher):
    """Every title is unsure."""

    def match(self, title, **_):
        return UNSURE


def test_waiting_is_cheapest_first_and_an_answer_stands_through_a_rematch(sqlite_database):
    from tests.services.market import crawl, day, listing
    from tracker.services.ingest import ingest_feed
    from tracker.services.marks import decide
    from tracker.services.rematch import rematch
    from tracker.services.reviews import labelled, waiting

    matcher = UnsureMatcher()
    raws = [listing(1, day(1), 300), listing(2, day(1), 100), listing(3, day(1), None)]
    ingest_feed(sqlite_database, raws, matcher=matcher, now=day(1), outcome=crawl(day(1)))
    found = waiting(sqlite_database)
    assert [item.raw.price for item in found] == [euros(100), euros(300), None]
    decide(sqlite_database, str(found[0].id), answered(found[0].match, "y"), matcher=matcher, now=NOW)
    assert rematch(sqlite_database, UnsureMatcher("2")).overridden == 1
    assert [item.raw.external_id for item in waiting(sqlite_database)] == ["1", "3"]
    (row,) = labelled(sqlite_database)
    assert (row["id"], row["label"]["kind"], row["label"]["sure"]) == ("ebay:2", "bundle", True)
