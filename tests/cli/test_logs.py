"""The log on stderr: words or JSON lines, and never a secret."""

import json
import logging
from pathlib import Path

import pytest
from rich.console import Console

from tracker.cli.logs import log_handler, tell
from tracker.cli.main import run

SECRETS = {
    "RIGSCOUT_SMTP_PASSWORD": "mail pass/word",
    "EBAY_CLIENT_SECRET": "PRD-0123456789",
    "RIGSCOUT_NOTIFY": "tgram://9876:botkey/42 ntfy://topic-of-mine",
    "RIGSCOUT_LLM_KEY": "sk-0123456789",
    "RIGSCOUT_DATABASE_URL": "postgresql://me:hunter22@db.example.org/rigscout",
}


def logger(environment: dict[str, str], name: str = "rigscout.test") -> logging.Logger:
    """A logger that nothing else writes to or reads from."""
    log = logging.Logger(name)  # noqa: LOG001 - not in the tree on purpose: pytest's own handlers are there
    log.addHandler(log_handler(environment))
    return log


@pytest.mark.parametrize("style", ["human", "json"])
def test_no_secret_reaches_the_log(style: str, capsys: pytest.CaptureFixture[str]) -> None:
    log = logger({**SECRETS, "RIGSCOUT_LOG": style})
    for value in SECRETS.values():
        log.warning("refused: %s", value)
    try:
        int(f"{SECRETS['RIGSCOUT_DATABASE_URL']} with {SECRETS['RIGSCOUT_SMTP_PASSWORD']}")
    except ValueError:
        log.exception("it ended")
    told = capsys.readouterr().err
    assert "db.example.org" in told, "what is no secret is told"
    assert "it ended" in told
    for word in ("mail pass", "PRD-", "botkey", "topic-of-mine", "sk-0", "hunter22"):
        assert word not in told


def test_every_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    logger({"RIGSCOUT_LOG": "json"}).warning("two\nlines and \x1b[31m colour")
    logger({"RIGSCOUT_LOG": "json"}, "procrastinate.worker").info("Starting job")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first["message"] == "two\nlines and \x1b[31m colour"
    assert (second["level"], second["logger"]) == ("info", "procrastinate.worker")
    assert second["at"].endswith("+00:00")


def test_a_human_s_terminal_is_not_steered(capsys: pytest.CaptureFixture[str]) -> None:
    logger({}).warning("\x1b[31m colour")
    assert "\x1b" not in capsys.readouterr().err


def test_an_error_is_told_in_the_form_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_LOG", "human")  # and put back, whatever --log-format sets
    arguments = ["--config", str(tmp_path / "none"), "match", "Tesla P40"]
    assert run(["--log-format", "json", *arguments]) == 2
    told = json.loads(capsys.readouterr().err)
    assert told["level"] == "error"
    assert str(tmp_path / "none") in told["message"]
    assert run(["--log-format", "human", *arguments]) == 2
    assert capsys.readouterr().err.startswith("rigscout: ")


@pytest.mark.parametrize("style", ["human", "json"])
def test_a_line_is_told_in_the_form_asked_for(
    style: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_LOG", style)
    log = logging.getLogger("rigscout")
    handler = log_handler({"RIGSCOUT_LOG": style})
    monkeypatch.setattr(log, "handlers", [handler])
    log.setLevel(logging.INFO)
    tell(Console(stderr=True), "failed: [me] \x1b[31m", logging.ERROR)
    told = capsys.readouterr().err
    if style == "json":
        record = json.loads(told)
        assert (record["level"], record["message"]) == ("error", "failed: [me] \x1b[31m")
    else:
        assert told == "failed: [me] \ufffd[31m\n"
