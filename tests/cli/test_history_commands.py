"""history, export, deals, mark and db on the command line."""

import csv
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.services.market import TinyMatcher, crawl, euros, listing
from tracker.cli.history_text import summary_lines
from tracker.cli.main import run
from tracker.domain.history import DayFigures, PartHistory, TimeToSell
from tracker.services.ingest import ingest_feed
from tracker.storage.engine import open_database

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def twenty_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with twenty days of P40 prices; a gap of three days in the middle."""
    file = tmp_path_factory.mktemp("history") / "rigscout.sqlite3"
    database = open_database(f"sqlite:///{file}")
    for ago in [*range(20, 11, -1), *range(8, -1, -1)]:
        now = NOW - timedelta(days=ago)
        raws = [listing(number, now, 100 + number + ago, title="Tesla P40") for number in range(12)]
        ingest_feed(database, raws, matcher=_Known(), now=now, outcome=crawl(now, listings=12))
    cheap = listing("cheap", NOW, 60, title="=P40 untested", seller="anna")
    ingest_feed(database, [cheap], matcher=_Known(), now=NOW)
    database.close()
    return file


@pytest.fixture
def data(twenty_days: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a copy of it."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(twenty_days, folder / "rigscout.sqlite3")
    monkeypatch.setenv("RIGSCOUT_DATA", str(folder))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    return folder


class _Known(TinyMatcher):
    def match(self, title, **more):
        return super().match("p40", **more)


def out_of(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert run(arguments) == code
    return capsys.readouterr().out


def test_history_as_table_and_plot(data, capsys, tmp_path):
    text = out_of(capsys, "history", "p40", "--plot", str(tmp_path / "p40.png"))
    assert "Tesla P40" in text
    assert "trend: -7" in text
    assert "┤" in text  # the plot's axis
    assert (tmp_path / "p40.png").read_bytes().startswith(b"\x89PNG")
    assert run(["history", "p40", "--plot", str(tmp_path / "p40.svg")]) == 0
    assert b"<svg" in (tmp_path / "p40.svg").read_bytes()
    assert run(["history", "p40", "--plot", str(tmp_path / "p40.doc")]) == 2


def test_history_as_json_csv_and_parquet(data, capsys, tmp_path):
    answer = json.loads(out_of(capsys, "history", "p40", "--format", "json", "--since", "all"))
    assert (answer["part"], answer["currency"], len(answer["days"])) == ("gpu:tesla-p40", "EUR", 21)
    assert [day["observed"] for day in answer["days"]].count(False) == 3
    assert answer["days"][10]["median"] is None
    rows = list(csv.DictReader(io.StringIO(out_of(capsys, "history", "p40", "--format", "csv", "--since", "5d"))))
    assert len(rows) == 6
    assert rows[0]["lowest"] == "105.00"
    file = tmp_path / "p40.parquet"
    assert run(["history", "gpu:tesla-p40", "--format", "parquet", "--out", str(file), "--since", "5d"]) == 0
    assert pq.read_table(file).column("n").to_pylist() == [12, 12, 12, 12, 12, 13]


def test_history_tells_what_comes_from_elsewhere(data, capsys, tmp_path):
    past = tmp_path / "past.csv"
    past.write_text("part,day,price,currency,source\np40,2018-09-01,600,USD,a blog\n", encoding="utf-8")
    assert run(["import", "--prices", str(past)]) == 0
    capsys.readouterr()
    assert "from elsewhere: 600.00 USD on 2018-09-01 (a blog)" in out_of(capsys, "history", "p40")
    answer = json.loads(out_of(capsys, "history", "p40", "--json"))
    assert [past["source"] for past in answer["elsewhere"]] == ["a blog"]


def test_what_is_too_cheap_is_told():
    day = DayFigures("p40", NOW.date(), 6, lowest=euros(90), median=euros(100), unbelieved=1)
    lines = list(summary_lines(PartHistory("p40", "P40", "EUR", (day,)), TimeToSell(0, 0)))
    assert f"too cheap to be true, and not the lowest: 1 of 6 offers on {NOW.date()}" in lines


def test_history_filters(data, capsys):
    assert json.loads(out_of(capsys, "history", "p40", "--json", "--country", "fr"))["days"][-1]["n"] == 0
    assert json.loads(out_of(capsys, "history", "p40", "--json", "--country", "de"))["days"][-1]["n"] == 13
    assert out_of(capsys, "history", "k80") == ""


@pytest.mark.parametrize("arguments", [("history", "no such part"), ("history", "p40", "--since", "soon"), ("history",),
                                       ("export", "nothing"), ("mark", "ebay:none", "ignore"), ("mark", "ebay:1", "nice")])  # fmt: skip
def test_wrong_usage_is_exit_2(data, capsys, arguments):
    out_of(capsys, *arguments, code=2)


def test_export(data, capsys):
    assert "v_daily" in out_of(capsys, "export")
    lines = out_of(capsys, "export", "v_listings", "--json").splitlines()
    assert len(lines) == 13
    assert "'=P40 untested" in out_of(capsys, "export", "listing")


def test_deals_and_marks(data, capsys):
    (deal,) = map(json.loads, out_of(capsys, "deals", "--json").splitlines())
    assert deal["offer"] == "ebay:cheap"
    assert deal["n"] == 12
    assert "careful" not in out_of(capsys, "mark", "ebay:cheap", "ignore")
    assert out_of(capsys, "deals", "--json") == ""


@pytest.mark.parametrize(("filters", "count"), [
    (("--part", "p40"), 1), (("--part", "k80"), 0), (("--marketplace", "ebay", "--country", "de"), 1), (("--country", "fr"), 0),
    (("--condition", "used", "--since", "2d"), 1), (("--since", "2999-01-01"), 0),
])  # fmt: skip
def test_deals_narrowed(data, capsys, filters, count):
    rows = list(csv.DictReader(io.StringIO(out_of(capsys, "deals", "--format", "csv", *filters))))
    assert len(rows) == count
    assert [row["landed"] for row in rows] == ["72.00"] * count  # 60, and an estimate of what the delivery costs
    assert all(row["title"] == "'=P40 untested" for row in rows)


def test_deals_as_a_picture(data, capsys, tmp_path):
    assert run(["deals", "--plot", str(tmp_path / "deals.svg")]) == 0
    assert "usual price" in (tmp_path / "deals.svg").read_text(encoding="utf-8")
    assert run(["deals", "--plot", str(tmp_path / "deals.gif")]) == 2


def test_deals_as_parquet(data, tmp_path):
    file = tmp_path / "deals.parquet"
    assert run(["deals", "--format", "parquet", "--out", str(file)]) == 0
    assert pq.read_table(file).select(["offer", "n"]).to_pylist() == [{"offer": "ebay:cheap", "n": 12}]


@pytest.mark.parametrize(("arguments", "count"), [
    (("v_daily", "--part", "p40", "--country", "de", "--since", "3d"), 4), (("v_daily", "--country", "fr"), 0),
    (("v_prices", "--part", "p40", "--marketplace", "ebay", "--condition", "used", "--since", "1d"), 25),
    (("listing", "--part", "p40", "--country", "de"), 13), (("v_listings", "--since", "2999-01-01"), 0),
])  # fmt: skip
def test_export_narrowed(data, capsys, tmp_path, arguments, count):
    assert len(out_of(capsys, "export", *arguments, "--json").splitlines()) == count
    file = tmp_path / "rows.parquet"
    assert run(["export", *arguments, "--format", "parquet", "--out", str(file)]) == 0
    assert pq.read_table(file).num_rows == count


@pytest.mark.parametrize("arguments", [("v_builds", "--country", "de"), ("v_daily", "--country", "de", "--condition", "used"),
                                       ("observation", "--part", "p40"), ("v_daily", "--since", "soon")])  # fmt: skip
def test_export_by_what_it_has_not(data, capsys, arguments):
    out_of(capsys, "export", *arguments, code=2)


def test_db(data, capsys, tmp_path):
    digest = out_of(capsys, "db", "check", "--digest").strip()
    assert len(digest) == 64
    copy = out_of(capsys, "db", "backup", str(tmp_path / "copy.sqlite3")).strip()
    assert run(["db", "copy", f"sqlite:///{tmp_path / 'other.sqlite3'}"]) == 0
    assert run(["db", "upgrade"]) == 0
    found = json.loads(out_of(capsys, "db", "check", "--json", "--digest"))
    assert (found["ok"], found["digest"], found["rows"]["listing"]) == (True, digest, 13)
    assert Path(copy).stat().st_mode & 0o777 == 0o600
