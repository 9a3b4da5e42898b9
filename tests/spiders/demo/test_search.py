"""A search finds the ads whose titles hold its words, as sites do, and some others beside them."""

import pytest

from spiders.demo.pages import ebay, kleinanzeigen, leboncoin
from spiders.demo.search import _RUN, Index, _share, folded, tokens
from spiders.demo.sites import MARKETPLACES, MAX_PAGES, SEARCHES
from spiders.demo.world import World

PAGE_SIZES = {"ebay": ebay.PAGE_SIZE, "leboncoin": leboncoin.PAGE_SIZE, "kleinanzeigen": kleinanzeigen.PAGE_SIZE}


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("EVGA GTX 1080Ti SC2", "gtx 1080 ti"),
        ("MSI gtx1080 ti", "gtx 1080"),
        ("Tesla K 80", "k80"),
        ("Alimentation sécurisée Gold", "SECURISEE"),
        ("Xeon E5-2680v4", "e5 2680 v4"),
    ],
)
def test_words_are_found_however_they_are_joined(title: str, query: str) -> None:
    assert _share(_RUN.findall(folded(query)), tokens(title)) == 1


def test_all_words_must_be_in_an_exact_result(index: Index) -> None:
    found = index.search("ebay", "tesla p40", 40)
    assert len(found.exact) > 5
    assert all("p40" in tokens(ad.title) and "tesla" in tokens(ad.title) for ad in found.exact)
    assert found.loose
    assert not set(found.exact) & set(found.loose)


def test_only_open_ads_of_the_site_are_found_newest_first(world: World, index: Index) -> None:
    ads = index.search("ebay.de", "gtx", 33).exact
    assert ads
    assert all(ad.is_open(33) and ad.site == "ebay.de" for ad in ads)
    listed = [world.listed_at(ad, 33) for ad in ads]
    assert listed == sorted(listed, reverse=True)


@pytest.mark.parametrize("marketplace", MARKETPLACES)
def test_the_demo_s_searches_find_nearly_everything(world: World, index: Index, marketplace: str) -> None:
    day = world.last
    found = {ad.external_id for search in SEARCHES[marketplace] for ad in index.search(marketplace, search, day).exact}
    known = {ad.external_id for ad in world.open_on(day, marketplace)}
    assert found <= known
    assert len(found) > 0.9 * len(known)
    longest = max(len(index.search(marketplace, search, day).exact) for search in SEARCHES[marketplace])
    assert PAGE_SIZES[marketplace] < longest < MAX_PAGES * PAGE_SIZES[marketplace], "paged, and nothing is cut off"
