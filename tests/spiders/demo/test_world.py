"""The world is deterministic, large and odd enough, and every target can be built on every day."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from spiders.demo.ads import Ad
from spiders.demo.sites import FIRST_ID, SITES
from spiders.demo.staples import STAPLES
from spiders.demo.vocabulary import Voice, vocabulary
from spiders.demo.world import World, make_world
from tracker.domain.listing import PriceKind
from tracker.domain.match import Kind

SHARED = Path(__file__).parents[4] / "shared" / "titles"
TRAPS = {"lot", "defect", "wanted", "scam", "variation", "hostile", "accessory", "collision", "written", "server_psu"}


def test_the_same_seed_gives_the_same_world_and_another_one_another() -> None:
    first, again, other = (make_world(seed=seed, days=12, listings=120) for seed in (3, 3, 4))
    assert first == again
    assert [ad.title for ad in first.ads] != [ad.title for ad in other.ads]


def test_it_is_as_large_as_the_demo_promises(world: World) -> None:
    seen = {(ad.marketplace, ad.external_id) for ad in world.ads if any(map(ad.is_open, range(world.days)))}
    assert world.days == 90
    assert len(seen) == len(world.ads) >= 1500
    assert {site.name for site in SITES} == {ad.site for ad in world.ads}
    assert {"en", "fr", "de"} == {ad.language for ad in world.ads}
    assert len({ad.title for ad in world.ads}) > 0.85 * len(world.ads)


def test_every_oddity_is_there_on_most_days(world: World) -> None:
    assert {ad.truth.trap for ad in world.ads} >= TRAPS
    on_the_last_day = {ad.truth.trap for ad in world.open_on(world.last)}
    assert on_the_last_day >= {"lot", "defect", "accessory", "collision", "written"}
    assert {ad.terms.price_kind for ad in world.ads} == set(PriceKind)
    assert any(ad.terms.pickup_only for ad in world.open_on(world.last))


def test_prices_drop_end_and_come_back(world: World) -> None:
    dropped = [ad for ad in world.ads if len(ad.life.prices) > 1 and ad.terms.price_kind is PriceKind.FIXED]
    returned = [ad for ad in world.ads if len(ad.life.spans) > 1]
    titles = Counter((ad.site, ad.seller, ad.title) for ad in world.ads)
    assert len(dropped) > 300
    assert len(returned) > 30
    assert any(count > 1 for count in titles.values()), "nothing was listed again under a new id"
    ad = returned[0]
    (_, gone), (back, _) = ad.life.spans
    assert [ad.is_open(day) for day in (gone, gone + 1, back)] == [True, False, True]


def test_a_new_generation_cuts_the_price_of_one_card_in_a_step(world: World) -> None:
    def median(first: int, last: int) -> float:
        asked = sorted(
            price.minor
            for day in range(first, last)
            for ad in world.open_on(day)
            if [part.part for part in ad.truth.parts] == ["gpu:gtx-1080-ti"]
            and ad.truth.kind is Kind.PART
            and not ad.truth.trap
            and ad.truth.parts[0].qty == 1
            and ad.currency == "EUR"
            and ad.terms.price_kind is PriceKind.FIXED
            and (price := ad.price_on(day))
        )
        return asked[len(asked) // 2] / 100

    assert 150 < median(40, 55) < 220
    assert 0.78 < median(70, 90) / median(40, 55) < 0.93


@pytest.mark.parametrize("fixture", ["world", "small"])
def test_what_every_target_needs_is_on_offer_every_day(fixture: str, request: pytest.FixtureRequest) -> None:
    world: World = request.getfixturevalue(fixture)
    for day in range(world.days):
        good = [ad for ad in world.open_on(day) if _is_plain(ad, day)]
        count = Counter(part.part for ad in good for part in ad.truth.parts)
        assert count["gpu:tesla-k80"] >= 1
        assert count["gpu:tesla-p40"] >= 3
        assert len([ad for ad in good if _is_blower(ad)]) >= 4, f"day {day}"
        assert any(_is_four_slot_combo(ad) for ad in good)
        assert count["psu:1500"] + count["psu:1600"] >= 1


def test_the_small_world_has_as_many_listings_as_were_asked_for(small: World) -> None:
    assert len(small.ads) == 40
    assert all(any(ad.is_open(day) for day in range(3)) for ad in small.ads)


def test_ids_are_unique_and_far_from_real_ones(world: World) -> None:
    keys = {(ad.marketplace, ad.external_id) for ad in world.ads}
    assert len(keys) == len(world.ads)
    assert all(int(number) > FIRST_ID[marketplace] for marketplace, number in keys)
    assert world.ad("ebay", "999000000001") is not None
    assert world.ad("ebay", "1") is None


def test_every_part_sold_is_written_as_the_catalog_does(world: World) -> None:
    prefixes = {"gpu", "cpu", "board", "ram", "psu", "system"}
    parts = {part.part for ad in world.ads for part in ad.truth.parts}
    assert {part.partition(":")[0] for part in parts} == prefixes
    assert {entry["part"] for entry in vocabulary("gpus")["gpu"]} <= parts


@pytest.mark.parametrize(("make", "abreast"), STAPLES)
def test_a_staple_sells_one_known_thing(make, abreast) -> None:
    goods = make(Voice(Random(1), "de"))
    assert goods.truth.parts
    assert not goods.truth.defect
    assert goods.price > 0


@pytest.mark.shared
def test_no_title_is_a_real_one(world: World) -> None:
    if not SHARED.is_dir():
        pytest.skip("../shared is not there")
    real = {
        json.loads(line)["title"].casefold().strip()
        for name in ("dev.jsonl", "written.jsonl")
        for line in (SHARED / name).read_text(encoding="utf-8").splitlines()
    }
    # A card's bare name is nobody's text: "Nvidia Tesla K80".
    copied = {ad.title for ad in world.ads if ad.title.casefold() in real and len(ad.title.split()) > 4}
    assert not copied


def _is_plain(ad: Ad, day: int) -> bool:
    """Buyable as it is: a working thing at a fixed price that is sent by post within Europe."""
    return (
        not ad.truth.defect
        and not ad.truth.wanted
        and ad.truth.trap in ("", "written")
        and ad.terms.price_kind is PriceKind.FIXED
        and not ad.terms.pickup_only
        and ad.currency == "EUR"
        and ad.price_on(day) is not None
        and not ad.is_reserved(day)
    )


def _is_blower(ad: Ad) -> bool:
    title = ad.title.lower()
    is_one = [part.part for part in ad.truth.parts] == ["gpu:gtx-1080-ti"]
    return is_one and any(word in title for word in ("founders", "turbo", "blower", "aero"))


def _is_four_slot_combo(ad: Ad) -> bool:
    four = {entry["model"] for entry in vocabulary("boards")["board"] if entry.get("four")}
    return (
        ad.truth.kind is Kind.BUNDLE and any(part.model in four for part in ad.truth.parts) and len(ad.truth.parts) == 3
    )
