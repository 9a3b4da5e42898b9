"""The golden table: each title gives exactly the answer that stands beside it, with its reason and evidence."""

import tomllib
from pathlib import Path

import pytest

from tracker.domain.match import Decision, Reason, Role

CASES = tomllib.loads((Path(__file__).parent / "titles.toml").read_text(encoding="utf-8"))["title"]


def expected_parts(case) -> list[tuple[str, int]]:
    pairs = (part.partition("*") for part in case.get("parts", []))
    return sorted((part, int(count or 1)) for part, _, count in pairs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"][:60] or "(empty)")
def test_title(matcher, case):
    match = matcher.match(case["title"])
    assert match.kind == case["kind"], match.evidence
    assert sorted((part.part, part.qty) for part in match.parts) == expected_parts(case), match.evidence
    assert match.decision == case.get("decision", "accept")
    assert match.reason == case.get("reason")
    assert match.defect == case.get("defect", False)
    assert match.wanted == case.get("wanted", False)
    assert set(case.get("flags", [])) <= set(match.flags)
    assert case.get("facts", {}).items() <= match.facts.items()


def test_evidence_quotes_the_title_as_it_was_given(matcher):
    title = "NVIDIA® Tesla™ K80 – better than a GТX 1080 Тi"
    match = matcher.match(title)
    quoted = [item for item in match.evidence if item.part]
    assert [item.role for item in quoted] == [Role.SOLD, Role.COMPARED]
    assert all(title[item.start : item.end] == item.text for item in quoted)
    assert quoted[0].text.endswith("K80")


def test_condition_of_the_marketplace_counts(matcher):
    from tracker.domain.listing import Condition

    assert matcher.match("Tesla K80", condition=Condition.FOR_PARTS).defect
    assert not matcher.match("Tesla K80", condition=Condition.USED).defect


def test_a_short_description_says_that_it_is_broken(matcher):
    assert matcher.match("Tesla K80", description="For parts or not working · NVIDIA").defect
    assert not matcher.match("Tesla K80", description="No defects, works fine").defect


@pytest.mark.parametrize(
    ("title", "said", "believed"),
    [
        ("k80", {}, False),
        ("k80", {"marketplace": "ebay", "category": "27386"}, True),
        ("k80", {"marketplace": "ebay", "category": "9355"}, False),
        ("P40", {"description": "Nvidia Tesla with 24 GB, from our own server"}, True),
        ("P40", {"description": "Huawei, dual SIM, light scratches"}, False),
        ("P40 phone with case and charger", {"description": "Plays everything an Nvidia Shield can"}, False),
    ],
)
def test_a_bare_name_is_borne_out_by_its_shelf_or_its_text(matcher, title, said, believed):
    assert (matcher.match(title, **said).decision == Decision.ACCEPT) == believed


@pytest.mark.parametrize(
    "title",
    ["GMMK Pro prebuilt", "Keychron Q1 barebones", "Zoom75 prebuilt, holy pandas", "NuPhy Air75 barebone keyboard"],
)
def test_a_built_keyboard_is_no_computer(matcher, title):
    assert matcher.match(title).kind == "other"


def test_a_neutered_card_has_not_the_memory_of_its_name(matcher):
    match = matcher.match("Neutered Tesla V100 16GB SXM2, 12 GB left")
    assert all("16gb" not in part.part for part in match.parts)
    assert match.parts


@pytest.mark.parametrize(
    ("title", "gb"),
    [
        ("Lot of 8x Crucial 16GB DDR4 RDIMM", 128),
        ("4x Micron 32GB DDR4 ECC", 128),
        ("Micron 32GB DDR4 RDIMM (6)", 192),
        ("12 pcs Kingston 8GB DDR4", 96),
        ("Lot of 4 Crucial 16GB DDR4 (64GB)", 64),
        ("3 x RAM DDR4 8GB Crucial", 24),
        ("4 планки памяти Crucial 8GB DDR4", 32),
        ("2 sticks Crucial 16GB (2x8GB) DDR4", 16),
        ("Crucial 16GB DDR4 2R x 4", 16),
        ("16GB DDR4 kit of 2 sticks", 16),
    ],
)
def test_the_memory_of_a_lot_is_that_of_all_its_modules(matcher, title, gb):
    assert [part.part for part in matcher.match(title).parts] == [f"ram:ddr4:{gb}"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Dell OptiPlex 7050 front bezel", "accessory"),
        ("ThinkStation P710 power cable replacement", "accessory"),
        ("Dell OptiPlex 7050 + power cable", "system"),
        ("Watercooling Corsair 240", "accessory"),
    ],
)
def test_an_accessory_of_a_machine_is_no_machine(matcher, title, kind):
    assert matcher.match(title).kind == kind


def test_priced_lines_of_a_swap_post_fill_what_the_title_leaves_open(matcher):
    match = matcher.match(
        "[EU-DE] [H] CPUs, motherboards [W] PayPal",
        description="Moving out.\n\nXeon E5-2690 v3 - $40\n\nAsus X99-A - $90\n\nLooking for a GTX 1080 Ti under $150",
    )
    assert {part.part for part in match.parts} == {"cpu:xeon-e5-2690-v3", "board:x99"}


def test_price_moves_the_confidence_and_never_decides_alone(matcher):
    from tracker.domain.money import Money

    plain = matcher.match("Tesla P40 24GB")
    cheap = matcher.match("Tesla P40 24GB", price=Money.of(9, "EUR"))
    assert "price_too_low" in cheap.flags
    assert cheap.confidence < plain.confidence
    assert cheap.decision is plain.decision is Decision.ACCEPT
    assert "price_is_bait" in matcher.match("Tesla P40 24GB", price=Money.of(1234, "EUR")).flags


def test_board_model_stands_beside_its_chipset(matcher):
    (part,) = matcher.match("ASUS X99-Deluxe motherboard").parts
    assert (part.part, part.model) == ("board:x99", "asus-x99-deluxe")


def test_equal_input_gives_equal_answers_and_the_version_is_stable(matcher):
    from tracker.catalog import load_catalog
    from tracker.matching.matcher import build_matcher
    from tracker.settings import shipped_config

    title = "2x Tesla P40 24GB + X99 Xeon E5-2680 v4 Bundle"
    assert matcher.match(title) == matcher.match(title)
    layers = (shipped_config(),)
    assert build_matcher(load_catalog(layers), layers).version == matcher.version


def test_every_reject_has_a_reason_of_the_closed_list(matcher):
    for case in CASES:
        match = matcher.match(case["title"])
        assert (match.reason is None) == (match.decision is Decision.ACCEPT)
        assert match.reason is None or match.reason in Reason
