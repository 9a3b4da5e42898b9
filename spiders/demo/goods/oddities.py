"""What looks like a part and is none, or sells more or less than its words: vocabulary/oddities.toml as goods."""

from typing import Any

from spiders.demo.ads import Truth
from spiders.demo.goods.thing import Goods, part
from spiders.demo.vocabulary import Voice, vocabulary
from tracker.domain.match import Kind, MatchedPart

_CARDS_WITH_ACCESSORIES = 9  # the first so many of gpus.toml: Teslas, and the 1080 Ti


def accessory(voice: Voice) -> Goods:
    """A thing that belongs to a part."""
    template, price = _any(voice, "accessory")
    names = [name for entry in vocabulary("gpus")["gpu"][:_CARDS_WITH_ACCESSORIES] for name in entry["names"]]
    return Goods(voice.fill(template, gpu=names), Truth(Kind.ACCESSORY, trap="accessory"), price)


def other(voice: Voice) -> Goods:
    """Something else that shares a part's name."""
    title, price = _any(voice, "other")
    return Goods(voice.fill(f"{title} {{?state}}"), Truth(Kind.OTHER, trap="collision"), price)


def laptop(voice: Voice) -> Goods:
    """A whole laptop that shares a card's name."""
    title, price, parts = _any(voice, "laptop")
    return Goods(title, Truth(Kind.SYSTEM, _parts(parts), trap="collision"), price)


def written(voice: Voice) -> Goods:
    """A title written out by hand: comparisons, several things, mentions."""
    title, price, kind, parts = _any(voice, "written")
    return Goods(title, Truth(Kind(kind), _parts(parts), trap="written"), price)


def scam(voice: Voice) -> Goods:
    """Far too cheap to be true."""
    title, price, parts = _any(voice, "scam")
    return Goods(title, Truth(Kind.PART, _parts(parts), trap="scam"), price)


def variation(voice: Voice) -> Goods:
    """One listing with several things to choose from, at a range of prices."""
    title, low, high = _any(voice, "variation")
    return Goods(title, Truth(Kind.OTHER, trap="variation"), low, top=high)


def hostile(voice: Voice) -> Goods:
    """A title with markup, control characters or the like in it."""
    title, price, parts = _any(voice, "hostile")
    return Goods(title, Truth(Kind.PART, _parts(parts), trap="hostile"), price)


def _any(voice: Voice, kind: str) -> Any:
    return voice.rng.choice(vocabulary("oddities")[kind][voice.language])


def _parts(texts: list[str]) -> tuple[MatchedPart, ...]:
    """Parts as they stand in oddities.toml: "gpu:tesla-p40*4", "board:x399=asus-prime-x399-a"."""
    parts = []
    for text in texts:
        name, _, model = text.partition("=")
        name, _, count = name.partition("*")
        parts.append(part(name, int(count or 1), model or None))
    return tuple(parts)
