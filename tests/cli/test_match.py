"""`rigscout match`: one line out for each line in, whatever the lines hold; nothing of a title steers the terminal."""

import json

import pytest

from tracker.cli.main import run


@pytest.fixture
def lines(tmp_path):
    def write(*content: str) -> str:
        file = tmp_path / "in.jsonl"
        file.write_text("\n".join(content) + "\n", encoding="utf-8")
        return str(file)

    return write


def test_one_line_out_for_each_line_in(lines, capsys):
    file = lines(
        json.dumps({"id": "a", "title": "2x Tesla P40 24GB", "price": 400.0, "currency": "EUR"}),
        json.dumps({"id": 7, "title": "Asus X99-Deluxe motherboard", "condition": "For parts or not working"}),
    )
    assert run(["match", "--jsonl", file]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["parts"]) == ("a", [{"part": "gpu:tesla-p40", "qty": 2}])
    assert {"kind", "defect", "wanted", "confidence", "decision", "reason", "evidence"} <= first.keys()
    assert second["parts"] == [{"part": "board:x99", "qty": 1, "model": "asus-x99-deluxe"}]
    assert second["defect"]


@pytest.mark.parametrize("bad", ["{", "[]", "3", '{"id": 1}', '{"title": 5}', '{"title": "x", "description": 1}',
                                 '{"title": "x", "price": {}, "currency": "EUR"}', "[" * 100_000])  # fmt: skip
def test_a_malformed_line_is_told_and_the_rest_is_done(lines, capsys, bad):
    file = lines(bad, json.dumps({"id": 2, "title": "Tesla K80"}))
    assert run(["match", "--jsonl", file]) == 1
    captured = capsys.readouterr()
    assert [json.loads(line)["id"] for line in captured.out.splitlines()] == [2]
    assert json.loads(captured.err.splitlines()[0])["line"] == 1


def test_a_file_that_is_not_there_is_told(capsys):
    assert run(["match", "--jsonl", "nowhere.jsonl"]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_neither_or_both_is_wrong_usage(lines):
    assert run(["match"]) == 2
    assert run(["match", "Tesla K80", "--jsonl", lines("{}")]) == 2


def test_an_explanation_can_not_steer_the_terminal(capsys):
    assert run(["match", "Tesla K80 \x1b[31m24GB\x07 \u202e[bold]passive[/bold]"]) == 0
    out = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "[bold]passive" in out  # a title's own brackets are no markup
    assert "gpu:tesla-k80" in out
