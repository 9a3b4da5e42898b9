"""config/watches.toml: what may be written there, and errors that name the line and the mend."""

from decimal import Decimal
from pathlib import Path

import pytest

from tracker.catalog import load_catalog
from tracker.domain.errors import ConfigError
from tracker.domain.money import Money
from tracker.domain.watch import Watch
from tracker.settings import shipped_config
from tracker.watches import load_watches

CATALOG = load_catalog((shipped_config(),))


def load(folder: Path, text: str) -> tuple[Watch, ...]:
    (folder / "watches.toml").write_text(text, encoding="utf-8")
    return load_watches((shipped_config(), folder), catalog=CATALOG, targets=["p40-box"], currency="EUR")


def test_none_are_shipped(tmp_path: Path) -> None:
    assert load(tmp_path, "") == ()


def test_the_shipped_examples_hold_when_uncommented(tmp_path: Path) -> None:
    lines = (shipped_config() / "watches.toml").read_text(encoding="utf-8").splitlines()
    example = lines[next(number for number, line in enumerate(lines) if line.startswith("# [watch")) :]
    found = load(tmp_path, "\n".join(line.removeprefix("#") for line in example))
    assert found == (
        Watch("cheap-p40", "gpu:tesla-p40", "", frozenset({"used", "refurbished"}), Money.of(180, "EUR")),
        Watch("box-for-a-week-of-g5", target="p40-box", below_weeks=Decimal("1.5")),
    )


@pytest.mark.parametrize(
    ("written", "amount"),
    [('"€180"', "180.00 EUR"), ('"180 €"', "180.00 EUR"), ('"USD 99,50"', "99.50 USD"), ('"£12.5"', "12.50 GBP"),
     ("180", "180.00 EUR"), ("99.5", "99.50 EUR")],
)  # fmt: skip
def test_amounts(tmp_path: Path, written: str, amount: str) -> None:
    (watch,) = load(tmp_path, f'[watch.w]\npart = "p40"\ncondition = "used"\nat_most = {written}\n')
    assert str(watch.at_most) == amount


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[watch.w]\npart = "p40"\nat_mots = "€1"\n', 3, "did you mean 'at_most'"),
        ('[watch.w]\npart = "p40"\nat_most = "cheap"\n', 1, "'cheap' is no amount"),
        ('[watch.w]\npart = "p40"\nat_most = "1,299"\n', 1, "is no amount"),
        ('[watch.w]\npart = "tesla-p41"\nat_most = 1\n', 1, "is not in the catalog"),
        ('[watch."a b"]\ntarget = "p41-box"\nat_most = 1\n', 1, "no target is called 'p41-box'"),
        ('\n[watch.w]\npart = "p40"\n', 2, "give at_most or below_weeks"),
        ("[watch.w]\nat_most = 1\n", 1, "name a part or a target"),
        ('[watch.w]\npart = "p40"\ncondition = "mint"\nat_most = 1\n', 3, "must be"),
        ('[watch.w]\npart = "p40"\nbelow_weeks = -1\n', 3, "greater than 0"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    (problem,) = caught.value.problems
    assert (problem.file.name, problem.line) == ("watches.toml", line)
    assert words in str(problem)
