"""What titles state about leads, server supplies and coolers; silence states nothing."""

import pytest

from tracker.domain.match import MatchedPart
from tracker.matching.stated import stated_facts

PSU, CARD = (MatchedPart("psu:1200"),), (MatchedPart("gpu:gtx-1080-ti"),)


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("corsair hx1200 6x pcie 8-pin 2x eps 80+ platinum", {"pcie8": 6, "eps8": 2, "efficiency": "platinum"}),
        ("1200w supply, 4 x 6+2 pin pci-e", {"pcie8": 4}),
        ("hp proliant 1200w netzteil", {"is_server": True, "needs_breakout": True}),
        ("dell 1600w server psu platinum mit breakout board", {"is_server": True, "needs_breakout": False}),
        ("alimentation serveur hp 1200w", {"is_server": True, "needs_breakout": True}),
        ("seasonic 1200w atx modular, aus server", {}),
        ("be quiet 1200w", {}),
    ],
)
def test_supplies(title: str, facts: dict[str, object]) -> None:
    assert stated_facts(title, PSU) == facts


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("asus gtx 1080 ti turbo 11gb", {"blower": True}),
        ("gtx 1080 ti founders edition", {"blower": True}),
        ("evga 1080 ti ftw3 turbo mode", {}),
        ("msi gtx 1080 ti gaming x", {"blower": False}),
        ("palit gtx 1080 ti jetstream", {"blower": False}),
        ("asus dual gtx 1070", {"blower": False}),
        ("gtx 1080 ti dual slot", {}),
        ("zotac gtx 1080 ti mini", {}),
    ],
)
def test_cards(title: str, facts: dict[str, object]) -> None:
    assert stated_facts(title, CARD) == facts


def test_a_machine_called_server_says_nothing_of_its_supply_as_a_part() -> None:
    assert stated_facts("server with 1200w psu", (MatchedPart("psu:1200"), MatchedPart("cpu:xeon-e5-2680-v4"))) == {}
