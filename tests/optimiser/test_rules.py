"""Each rule on machines out of the real catalog: what it says, and on which facts."""

from dataclasses import replace

import pytest

from tracker.catalog import load_catalog
from tracker.domain.build import Verdict
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.part import CpuFacts, GpuFacts
from tracker.domain.target import AllowancePrice, LaterStage, Target
from tracker.optimiser.check import check, refusal
from tracker.optimiser.items import Item, ItemReader
from tracker.optimiser.machine import Machine, adapters_needed
from tracker.settings import shipped_config

CATALOG = load_catalog((shipped_config(),))
PRICES = {
    name: AllowancePrice(name, Money(1000, "EUR"))
    for name in ("shroud", "eps-adapter", "cpu-cooler", "display-card", "breakout")
}
TARGET = Target("test", memory_gb=16, prices=PRICES)


def item(part: str, model: str | None = None, **facts: object) -> Item:
    return ItemReader(CATALOG).read((MatchedPart(part, 1, model),), facts)[0][0]


def machine(card: str = "gpu:tesla-p40", cards: int = 1, board: str = "asus-x99-e-ws", **psu: int) -> Machine:
    facts = CATALOG.models[board]
    return Machine(
        host=item(facts.variant_of or "", board),
        cpu=item("cpu:xeon-e5-2680-v4"),
        cpus=1,
        rams=((item("ram:ddr4:32", modules=4, registered=False), 1),),
        cards=((item(card), cards),),
        psu=item("psu:1300", **psu),
    )


def verdict(built: Machine, rule: str, target: Target = TARGET) -> Verdict:
    return next(each.verdict for each in check(built, target) if each.rule == rule)


def test_a_k80_is_two_devices_of_12_gb() -> None:
    k80, p40 = machine("gpu:tesla-k80"), machine("gpu:tesla-p40")
    assert (k80.vram_gb, k80.devices) == (24, 2)
    one_of_24 = replace(TARGET, vram_per_device_gb=24)
    assert verdict(k80, "wanted_cards", one_of_24) is Verdict.VIOLATED
    assert verdict(p40, "wanted_cards", one_of_24) is Verdict.OK


@pytest.mark.parametrize(
    ("psu", "adapters", "expected"),
    [
        ({"eps": 2, "pcie8": 0}, 0, Verdict.OK),  # the spare EPS lead feeds the card
        ({"eps": 1, "pcie8": 2}, 1, Verdict.OK),  # two PCIe leads through an adapter
        ({"eps": 1, "pcie8": 1}, 1, Verdict.VIOLATED),
        ({"eps": 0, "pcie8": 8}, 1, Verdict.VIOLATED),  # nothing for the board
        ({}, 1, Verdict.UNKNOWN),
    ],
)
def test_eps_for_tesla_cards(psu: dict[str, int], adapters: int, expected: Verdict) -> None:
    built = machine(**psu)
    assert adapters_needed(built) == adapters
    assert verdict(built, "psu_connectors") is expected


def test_pcie_leads_for_the_1080_ti() -> None:
    assert verdict(machine("gpu:gtx-1080-ti", 2, eps=1, pcie8=4), "psu_connectors") is Verdict.OK
    assert verdict(machine("gpu:gtx-1080-ti", 2, eps=1, pcie8=3), "psu_connectors") is Verdict.VIOLATED


@pytest.mark.parametrize(("watts", "expected"), [(1300, Verdict.OK), (1000, Verdict.VIOLATED), (None, Verdict.UNKNOWN)])
def test_three_p40_want_1235_watts(watts: int | None, expected: Verdict) -> None:
    # (3 x 250 + 120 + 75 + 3 fans of 10) x 1.25 = 1,219
    built = replace(machine(cards=3), psu=item(f"psu:{watts or 'unknown'}"))
    assert verdict(built, "power") is expected


def test_a_server_supply_feeds_cards_not_boards() -> None:
    server = item("psu:1200", "hp-dps-1200fb")
    assert verdict(replace(machine(), psu=server), "server_psu") is Verdict.VIOLATED
    beside = replace(machine(), psu=item("psu:450"), aux=server)
    assert verdict(beside, "server_psu") is Verdict.OK
    assert verdict(beside, "power") is Verdict.OK


def test_sockets_that_look_alike() -> None:
    assert verdict(machine(), "socket") is Verdict.OK
    assert verdict(replace(machine(), cpu=item("cpu:xeon-e5-2680-v2")), "socket") is Verdict.VIOLATED
    assert verdict(machine(), "bios") is Verdict.UNKNOWN  # v4 on X99
    assert verdict(replace(machine(), cpu=item("cpu:xeon-e5-2680-v3")), "bios") is Verdict.OK


def test_a_dual_board_needs_its_pair_of_dual_processors() -> None:
    one = replace(machine(), host=item("board:c612", "asus-z10pe-d16"))
    assert verdict(one, "cpu_count") is Verdict.VIOLATED
    assert verdict(replace(one, cpus=2), "cpu_count") in (Verdict.OK, Verdict.UNKNOWN)
    single = item("cpu:xeon-e5-1650-v4")
    assert isinstance(single.facts, CpuFacts)
    assert verdict(replace(one, cpu=single, cpus=2), "cpu_count") is Verdict.VIOLATED


@pytest.mark.parametrize(
    ("kit", "facts", "rule", "expected"),
    [
        ("ram:ddr3:32", {"modules": 4, "registered": False}, "memory_type", Verdict.VIOLATED),
        ("ram:sodimm-ddr4:32", {"modules": 2}, "memory_type", Verdict.VIOLATED),
        ("ram:unknown:32", {}, "memory_type", Verdict.UNKNOWN),
        ("ram:ddr4:32", {}, "memory_registered", Verdict.UNKNOWN),
        ("ram:ddr4:32", {"modules": 16}, "memory_slots", Verdict.VIOLATED),
        ("ram:ddr4:32", {"modules": 2}, "memory_channels", Verdict.UNKNOWN),
        ("ram:ddr4:1024", {"modules": 8}, "memory_max", Verdict.VIOLATED),
        ("ram:ddr4:8", {"modules": 1}, "memory", Verdict.VIOLATED),
    ],
)
def test_memory(kit: str, facts: dict[str, int], rule: str, expected: Verdict) -> None:
    assert verdict(replace(machine(), rams=((item(kit, **facts), 1),)), rule) is expected


def test_a_wrong_memory_type_is_wrong_beside_one_that_is_not_known() -> None:
    kits = ((item("ram:ddr3:32"), 1), (item("ram:unknown:32"), 1))
    assert verdict(replace(machine(), rams=kits), "memory_type") is Verdict.VIOLATED


def test_passive_cards_want_a_shroud_and_their_refusal_refuses() -> None:
    assert verdict(machine(), "passive_cooling") is Verdict.OK
    refused = replace(TARGET, refused_allowances=frozenset({"shroud"}))
    assert verdict(machine(), "passive_cooling", refused) is Verdict.VIOLATED
    assert verdict(machine("gpu:gtx-1080-ti"), "passive_cooling", refused) is Verdict.OK


def test_sxm_modules_are_refused_without_a_carrier() -> None:
    built = machine("gpu:tesla-v100-sxm2-16gb")
    assert verdict(built, "sxm") is Verdict.VIOLATED
    assert verdict(built, "sxm", replace(TARGET, owned_allowances=frozenset({"sxm-carrier"}))) is Verdict.OK


def test_the_end_of_cuda_is_a_warning_that_a_target_can_harden() -> None:
    built = machine("gpu:tesla-k80", eps=2, pcie8=4)
    told = next(each for each in check(built, TARGET) if each.rule == "cuda_support")
    assert told.is_warning
    assert "R470" in told.detail
    assert refusal(built, TARGET) is None
    strict = replace(TARGET, harden=frozenset({"cuda_support"}))
    refused = refusal(built, strict)
    assert refused is not None
    assert refused.rule == "cuda_support"


def test_a_picture_or_a_stated_way_without() -> None:
    assert verdict(machine(), "display") is Verdict.OK  # by an allowance
    required = replace(TARGET, display="required")
    assert verdict(machine("gpu:gtx-1080-ti"), "display", required) is Verdict.OK
    blind = replace(machine(), host=item("board:x99", "asus-x99-e-ws", has_video=False))
    assert verdict(blind, "display", required) is Verdict.VIOLATED
    assert verdict(blind, "display", replace(TARGET, display="headless")) is Verdict.OK


def test_lanes_slots_and_decoding() -> None:
    narrow = replace(machine("gpu:gtx-1080-ti", 4), cpu=item("cpu:core-i7-5820k"))
    assert (
        verdict(replace(narrow, host=item("board:x99", "asus-x99-e-ws", has_plx=False)), "pcie_lanes")
        is Verdict.VIOLATED
    )
    assert verdict(replace(narrow, host=item("board:x99", "asus-x99-e-ws", has_plx=True)), "pcie_lanes") is Verdict.OK
    assert verdict(machine(cards=8), "slots") is Verdict.VIOLATED
    blind = replace(machine(), host=item("board:x99", "asus-x99-e-ws", above_4g=False))
    assert verdict(blind, "above_4g") is Verdict.VIOLATED
    assert verdict(replace(blind, cards=((item("gpu:gtx-1080-ti"), 1),)), "above_4g") is Verdict.OK


def test_four_card_rules_of_figures_b8() -> None:
    four = replace(TARGET, gpus=4, cores=8, cpu_lanes=36, psu_watts=1400, blower_only=True, headroom_percent=110)
    built = replace(machine("gpu:gtx-1080-ti", 4), psu=item("psu:1400", eps=2, pcie8=8))
    said = {each.rule: each.verdict for each in check(built, four)}
    assert (
        said["cpu_lanes"] is said["cores"] is said["psu_watts"] is said["power"] is said["psu_connectors"] is Verdict.OK
    )
    assert said["blower"] is Verdict.UNKNOWN  # a listing must say it
    assert verdict(replace(built, psu=item("psu:1300")), "psu_watts", four) is Verdict.VIOLATED


def test_the_later_stage_is_sized_for_now() -> None:
    grow = replace(TARGET, gpus=1, later=LaterStage(2, 64))
    built = replace(machine("gpu:gtx-1080-ti"), psu=item("psu:600"))
    assert verdict(built, "power", grow) is Verdict.OK
    assert verdict(built, "later_power", grow) is Verdict.VIOLATED


def test_an_unverified_fact_is_never_ok() -> None:
    # The catalog estimates double_width_gpus from slots and form factor.
    built = machine(cards=2)
    assert built.host is not None
    assert "double_width_gpus" in built.host.unverified
    assert verdict(built, "slots") is Verdict.UNKNOWN


def test_a_card_without_known_memory_is_never_bought() -> None:
    unknown = Item("gpu:x", "gpu:x", item("gpu:tesla-p40").category, GpuFacts(), "x")
    assert verdict(replace(machine(), cards=((unknown, 1),)), "wanted_cards") is Verdict.VIOLATED
