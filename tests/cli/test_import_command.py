"""`rigscout import` and `crawl` as a user runs them: words or JSON, and never into a demo's database."""

import json
from pathlib import Path

import pytest

from tracker.cli.main import run
from tracker.storage.engine import open_database


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "empty.html").write_text("")
    (tmp_path / "empty.har").write_text('{"log": {"entries": []}}')
    return tmp_path


def test_an_empty_page_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["import", "--json", str(folder / "empty.html")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["listings"], told["new"], told["pages"][0]["marketplace"]) == (0, 0, None)


@pytest.mark.parametrize("command", [["import", "empty.html"], ["crawl", "ebay"]])
def test_a_demos_database_takes_nothing_real(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.chdir(folder)
    database = open_database(f"sqlite:///{folder / 'data' / 'rigscout.sqlite3'}")
    database.claim(demo=True)
    database.close()
    assert run(command) == 1
    assert "holds demo data and refuses a live run" in capsys.readouterr().err


def test_a_har_without_pages_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["parse", str(folder / "empty.har")]) == 0
    assert "holds no pages" in capsys.readouterr().err


def test_a_line_that_is_no_object_is_told_with_its_number(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "titles.jsonl").write_text('{"id": 1, "title": "Tesla K80"}\n[1]\n')
    assert run(["match", "--jsonl", str(folder / "titles.jsonl")]) == 1
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 1
    assert json.loads(printed.err) == {"line": 2, "id": None, "error": "no JSON object"}
