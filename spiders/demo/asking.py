"""What sellers of the demo market ask, and for how long: the market's level by day, drops, bids, ends, returns."""

from dataclasses import dataclass
from random import Random

from spiders.demo.ads import Life
from spiders.demo.goods.thing import Goods
from spiders.demo.sites import Site

# The day on which a new generation cuts the price of this card: where in the whole time, and to what share.
STEP_PART, STEP_AT, STEP_FACTOR = "gpu:gtx-1080-ti", 0.62, 0.86

_SPREAD = 0.13  # sigma of the log of asking prices around the market's level
_BARGAINS, _BARGAIN_FACTOR = 0.03, 0.68
_MEAN_DAYS = {
    "ebay": 19.0,
    "leboncoin": 28.0,
    "kleinanzeigen": 28.0,
}  # classified ads stay until someone takes them down
_LONGEST = 60
_DROP_CHANCE, _RISE_CHANCE = 0.45, 0.05
_FOLLOW_CHANCE = 0.75  # of following the market down after the step
_RETURN_CHANCE = 0.05
_SOLD_CHANCE = 0.7
_RESERVED_CHANCE = 0.12
_AUCTION_DAYS = 7
_DEAR = 300  # whole amounts from here on

Prices = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Market:
    """How long the demo lasts, and where its prices stand on a day."""

    days: int

    @property
    def step_day(self) -> int:
        """The day of the generational price cut."""
        return int(self.days * STEP_AT)

    def level(self, goods: Goods, day: int) -> float:
        """The market's price for `goods` on `day`, as a share of the first day's."""
        drift = 1 + goods.trend * max(day, 0) / max(self.days, 1)
        return drift * (STEP_FACTOR if is_stepped(goods) and day >= self.step_day else 1)


def is_stepped(goods: Goods) -> bool:
    """Whether the price cut is this card's."""
    return len(goods.truth.parts) == 1 and goods.truth.parts[0].part == STEP_PART


def round_price(amount: float, site: Site, rng: Random) -> int:
    """An amount in the site's currency as sellers write one, in minor units, at least one whole unit."""
    whole = max(1, round(amount))
    if site.marketplace != "ebay":
        step = rng.choice((1, 5, 5, 10)) if whole > 20 else 1  # noqa: PLR2004 - small prices are not rounded
        return max(1, round(whole / step) * step) * 100
    ending = 0 if whole >= _DEAR else rng.choice((0, 0, 99, 99, 95, 90, 50))
    return (whole - 1) * 100 + ending if ending else whole * 100


def fixed_life(goods: Goods, site: Site, market: Market, first: int, rng: Random) -> Life:
    """A listing at a price of its seller's: it may drop, rise, end, be reserved, and come back."""
    relative = rng.lognormvariate(0, _SPREAD) * (_BARGAIN_FACTOR if rng.random() < _BARGAINS else 1)
    amount = goods.price * site.rate * relative * market.level(goods, first)
    length = 1 + rng.expovariate(1 / _MEAN_DAYS[site.marketplace]) * min(2.0, relative**3)
    last = first + min(_LONGEST, int(length))
    prices = _asked(amount, goods, site, market, (first, last), rng)
    sold = rng.random() < _SOLD_CHANCE
    reserved = last if sold and site.marketplace != "ebay" and rng.random() < _RESERVED_CHANCE else None
    spans = [(first, last)]
    if reserved is None and rng.random() < _RETURN_CHANCE:
        back = last + rng.randint(2, 9)
        spans.append((back, back + rng.randint(2, 12)))
    return Life(tuple(spans), tuple(prices), sold=sold, reserved_from=reserved, minute=_minute(rng))


def steady_life(goods: Goods, site: Site, market: Market, span: tuple[int, int], rng: Random) -> Life:
    """A listing that stays for the whole of `span` at about the market's price, once reduced perhaps."""
    amount = goods.price * site.rate * rng.uniform(0.9, 1.08) * market.level(goods, span[0])
    return Life((span,), tuple(_asked(amount, goods, site, market, span, rng)), sold=True, minute=_minute(rng))


def auction_life(goods: Goods, site: Site, first: int, rng: Random) -> Life:
    """Some days of bids that rise towards what the thing is worth."""
    length = rng.choice((3, 5, _AUCTION_DAYS))
    worth = goods.price * site.rate * rng.uniform(0.7, 1.05)
    minor = round_price(worth * rng.uniform(0.02, 0.4), site, rng)
    prices = [(first, minor)]
    for day in range(first + 1, first + length + 1):
        if rng.random() < 0.6:  # noqa: PLR2004 - most days see a bid
            minor += max(50, int((worth * 100 - minor) * rng.uniform(0.1, 0.5)))
            prices.append((day, minor))
    return Life(((first, first + length),), tuple(prices), sold=len(prices) > 1, minute=_minute(rng))


def _asked(amount: float, goods: Goods, site: Site, market: Market, span: tuple[int, int], rng: Random) -> Prices:
    first, last = span
    prices = [(first, round_price(amount, site, rng))]
    day = first + rng.randint(4, 12)
    while day <= last:
        chance = rng.random()
        if chance < _DROP_CHANCE:
            amount *= rng.uniform(0.86, 0.97)
        elif chance > 1 - _RISE_CHANCE:
            amount *= rng.uniform(1.02, 1.08)
        _append(
            prices, day, round_price(amount, site, rng) if chance < _DROP_CHANCE or chance > 1 - _RISE_CHANCE else None
        )
        day += rng.randint(5, 14)
    if is_stepped(goods) and first < market.step_day <= last and rng.random() < _FOLLOW_CHANCE:
        prices = _followed(prices, market.step_day + rng.randint(0, 4), site, rng)
    return prices


def _append(prices: Prices, day: int, minor: int | None) -> None:
    if minor is not None and minor != prices[-1][1]:
        prices.append((day, minor))


def _followed(prices: Prices, day: int, site: Site, rng: Random) -> Prices:
    """The same prices, cut from `day` on."""
    before = [price for price in prices if price[0] < day]
    later = [(max(since, day), minor) for since, minor in prices if since > day]
    cut = [
        (since, round_price(minor / 100 * STEP_FACTOR, site, rng)) for since, minor in [(day, before[-1][1]), *later]
    ]
    result = before
    for since, minor in cut:
        _append(result, since, minor)
    return result


def _minute(rng: Random) -> int:
    """A minute of the day after the morning's crawl, before midnight."""
    return rng.randint(8 * 60, 22 * 60)
