"""The container's recipe, as far as it can be checked without an engine: what it copies suffices, what it runs exists."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tracker.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
RECIPE = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def copied() -> list[str]:
    """What is copied out of the checkout, in order."""
    return [name for line in re.findall(r"^COPY (?!--from)(.+)$", RECIPE, re.MULTILINE) for name in line.split()[:-1]]


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """A folder that holds what the recipe copies, and nothing else."""
    for name in copied():
        source = ROOT / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    return tmp_path


def test_what_it_copies_suffices_to_build(context: Path) -> None:
    (step,) = re.findall(r"^RUN \S+/pip (install --no-deps.*)$", RECIPE, re.MULTILINE)
    command = [sys.executable, "-m", "pip", *step.replace("install", "wheel", 1).split(), "--wheel-dir", "out"]
    subprocess.run(command, cwd=context, check=True, capture_output=True)
    assert len(list((context / "out").glob("rigscout-*.whl"))) == 1


def test_nothing_is_installed_but_by_hash() -> None:
    assert "--require-hashes -r requirements.lock" in RECIPE
    assert len(re.findall(r"\bpip install\b", RECIPE)) == 2


def test_the_ignore_file_lets_through_what_is_copied() -> None:
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_through == set(copied())


def test_the_services_run_commands_that_there_are() -> None:
    commands = [service["command"][0] for service in COMPOSE["services"].values() if "command" in service]
    assert sorted(commands) == ["schedule", "serve", "worker"]
    assert set(commands) <= set(COMMANDS)


def test_the_web_is_published_on_loopback_only() -> None:
    assert [port for s in COMPOSE["services"].values() for port in s.get("ports", [])] == ["127.0.0.1:8787:8787"]


def test_the_recipe_does_not_run_as_root() -> None:
    assert RECIPE.index("USER rigscout") < RECIPE.index("ENTRYPOINT")
