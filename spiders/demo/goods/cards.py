"""Graphics cards for sale: single, in lots, broken, and wanted."""

from spiders.demo.ads import Truth
from spiders.demo.goods.thing import Goods, part
from spiders.demo.vocabulary import Entry, Voice, vocabulary
from tracker.domain.match import Kind

_LOT_SIZES = (2, 2, 2, 3, 3, 4, 4, 5, 6, 8)
_LOT_DISCOUNT = 0.94
_DEFECT_FACTOR = 0.32
_WANTED_FACTOR = 0.8


def card(part_id: str) -> Entry:
    """The vocabulary's entry for a card."""
    return next(entry for entry in vocabulary("gpus")["gpu"] if entry["part"] == part_id)


def gpu(voice: Voice, entry: Entry | None = None, *, blower: bool = False) -> Goods:
    """One working graphics card."""
    entry = entry or _any(voice)
    names = entry["blower"] if blower else entry["names"] + entry.get("blower", [])
    title = voice.say("gpu", name=names, facts=entry["facts"])
    return Goods(title, Truth(Kind.PART, (part(entry["part"]),)), entry["price"], entry.get("trend", 0))


def gpu_lot(voice: Voice) -> Goods:
    """Several cards of one model, sold together."""
    entry, count = _any(voice), voice.rng.choice(_LOT_SIZES)
    title = voice.say("lot", n=[str(count)], name=entry["names"], facts=entry["facts"])
    truth = Truth(Kind.PART, (part(entry["part"], count),), trap="lot")
    return Goods(title, truth, entry["price"] * count * _LOT_DISCOUNT, entry.get("trend", 0))


def broken_gpu(voice: Voice) -> Goods:
    """A card that does not work, and says so."""
    entry = _any(voice)
    template = voice.rng.choice(("{name} {facts} {broken}", "{name} {facts} - {broken}", "{broken} {name} {facts}"))
    title = voice.fill(template, name=entry["names"], facts=entry["facts"])
    truth = Truth(Kind.PART, (part(entry["part"]),), defect=True, trap="defect")
    return Goods(title, truth, entry["price"] * _DEFECT_FACTOR, entry.get("trend", 0))


def wanted_gpu(voice: Voice) -> Goods:
    """A poster who wants to buy one."""
    entry = _any(voice)
    title = voice.fill("{wanted} {name} {facts}", name=entry["names"], facts=entry["facts"])
    return Goods(title, Truth(Kind.OTHER, wanted=True, trap="wanted"), entry["price"] * _WANTED_FACTOR)


def _any(voice: Voice) -> Entry:
    return voice.pick(vocabulary("gpus")["gpu"])
