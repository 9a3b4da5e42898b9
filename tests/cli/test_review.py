"""`rigscout review` as a person and a script meet it: one key, lines of a pipe, lists, exports, hostile titles."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.services.market import TinyMatcher, crawl, day, listing
from tracker.cli.main import run
from tracker.domain.match import Decision, Kind, Match, MatchedPart, Reason
from tracker.services.ingest import ingest_feed
from tracker.settings import database_url
from tracker.storage.engine import Database, open_database

HOSTILE = "Tesla P40 \x1b]0;owned\x07\u202egnp"


class Unsure(TinyMatcher):
    """Every title may sell a P40."""

    def match(self, title: str, **_: object) -> Match:
        return Match(Kind.PART, Decision.REVIEW, 0.5, (MatchedPart("gpu:tesla-p40"),), reason=Reason.LOW_CONFIDENCE)


@pytest.fixture
def data(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with three unsure listings, of 300, 100 and 200 euros; their bare ids are row numbers of others."""
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    database = opened(tmp_path)
    raws = [
        listing(3, day(1), 300),
        listing(1, day(1), 100, title=HOSTILE),
        listing(2, day(1), 200, title="Accelerator [bold]card"),
    ]
    ingest_feed(database, raws, matcher=Unsure(), now=day(1), outcome=crawl(day(1)))
    database.close()
    return tmp_path


def opened(data: Path) -> Database:
    return open_database(database_url(data, {}))


def waiting(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(["review", "--list", "--json"]) == 0
    return [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]


def type_lines(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_list_is_cheapest_first(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert waiting(capsys) == ["ebay:1", "ebay:2", "ebay:3"]
    assert run(["review", "--list"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("100.00 EUR") < shown.index("200.00 EUR") < shown.index("300.00 EUR")
    assert "1 × gpu:tesla-p40  (0.50; low_confidence" in shown
    assert "[bold]card" in shown  # no markup of a title's is obeyed


def test_a_title_steers_no_terminal(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "--list"]) == 0
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_lines_of_a_pipe_are_answers(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch, "z\ny\ns\nn\n")
    assert run(["review"]) == 0
    assert "'z' is no answer" in capsys.readouterr().err
    assert waiting(capsys) == ["ebay:2"]


def test_q_and_the_end_of_the_input_stop(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed in ("q\ny\ny\n", ""):
        type_lines(monkeypatch, typed)
        assert run(["review"]) == 0
        assert len(waiting(capsys)) == 3


def test_an_answer_stands_through_rematch_and_is_exported(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_lines(monkeypatch, "gpu:tesla-p40*2\nb\nn\n")
    assert run(["review"]) == 0
    assert run(["rematch"]) == 0
    assert run(["review", "--export", str(data / "answers.jsonl")]) == 0
    rows = {row["id"]: row for row in map(json.loads, (data / "answers.jsonl").read_text("utf-8").splitlines())}
    assert rows["ebay:1"]["title"] == HOSTILE
    assert rows["ebay:1"]["label"] == {
        "kind": "part", "defect": False, "wanted": False, "parts": [{"part": "gpu:tesla-p40", "qty": 2}], "sure": True
    }  # fmt: skip
    assert rows["ebay:2"]["label"]["defect"] is True
    assert (rows["ebay:3"]["label"]["kind"], rows["ebay:3"]["label"]["parts"]) == ("other", [])
    assert waiting(capsys) == []


def test_an_answer_for_what_does_not_wait_is_wrong_usage(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "--answer", "ebay:1=y", "--answer", "ebay:77=y"]) == 2
    assert "ebay:77" in capsys.readouterr().err
