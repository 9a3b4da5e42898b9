"""The whole way on a small demo market: over real HTTP, into a real database, solved, reported, and safe to repeat."""

import json
import os
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tracker.cli.main import run

SMALL = ("--days", "3", "--listings", "40")


def rigscout(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in a process of its own; warnings are errors there too."""
    command = [sys.executable, "-m", "tracker.cli", *arguments]
    env = os.environ | {"PYTHONWARNINGS": "error"} | environment
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=300)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    out = tmp_path_factory.mktemp("demo") / "out"
    done = rigscout("demo", "--out", str(out), *SMALL, "--json")
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def digest(out: Path) -> str:
    checked = rigscout("db", "check", "--digest", "--json", RIGSCOUT_DATA=str(out))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    return str(json.loads(checked.stdout)["digest"])


def test_every_source_is_read_and_machines_are_found(demo: tuple[Path, dict]) -> None:
    _, result = demo
    assert {name: source["state"] for name, source in result["sources"].items()} == {
        "ebay": "listings",
        "leboncoin": "listings",
        "kleinanzeigen": "listings",
    }
    assert result["machines"]["k80-box"]["status"] == "optimal"
    assert float(result["machines"]["k80-box"]["total"]["amount"]) > 50


def test_page_and_mail_say_that_they_are_a_demo(demo: tuple[Path, dict]) -> None:
    _, result = demo
    page = Path(result["report"])
    assert "made up" in page.read_text(encoding="utf-8")
    mail = message_from_bytes(page.with_suffix(".eml").read_bytes(), policy=policy.default)
    assert "DEMO" in mail["Subject"]
    kinds = {part.get_content_type() for part in mail.walk()}
    assert {"text/plain", "text/html", "image/png"} <= kinds


def test_a_second_run_ends_in_the_same_state(demo: tuple[Path, dict]) -> None:
    """The digest hashes all listings, prices, matches, figures and builds, not row ids, ports or run times.

    That another folder ends in it too is shown by test_kills.
    """
    out, _ = demo
    before = digest(out)
    assert rigscout("demo", "--out", str(out), *SMALL).returncode == 0
    assert digest(out) == before


def test_nobody_else_on_the_machine_reads_the_data(demo: tuple[Path, dict]) -> None:
    """Each file is its owner's alone, or stands in a folder that is."""
    out, _ = demo
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) > 3
    for path in files:
        kept = (path, *(folder for folder in path.parents if folder.is_relative_to(out)))
        assert any(not each.stat().st_mode & 0o077 for each in kept), path


def test_history_speaks_of_the_demo(demo: tuple[Path, dict]) -> None:
    out, _ = demo
    told = rigscout("history", "k80", "--format", "json", RIGSCOUT_DATA=str(out))
    assert told.returncode == 0, told.stderr
    assert "tesla-k80" in told.stdout


def test_the_demo_database_refuses_a_live_run(
    demo: tuple[Path, dict], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = demo
    monkeypatch.setenv("RIGSCOUT_DATA", str(out))
    assert run(["run"]) == 1
    assert "demo" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = rigscout("demo", "--out", str(tmp_path / "file" / "out"), *SMALL)
    assert done.returncode == 1
    assert "mend" in done.stderr
    assert "Traceback" not in done.stderr
