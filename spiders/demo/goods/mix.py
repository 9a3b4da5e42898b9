"""How often each kind of goods is put up on the demo market."""

from collections.abc import Callable, Mapping

from spiders.demo.goods import cards, computers, oddities
from spiders.demo.goods.thing import Goods
from spiders.demo.vocabulary import Voice

# Of about 1,000 ads.
_SHARES: Mapping[Callable[[Voice], Goods], int] = {
    cards.gpu: 400,
    cards.gpu_lot: 42,
    cards.broken_gpu: 48,
    cards.wanted_gpu: 16,
    computers.combo: 112,
    computers.pair: 40,
    computers.board: 44,
    computers.cpu: 62,
    computers.ram: 52,
    computers.psu: 60,
    computers.server_psu: 14,
    computers.workstation: 38,
    oddities.accessory: 60,
    oddities.other: 36,
    oddities.laptop: 7,
    oddities.written: 40,
    oddities.scam: 9,
    oddities.variation: 12,
    oddities.hostile: 10,
}
_NEVER = {
    "ebay": {cards.wanted_gpu},
    "leboncoin": {oddities.variation},
    "kleinanzeigen": {oddities.variation},
}


def any_goods(voice: Voice, marketplace: str) -> Goods:
    """Something for sale, as often as it is met: auctions sites have no wanted ads, classified ones no variations."""
    kinds = [kind for kind in _SHARES if kind not in _NEVER[marketplace]]
    return voice.rng.choices(kinds, [_SHARES[kind] for kind in kinds])[0](voice)


def describe(goods: Goods, voice: Voice) -> str:
    """The ad's text; nothing in it sells more or less than the title does."""
    if goods.truth.wanted:
        return ""
    state = voice.rng.choice(voice.words["broken" if goods.truth.defect else "state"])
    text = voice.fill(voice.rng.choice(voice.words["text"]), Name=[goods.title], State=[state[:1].upper() + state[1:]])
    is_card = len(goods.truth.parts) == 1 and goods.truth.parts[0].part.startswith("gpu:")
    return f"{text} {voice.rng.choice(voice.words['gpu_text'])}" if is_card else text
