"""Disks that are full or read-only, as real file systems: the message, the exit code, and nothing lost once there is room.

Needs root (it mounts small file systems in memory); `make soak` runs it where it can.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root mounts file systems")
SMALL = ("--days", "3", "--listings", "40")


def rigscout(data: Path, *arguments: str, config: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RIGSCOUT_DATA": str(data)} | ({"RIGSCOUT_CONFIG": str(config)} if config else {})
    command = [sys.executable, "-m", "tracker.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)


def mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 64 MB until a test makes it smaller."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("undisturbed")
    assert rigscout(out, "demo", "--out", str(out), *SMALL).returncode == 0
    return rigscout(out, "db", "check", "--digest").stdout


def assert_told(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It failed in words, with a mend, without a traceback."""
    assert done.returncode in (1, 3), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert any(word in done.stderr for word in words), done.stderr


# What a demo writes is about 1.5 MB: these sizes end it in the schema, in past days, in a crawl's feed, in the report.
@pytest.mark.parametrize("kilobytes", [16, 64, 300, 600, 800, 880, 900, 920, 940, 1000, 1200, 1400])
def test_a_demo_goes_on_where_the_full_disk_ended_it(kilobytes: int, disk: Path, undisturbed: str) -> None:
    mount("-o", f"remount,size={kilobytes}k", str(disk))
    assert_told(rigscout(disk, "demo", "--out", str(disk / "out"), *SMALL), "disk", "space")
    mount("-o", "remount,size=64m", str(disk))
    assert rigscout(disk, "demo", "--out", str(disk / "out"), *SMALL).returncode == 0
    assert rigscout(disk / "out", "db", "check", "--digest").stdout == undisturbed
    assert not list((disk / "out" / "feeds").iterdir())


def test_a_read_only_disk_is_named_and_what_is_stored_can_be_read(disk: Path, undisturbed: str) -> None:
    assert rigscout(disk, "demo", "--out", str(disk / "out"), *SMALL).returncode == 0
    mount("-o", "remount,ro", str(disk))
    for command in (["rematch"], ["run"], ["demo", "--out", str(disk / "out"), *SMALL], ["crawl"], ["db", "backup"]):
        assert_told(rigscout(disk / "out", *command), "ead-only", "can't be written")
    assert rigscout(disk / "out", "doctor").returncode == 1
    mount("-o", "remount,rw", str(disk))
    assert rigscout(disk / "out", "db", "check", "--digest").stdout == undisturbed


def test_a_disk_that_fills_in_mid_crawl_ends_no_listing(disk: Path, tmp_path: Path) -> None:
    """A day later there is room again: everything is there, and nothing that the full disk swallowed counts as gone."""
    from spiders.demo.server import DemoMarket
    from spiders.demo.world import make_world
    from tracker.storage.engine import open_database

    config, data, ballast = tmp_path / "config", disk / "data", disk / "ballast"
    (config / "marketplaces").mkdir(parents=True)
    for name in ("leboncoin", "kleinanzeigen"):
        (config / "marketplaces" / f"{name}.toml").write_text("enabled = false\n")
    (config / "settings.toml").write_text('targets = ["k80-box"]\nrates_feed = ""\n')
    with DemoMarket(make_world(days=3, listings=40)) as market:
        lines = f'base_url = "{market.url("ebay")}"\nways = ["html"]\nsearches = ["k80", "x99", "e5"]\n'
        (config / "marketplaces" / "ebay.toml").write_text(lines + "seconds_between_requests = 0\n")
        assert rigscout(data, "run", config=config).returncode == 0
        open_before = _open_listings(open_database, data)
        assert len(open_before) > 3
        for _ in range(3):  # more runs than a listing may be missing from
            _fill(disk, ballast)
            assert_told(rigscout(data, "run", config=config), "disk", "space", "written")
        ballast.unlink()
        assert rigscout(data, "run", config=config).returncode == 0
    assert _open_listings(open_database, data) == open_before
    assert rigscout(data, "db", "check").returncode == 0


def _fill(disk: Path, ballast: Path) -> None:
    """All but one block of the disk."""
    with ballast.open("ab") as file:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
        file.write(b"\0" * max(0, free - 4096))


def _open_listings(open_database, data: Path) -> set[str]:
    database = open_database(f"sqlite:///{data / 'rigscout.sqlite3'}")
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT external_id FROM listing WHERE gone_at IS NULL").scalars()
        found = set(rows)
    database.close()
    return found
