"""`rigscout rent-vs-buy`: typed numbers, a build from a file, and what is wrong is named."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tracker.cli.main import run
from tracker.fx import load_rates
from tracker.settings import shipped_config

TYPED = ["rent-vs-buy", "--cost", "3000", "--currency", "USD", "--watts", "1000", "--tariff", "0.20", "--json"]
CONTRACT = [
    *TYPED,
    *("--depreciation-years", "3", "--salvage", "0", "--cloud-rate", "3.00", "--cloud-gpus", "1", "--gpus-needed", "1"),
    *("--hours-per-week", "168", "--weeks", "52.142857"),
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("data")
def test_typed_numbers_give_the_contract_s_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(CONTRACT) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["own"] == {
        "depreciation": {"amount": "1000.00", "currency": "USD"},
        "electricity": {"amount": "1752.00", "currency": "USD"},
        "total": {"amount": "2752.00", "currency": "USD"},
    }
    assert said["cloud"]["compute"] == said["cloud"]["total"] == {"amount": "26280.00", "currency": "USD"}
    assert said["cloud"]["storage"] == {"amount": "0.00", "currency": "USD"}
    assert said["cloud"]["hours"] == pytest.approx(8760, abs=0.01)
    assert said["ratio"] == pytest.approx(9.549, abs=0.001)
    assert said["break_even_hours"] == pytest.approx(1071.43, abs=0.01)
    assert said["break_even_months"] == pytest.approx(1.468, abs=0.001)
    assert said["answer"] == "buy"


@pytest.mark.usefixtures("data")
def test_an_instance_in_place_of_a_rate(capsys: pytest.CaptureFixture[str]) -> None:
    instance = ["--instance", "g5.12xlarge", "--region", "us-east-1", "--gpus-needed", "3", "--weeks", "1"]
    assert run([*TYPED, *instance]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["cloud"]["total"] == {"amount": "714.67", "currency": "USD"}
    assert said["instance"]["as_of"] == "2026-07-20"
    assert run([*TYPED, "--instance", "g5.xlarge", "--region", "eu-west-3"]) == 0
    assert json.loads(capsys.readouterr().out)["instance"]["region"] == "eu-west-2"


@pytest.mark.usefixtures("data")
def test_storage_and_egress_are_terms(capsys: pytest.CaptureFixture[str]) -> None:
    month = str(Decimal(365) / 7 / 12)
    extra = ["--cloud-rate", "3", "--weeks", month, "--cloud-storage-gb", "1000", "--egress-gb", "100"]
    assert run([*TYPED, *extra]) == 0
    cloud = json.loads(capsys.readouterr().out)["cloud"]
    assert [cloud[term]["amount"] for term in ("compute", "storage", "egress")] == ["2190.00", "100.00", "9.00"]


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--cost", "x", "--watts", "1"], "no number"),
        (["--cost", "0", "--watts", "1"], "above 0"),
        (["--cost", "nan", "--watts", "1"], "nan"),
        (["--cost", "100"], "--watts"),
        (["--watts", "100"], "--cost or --build"),
        (["--cost", "100", "--watts", "1", "--hours-per-week", "169"], "168"),
        (["--cost", "100", "--watts", "1", "--salvage", "101"], "--salvage"),
        (["--build", "no-such-file.json"], "no-such-file.json"),
        (["--build", "k80-box", "--watts", "5"], "--watts means nothing with --build"),
        (["--cost", "9", "--watts", "1", "--workload", "x"], "--workload means nothing with --cost"),
    ],
)
def test_wrong_usage_is_named(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rent-vs-buy", *arguments]) == 2
    assert named in capsys.readouterr().err


def test_a_build_from_a_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build = {
        "total": {"amount": "145.00", "currency": "EUR"},
        "peak_watts": 350,
        "cards": {"gpu:tesla-k80": 1},
        "vram_gb": 24,
    }
    file = data / "build.json"
    file.write_text(json.dumps({"target": "k80-box", "status": "optimal", "builds": [build]}) + "\n")
    assert run(["rent-vs-buy", "--build", str(file), "--region", "us-east-1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["build_total"]["amount"] == "145.00"
    assert [item["name"] for item in said["comparisons"]] == ["same_hours", "same_vram", "same_work"]
    assert run(["rent-vs-buy", "--build", str(file)]) == 0
    assert "answer" in capsys.readouterr().out


def test_a_file_without_a_build_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = data / "none.json"
    file.write_text('{"target": "k80-box", "status": "infeasible", "builds": []}')
    assert run(["rent-vs-buy", "--build", str(file)]) == 2
    assert "holds no build" in capsys.readouterr().err


def test_a_build_against_spot_with_a_disk_and_traffic(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0.4159 USD an hour of spot in us-east-1; 200 GB kept and 10 GB out a month; four GPUs at the peak."""
    build = {
        "total": {"amount": "500.00", "currency": "EUR"},
        "peak_watts": 400,
        "cards": {"gpu:tesla-p40": 1},
        "vram_gb": 24,
    }
    file = data / "build.json"
    file.write_text(json.dumps(build))
    plain = ["rent-vs-buy", "--build", str(file), "--region", "us-east-1", "--hours-per-week", "10", "--json"]
    answers = []
    for more in ([], ["--term", "spot"], ["--cloud-storage-gb", "200", "--egress-gb", "10"], ["--gpus-needed", "4"]):
        assert run([*plain, *more]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    on_demand, spot, standing, peak = answers
    assert (spot["instance"]["term"], spot["instance"]["usd_per_hour"]) == ("spot", "0.4159")
    assert set(on_demand["instance"]["terms"]) == {"spot", "reserved_1yr", "reserved_3yr"}
    rate = load_rates((shipped_config(),)).per_eur["USD"]
    more = Decimal(standing["cloud"]["year"]["amount"]) - Decimal(on_demand["cloud"]["year"]["amount"])
    assert abs(more - 12 * (200 * Decimal("0.08") + 10 * Decimal("0.09")) / rate) < Decimal("0.02")
    assert peak["instance"]["name"] == "g5.12xlarge"
    assert on_demand["break_even_months"] == pytest.approx(
        on_demand["break_even_hours"] / (10 * 365 / 7 / 12), rel=1e-4
    )
    work = next(item for item in on_demand["comparisons"] if item["name"] == "same_work")
    assert (work["confidence"], "A4" in work["source"]) == ("rule of thumb", True)


@pytest.mark.parametrize("tariff", ["0.20", "5"])
def test_the_plots_are_pictures_even_where_the_price_never_comes_back(
    data: Path, tariff: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = data / "plots"
    arguments = ["--cost", "3000", "--currency", "USD", "--watts", "1000", "--tariff", tariff, "--cloud-rate", "3"]
    assert run(["rent-vs-buy", *arguments, "--plot", str(folder)]) == 0
    assert "answer" in capsys.readouterr().out
    for name in ("cost-over-time", "break-even"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
