"""What can be bought, as the solver sees it: an offer's items, its price, and what of it is shared shipping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tracker.domain.build import Offer
from tracker.domain.money import Money, NoRateError, Rates
from tracker.domain.part import Category
from tracker.domain.target import Target
from tracker.optimiser.items import Item, ItemReader, owned_machine_item

OWNED = "owned:"


@dataclass(frozen=True, slots=True)
class Lot:
    """One buyable unit of an offer: `price` in minor units of the target's currency, shipping in it.

    Where `seller` is given, `shipping` is shared: of one seller's lots only the dearest is paid, once.
    """

    offer: Offer
    items: tuple[tuple[Item, int], ...]
    price: int
    shipping: int = 0
    seller: str | None = None
    available: int = 1

    @property
    def is_owned(self) -> bool:
        """Whether it is the user's already and costs nothing."""
        return self.offer.id.startswith(OWNED)

    @property
    def least(self) -> int:
        """The least it can add to a total: without its shipping where another lot of the seller pays it."""
        return self.price - (self.shipping if self.seller else 0)


def owned_lots(target: Target, reader: ItemReader) -> list[Lot]:
    """What the user owns already, as lots that cost nothing."""
    free = Money(0, target.currency)
    lots = []
    for number, part in enumerate(target.owned_parts):
        offer = Offer(id=f"{OWNED}{number:03d}:{part.part}", parts=(part,), landed=free)
        items = reader.read(offer.parts, {})
        if items:
            lots.append(Lot(offer, items, 0))
    if target.owned_machine is not None:
        offer = Offer(id=f"{OWNED}machine", parts=(), landed=free)
        lots.append(Lot(offer, ((owned_machine_item(target.owned_machine), 1),), 0))
    return lots


def total_minor(bought: Iterable[tuple[Lot, int]]) -> int:
    """What so many of these lots come to, shared shipping paid once a seller."""
    total, dearest = 0, dict[str, int]()
    for lot, n in bought:
        total += lot.least * n
        if lot.seller:
            dearest[lot.seller] = max(dearest.get(lot.seller, 0), lot.shipping)
    return total + sum(dearest.values())


def lots_of(target: Target, offers: Iterable[Offer], reader: ItemReader, rates: Rates | None = None) -> list[Lot]:
    """Every offer that the target may buy, with what is owned, sorted by id so that the order of offers never matters."""
    lots = [_lot(offer, target, reader, rates) for offer in offers if is_eligible(offer, target)]
    return by_id([*owned_lots(target, reader), *(lot for lot in lots if lot.items)])


def is_eligible(offer: Offer, target: Target) -> bool:
    """Whether the target lets the offer be bought at all: source, seller, country, condition, flags, distance."""
    if offer.available < 1 or (target.country is not None and offer.country != target.country):
        return False
    if target.conditions and offer.condition not in target.conditions:
        return False
    if not target.conditions and offer.condition == "for_parts":
        return False
    far = target.pickup_radius_km is not None and (offer.distance_km or 0) > target.pickup_radius_km
    return not (
        far
        or offer.marketplace in target.leave_out_marketplaces
        or offer.seller in target.leave_out_sellers
        or not target.leave_out_flags.isdisjoint(offer.flags)
    )


def _lot(offer: Offer, target: Target, reader: ItemReader, rates: Rates | None) -> Lot:
    shipping = to_minor(offer.shipping, target.currency, rates) if offer.shipping else 0
    price = to_minor(offer.landed, target.currency, rates)
    shared = offer.seller if offer.shipping_shared and shipping else None
    items = reader.read(offer.parts, offer.facts)
    if target.owned_machine is not None:  # only cards are bought for it
        items = tuple(pair for pair in items if pair[0].category is Category.GPU)
    return Lot(offer, items, price, min(shipping, price), shared, offer.available)


def in_its_currency(target: Target, rates: Rates | None) -> Target:
    """The target with its budget and allowances in its own currency. Raises NoRateError."""
    prices = {name: replace(each, price=Money(to_minor(each.price, target.currency, rates), target.currency))
              for name, each in target.prices.items()}  # fmt: skip
    budget = Money(to_minor(target.budget, target.currency, rates), target.currency) if target.budget else None
    return replace(target, prices=prices, budget=budget)


def to_minor(money: Money, currency: str, rates: Rates | None) -> int:
    """Minor units of `currency`. Raises NoRateError where no rate is known."""
    if money.currency == currency:
        return money.minor
    if rates is None:
        raise NoRateError(
            f"a price is in {money.currency}, the target in {currency}, and no exchange rates are known",
            mend="give prices in the target's currency, or the rates in config/fx.toml",
        )
    return rates.convert(money, currency).minor


def by_id(lots: Sequence[Lot]) -> list[Lot]:
    """The lots in the one order that every later step uses, so that the order of offers never matters."""
    return sorted(lots, key=lambda lot: lot.offer.id)
