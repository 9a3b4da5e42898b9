"""What ships: the wheel holds config, templates, migrations and the demo's words; an editable install reads the checkout's."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tracker.settings import shipped_config

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_editable_install_reads_the_checkout() -> None:
    assert shipped_config() == ROOT / "config"


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("config", "tracker/_config"),
        ("reports/templates", "reports/templates"),
        ("reports/web", "reports/web"),
        ("spiders/demo/vocabulary", "spiders/demo/vocabulary"),
        ("tracker/storage/migrations", "tracker/storage/migrations"),
    ],
)
def test_the_wheel_holds_every_file_of(folder: str, inside: str, shipped: set[str]) -> None:
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert files
    missing = [str(path) for path in files if f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" not in shipped]
    assert not missing


def test_the_wheel_holds_no_tests(shipped: set[str]) -> None:
    assert not any(name.startswith("tests/") for name in shipped)
