"""Demo data is never mistaken for the market: what is printed of it says so, in every format."""

from pathlib import Path

import pytest

from tracker.cli.main import run
from tracker.storage.engine import open_database


@pytest.mark.parametrize(
    "command",
    [
        *(["history", "p40", "--format", form] for form in ("table", "csv", "json", "parquet")),
        ["builds", "k80-box"],
        ["deals"],
        ["export", "v_daily"],
    ],
)
def test_what_a_demos_database_tells_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], command: list[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    database = open_database(f"sqlite:///{tmp_path / 'rigscout.sqlite3'}")
    database.claim(demo=True)
    database.close()
    assert run(command) == 0
    assert b"demo data" in capfdbinary.readouterr().err
