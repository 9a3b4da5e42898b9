"""Offers that the demo market is never without, so that every target can be built of working parts on any day."""

from collections.abc import Callable, Iterator
from random import Random

from spiders.demo.ads import Ad
from spiders.demo.asking import Market
from spiders.demo.goods import cards, computers
from spiders.demo.goods.thing import Goods
from spiders.demo.selling import steady_ad
from spiders.demo.sites import SITES
from spiders.demo.vocabulary import Entry, Voice, vocabulary

_NEAR = [site for site in SITES if site.currency == "EUR"]
_SHORTEST, _LONGEST = 9, 24
_OVERLAP = 2


def staple_ads(rng: Random, market: Market) -> Iterator[Ad]:
    """For every staple a chain of ads, each listed before the one before ends: one at least is open on every day."""
    for make, abreast in STAPLES:
        for _ in range(abreast):
            day = -rng.randint(0, _SHORTEST)
            while day < market.days:
                span = (day, day + rng.randint(_SHORTEST, _LONGEST))
                site = rng.choice(_NEAR)
                voice = Voice(rng, site.language)
                if span[1] >= 0:
                    yield steady_ad(make(voice), site, market, span, voice)
                day = span[1] - _OVERLAP


def _k80(voice: Voice) -> Goods:
    return cards.gpu(voice, cards.card("gpu:tesla-k80"))


def _p40(voice: Voice) -> Goods:
    return cards.gpu(voice, cards.card("gpu:tesla-p40"))


def _blower_1080_ti(voice: Voice) -> Goods:
    return cards.gpu(voice, cards.card("gpu:gtx-1080-ti"), blower=True)


def _board(model: str) -> Entry:
    return next(entry for entry in vocabulary("boards")["board"] if entry["model"] == model)


def _processor(part_id: str) -> Entry:
    return next(entry for entry in vocabulary("boards")["cpu"] if entry["part"] == part_id)


def _plain_combo(voice: Voice) -> Goods:
    model = voice.rng.choice(("asus-x99-deluxe", "msi-x99a-sli-plus", "asrock-x99-extreme4", "huananzhi-x99-f8"))
    return computers.combo(voice, _board(model), _processor("cpu:xeon-e5-2680-v4"), voice.rng.choice((32, 64)))


def _four_slot_combo(voice: Voice) -> Goods:
    model = voice.rng.choice(("asus-x99-e-ws", "asus-x99-ws-ipmi", "asrock-x99-ws-e"))
    cpu = voice.rng.choice(("cpu:xeon-e5-2680-v4", "cpu:xeon-e5-2690-v4"))
    return computers.combo(voice, _board(model), _processor(cpu), 64)


def _four_slot_threadripper(voice: Voice) -> Goods:
    model = voice.rng.choice(("asus-prime-x399-a", "gigabyte-x399-aorus-gaming-7"))
    cpu = voice.rng.choice(("cpu:threadripper-1920x", "cpu:threadripper-1950x"))
    return computers.combo(voice, _board(model), _processor(cpu), 32)


def _psu(lowest: int, highest: int) -> Callable[[Voice], Goods]:
    def make(voice: Voice) -> Goods:
        fitting = [entry for entry in vocabulary("psus")["psu"] if lowest <= entry["watts"] <= highest]
        return computers.psu(voice, voice.pick(fitting))

    return make


# What stands open on every day, and how many at once.
STAPLES: tuple[tuple[Callable[[Voice], Goods], int], ...] = (
    (_k80, 2),
    (_p40, 4),
    (_blower_1080_ti, 6),
    (_plain_combo, 2),
    (_four_slot_combo, 2),
    (_four_slot_threadripper, 1),
    (_psu(650, 850), 2),
    (_psu(1000, 1300), 2),
    (_psu(1500, 1600), 2),
)
