"""Cloud prices: the AWS list filtered as a stream, dated history, and config that names its mistakes."""

import json
import tracemalloc
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.catalog import load_catalog
from tracker.cli.main import run
from tracker.cloud import load_cloud
from tracker.domain.errors import ConfigError
from tracker.fx import load_rates
from tracker.landed import load_import_rules
from tracker.rental.aws import BadPriceListError, PriceList, read_price_list, read_spot_prices, write_history
from tracker.settings import shipped_config

COLUMNS = (
    "SKU,TermType,Instance Type,Region Code,Tenancy,Operating System,CapacityStatus,Unit,Currency,Pre Installed S/W,"
    "MarketOption,PricePerUnit,LeaseContractLength,OfferingClass,PurchaseOption"
)
HEAD = "".join(f'"disclaimer","{number}"\n' for number in range(5)) + COLUMNS + "\n"
# The right row, and the rows that stand for it where the filter is left out.
ROWS = """\
A,OnDemand,g5.xlarge,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,1.1500000000,,,
B,OnDemand,g5.xlarge,eu-west-1,Dedicated,Linux,Used,Hrs,USD,NA,OnDemand,1.2650000000,,,
C,OnDemand,g5.xlarge,eu-west-1,Shared,Linux,AllocatedCapacityReservation,Hrs,USD,NA,OnDemand,0.0000000000,,,
D,OnDemand,g5.xlarge,eu-west-1,Shared,Windows,Used,Hrs,USD,NA,OnDemand,1.3340000000,,,
E,OnDemand,g5.xlarge,eu-west-1,Shared,Linux,Used,Hrs,USD,SQL Web,OnDemand,1.2180000000,,,
F,OnDemand,m5.large,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,0.1070000000,,,
G,Reserved,g5.xlarge,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,0.7000000000,1yr,standard,No Upfront
H,Reserved,g5.xlarge,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,0.3000000000,1yr,standard,Partial Upfront
H,Reserved,g5.xlarge,eu-west-1,Shared,Linux,Used,Quantity,USD,NA,OnDemand,2628,1yr,standard,Partial Upfront
I,Reserved,g5.xlarge,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,0.4500000000,3yr,convertible,No Upfront
J,Reserved,g5.xlarge,eu-west-1,Shared,Linux,Used,Quantity,USD,NA,OnDemand,10512,3yr,standard,All Upfront
K,OnDemand,g5.2xlarge,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,,,,
"""
OURS = frozenset({"g5.xlarge", "g5.2xlarge"})


def price_list(folder: Path, text: str = HEAD + ROWS) -> Path:
    file = folder / "index.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_filter_leaves_the_one_on_demand_price_and_the_effective_reserved_ones(tmp_path: Path) -> None:
    found = read_price_list(price_list(tmp_path), OURS)
    place = ("g5.xlarge", "eu-west-1")
    assert found.prices == {
        (*place, "on_demand"): Decimal("1.15"),
        (*place, "reserved_1yr"): Decimal("0.6"),  # 0.30 + 2628 / 8760
        (*place, "reserved_3yr"): Decimal("0.4"),  # 10512 / (3 × 8760)
    }
    assert (found.rows, found.skipped) == (12, 1)


def test_a_long_list_is_read_in_little_memory(tmp_path: Path) -> None:
    """The real one has several GB."""
    noise = "X,OnDemand,m5.large,eu-west-1,Shared,Linux,Used,Hrs,USD,NA,OnDemand,0.1070000000,,,\n"
    file = price_list(tmp_path, HEAD + noise * 60_000 + ROWS)
    tracemalloc.start()
    found = read_price_list(file, OURS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.rows == 60_012
    assert peak < file.stat().st_size / 4


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "<html>no</html>\n" * 50, "\x00\x00\n"])
def test_what_is_no_price_list_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadPriceListError):
        read_price_list(price_list(tmp_path, text), OURS)


def test_new_prices_stand_beside_the_old_ones(tmp_path: Path) -> None:
    found = read_price_list(price_list(tmp_path), OURS)
    write_history(found, date(2026, 11, 21), tmp_path / "cloud")
    cloud = load_cloud((shipped_config(),), tmp_path)
    newest = cloud.price("g5.xlarge", "eu-west-1")
    assert newest is not None
    assert (newest.rate, newest.as_of, newest.source) == (Decimal("1.15"), date(2026, 11, 21), "aws-bulk")
    dated = [
        item for item in cloud.prices if (item.name, item.region, item.term) == ("g5.xlarge", "eu-west-1", "on_demand")
    ]
    assert [item.rate for item in sorted(dated, key=lambda item: item.as_of)] == [Decimal("1.123"), Decimal("1.15")]


def test_two_regions_of_one_day_stand_side_by_side(tmp_path: Path) -> None:
    day, folder = date(2026, 11, 21), tmp_path / "cloud"
    write_history(PriceList({("g5.xlarge", "eu-west-1", "on_demand"): Decimal(1)}), day, folder)
    again = PriceList(
        {("g5.xlarge", "eu-west-1", "on_demand"): Decimal("1.1"), ("g5.xlarge", "us-east-1", "on_demand"): Decimal(2)}
    )
    write_history(again, day, folder)
    cloud = load_cloud((shipped_config(),), tmp_path)
    assert [getattr(cloud.price("g5.xlarge", place), "rate", None) for place in ("eu-west-1", "us-east-1")] == [
        Decimal("1.1"),
        2,
    ]
    assert len(list(folder.iterdir())) == 1


def test_refresh_from_a_file_then_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    assert run(["cloud", "refresh", "--file", str(price_list(tmp_path)), "--day", "2026-11-21"]) == 0
    assert "3 prices of 12 rows" in capsys.readouterr().err
    assert run(["cloud", "prices", "--instance", "g5.xlarge", "--region", "eu-west-1", "--json"]) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    on_demand = next(price for price in shown if price["term"] == "on_demand")
    assert (on_demand["usd_per_hour"], on_demand["as_of"]) == ("1.15", "2026-11-21")
    assert run(["cloud", "prices", "--instance", "g5.xlarge", "--region", "eu-west-1", "--history"]) == 0
    assert capsys.readouterr().out.count("on_demand") == 2


def test_refresh_of_a_wrong_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    assert run(["cloud", "refresh", "--file", str(price_list(tmp_path, "no\n"))]) == 1
    assert "no AWS price list" in capsys.readouterr().err
    assert run(["cloud", "refresh", "--file", str(tmp_path / "none.csv")]) == 1
    assert run(["cloud", "refresh", "--region", "../etc"]) == 2
    assert run(["cloud", "prices", "--instance", "g9.huge"]) == 2


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("electricity.toml", '[country.DE]\nper_kwh = "cheap"\n', "country.DE.per_kwh"),
        ("storage.toml", '[storage.eu-west-1]\nusd_per_gb_month = "-1"\n', "storage.eu-west-1.usd_per_gb_month"),
        ("performance.toml", '[speed."gpu:x"]\ngeneral = { unit = "it/s" }\n', "speed.gpu:x.general"),
        ("regions.toml", '[countries]\nDE = "Berlin"\n', "countries.DE"),
        ("instances.toml", '[instance."g9.x"]\ngpu = "gpu:a10g"\n', "instance.g9.x.gpus"),
        ("storage.toml", '\n[storege.eu-west-1]\nusd_per_gb_month = "1"\n', "storege"),
        ("prices.csv", "instance,region,term,usd_per_hour,as_of\ng5.xlarge,x,on_demand,free,2026-01-01\n", "row"),
    ],
)
def test_a_wrong_value_in_a_user_s_file_is_named(tmp_path: Path, name: str, text: str, key: str) -> None:
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud" / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_cloud((shipped_config(), tmp_path))
    problem = caught.value.problems[0]
    assert (problem.key, problem.file.name) == (key, name)
    assert problem.mend
    assert problem.line in (1, 2)  # of the key, else of its table


def test_a_user_adds_a_price_and_a_speed(tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud" / "prices.csv").write_text(
        "instance,region,term,usd_per_hour,as_of,source,verified\ng5.xlarge,eu-west-1,on_demand,0.99,2026-11-21,bill,yes\n"
    )
    text = '[speed."gpu:tesla-p40"]\nllm-8b-q4 = { relative = 0.5, source = "my own run" }\n'
    (tmp_path / "cloud" / "performance.toml").write_text(text)
    cloud = load_cloud((shipped_config(), tmp_path))
    price, speed = cloud.price("g5.xlarge", "eu-west-1"), cloud.speed("gpu:tesla-p40", "llm-8b-q4")
    assert price is not None
    assert speed is not None
    assert (price.rate, speed.relative) == (Decimal("0.99"), Decimal("0.5"))
    assert cloud.speed("gpu:tesla-p40", "general") is not None


def test_every_card_with_a_speed_or_in_an_instance_is_in_the_catalog() -> None:
    parts = load_catalog((shipped_config(),)).parts
    cloud = load_cloud((shipped_config(),))
    assert {*cloud.speeds, *(item.gpu for item in cloud.prices)} <= parts.keys()
    assert all(speed.source and speed.confidence for card in cloud.speeds.values() for speed in card.values())


KEYS = (
    "EU",
    "g5.xlarge",
    "gpu",
    "gpus",
    "vram_gb",
    "cards",
    "per_kwh",
    "serves",
    "at",
    "general",
    "relative",
    "members",
    "currency",
    "fixed",
)
SCALARS = st.one_of(st.booleans(), st.integers(-5, 5), st.text(max_size=6), st.floats(allow_nan=True), st.dates())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=10,
)
FILES = {
    "cloud/instances.toml": ("instance",),
    "cloud/electricity.toml": ("country",),
    "cloud/storage.toml": ("storage", "egress"),
    "cloud/regions.toml": ("region", "countries"),
    "cloud/performance.toml": ("speed",),
    "import.toml": ("area", "vat", "buyer_fee"),
    "fx.toml": ("day", "per_eur"),
}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_config_file_of_ours_ends_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever TOML a user writes, it is read or its problems are named."""
    name = data.draw(st.sampled_from(sorted(FILES)))
    content = data.draw(st.dictionaries(st.sampled_from(FILES[name]), VALUES, max_size=3))
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(tomli_w.dumps(content), encoding="utf-8")
    for load in (load_cloud, load_import_rules, load_rates):
        with suppress(ConfigError):
            load((tmp_path,))
    file.unlink()


def spot_file(folder: Path, *prices: tuple[str, str, str], product: str = "Linux/UNIX") -> Path:
    """A file as the AWS command prints it: (zone, time, price) of a g5.xlarge."""
    rows = [
        {"AvailabilityZone": zone, "InstanceType": "g5.xlarge", "ProductDescription": product, "SpotPrice": price, "Timestamp": time}
        for zone, time, price in prices
    ]  # fmt: skip
    file = folder / "spot.json"
    file.write_text(json.dumps({"SpotPriceHistory": rows}), encoding="utf-8")
    return file


def test_a_region_s_spot_price_is_the_newest_of_its_dearest_zone(tmp_path: Path) -> None:
    file = spot_file(
        tmp_path,
        ("eu-west-1a", "2026-11-20T10:00:00+00:00", "0.90"),
        ("eu-west-1a", "2026-11-21T10:00:00+00:00", "0.50"),
        ("eu-west-1b", "2026-11-21T09:00:00+00:00", "0.55"),
        ("us-east-1f", "2026-11-21T09:00:00+00:00", "0"),
    )
    found = read_spot_prices(file, frozenset({"g5.xlarge"}))
    assert found.prices == {("g5.xlarge", "eu-west-1", "spot"): Decimal("0.55")}
    assert (found.rows, found.skipped) == (4, 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"SpotPriceHistory": [{}]}', '{"SpotPriceHistory": 1}'])
def test_what_is_no_list_of_spot_prices_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "spot.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadPriceListError, match="spot prices"):
        read_spot_prices(file, frozenset({"g5.xlarge"}))


def test_spot_prices_are_refreshed_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    file = spot_file(tmp_path, ("eu-west-1a", "2026-11-21T10:00:00+00:00", "0.50"))
    assert run(["cloud", "refresh", "--file", str(file), "--day", "2026-11-21"]) == 0
    capsys.readouterr()
    assert run(["cloud", "prices", "--instance", "g5.xlarge", "--region", "eu-west-1", "--json"]) == 0
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [spot] = [each for each in shown if each["term"] == "spot"]
    assert (spot["usd_per_hour"], spot["as_of"], spot["source"]) == ("0.5", "2026-11-21", "aws-spot")
