"""Eight marketplaces ingested at once on PostgreSQL, every offer on all of them: what one after another comes to (`make soak`)."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.conftest import emptied
from tests.services.market import NOW, TinyMatcher, day, listing
from tracker.domain.listing import RawListing
from tracker.services.ingest import ingest_feed
from tracker.storage.digest import digest
from tracker.storage.engine import Database, open_database

MARKETS, FEEDS, OFFERS = 8, 4, 200
STEPS = (0, 0, 0, 5, -3, -80, 40)  # -80: a price that nobody believes


def feeds(market: int) -> list[list[RawListing]]:
    """The same sellers everywhere, each offer a little later and dearer or cheaper than elsewhere."""
    dice = Random(market)
    return [
        [
            listing(
                f"{market}-{n}", day(feed + market / 100 + n / 1000), 100 + dice.choice(STEPS), seller=f"s{n}",
                marketplace=f"market{market}", title="Tesla P40" if n % 3 else "Tesla K80",
            )
            for n in range(OFFERS) if dice.random() < 0.8
        ]
        for feed in range(FEEDS)
    ]  # fmt: skip


def ingest(url: str, market: int) -> None:
    database = open_database(url)
    for each in feeds(market):
        ingest_feed(database, each, matcher=TinyMatcher(), now=NOW)
    database.close()


@pytest.mark.postgres
def test_at_once_as_one_after_another(postgres_database: Database, postgres_url: str, tmp_path: Path) -> None:
    emptied(postgres_database)
    with ThreadPoolExecutor(MARKETS) as pool:
        list(pool.map(partial(ingest, postgres_url), range(MARKETS)))
    alone = f"sqlite:///{tmp_path / 'alone.sqlite3'}"
    for market in reversed(range(MARKETS)):
        ingest(alone, market)
    with postgres_database.reading() as one, open_database(alone).reading() as other:
        assert digest(one) == digest(other)
