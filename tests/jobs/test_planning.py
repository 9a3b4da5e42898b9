"""Planning and reporting over a workspace: the user's own rules count, and a deal is told once."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.market import NOW, TinyMatcher, crawl, euros, listing
from tracker.domain.build import BoughtOffer, Build
from tracker.domain.errors import ConfigError
from tracker.jobs.full_pass import lay_out
from tracker.jobs.planning import Planning
from tracker.jobs.reporting import daily_report
from tracker.services.ingest import ingest_feed
from tracker.workspace import Workspace

SEEN = NOW - timedelta(hours=1)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A French user's workspace with a folder for own settings, and seventeen P40 of which one is cheap."""
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('country = "FR"\ncurrency = "EUR"\ntargets = ["p40-box"]\n')
    space = Workspace(tmp_path / "config", tmp_path / "data")
    prices = {1: 150, **dict(enumerate(range(195, 211), 100))}
    ingest_feed(
        space.database,
        [listing(number, SEEN, price, shipping=euros(5)) for number, price in prices.items()],
        matcher=TinyMatcher(),
        now=NOW,
    )
    return space


def test_the_users_own_import_rules_count(workspace: Workspace, tmp_path: Path) -> None:
    before = Planning(workspace).stock(NOW).offers[0].landed
    (tmp_path / "config" / "import.toml").write_text('[buyer_fee.ebay]\nfixed = "7"\npercent = "0"\ncurrency = "EUR"\n')
    assert Planning(workspace).stock(NOW).offers[0].landed == before + euros(7)


def test_wrong_import_rules_are_an_error_with_its_key(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "config" / "import.toml").write_text('[vat]\nFR = "twenty"\n')
    with pytest.raises(ConfigError, match=r"vat\.FR"):
        Planning(workspace).stock(NOW)


def test_a_deal_is_told_in_one_days_report_only(workspace: Workspace) -> None:
    planning = Planning(workspace)
    first = daily_report(workspace, planning, NOW)
    assert [deal.listing.raw.external_id for deal in first.daily.deals] == ["1"]
    lay_out(workspace, first)
    assert daily_report(workspace, planning, NOW).daily.deals == first.daily.deals
    assert daily_report(workspace, planning, NOW + timedelta(days=1)).daily.deals == ()


@pytest.mark.parametrize(("days", "told"), [(120, "by the parts' own price history"), (20, "assumed")])
def test_e3_resale_comes_from_the_tracked_history_once_there_is_enough_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, told: str
) -> None:
    """Three P40, one euro cheaper a day over the last `days` days, from 250."""
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    space = Workspace(None, tmp_path / "data")
    for ago in range(days, -1, -1):
        at = NOW - timedelta(days=ago)
        asked = [listing(number, at, 250 - days + ago + number) for number in (1, 2, 3)]
        ingest_feed(space.database, asked, matcher=TinyMatcher(), now=at, outcome=crawl(at))
    planning = Planning(space)
    target = planning.targets["p40-box"]
    offer = planning.stock(NOW).offers[0]
    build = Build(
        target.name, offer.landed, (BoughtOffer(offer),), cards={"gpu:tesla-p40": 1}, vram_gb=24, peak_watts=350
    )
    rent = planning.rent(target, build)
    assert rent is not None
    (note,) = [words for words in rent.assumptions if "comes back after a year" in words]
    assert told in note
    resale = planning.resale(build)
    assert (resale is None) == (days < 90)
    assert resale is None or (5 < resale.percent < 40 and resale.share == 1)
