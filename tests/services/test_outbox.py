"""The outbox: at least once, never twice to one recipient where the server answered."""

from datetime import timedelta

from tests.services.market import NOW
from tracker.domain.report import Message
from tracker.services.outbox import due, enqueue, mark_failed, mark_sent, states_of

MESSAGE = Message("P40 box €312", "<p>ü</p>", "text", {"chart": b"\x89PNG\0"}, "daily:2026-11-21")


def test_a_message_comes_out_as_it_went_in(database):
    assert enqueue(database, MESSAGE, ["b@example.org", "a@example.org"], now=NOW) == 2
    parcels = due(database, now=NOW)
    assert [parcel.recipient for parcel in parcels] == ["a@example.org", "b@example.org"]
    assert parcels[0].message == MESSAGE


def test_the_same_report_is_laid_once_for_each_recipient(database):
    enqueue(database, MESSAGE, ["a@example.org"], now=NOW)
    mark_sent(database, due(database, now=NOW)[0], now=NOW)
    assert enqueue(database, MESSAGE, ["a@example.org", "b@example.org"], now=NOW) == 1
    assert [parcel.recipient for parcel in due(database, now=NOW)] == ["b@example.org"]
    assert states_of(database, MESSAGE.report_key) == {"a@example.org": "sent", "b@example.org": "pending"}


def test_a_failure_is_tried_again_after_a_pause_that_grows(database):
    enqueue(database, MESSAGE, ["a@example.org"], now=NOW)
    at = NOW
    pauses = []
    for _ in range(10):
        (parcel,) = due(database, now=at)
        mark_failed(database, parcel, now=at, error="timed out")
        before = at
        while not due(database, now=at):
            at += timedelta(minutes=5)
        pauses.append((at - before) / timedelta(minutes=5))
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 72, 72, 72]


def test_what_the_server_refuses_for_good_is_not_tried_again(database):
    enqueue(database, MESSAGE, ["a@example.org"], now=NOW)
    mark_failed(database, due(database, now=NOW)[0], now=NOW, error="550 no such user", is_final=True)
    assert due(database, now=NOW + timedelta(days=30)) == []
    assert states_of(database, MESSAGE.report_key) == {"a@example.org": "refused"}
