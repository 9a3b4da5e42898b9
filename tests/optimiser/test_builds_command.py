"""`rigscout builds --offers`: whole machines out of small markets, the JSON shape, and every kind of bad line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tracker.cli.main import run

COMBO = {"parts": [{"part": "board:x99"}, {"part": "cpu:xeon-e5-2680-v3"}, {"part": "ram:ddr4:32"}], "price": "40"}
PSU = {"parts": [{"part": "psu:750"}], "price": "9"}
K80 = {"parts": [{"part": "gpu:tesla-k80", "qty": 1}], "price": "96"}
BIG_COMBO = {**COMBO, "parts": [*COMBO["parts"][:2], {"part": "ram:ddr4:128"}], "price": "110"}
PSU_1300 = {"parts": [{"part": "psu:1300"}], "price": "46"}
P40 = {"parts": [{"part": "gpu:tesla-p40"}], "price": "170"}


def offer(name: str, what: dict[str, Any], **more: Any) -> dict[str, Any]:
    price = {"amount": what["price"], "currency": "EUR"}
    return {"offer": name, "parts": what["parts"], "landed": price, **more}


def builds(
    folder: Path, capsys: pytest.CaptureFixture[str], targets: list[str], *offers: dict[str, Any], top: int = 1
) -> list[Any]:
    file = folder / "offers.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in offers), encoding="utf-8")
    assert run(["builds", *targets, "--offers", str(file), "--top", str(top), "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def ids(build: Any) -> dict[str, int]:
    return {line["offer"]: line["qty"] for line in build["offers"]}


def test_figures_a1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [answer] = builds(tmp_path, capsys, ["a1-k80"], offer("a", COMBO), offer("b", PSU), offer("c", K80))
    assert answer["status"] == "optimal"
    assert answer["builds"][0]["total"] == {"amount": "145.00", "currency": "EUR"}
    assert answer["builds"][0]["devices"] == 2


def test_figures_a2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lot = {"parts": [{"part": "gpu:tesla-p40", "qty": 3}], "price": "410"}
    [answer] = builds(
        tmp_path,
        capsys,
        ["a2-three-p40"],
        offer("a", BIG_COMBO),
        offer("b", PSU_1300),
        offer("lot", lot),
        offer("one", P40),
    )
    assert answer["builds"][0]["total"]["amount"] == "566.00"
    assert ids(answer["builds"][0]) == {"lot": 1, "a": 1, "b": 1}


def test_the_contracts_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [answer] = builds(tmp_path, capsys, ["k80-box"], offer("a", COMBO), offer("b", PSU), offer("c", K80))
    assert {"target", "status", "seconds", "builds"} <= set(answer)
    build = answer["builds"][0]
    assert all({"rule", "verdict", "source"} <= set(rule) for rule in build["rules"])
    assert {rule["verdict"] for rule in build["rules"]} <= {"ok", "unknown"}
    assert all({"name", "amount"} <= set(line) for line in build["allowances"])
    parts = 145 + sum(float(line["amount"]) for line in build["allowances"])
    assert float(build["total"]["amount"]) == parts


def test_a_lot_is_bought_whole_and_its_spare_has_a_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lot = {"parts": [{"part": "gpu:tesla-k80", "qty": 2}], "price": "90"}
    [answer] = builds(
        tmp_path, capsys, ["a1-k80"], offer("a", COMBO), offer("b", PSU), offer("c", K80), offer("lot", lot)
    )
    [line] = [each for each in answer["builds"][0]["offers"] if each["offer"] == "lot"]
    assert line["spare"] == [{"part": "gpu:tesla-k80", "qty": 1}]
    assert line["spare_value"] == {"amount": "96.00", "currency": "EUR"}


def test_a_seller_ships_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shared = {"seller": "anna", "shipping": {"amount": "20", "currency": "EUR", "shared": True}}
    dear = {"seller": "anna", "shipping": {"amount": "30", "currency": "EUR", "shared": True}}
    psu, k80 = {**PSU, "price": "29"}, {**K80, "price": "126"}
    [answer] = builds(
        tmp_path, capsys, ["a1-k80"], offer("a", COMBO), offer("b", psu, **shared), offer("c", k80, **dear)
    )
    assert answer["builds"][0]["total"]["amount"] == "175.00"  # 40 + 9 + 96, and the dearer shipping of 30 once


def test_a_combo_without_memory_is_completed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = {"parts": COMBO["parts"][:2], "price": "30"}
    ram = {"parts": [{"part": "ram:ddr4:32"}], "price": "25"}
    wrong = {"parts": [{"part": "ram:sodimm-ddr4:32"}], "price": "5"}
    [answer] = builds(
        tmp_path,
        capsys,
        ["a1-k80"],
        offer("a", bare),
        offer("b", PSU),
        offer("c", K80),
        offer("r", ram),
        offer("w", wrong),
    )
    assert ids(answer["builds"][0]) == {"a": 1, "b": 1, "c": 1, "r": 1}


def test_a_whole_system_brings_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parts = [{"part": "system:dell-t7910"}, {"part": "cpu:xeon-e5-2680-v3", "qty": 2}, {"part": "ram:ddr4:64"}]
    system = {"parts": [*parts, {"part": "gpu:tesla-p40", "qty": 1}], "price": "300"}
    [answer] = builds(tmp_path, capsys, ["p40-box"], offer("s", system))
    build = answer["builds"][0]
    assert ids(build) == {"s": 1}
    assert not {"open-frame", "cpu-cooler"} & {line["name"] for line in build["allowances"]}


def test_only_a_card_for_an_owned_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = {"parts": [{"part": "gpu:gtx-1080-ti"}], "price": "10"}
    [answer] = builds(tmp_path, capsys, ["upgrade-16gb"], offer("p", P40), offer("s", small), offer("a", COMBO), top=3)
    assert [ids(build) for build in answer["builds"]] == [{"p": 1}]
    assert answer["builds"][0]["cards"] == {"gpu:tesla-p40": 1}


def test_alternatives_are_other_machines_in_order_of_total(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dearer = {**PSU, "price": "12"}
    offers = [offer("a", COMBO), offer("b", PSU), offer("b2", dearer), offer("c", K80), offer("d", PSU_1300)]
    [answer] = builds(tmp_path, capsys, ["a1-k80"], *offers, top=3)
    assert [build["total"]["amount"] for build in answer["builds"]] == ["145.00", "182.00"]


def test_the_best_machine_within_a_budget(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offers = [offer("a", COMBO), offer("b", PSU), offer("c", K80), offer("d", PSU_1300), offer("p", P40, available=8)]
    small, large = builds(tmp_path, capsys, ["best-under-300", "best-under-1000"], *offers)
    assert small["builds"][0]["vram_gb"] == 24
    assert large["builds"][0]["vram_gb"] > 48
    assert float(large["builds"][0]["total"]["amount"]) <= 1000


@pytest.mark.parametrize(
    ("offers", "target", "told"),
    [
        ([offer("a", COMBO), offer("c", K80)], "k80-box", "no power supply is on offer"),
        (
            [offer("a", COMBO), offer("c", K80), offer("b", {**PSU, "parts": [{"part": "psu:300"}]})],
            "k80-box",
            "the only power supply on offer will not do; it fails rule power",
        ),
        ([offer("a", COMBO), offer("b", PSU)], "k80-box", "no card is on offer"),
        (
            [offer("a", COMBO), offer("b", PSU), offer("c", {**K80, "price": "400"})],
            "best-under-300",
            "over the budget",
        ),
    ],
)
def test_an_impossible_target_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], offers: list[Any], target: str, told: str
) -> None:
    [answer] = builds(tmp_path, capsys, [target], *offers)
    assert answer["status"] == "infeasible"
    assert len(answer["why_not"]) == 1
    assert told in answer["why_not"][0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "offers.jsonl:2: no JSON"),
        ("[]", "no JSON object"),
        ('{"offer": "x", "parts": []}', "parts: a list"),
        ('{"offer": "x", "parts": [{"part": "k80"}]}', "names no part"),
        ('{"offer": "x", "parts": [{"part": "gpu:tesla-k80", "qty": 0}]}', "qty: 0"),
        ('{"offer": "x", "parts": [{"part": "gpu:tesla-k80"}], "landed": {"amount": 96.5, "currency": "EUR"}}', "no decimal text"),
        ('{"offer": "x", "parts": [{"part": "gpu:tesla-k80"}], "landed": {"amount": "NaN", "currency": "EUR"}}', "NaN"),
        ('{"offer": "x", "parts": [{"part": "psu:750"}], "landed": {"amount": "9", "currency": "EUR"}, "facts": {"eps": "two"}}', "facts.eps"),
        ('{"offer": "ok", "parts": [{"part": "psu:750"}], "landed": {"amount": "9", "currency": "EUR"}}', "stands in line 1 already"),
        ("[" * 100000, "nested too deeply"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str) -> None:
    file = tmp_path / "offers.jsonl"
    file.write_text(json.dumps(offer("ok", PSU)) + "\n" + line + "\n", encoding="utf-8")
    assert run(["builds", "k80-box", "--offers", str(file)]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "mend:" in error


def test_a_target_that_is_none_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "offers.jsonl").touch()
    assert run(["builds", "k80box", "--offers", str(tmp_path / "offers.jsonl")]) == 2
    assert "did you mean k80-box" in capsys.readouterr().err


def test_the_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "offers.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in (offer("a", COMBO), offer("b", PSU), offer("c", K80))))
    assert run(["builds", "a1-k80", "--offers", str(file)]) == 0
    out = capsys.readouterr().out
    assert "proved cheapest" in out
    assert "145.00 EUR" in out
    assert "verify before purchase: above_4g" in out


def test_the_pareto_front(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offers = [offer("a", COMBO), offer("b", PSU_1300), offer("c", K80), offer("p", P40, available=3)]
    file = tmp_path / "offers.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in offers))
    assert run(["builds", "cheapest-24gb", "--offers", str(file), "--pareto", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    points = [(float(build["total"]["amount"]), build["vram_gb"]) for build in answer["builds"]]
    assert points == sorted(points)
    assert [vram for _, vram in points] == [24, 48, 72]


def test_a_market_of_nothing_names_all_that_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [answer] = builds(tmp_path, capsys, ["k80-box"], offer("a", K80))
    assert answer["why_not"] == [
        f"missing: no {what} is on offer" for what in ("board or system", "processor", "memory kit", "power supply")
    ]


def test_c4_both_stages_are_priced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One 1080 Ti and 32 GB now; a second card and 32 GB more later."""
    combo = {
        "parts": [
            {"part": "board:x99", "model": "asus-x99-deluxe"},
            {"part": "cpu:core-i7-6850k"},
            {"part": "ram:ddr4:32"},
        ],
        "price": "300",
    }
    card, memory = (
        {"parts": [{"part": "gpu:gtx-1080-ti"}], "price": "200"},
        {"parts": [{"part": "ram:ddr4:32"}], "price": "55"},
    )
    facts = {"modules": 4, "registered": False}
    [answer] = builds(
        tmp_path, capsys, ["grow-1080ti"], offer("a", combo, facts=facts), offer("b", {"parts": [{"part": "psu:1000"}], "price": "90"}),
        offer("c", card, available=2), offer("d", memory, facts=facts),
    )  # fmt: skip
    later = answer["builds"][0]["later"]
    assert (later["gpus"], later["memory_gb"], later["added"]["amount"]) == (2, 64, "255.00")
    assert ids(later) == {"c": 1, "d": 1}
    assert any("later stage" in note for note in answer["notes"])


def test_cards_are_compared_by_what_their_price_buys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "offers.jsonl"
    file.write_text(
        json.dumps(offer("p", P40)) + "\n" + json.dumps(offer("k", K80)) + "\n" + json.dumps(offer("s", PSU))
    )
    assert run(["builds", "--cards", "--offers", str(file), "--json"]) == 0
    k80, p40 = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (k80["part"], k80["per_gb_vram"]["amount"]) == ("gpu:tesla-k80", "4.00")
    assert (p40["part"], p40["per_gb_vram"]["amount"], p40["confidence"]) == ("gpu:tesla-p40", "7.08", "rule of thumb")
    assert p40["per_a10g"]["amount"] == "254.87"  # 170 / 0.667
    assert run(["builds", "--cards", "--offers", str(file), "--workload", "no-such"]) == 0
    assert "unknown" in capsys.readouterr().out


def told_by(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str, offers: list[Any]) -> tuple[Any, str]:
    file = folder / "offers.jsonl"
    file.write_text("\n".join(json.dumps(each) for each in offers), encoding="utf-8")
    assert run(["builds", *arguments, "--offers", str(file), "--json"]) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def test_the_front_of_cost_against_speed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offers = [offer("a", COMBO), offer("b", PSU_1300), offer("c", K80), offer("p", P40, available=2)]
    answer, _ = told_by(tmp_path, capsys, "rig-2000", "--pareto", "--axis", "speed", offers=offers)
    points = [(float(build["total"]["amount"]), build["speed"]) for build in answer["builds"]]
    assert len(points) > 1
    assert points == sorted(points)
    assert [speed for _, speed in points] == sorted({speed for _, speed in points})


def test_speed_needs_a_workload(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "offers.jsonl").write_text(json.dumps(offer("a", COMBO)), encoding="utf-8")
    assert run(["builds", "k80-box", "--pareto", "--axis", "speed", "--offers", str(tmp_path / "offers.jsonl")]) == 2
    assert "names no workload" in capsys.readouterr().err


def test_what_fifty_more_would_buy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    offers = [offer("a", COMBO), offer("b", PSU_1300), offer("p", {**P40, "price": "25"}, available=2)]
    answer, _ = told_by(tmp_path, capsys, "p40-box", offers=offers)
    [note] = answer["notes"]  # a second card, its shroud and its adapter: 25 + 14 + 8
    assert note.startswith("47.00 EUR more buys 24 GB of VRAM more: 2 x Tesla P40")
    alone, _ = told_by(tmp_path, capsys, "p40-box", offers=[*offers[:2], offer("p", P40)])
    assert alone["notes"] == ["50.00 EUR more buys no more VRAM"]


def test_a_part_that_the_catalog_does_not_know_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typo = {"parts": [{"part": "gpu:tesla-k8o"}, {"part": "ram:ddr4:32"}], "price": "9"}
    offers = [offer("a", COMBO), offer("b", PSU), offer("c", K80), offer("t", typo)]
    answer, told = told_by(tmp_path, capsys, "k80-box", offers=offers)
    assert answer["status"] == "optimal"
    assert ":4: offer 't': gpu:tesla-k8o is not in the catalog (do you mean" in told
    assert "gpu:tesla-k80?" in told
    assert "ram:ddr4:32" not in told
