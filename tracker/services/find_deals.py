"""Deals: offers whose landed price stands out against their own part's recent prices; only above a stated confidence."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, select

from tracker.domain.build import Offer
from tracker.domain.history import Deal, StoredListing
from tracker.domain.listing import Condition
from tracker.domain.match import figures_of, price_line
from tracker.domain.money import Money
from tracker.domain.said import Said
from tracker.landed import shipped_rules
from tracker.services.offers import offer_id
from tracker.services.same_again import listed_before, words_of_relisting
from tracker.services.time_to_sell import Stays
from tracker.storage.bulk import chunks
from tracker.storage.engine import Database
from tracker.storage.exchange import load_rates
from tracker.storage.figures import half_even, quantile
from tracker.storage.listings import LISTING, load, stored

WEEKS = 4  # "recent"
CONFIDENCE = 0.9  # below it, nothing is called a deal
_CHEAP_QUARTER = 0.25
_CHEAPEST_TENTH = 0.1
_BELOW_MEDIAN = 0.85  # prices of one part differ by 10 % for no reason at all
_SUSPICIOUS = 0.4  # of the median: below it, a scam or a mistake is likelier than luck
_EXTRAORDINARY = 0.65
_EXTRAORDINARY_N = 15
_FLAGS = {
    "untested": Said("the ad says untested"), "modified": Said("it was modified"), "mined": Said("it was used for mining"),
    "repaired": Said("it was repaired"), "incomplete": Said("something of it is missing"),
    "price_below_usual": Said("the price is low for its kind"),
    "scam_words": Said("its words are typical of scams"), "new_seller": Said("the seller is new"),
}  # fmt: skip


_ESTIMATED = {
    "shipping": Said("shipping is an estimate"), "import_vat": Said("import VAT is an estimate"),
    "duty": Said("duty is an estimate"), "handling": Said("customs handling is an estimate"),
    "buyer_fee": Said("the buyer fee is an estimate"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a unit price stands among `n` comparable ones: `below` of them are no dearer."""

    landed: Money
    median: Money
    n: int
    below: int
    confidence: float


def find_deals(
    database: Database,
    offers: Sequence[Offer],
    *,
    now: datetime,
    country: str = "",
    names: Mapping[str, str] | None = None,
    confidence: float = CONFIDENCE,
) -> list[Deal]:
    """The offers of one part whose unit price stands out below the last weeks', best first, likely traps last.

    That is: no more than a tenth of the comparable prices are as low, it is at least 15 % below their median, and it
    is surely in the cheapest quarter. The confidence is one minus the chance that so few of `n` prices lie below it if
    it were not in that quarter (binomial), times the match's. `country` is the user's, `names` the parts' by id.
    Raises StorageError.
    """
    standing: dict[str, tuple[Offer, _Standing]] = {}
    with database.reading() as connection:
        prices: dict[tuple[str, str], dict[str, int]] = {}
        for offer in offers:
            if len(offer.parts) == 1:
                key = price_line(offer.parts[0], offer.facts), offer.landed.currency
                if key not in prices:
                    prices[key] = _recent_prices(connection, *key, now)
                found = _stand(offer, prices[key])
                if found and found.confidence >= confidence:
                    standing[offer.id] = offer, found
        listings = _listings(connection, standing)
        before = {
            name: words_of_relisting(listed_before(connection, listing), listing) for name, listing in listings.items()
        }
    deals = []
    for name, (offer, place) in standing.items():
        listing = listings.get(name)
        certain = place.confidence * (listing.match.confidence if listing and listing.match else 0)
        if listing and certain >= confidence:
            deal = _deal(offer, place, listing, certain, country, names or {})
            deals.append(replace(deal, facts=(*deal.facts, *filter(None, [before[name]]))))
    deals.sort(key=lambda deal: (_is_suspicious(deal), deal.landed.minor / deal.median.minor, deal.listing.raw.key))
    stays = {part: Stays(database, part, now=now) for part in {deal.part for deal in deals}}
    return [replace(deal, facts=(*deal.facts, *_stay(stays[deal.part], deal))) for deal in deals]


def _recent_prices(connection: Connection, line: str, currency: str, now: datetime) -> dict[str, int]:
    """What was asked for one unit lately, shipping included where known, by offer id; a relisted sale counts once."""
    c = LISTING.c
    columns = (
        c.marketplace,
        c.external_id,
        c.units,
        c.price_minor,
        c.price_currency,
        c.shipping_minor,
        c.shipping_currency,
    )
    query = select(*columns).where(
        c.sells == line, c.price_part.is_not(None),
        c.end_day >= (now - timedelta(weeks=WEEKS)).date(), c.last_seen >= now - timedelta(weeks=WEEKS),
        c.price_kind.in_(("fixed", "negotiable")), c.price_minor.is_not(None), c.relisted.is_(False),
    )  # fmt: skip
    rates, today = load_rates(connection), now.date()
    found = {}
    for row in connection.execute(query):
        price = rates.convert(row.price_minor, row.price_currency, currency, today)
        if price is None:
            continue
        if row.shipping_minor:
            price += rates.convert(row.shipping_minor, row.shipping_currency, currency, today) or 0
        found[f"{row.marketplace}:{row.external_id}"] = half_even(price, row.units)
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _stand(offer: Offer, prices: Mapping[str, int]) -> _Standing | None:
    """Where an offer stands among the others' prices; None where it does not stand out at all."""
    unit = half_even(offer.landed.minor, max(1, offer.parts[0].qty))
    middle = quantile(list(prices.values()), 50)
    if middle is None or unit > middle * _BELOW_MEDIAN:
        return None
    others = [price for name, price in prices.items() if name != offer.id]
    middle = quantile(others, 50)
    if not middle or unit > middle * _BELOW_MEDIAN:
        return None
    n, below = len(others), bisect_right(others, unit)
    if below > n * _CHEAPEST_TENTH:
        return None
    from scipy.special import bdtr

    by_chance = float(bdtr(below, n, _CHEAP_QUARTER))
    currency = offer.landed.currency
    return _Standing(Money(unit, currency), Money(middle, currency), n, below, 1 - by_chance)


def _listings(connection: Connection, names: Iterable[str]) -> dict[str, StoredListing]:
    rows = stored(connection, [_key(name) for name in names]).values()
    found: dict[str, StoredListing] = {}
    for some in chunks([row["id"] for row in rows]):
        found |= {offer_id(listing.raw): listing for listing in load(connection, LISTING.c.id.in_(some))}
    return found


def _key(name: str) -> tuple[str, str]:
    marketplace, _, external_id = name.partition(":")
    return marketplace, external_id


def _deal(
    offer: Offer, place: _Standing, listing: StoredListing, certain: float, country: str, names: Mapping[str, str]
) -> Deal:
    part = offer.parts[0]
    line = figures_of(price_line(part, offer.facts))
    share = place.landed.minor / place.median.minor
    percentile = 100 * place.below / place.n
    why = Said(
        "%(share)s%% of %(n)s comparable offers of the last %(weeks)s weeks ask more",
        share=int(100 - percentile), n=place.n, weeks=WEEKS,
    )  # fmt: skip
    cautions = tuple(_cautions(offer, share, country))
    return Deal(
        listing=listing,
        part=line,
        name=names.get(line, line),
        landed=place.landed,
        median=place.median,
        percentile=percentile,
        n=place.n,
        confidence=certain,
        why=why,
        cautions=cautions,
        extraordinary=_SUSPICIOUS <= share <= _EXTRAORDINARY and place.n >= _EXTRAORDINARY_N and not place.below,
        facts=(Said("%(qty)s in one lot, %(landed)s in all", qty=part.qty, landed=offer.landed),)
        if part.qty > 1
        else (),
    )


def _is_suspicious(deal: Deal) -> bool:
    return deal.landed.minor < _SUSPICIOUS * deal.median.minor


def _cautions(offer: Offer, share: float, country: str) -> Iterator[str]:
    """Why it may be a trap."""
    if share < _SUSPICIOUS:
        yield Said("at %(share)s%% of the usual price, a scam or a mistake is likely", share=round(100 * share))
    yield from (_FLAGS.get(flag, flag.replace("_", " ")) for flag in offer.flags)
    if offer.condition == Condition.UNKNOWN:
        yield Said("the condition is not stated")
    if country and offer.country and not shipped_rules().is_at_home(offer.country, country):
        yield Said("comes from %(country)s through customs: slow, and dear to send back", country=offer.country)
    if offer.cost:
        yield from (_ESTIMATED.get(term.name) or Said("%(term)s is an estimate", term=term.name.replace("_", " "))
                    for term in offer.cost.terms if term.estimated)  # fmt: skip
        yield from (term.note for term in offer.cost.unknown)


def _stay(stays: Stays, deal: Deal) -> Iterator[str]:
    """How fast such prices go."""
    stay = stays.below(deal.landed * Decimal("1.1"))
    if stay.median_days is not None:
        yield Said("at this price half are gone in %(days)s days (n = %(n)s)", days=round(stay.median_days), n=stay.n)
