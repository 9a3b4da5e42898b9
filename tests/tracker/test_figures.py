"""The rows of figures.md that are machines, rules and reports, each test named after its row; sums stand in test_rental.py."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from reports.formats import Formats
from reports.machine_charts import breakdown_chart
from reports.machine_words import what_it_hides
from tests.services.market import NOW
from tracker.catalog import load_catalog
from tracker.domain.build import Build, Offer, RuleVerdict, Status, Verdict
from tracker.domain.history import DayFigures
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money, Rates
from tracker.domain.target import Target
from tracker.optimiser.later import with_later
from tracker.optimiser.solve import solve
from tracker.services.export import rows_of
from tracker.services.past_prices import import_prices
from tracker.services.trend import trend_of
from tracker.settings import load_settings, shipped_config
from tracker.sources import load_sources
from tracker.storage.engine import Database
from tracker.targets import load_targets

LAYERS = (shipped_config(),)
CATALOG = load_catalog(LAYERS)
TARGETS = load_targets(LAYERS, load_settings(LAYERS), CATALOG)
RATES = Rates(date(2026, 11, 20), {"USD": Decimal("1.25")})


def offer(name: str, euros: int, *parts: MatchedPart, available: int = 1, **facts: bool | int) -> Offer:
    return Offer(name, parts, Money.of(euros, "EUR"), available=available, facts=facts)


def part(name: str, qty: int = 1) -> MatchedPart:
    return MatchedPart(name, qty)


def best(target: Target, *offers: Offer) -> Build:
    solution = solve(target, offers, CATALOG, top=1, rates=RATES)
    assert solution.status is Status.OPTIMAL, solution.why_not
    return solution.builds[0]


def rules(build: Build) -> Mapping[str, RuleVerdict]:
    return {rule.rule: rule for rule in build.rules}


def combo(name: str, euros: int, cpu: str, gb: int, board: str = "asus-x99-deluxe") -> Offer:
    return offer(
        name,
        euros,
        MatchedPart("board:x99", model=board),
        part(cpu),
        part(f"ram:ddr4:{gb}"),
        modules=4,
        registered=False,
    )


@pytest.mark.parametrize(
    ("target", "offers", "total"),
    [
        (
            "a1-k80",
            [combo("combo", 40, "cpu:xeon-e5-2680-v4", 32), offer("psu", 9, part("psu:750")), offer("k80", 96, part("gpu:tesla-k80"))],
            145,
        ),
        (
            "a2-three-p40",
            [combo("combo", 110, "cpu:xeon-e5-2680-v4", 128, "asrock-x99-extreme11"), offer("psu", 46, part("psu:1300"), pcie8=8, eps8=2),
             offer("lot", 410, part("gpu:tesla-p40", 3)), offer("one", 170, part("gpu:tesla-p40"), available=9)],
            566,
        ),
    ],
)  # fmt: skip
def test_a1_a2_the_printed_machines_are_solved_to_their_sums(target: str, offers: list[Offer], total: int) -> None:
    """The lot of three for 410 beats three at 170; the source prints 560 for the second, its own slip."""
    assert best(TARGETS[target], *offers).total == Money.of(total, "EUR")


@pytest.mark.parametrize("source", ["ebay", "leboncoin"])
def test_a5_both_sources_are_searched(source: str) -> None:
    assert load_sources(LAYERS)[source].enabled


P40_BOX = [
    combo("combo", 110, "cpu:xeon-e5-2680-v4", 64),
    offer("psu", 60, part("psu:1000"), pcie8=6, eps8=2),
    offer("p40", 170, part("gpu:tesla-p40")),
]


def test_a6_every_build_says_what_its_price_hides() -> None:
    build = replace(best(TARGETS["p40-box"], *P40_BOX), speed=0.5)
    said = " ".join(what_it_hides(build, None, Formats()))
    assert build.peak_watts is not None
    assert f"Heat and power draw: up to {build.peak_watts} W" in said
    assert "Lower speed" in said
    assert "Not for training large models" in said


FOUR = [
    offer("combo", 600, MatchedPart("board:x399", model="asrock-x399-taichi"), part("cpu:threadripper-1920x"), part("ram:ddr4:32"),
          modules=4, registered=False),
    offer("psu", 150, part("psu:1600"), pcie8=8, eps8=2),
    offer("ti", 200, part("gpu:gtx-1080-ti"), available=4, blower=True),
]  # fmt: skip


@pytest.mark.parametrize("rule", ["cpu_lanes", "cores", "slots", "psu_watts", "blower"])
def test_b8_each_rule_of_the_four_gpu_machine_has_a_verdict(rule: str) -> None:
    """Lanes ≥ 36, cores ≥ 8, four double-width cards, ≥ 1,400 W, blower cards; the NVMe disk is an allowance of the build."""
    build = best(TARGETS["four-1080ti"], *FOUR)
    assert rules(build)[rule].verdict in (Verdict.OK, Verdict.UNKNOWN)
    assert "nvme" in {allowance.name for allowance in build.allowances}
    assert build.cards == {"gpu:gtx-1080-ti": 4}


@pytest.mark.parametrize("change", [{"cores": 13}, {"cpu_lanes": 65}, {"psu_watts": 1601}])
def test_b8_what_breaks_a_rule_is_no_four_gpu_machine(change: dict[str, int]) -> None:
    solution = solve(replace(TARGETS["four-1080ti"], **change), FOUR, CATALOG, rates=RATES)
    assert (solution.status, solution.builds) == (Status.INFEASIBLE, ())
    assert solution.why_not


@pytest.mark.parametrize(("name", "price"), [("gpu:gtx-1080-ti", 600), ("cpu:threadripper-1920x", 400)])
def test_b9_used_prices_of_2018_are_kept_dated_with_their_source(
    sqlite_database: Database, tmp_path: Path, name: str, price: int
) -> None:
    file = tmp_path / "past.csv"
    file.write_text(f"part,day,price,currency,source\n{name},2018-09-15,{price},USD,figures.md B9\n")
    assert import_prices(sqlite_database, file, CATALOG) == 1
    (row,) = rows_of(sqlite_database, "external_price")
    kept = (row["part"], str(row["day"]), row["price_minor"], row["price_currency"], row["source"])
    assert kept == (name, "2018-09-15", price * 100, "USD", "figures.md B9")


def test_b10_a_generation_s_drop_is_a_step_with_its_date() -> None:
    """The generation earlier cost 800 until the day, and 400 from then on."""
    first = NOW.date()
    prices = [800, 805, 798] * 10 + [400, 402, 398] * 10
    days = [
        DayFigures("cpu:threadripper-1920x", first + timedelta(days=n), 5, median=Money.of(price, "USD"))
        for n, price in enumerate(prices)
    ]
    trend = trend_of(days, "USD")
    assert trend is not None
    assert [step[0] for step in trend.steps] == [first + timedelta(days=30)]


GROW = [
    combo("combo", 300, "cpu:core-i7-6850k", 32),
    offer("small", 40, part("psu:550"), pcie8=2, eps8=1),
    offer("large", 90, part("psu:1000"), pcie8=6, eps8=2),
    offer("ti", 200, part("gpu:gtx-1080-ti"), available=2),
    offer("memory", 55, part("ram:ddr4:32"), modules=4, registered=False, available=2),
]


def test_c4_board_slots_and_supply_are_sized_for_two_cards_and_both_stages_are_priced() -> None:
    """300 + 90 + 200 and the allowances now; one card for 200 and 32 GB for 55 later."""
    target = TARGETS["grow-1080ti"]
    solution = with_later(solve(target, GROW, CATALOG, top=1), target, GROW, CATALOG)
    build = solution.builds[0]
    assert {line.offer.id for line in build.offers} == {"combo", "large", "ti"}
    assert {"later_slots", "later_lanes", "later_power", "later_connectors", "later_memory"} <= set(rules(build))
    step = build.later
    assert step is not None
    assert {line.offer.id: line.qty for line in step.offers} == {"ti": 1, "memory": 1}
    assert (step.added, step.total) == (Money.of(255, "EUR"), build.total + Money.of(255, "EUR"))
    assert (
        solution.notes[-1] == f"the later stage (2 GPUs, 64 GB) would cost 255.00 EUR more today: {step.total} in all"
    )


def test_c4_a_later_stage_that_nobody_sells_is_said_not_guessed() -> None:
    target, once = TARGETS["grow-1080ti"], [replace(each, available=1) for each in GROW]
    solution = with_later(solve(target, once, CATALOG, top=1), target, once, CATALOG)
    assert solution.builds[0].later is None
    assert "can't be priced" in solution.notes[-1]


def test_c4_a_target_without_a_later_stage_has_none() -> None:
    target = TARGETS["p40-box"]
    solution = solve(target, P40_BOX, CATALOG, top=1)
    assert with_later(solution, target, P40_BOX, CATALOG) is solution


WORKSTATION = [
    combo("combo", 300, "cpu:core-i7-6850k", 32),
    combo("too few lanes", 200, "cpu:core-i7-6800k", 32),
    offer("psu", 90, part("psu:1000"), pcie8=6, eps8=2),
    offer("ti", 200, part("gpu:gtx-1080-ti"), available=2),
]


def test_d1_the_price_is_broken_down_into_shares_as_a_table_and_a_picture() -> None:
    build = best(TARGETS["x99-workstation"], *WORKSTATION)
    parts = [line.offer.landed * line.qty for line in build.offers] + [line.amount for line in build.allowances]
    assert sum(part.minor for part in parts) == build.total.minor
    assert breakdown_chart(build).startswith(b"\x89PNG")


def test_d2_forty_lanes_and_a_bios_to_verify_before_purchase() -> None:
    """The cheaper combo has 28 lanes; Broadwell-E on an early X99 may need an update."""
    build = best(TARGETS["x99-workstation"], *WORKSTATION)
    told = rules(build)
    assert {line.offer.id for line in build.offers} == {"combo", "psu", "ti"}
    assert told["socket"].verdict is Verdict.OK
    assert told["cpu_lanes"].verdict is Verdict.OK
    assert told["bios"].verdict is Verdict.UNKNOWN
    assert "verify the BIOS version before purchase" in told["bios"].detail


def test_d3_the_wattage_of_the_list_and_of_the_list_with_a_second_gpu() -> None:
    """A card of 250 W and a processor of 140 W, and the rest; 250 W more with the second."""
    build = best(TARGETS["x99-workstation"], *WORKSTATION)
    assert build.peak_watts is not None
    assert build.peak_watts >= 250 + 140
    now, later = rules(build)["power"].detail, rules(build)["later_power"].detail
    wanted = [int(detail.split(" W wanted")[0].split()[-1]) for detail in (now, later)]
    headroom = TARGETS["x99-workstation"].headroom_percent
    assert wanted[1] - wanted[0] == pytest.approx(250 * headroom / 100, abs=2)


def test_d4_used_offers_beat_the_list_s_new_price() -> None:
    assert best(TARGETS["x99-workstation"], *WORKSTATION).total < RATES.convert(Money.of(2300, "USD"), "EUR")


def test_d5_a_140_w_processor_gets_a_cooler_as_an_allowance_where_none_is_listed() -> None:
    build = best(TARGETS["x99-workstation"], *WORKSTATION)
    assert "cpu-cooler" in {allowance.name for allowance in build.allowances}
    assert "140 W" in rules(build)["cpu_cooler"].detail


@pytest.mark.parametrize("dollars", [1000, 2000, 5000])
def test_e4_a_budget_gets_the_best_machine_for_at_most_so_much(dollars: int) -> None:
    """A rig for 1,000 takes the 1080 Ti; with 5,000 a 3090 is faster at training."""
    offers = [*WORKSTATION, offer("3090", 1200, part("gpu:rtx-3090"))]
    build = best(TARGETS[f"rig-{dollars}"], *offers)
    assert RATES.convert(build.total, "USD").minor <= dollars * 100
    assert ("gpu:rtx-3090" in build.cards) == (dollars > 1000)
