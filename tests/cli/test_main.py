"""The command line as a whole: help without imports, errors without tracebacks, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.cli.main import COMMANDS, rigscout, run

FRAMEWORKS = ("scrapy", "ortools", "matplotlib", "sqlmodel", "pydantic", "rich", "jinja2")


def test_help_imports_no_framework() -> None:
    """Start-up stays fast because nothing heavy is imported before a command runs."""
    code = "import sys\nfrom tracker.cli.main import run\nrun(['--help'])\nprint([m for m in sys.argv[1:] if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *FRAMEWORKS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = rigscout.get_command(None, name)
    assert command is not None, f"{name} is in the table but has no module"
    assert command.help
    subcommands = getattr(command, "commands", {})
    texts = [command.epilog or command.help, *(sub.epilog or sub.help for sub in subcommands.values())]
    assert any("Example" in text for text in texts), f"{name} shows no example"


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["buy-everything"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_a_config_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--config", str(tmp_path / "none"), "match", "Tesla P40"]) == 2
    message = capsys.readouterr().err
    assert str(tmp_path / "none") in message
    assert "mend" in message


def test_init_writes_settings_that_are_then_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "config"
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(folder))
    assert run(["init", "--yes", "--country", "de", "--targets", "p40-box", "--recipient", "a@example.org"]) == 0
    from tracker.settings import config_layers, load_settings

    settings = load_settings(config_layers())
    assert (settings.country, settings.targets, settings.mail.recipients) == ("DE", ("p40-box",), ("a@example.org",))
    assert (folder / "settings.toml").stat().st_mode & 0o777 == 0o600
    assert run(["init", "--yes"]) == 2  # never writes over settings unasked


def test_init_says_what_it_wrote_and_where_home_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(tmp_path / "config"))
    assert run(["init", "--yes", "--home", "Paris"]) == 2
    assert run(["init", "--yes", "--pickup-km", "far"]) == 2
    assert run(["init", "--yes", "--home", "48.86,2.35", "--pickup-km", "30", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["file"] == str(tmp_path / "config" / "settings.toml")
    assert (said["settings"]["home"], said["settings"]["country"]) == ([48.86, 2.35], "FR")
    assert said["settings"]["pickup_radius_km"] == 30


def test_init_whose_input_ends_says_what_was_asked_and_writes_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tracker.cli", "--config", str(tmp_path / "config"), "init"]
    done = subprocess.run(command, input="FR\n", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the input ended before the answer to: Postcode" in done.stderr
    assert "mend: give --yes" in done.stderr
    assert not (tmp_path / "config").exists()


def test_a_typo_in_the_settings_is_named_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text('curency = "EUR"\n[mail]\nport = 99999\n')
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(tmp_path))
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    assert run(["builds"]) == 2
    message = capsys.readouterr().err
    assert "curency" in message
    assert "mail.port" in message
