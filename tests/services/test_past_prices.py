"""Past prices from elsewhere: all or none, each with its source and day (figures B9)."""

import pytest

from tracker.domain.errors import ConfigError, RigscoutError
from tracker.domain.part import Catalog, Category, Part
from tracker.services.export import rows_of
from tracker.services.past_prices import import_prices
from tracker.services.price_history import part_history

CATALOG = Catalog({"gpu:gtx-1080-ti": Part("gpu:gtx-1080-ti", Category.GPU, "GTX 1080 Ti", aliases=("1080 ti",))})
HEADER = "part,day,price,currency,source,condition,note\n"


def write(tmp_path, text: str):
    file = tmp_path / "prices.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_prices_are_kept_with_source_and_day_and_apart_from_ours(database, tmp_path):
    file = write(
        tmp_path,
        HEADER
        + "1080 ti,2018-09-01,600.00,USD,a blog,used,Founders Edition\ngpu:gtx-1080-ti,2018-10-01,580,usd,a blog,,\n",
    )
    assert import_prices(database, file, CATALOG) == 2
    assert import_prices(database, file, CATALOG) == 0
    rows = list(rows_of(database, "external_price"))
    assert [(str(row["day"]), row["price_minor"], row["source"], row["condition"]) for row in rows] == [
        ("2018-09-01", 60000, "a blog", "used"), ("2018-10-01", 58000, "a blog", "unknown"),
    ]  # fmt: skip
    history = part_history(database, "gpu:gtx-1080-ti")
    assert history.days == ()
    assert [(price.price.minor, price.source) for price in history.elsewhere] == [(60000, "a blog"), (58000, "a blog")]


@pytest.mark.parametrize("line", [
    "no such card,2018-09-01,600,USD,a,,", "1080 ti,yesterday,600,USD,a,,", "1080 ti,2018-09-01,much,USD,a,,",
    "1080 ti,2018-09-01,-5,USD,a,,", "1080 ti,2018-09-01,600,dollars,a,,", "1080 ti,2018-09-01,600,XYZ,a,,", "1080 ti,2018-09-01,600,USD,,,",
    "1080 ti,2018-09-01,600,USD,a,mint,", "1080 ti,2018-09-01", "1080 ti,2018-09-01,1,USD,a,,,,more", "1080 ti,2018-09-01,nan,USD,a,,",
])  # fmt: skip
def test_a_wrong_line_is_named_and_nothing_is_stored(sqlite_database, tmp_path, line):
    file = write(tmp_path, f"{HEADER}1080 ti,2018-09-01,600,USD,a,,\n{line}\n")
    with pytest.raises(ConfigError) as error:
        import_prices(sqlite_database, file, CATALOG)
    assert [problem.line for problem in error.value.problems] == [3]
    assert list(rows_of(sqlite_database, "external_price")) == []


def test_files_that_are_none(sqlite_database, tmp_path):
    with pytest.raises(ConfigError, match="no column"):
        import_prices(sqlite_database, write(tmp_path, "a,b\n1,2\n"), CATALOG)
    with pytest.raises(RigscoutError):
        import_prices(sqlite_database, tmp_path / "none.csv", CATALOG)
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(RigscoutError):
        import_prices(sqlite_database, binary, CATALOG)
