"""What a card's price buys: per GB of VRAM, per TFLOP, per GB/s, per measured throughput (figures C5)."""

from collections.abc import Iterable
from decimal import Decimal

from tracker.cloud import CloudData
from tracker.domain.build import Offer
from tracker.domain.errors import RigscoutError
from tracker.domain.money import Money, Rates
from tracker.domain.part import Catalog, Category, GpuFacts, Part
from tracker.domain.report import CardValue
from tracker.rental.compare import DEFAULT_WORKLOAD


def card_values(
    offers: Iterable[Offer],
    catalog: Catalog,
    *,
    cloud: CloudData,
    rates: Rates,
    currency: str,
    workload: str = DEFAULT_WORKLOAD,
) -> tuple[CardValue, ...]:
    """One line a card on offer, from its cheapest offer of that card alone (a lot counts by the piece).

    Cheapest per GB first; cards whose memory is not known last. An offer without an exchange rate is left out.
    """
    cheapest: dict[str, tuple[Money, Offer, Part]] = {}
    for offer in offers:
        part = _only_card(offer, catalog)
        price = _price_of_one(offer, currency, rates)
        if part is None or price is None:
            continue
        if part.id not in cheapest or (price.minor, offer.id) < (cheapest[part.id][0].minor, cheapest[part.id][1].id):
            cheapest[part.id] = price, offer, part
    lines = [_line(price, offer, part, cloud, workload) for price, offer, part in cheapest.values()]
    return tuple(sorted(lines, key=_order))


def _only_card(offer: Offer, catalog: Catalog) -> Part | None:
    """The GPU of an offer that sells nothing else; None for bundles, systems and other parts."""
    if len(offer.parts) != 1:
        return None
    part = catalog.parts.get(offer.parts[0].part)
    return part if part is not None and part.category is Category.GPU else None


def _price_of_one(offer: Offer, currency: str, rates: Rates) -> Money | None:
    try:
        landed = rates.convert(offer.landed, currency)
    except RigscoutError:
        return None
    return Money.of(landed.amount / offer.parts[0].qty, currency) if offer.parts and offer.parts[0].qty > 0 else None


def _line(price: Money, offer: Offer, part: Part, cloud: CloudData, workload: str) -> CardValue:
    facts = part.facts if isinstance(part.facts, GpuFacts) else GpuFacts()
    speed = cloud.speed(part.id, workload)
    return CardValue(
        part=part.id,
        name=part.name,
        price=price,
        url=offer.url,
        vram_gb=facts.vram_gb,
        per_gb_vram=_per(price, facts.vram_gb),
        per_tflop=_per(price, facts.fp32_tflops),
        per_gbs=_per(price, facts.bandwidth_gbs),
        per_a10g=_per(price, None if speed is None else speed.relative),
        workload=workload,
        confidence="" if speed is None else speed.confidence,
    )


def _per(price: Money, amount: float | Decimal | None) -> Money | None:
    """The price of one unit; None where the amount is not known or none."""
    return Money.of(price.amount / Decimal(str(amount)), price.currency) if amount else None


def _order(line: CardValue) -> tuple[bool, int, str]:
    per_gb = line.per_gb_vram
    return per_gb is None, per_gb.minor if per_gb else line.price.minor, line.part
