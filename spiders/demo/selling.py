"""From goods to an advertisement: seller, site, terms, condition; ids are given when all ads are known."""

from random import Random

from spiders.demo.ads import Ad, Life, Seller, Terms
from spiders.demo.asking import Market, auction_life, fixed_life, round_price, steady_life
from spiders.demo.goods.mix import any_goods, describe
from spiders.demo.goods.thing import Goods
from spiders.demo.sites import SITES, Site
from spiders.demo.vocabulary import Voice, vocabulary
from tracker.domain.listing import Condition, PriceKind
from tracker.domain.match import Kind
from tracker.domain.money import Money

_AUCTIONS = 0.09
_BUY_NOW = 0.3
_BUSINESS = 0.3
_FROM_CHINA = 0.2
_NO_PRICE, _BAIT, _FREE, _NEGOTIABLE = 0.02, 0.012, 0.05, 0.45  # _FREE: of what is no part
_TOP_ADS = 0.04
_CHANGED_CASE = 0.08
_AUCTION_PARTS = ("gpu:", "cpu:", "psu:")


def random_ad(rng: Random, market: Market, first: int) -> Ad:
    """Anything, anywhere, first on offer on day `first`."""
    site = rng.choices(SITES, [site.share for site in SITES])[0]
    voice = Voice(rng, site.language)
    goods = any_goods(voice, site.marketplace)
    if goods.top is not None:
        return _variation(goods, site, market, first, voice)
    if site.marketplace == "ebay" and _may_be_auctioned(goods) and rng.random() < _AUCTIONS:
        return _auction(goods, site, first, voice)
    life = fixed_life(goods, site, market, first, rng)
    if site.marketplace == "ebay":
        return _ad(goods, site, _ebay_terms(goods, site, rng), life, voice)
    return _classified(goods, site, life, voice)


def steady_ad(goods: Goods, site: Site, market: Market, span: tuple[int, int], voice: Voice) -> Ad:
    """A plain good offer on all days of `span`: a fixed price, a working thing, sent by post."""
    shipping = _postage(goods, site, voice.rng) if site.marketplace == "ebay" else None
    terms = Terms(shipping=shipping, pickup_only=None if shipping else False)
    life = steady_life(goods, site, market, span, voice.rng)
    return _ad(goods, site, terms, life, voice, condition=Condition.USED)


def _variation(goods: Goods, site: Site, market: Market, first: int, voice: Voice) -> Ad:
    top = Money(round_price((goods.top or 0) * site.rate, site, voice.rng), site.currency)
    terms = Terms(PriceKind.RANGE, price_max=top, shipping=_postage(goods, site, voice.rng))
    span = (first, first + voice.rng.randint(10, 40))
    life = steady_life(goods, site, market, span, voice.rng)
    return _ad(goods, site, terms, Life(life.spans, life.prices[:1], minute=life.minute), voice)


def _may_be_auctioned(goods: Goods) -> bool:
    return (
        goods.truth.kind is Kind.PART and not goods.truth.trap and goods.truth.parts[0].part.startswith(_AUCTION_PARTS)
    )


def _auction(goods: Goods, site: Site, first: int, voice: Voice) -> Ad:
    rng = voice.rng
    worth = Money(round_price(goods.price * site.rate * 1.1, site, rng), site.currency)
    terms = Terms(
        PriceKind.AUCTION,
        buy_now=worth if rng.random() < _BUY_NOW else None,
        shipping=_postage(goods, site, rng),
    )
    return _ad(goods, site, terms, auction_life(goods, site, first, rng), voice)


def _ebay_terms(goods: Goods, site: Site, rng: Random) -> Terms:
    way = rng.random()
    shipping = None if way > 0.86 else _postage(goods, site, rng)  # noqa: PLR2004 - 8 % unknown, 6 % collected only
    return Terms(
        shipping=shipping,
        pickup_only=True if way > 0.94 else None,  # noqa: PLR2004
        best_offer=rng.random() < 0.4,  # noqa: PLR2004
        sponsored=rng.random() < 0.12,  # noqa: PLR2004
    )


def _classified(goods: Goods, site: Site, life: Life, voice: Voice) -> Ad:
    """A classified ad: negotiable, without a price, free or with a bait price now and then; sent or collected."""
    rng, way = voice.rng, voice.rng.random()
    is_german = site.marketplace == "kleinanzeigen"
    kind = PriceKind.NEGOTIABLE if is_german and rng.random() < _NEGOTIABLE else PriceKind.FIXED
    chance = rng.random()
    if chance < _NO_PRICE:
        kind, life = PriceKind.NEGOTIABLE if is_german else PriceKind.FIXED, _priced(life)
    elif is_german and chance < _NO_PRICE + _BAIT:
        kind, life = PriceKind.NEGOTIABLE, _priced(life, rng.choice((100, 100, 12300)))
    elif is_german and not goods.truth.parts and not goods.truth.wanted and chance > 1 - _FREE:
        kind, life = PriceKind.FREE, _priced(life, 0)
    collected = True if way < 0.25 else None if is_german and way < 0.45 else False  # noqa: PLR2004
    terms = Terms(kind, pickup_only=collected, sponsored=is_german and rng.random() < _TOP_ADS)
    return _ad(goods, site, terms, life, voice)


def _priced(life: Life, minor: int | None = None) -> Life:
    """The same life at one price, or at none."""
    prices = () if minor is None else ((life.spans[0][0], minor),)
    return Life(life.spans, prices, life.sold, life.reserved_from, life.minute)


def _ad(goods: Goods, site: Site, terms: Terms, life: Life, voice: Voice, *, condition: Condition | None = None) -> Ad:
    text = describe(goods, voice)
    if terms.pickup_only:
        text = f"{text} {voice.rng.choice(voice.words['pickup_text'])}".strip()
    return Ad(
        marketplace=site.marketplace,
        site=site.name,
        external_id="",
        language=site.language,
        title=_in_case(goods, voice.rng),
        description=text,
        truth=goods.truth,
        condition=condition or _condition(goods, site, voice.rng),
        currency=site.currency,
        seller=_seller(site, voice.rng),
        terms=terms,
        life=life,
    )


def _in_case(goods: Goods, rng: Random) -> str:
    """Some sellers shout, some never find the shift key."""
    chance = rng.random()
    if goods.truth.trap == "hostile" or chance > _CHANGED_CASE:
        return goods.title
    return goods.title.upper() if chance < _CHANGED_CASE / 2 else goods.title.lower()


def _condition(goods: Goods, site: Site, rng: Random) -> Condition:
    if site.marketplace == "kleinanzeigen" or goods.truth.wanted:
        return Condition.UNKNOWN
    if goods.truth.defect:
        return rng.choice((Condition.FOR_PARTS, Condition.FOR_PARTS, Condition.USED))
    choices = (Condition.USED, Condition.OPEN_BOX, Condition.REFURBISHED, Condition.NEW)
    return rng.choices(choices, (85, 5, 6, 4) if site.marketplace == "ebay" else (90, 0, 0, 10))[0]


def _postage(goods: Goods, site: Site, rng: Random) -> Money:
    """What eBay's seller takes for sending it; free for every third."""
    if rng.random() < 0.33:  # noqa: PLR2004
        return Money(0, site.currency)
    heavy = 2.2 if goods.truth.kind is Kind.SYSTEM else 1.0
    far = 1.0 if site.country in ("DE", "FR") else 2.0
    return Money(rng.choice((499, 599, 699, 890, 990, 1190, 1290)) * round(heavy * far), site.currency)


def _seller(site: Site, rng: Random) -> Seller:
    places, is_business = vocabulary("places"), rng.random() < _BUSINESS
    country = "CN" if site.country == "US" and rng.random() < _FROM_CHINA else site.country
    name = f"{rng.choice(places['seller_heads'])}-{rng.choice(places['seller_tails'])}-{rng.randint(1, 99)}"
    if site.marketplace != "ebay" and not is_business:
        name = rng.choice(places["first_names"])
    place, postcode = rng.choice(places[country]) if country in places else ("", "")
    return Seller(name, is_business, country, place, postcode)
