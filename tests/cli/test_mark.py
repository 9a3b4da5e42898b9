"""`rigscout mark`, end to end: what is bought is owned by the next build, what is ignored never returns, what is wrong waits."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.services.market import crawl, listing
from tracker.cli.main import run
from tracker.domain.build import Solution
from tracker.jobs.planning import Planning
from tracker.services.ingest import ingest_feed
from tracker.services.reviews import waiting
from tracker.workspace import Workspace

NOW = datetime.now(UTC)
MACHINE = "Dell Precision T5810 Xeon E5-2697 v4 32GB DDR4 ECC 825W"


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    found = Workspace(tmp_path / "config", tmp_path / "data")
    see(found, NOW - timedelta(hours=3), card(1, 200), card(2, 210), listing(9, NOW, 160, title=MACHINE))
    yield found
    found.database.close()


def card(number: int, price: int, **more: object):
    return listing(number, NOW, price, title="NVIDIA Tesla P40 24GB", **more)


def see(space: Workspace, at: datetime, *raws, **more: object) -> None:
    from dataclasses import replace

    ingest_feed(space.database, [replace(raw, seen_at=at) for raw in raws], matcher=space.matcher, now=NOW, **more)


def cheapest(space: Workspace) -> Solution:
    planning = Planning(space)
    return planning.solve(planning.stock(NOW), planning.wanted(["p40-box"]), top=1)[0]


def bought(solution: Solution) -> set[str]:
    return {each.offer.id for each in solution.builds[0].offers}


def test_bought_parts_are_owned_by_the_next_build(space: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    before = cheapest(space)
    assert bought(before) == {"ebay:1", "ebay:9"}
    assert run(["mark", "ebay:1", "bought", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"id": 1, "listing": "ebay:1", "mark": "bought"}
    after = cheapest(space)
    assert "ebay:1" not in bought(after)
    assert "ebay:2" not in bought(after)
    price = next(each.offer.landed for each in before.builds[0].offers if each.offer.id == "ebay:1")
    assert after.builds[0].total == before.builds[0].total - price
    assert run(["mark", "ebay:1", "none"]) == 0
    assert bought(cheapest(space)) == {"ebay:1", "ebay:9"}


def test_ignored_never_returns_not_even_listed_anew(space: Workspace) -> None:
    assert run(["mark", "ebay:1", "ignore"]) == 0
    assert bought(cheapest(space)) == {"ebay:2", "ebay:9"}
    see(space, NOW - timedelta(hours=2), card(2, 210), listing(9, NOW, 160, title=MACHINE),
        outcome=crawl(NOW - timedelta(hours=2)), gone_after_runs=1)  # fmt: skip
    see(space, NOW - timedelta(hours=1), card(11, 150, seller="seller1"))
    assert bought(cheapest(space)) == {"ebay:2", "ebay:9"}


def test_wrong_waits_for_review_and_is_no_offer(space: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mark", "ebay:1", "wrong"]) == 0
    assert bought(cheapest(space)) == {"ebay:2", "ebay:9"}
    assert [each.raw.external_id for each in waiting(space.database)] == ["1"]
    capsys.readouterr()
    assert run(["review", "--list"]) == 0
    assert "https://example.org/1" in capsys.readouterr().out


def test_the_page_s_button_marks_the_same(space: Workspace) -> None:
    from tracker.jobs.serving import StoredWrites

    writes = StoredWrites(space.database, space.matcher)
    assert writes.mark(1, "bought")
    assert "ebay:2" not in bought(cheapest(space))


def test_an_unknown_listing_is_a_usage_error(space: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mark", "ebay:77", "bought"]) == 2
    assert "ebay:77" in capsys.readouterr().err
