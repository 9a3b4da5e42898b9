"""A second opinion, from a server on this machine: kept by text, capped, held against the catalog, and never on accepted ones."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.services.market import NOW, TinyMatcher, day, listing
from tests.services.test_reviews import CATALOG, UNSURE, UnsureMatcher
from tracker.domain.errors import UsageError
from tracker.domain.match import Decision
from tracker.services.ingest import ingest_feed
from tracker.services.rematch import rematch
from tracker.services.reviews import labelled
from tracker.services.second_opinion import Endpoint, Opinions, ask_about_unsure, read_answer
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, load

SELLS = '{"sells": [{"part": "gpu:tesla-p40", "qty": 2}]}'


class Model(ThreadingHTTPServer):
    """Answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says, self.status = SELLS, 200
        self.asked: list[tuple[str, str, dict]] = []

    @property
    def endpoint(self) -> Endpoint:
        address = f"http://127.0.0.1:{self.server_address[1]}/v1/"
        return Endpoint.from_environment(
            {"RIGSCOUT_LLM_URL": address, "RIGSCOUT_LLM_MODEL": "tiny", "RIGSCOUT_LLM_KEY": "k"}
        )


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(json.dumps({"choices": [{"message": {"content": self.server.says}}]}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def model() -> Iterator[Model]:
    with Model() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


@pytest.fixture
def unsure(sqlite_database: Database) -> Database:
    """Three unsure listings of different words, and one that is accepted."""
    raws = [listing(number, day(1), 100 + number, title=f"P40 or P100, box {number}") for number in range(3)]
    ingest_feed(sqlite_database, raws, matcher=UnsureMatcher(), now=NOW)
    ingest_feed(sqlite_database, [listing(9, day(1), 100, title="p40")], matcher=TinyMatcher(), now=NOW)
    return sqlite_database


def ask(database: Database, model: Model, **more) -> Opinions:
    return ask_about_unsure(database, model.endpoint, catalog=CATALOG, matcher=UnsureMatcher(), now=NOW, **more)


def decisions(database: Database) -> dict[str, tuple[str, str | None]]:
    with database.reading() as connection:
        return {
            each.raw.external_id: (each.match.decision, each.match.parts) for each in load(connection, LISTING.c.id > 0)
        }


def test_an_answer_moves_review_to_accept_and_stands_through_a_rematch(unsure, model):
    accepted = decisions(unsure)["9"]
    told = ask(unsure, model)
    assert (told.calls, told.accepted, told.rejected, told.failed) == (3, 3, 0, 0)
    path, key, body = model.asked[0]
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer k", "tiny")
    assert json.loads(body["messages"][1]["content"])[0] == "P40 or P100, box 0"  # the cheapest first
    rematch(unsure, UnsureMatcher("2"), everything=False)
    found = decisions(unsure)
    assert [(decision, parts[0].qty) for decision, parts in (found["0"], found["2"])] == [(Decision.ACCEPT, 2)] * 2
    assert found["9"] != accepted  # the other matcher's word on it, not the model's
    assert len(model.asked) == 3
    assert labelled(unsure) == []  # a model's word is no label


def test_nothing_is_a_reject_and_no_telling_changes_nothing(unsure, model):
    model.says = '{"sells": []}'
    assert ask(unsure, model, calls=1).rejected == 1
    model.says = '{"sells": null}'
    assert ask(unsure, model, calls=1).left == 1
    assert [decision for decision, _ in decisions(unsure).values()].count(Decision.REVIEW) == 2


def test_calls_are_capped_and_answers_kept_by_text(unsure, model):
    model.says = '{"sells": null}'
    assert ask(unsure, model, calls=2).calls == 2
    again = ask(unsure, model, calls=2)
    assert (again.calls, again.kept) == (1, 2)
    assert len(model.asked) == 3


@pytest.mark.parametrize("answer", [
    "P40", "[]", "{}", '{"sells": 3}', '{"sells": [3]}', '{"sells": [{"part": "gpu:made-up"}]}', '{"sells": [{"part": []}]}',
    '{"sells": [{"part": "gpu:tesla-p40", "qty": 0}]}', '{"sells": [{"part": "gpu:tesla-p40", "qty": "many"}]}',
    '{"sells": [{"part": "gpu:tesla-p100"}]}', "[" * 100_000,
])  # fmt: skip
def test_an_answer_that_is_none_is_not_believed(answer):
    assert read_answer(answer, UNSURE, CATALOG) is None  # the P100 is named by the listing, and unknown to the catalog


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_failure_changes_nothing_and_ends_the_asking(unsure, model, status):
    before = decisions(unsure)
    model.status = status
    told = ask(unsure, model)
    assert (told.calls, told.failed, told.accepted) == (3, 3, 0)
    assert decisions(unsure) == before


def test_a_server_that_is_not_there_changes_nothing(unsure):
    endpoint = Endpoint("http://127.0.0.1:9/v1", "tiny")
    told = ask_about_unsure(unsure, endpoint, catalog=CATALOG, matcher=UnsureMatcher(), now=NOW)
    assert (told.failed, told.accepted) == (3, 0)


@pytest.mark.parametrize("environment", [{}, {"RIGSCOUT_LLM_URL": "file:///etc/hosts", "RIGSCOUT_LLM_MODEL": "x"},
                                         {"RIGSCOUT_LLM_URL": "http://127.0.0.1"}])  # fmt: skip
def test_it_is_off_unless_set_up(environment):
    with pytest.raises(UsageError):
        Endpoint.from_environment(environment)
