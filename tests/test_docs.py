"""The README says what the code says."""

from pathlib import Path

import pytest

from tracker.cli.main import COMMANDS

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "words"), COMMANDS.items())
def test_the_readme_lists_every_command(name: str, words: str) -> None:
    assert f"| `rigscout {name}` | {words} |" in README


def test_the_readme_lists_no_other_command() -> None:
    assert README.count("| `rigscout ") == len(COMMANDS)


def test_its_picture_is_there() -> None:
    assert (Path(__file__).parent.parent / "docs" / "report.png").is_file()
