"""Demo data is never mistaken for the market: what is printed of it says so, in every format."""

from pathlib import Path

import pytest

from tracker.cli.main import run
from tracker.storage.engine import open_database


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_a_demos_history_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], form: str
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    database = open_database(f"sqlite:///{tmp_path / 'rigscout.sqlite3'}")
    database.claim(demo=True)
    database.close()
    assert run(["history", "p40", "--format", form]) == 0
    assert b"demo data" in capfdbinary.readouterr().err
