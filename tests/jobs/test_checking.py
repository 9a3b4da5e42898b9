"""Before a report what its machines buy is looked up once more: what has gone is taken out, what tells nothing stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders.demo.server import DemoMarket
from spiders.demo.world import make_world
from spiders.spec import CrawlSpec
from tests.services.market import euros, listing
from tracker.domain.build import BoughtOffer, Build, Solution, Status
from tracker.jobs.checking import Checks, checked
from tracker.jobs.planning import Planning
from tracker.services.ingest import ingest_feed
from tracker.workspace import Workspace

WORLD = make_world(days=3, listings=40)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    config = tmp_path / "config"
    config.mkdir()
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(config))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    space = Workspace(config, tmp_path / "data")
    yield space
    space.database.close()


def looked_up(space: Workspace, market: DemoMarket) -> tuple[Checks, list[str]]:
    """A build that buys an ad that is there and one that is not, checked; what came of it, and what is on offer then."""
    now = datetime.now(UTC)
    there = next(ad for ad in WORLD.ads if ad.marketplace == "ebay" and ad.is_open(WORLD.last))
    site = market.url("ebay")
    raws = [
        listing(number, now - timedelta(hours=2), 100, title="NVIDIA Tesla P40 24GB", url=f"{site}/itm/{number}")
        for number in (there.external_id, "999999999999")
    ]
    ingest_feed(space.database, raws, matcher=space.matcher, now=now)
    planning = Planning(space)
    stock = planning.stock(now)
    assert len(stock.offers) == 2
    build = Build(
        "p40-box", euros(200), tuple(BoughtOffer(offer) for offer in stock.offers), cards={"gpu:tesla-p40": 1}
    )
    solved = stock, [Solution("p40-box", Status.OPTIMAL, (build,))]

    def spec(name: str) -> CrawlSpec:
        return CrawlSpec(name, space.data / "feeds", space.data / "state", base_url=site, delay=0,
                         allow_loopback=True)  # fmt: skip

    after, _, checks = checked(space, planning, planning.wanted(["p40-box"]), solved, now, spec)
    return checks, [offer.id for offer in after.offers]


def test_what_has_gone_is_taken_out_and_what_is_there_was_just_seen(workspace: Workspace) -> None:
    with DemoMarket(WORLD) as market:
        checks, offers = looked_up(workspace, market)
    assert (len(checks.there), list(checks.gone)) == (1, ["ebay:999999999999"])
    assert offers == list(checks.there)
    assert "Gone when looked up just before this report, and bought elsewhere: NVIDIA Tesla P40 24GB" in checks.words


@pytest.mark.parametrize("trouble", ["blocked", "down", "disallowed", "empty"])
def test_a_source_that_tells_nothing_takes_nothing_out(workspace: Workspace, trouble: str) -> None:
    with DemoMarket(WORLD) as market:
        setattr(market.behaviour["ebay"], trouble, True)
        checks, offers = looked_up(workspace, market)
    assert (checks.gone, checks.there, checks.words) == ({}, {}, ())
    assert len(checks.untold) == len(offers) == 2
