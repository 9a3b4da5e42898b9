"""Targets: those that ship are right; a wrong one names its file, line and mend; nothing wrong is left out."""

from pathlib import Path

import pytest

from tracker.catalog import load_catalog
from tracker.domain.errors import ConfigError, UsageError
from tracker.domain.target import RULE_NAMES, Target
from tracker.optimiser.check import ALL_RULES
from tracker.settings import Settings, shipped_config
from tracker.targets import load_targets, pick_targets

SHIPPED = shipped_config()
CATALOG = load_catalog((SHIPPED,))


def targets_with(folder: Path, name: str, text: str) -> dict[str, Target]:
    (folder / "targets").mkdir(exist_ok=True)
    (folder / "targets" / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_targets((SHIPPED, folder), Settings(), CATALOG)


def problem_of(folder: Path, name: str, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        targets_with(folder, name, text)
    return str(caught.value)


def test_the_machines_of_the_issue_ship() -> None:
    shipped = load_targets((SHIPPED,), Settings(), CATALOG)
    named = [
        "k80-box",
        "p40-box",
        "three-p40",
        "1080ti-box",
        "four-1080ti",
        "upgrade-16gb",
        "cheapest-24gb",
        "cheapest-48gb",
    ]
    budgets = ["best-under-300", "best-under-500", "best-under-1000", "rig-1000", "rig-2000", "rig-5000"]
    assert {*named, *budgets} <= set(shipped)
    assert all(target.description for target in shipped.values())


def test_rule_names_are_those_of_the_rules() -> None:
    assert set(RULE_NAMES) == set(ALL_RULES)


def test_a_user_changes_one_key_and_keeps_the_rest(tmp_path: Path) -> None:
    target = targets_with(tmp_path, "k80-box", 'harden = ["cuda_support"]\n')["k80-box"]
    assert target.harden == {"cuda_support", "processor", "memory"}
    assert target.cards == ("gpu:tesla-k80",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vram_gb = 24\nvram_gbb = 3\n", "mine.toml:2: vram_gbb"),
        ("vram_gb = 24\nvram_gbb = 3\n", "did you mean 'vram_gb'?"),
        ('\nvram_gb = "much"\n', "mine.toml:2: vram_gb"),
        ('cards = ["gpu:tesla-k8o"]\n', "did you mean 'gpu:tesla-k80'?"),
        ('vram_gb = 8\nharden = ["bioss"]\n', "mine.toml:2: harden: 'bioss' is no rule (mend: did you mean 'bios'?)"),
        ('vram_gb = 8\n[owned]\nallowances = ["sssd"]\n', "mine.toml:3: owned.allowances"),
        ("vram_gb = 8\n[later]\ngpus = 2\n", "needs `gpus`"),
        ("", "asks for nothing"),
        ("vram_gb = 8\nvram_gb = 9\n", "mine.toml"),
        ('vram_gb = 8\n[speed]\nworkload = "train"\nat_least = 1\n', "workload"),
        ('budget = { amount = "x", currency = "EUR" }\n', "budget.amount"),
        ('cards = "gpu:tesla-k80"\n', 'write a list, even of one: ["…"]'),
        ('vram_gb = 8\ncountry = "UK"\n', "'UK' is no country of ISO 3166-1; did you mean 'GB'?"),
        ('vram_gb = 8\n[leave_out]\nmarketplaces = ["ebai"]\n', "mine.toml:3: leave_out.marketplaces: 'ebai'"),
        ('vram_gb = 8\n[leave_out]\nflags = ["mind"]\n', "did you mean 'mined'?"),
    ],
)  # fmt: skip
def test_a_wrong_target_names_the_line_and_the_mend(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in problem_of(tmp_path, "mine", text)


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    (tmp_path / "targets" / "other.toml").write_text("gpus = 0\n")
    told = problem_of(tmp_path, "mine", 'vendors = ["NVIDEA"]\nmemory_gb = -1\n')
    assert "other.toml:1: gpus" in told
    assert "mine.toml:2: memory_gb" in told


def test_a_name_that_is_none_lists_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean k80-box"):
        pick_targets(load_targets((SHIPPED,), Settings(), CATALOG), ("k80box",))
