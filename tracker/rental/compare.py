"""One build against the cloud: the same hours, the same VRAM, the same work; and whether to buy it at all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from tracker.cloud import TERMS, CloudData
from tracker.domain.errors import UsageError
from tracker.domain.money import Money, Rates
from tracker.domain.rental import CashFlow, CloudInstance, Comparison, Flip, RentOrBuy, Utilisation
from tracker.rental.resale import Resale
from tracker.rental.sums import (
    HOURS_PER_WEEK,
    Inputs,
    break_even_hours,
    break_even_months,
    break_even_months_at,
    cash_flow,
    cloud_cost,
    cost_per_hour_of_use,
    flips,
    is_buying_better,
    own_cost,
)
from tracker.settings import Settings

DEFAULT_WORKLOAD = "general"
_MONTHS_SHOWN = 12
_WEEKLY_HOURS = tuple(Decimal(hours) for hours in (5, 10, 20, 40, 80, 168))
_NO_TARIFF = "EU27"


@dataclass(frozen=True, slots=True)
class Machine:
    """What of a build decides: its price in the user's currency, its draw in W, and its cards by part id."""

    total: Money
    watts: int
    cards: Mapping[str, int]
    vram_gb: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What else is asked of the cloud: GPUs at the peak (None: as many as the machine has cards), GB kept, GB out a month."""

    gpus: Decimal | None = None
    storage_gb: Decimal = Decimal(0)
    egress_gb: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Rented:
    """The instance that a machine is held against: the share of it that is compared, and its exact price an hour."""

    instance: CloudInstance
    share: Decimal  # GPUs wanted / GPUs it has
    rate: Decimal  # of that share, in the user's currency


def rent_or_buy(
    machine: Machine,
    *,
    settings: Settings,
    cloud: CloudData,
    rates: Rates,
    workload: str = DEFAULT_WORKLOAD,
    resale: Resale | None = None,
    wanted: Wanted = Wanted(),
) -> RentOrBuy:
    """The honest sum for one build in the user's currency.

    `resale` is what the parts fetch after a year by their tracked history; for the rest of the price, or without it, the
    settings' assumption serves. Raises NoPriceError where the instance has no known price, NoRateError where a currency
    has no rate, UsageError where storage or egress has no known price.
    """
    notes = [f"rates of the ECB of {rates.day}"] if settings.currency != "USD" else []
    tariff = _tariff(settings, cloud, rates, notes)
    rented = _rented(wanted.gpus or max(1, sum(machine.cards.values())), settings, cloud, rates, notes)
    speed = _speed_ratio(machine, rented, cloud, workload, notes)
    kept = _kept(settings.rent.resale_percent_after_year, resale, notes)
    notes.append(f"{machine.watts} W at full draw for every hour of use")
    given = Inputs(
        cost=machine.total.amount,
        watts=Decimal(machine.watts),
        tariff=tariff,
        cloud_rate=rented.rate,
        depreciation_years=Decimal(1),
        salvage=machine.total.amount * kept / 100,
        hours_per_week=settings.rent.hours_per_week,
        speed_ratio=speed or Decimal(1),
        **standing_costs(wanted, rented.instance.region, cloud, rates.rate("USD", settings.currency), notes),
    )
    result = _summed(machine, given, rented, notes, _comparisons(machine, given, rented, cloud, rates, speed, workload))
    return replace(result, alternatives=other_terms(rented.instance, cloud))


def _kept(assumed: Decimal, resale: Resale | None, notes: list[str]) -> Decimal:
    """Per cent of the price that comes back after a year, and from where that is known."""
    if resale is None:
        notes.append(f"{assumed} % of the price comes back after a year (assumed)")
        return assumed
    kept = resale.blended(assumed)
    notes.append(
        f"{kept} % of the price comes back after a year: {resale.percent:.1f} % of what {100 * resale.share:.0f} % of it "
        f"buys (from the parts' own price history), {assumed} % of the rest (assumed)"
    )
    return kept


def _summed(
    machine: Machine, given: Inputs, rented: _Rented, notes: list[str], comparisons: tuple[Comparison, ...]
) -> RentOrBuy:
    currency = machine.total.currency
    own, cloud = own_cost(given).total, cloud_cost(given).total
    buys = is_buying_better(given)
    week = Money.of(rented.rate * HOURS_PER_WEEK, currency)
    return RentOrBuy(
        build_total=machine.total,
        instance=rented.instance,
        hourly=Money.of(rented.rate, currency),
        week=week,
        weeks_for_build=machine.total.amount / (rented.rate * HOURS_PER_WEEK),
        electricity_per_hour=Money.of(given.electricity_per_hour, currency),
        electricity_per_kwh=Money.of(given.tariff, currency),
        watts=machine.watts,
        break_even_hours=break_even_hours(given),
        break_even_months=break_even_months(given),
        answer="buy" if buys else "rent",
        why=_why(given, own, cloud, currency, buys=buys),
        comparisons=comparisons,
        assumptions=tuple(notes),
        tariff=given.tariff,
        rate=rented.rate,
        year_own=Money.of(own, currency),
        year_cloud=Money.of(cloud, currency),
        cash_flow=tuple(
            CashFlow(month, Money.of(paid, currency), Money.of(rent, currency))
            for month, paid, rent in cash_flow(given, _MONTHS_SHOWN)
        ),
        utilisation=utilisation(given, currency),
        sensitivity=tuple(Flip(*flip) for flip in flips(given)),
        hours_per_week=given.hours_per_week,
    )


def _why(given: Inputs, own: Decimal, cloud: Decimal, currency: str, *, buys: bool) -> str:
    months = break_even_months(given)
    year = (
        f"a year at {given.hours_per_week:f} h a week costs {Money.of(own, currency)} owned "
        f"and {Money.of(cloud, currency)} rented"
    )
    if months is None:
        return f"{year}; an hour's electricity alone costs more than renting, so the price never comes back"
    return f"{year}; the price comes back after {months:.1f} months" + (
        "" if buys else ", later than it loses its value"
    )


def utilisation(given: Inputs, currency: str) -> tuple[Utilisation, ...]:
    """What an hour of use costs, and when the price comes back, from little use to all of it."""
    lines = []
    for hours in _WEEKLY_HOURS:
        own, cloud = cost_per_hour_of_use(given, hours)
        amounts = Money.of(own, currency), Money.of(cloud, currency)
        lines.append(Utilisation(hours, *amounts, break_even_months=break_even_months_at(given, hours)))
    return tuple(lines)


def _tariff(settings: Settings, cloud: CloudData, rates: Rates, notes: list[str]) -> Decimal:
    """A kWh in the user's currency: the user's own, the country's, else the EU's average, said so."""
    if settings.rent.electricity_per_kwh is not None:
        notes.append("electricity at your own tariff")
        return settings.rent.electricity_per_kwh
    tariff = cloud.tariffs.get(settings.country)
    place = settings.country
    if tariff is None:
        tariff, place = cloud.tariffs[_NO_TARIFF], f"EU average: no tariff is known for {settings.country}"
    verified = "" if tariff.is_verified else ", unverified"
    notes.append(f"electricity {tariff.per_kwh} {tariff.currency}/kWh ({place}, {tariff.period}{verified})")
    return tariff.per_kwh * rates.rate(tariff.currency, settings.currency)


def standing_costs(
    wanted: Wanted, region: str, cloud: CloudData, dollar: Decimal, notes: list[str]
) -> dict[str, Decimal]:
    """Storage and egress as Inputs take them, `dollar` being one in the user's currency; each rate is noted where it counts.

    Raises UsageError where what is asked for has no known price.
    """
    terms: dict[str, Decimal] = {}
    for name, gb, known, what in (
        ("storage", wanted.storage_gb, cloud.storage.get(region), f"a GB-month in {region}"),
        ("egress", wanted.egress_gb, cloud.egress_per_gb, "a GB"),
    ):
        if not gb:
            continue
        if known is None:
            raise UsageError(f"no price of {name} is known in {region}", mend="add it to cloud/storage.toml")
        notes.append(f"{name} at {known} USD {what} (recalled)")
        terms |= {f"{name}_gb": gb, f"{name}_rate": known * dollar}
    return terms


def _rented(gpus: Decimal | int, settings: Settings, cloud: CloudData, rates: Rates, notes: list[str]) -> _Rented:
    """So many GPUs: of the wanted instance, else of the smallest of its family that has them, pro rata."""
    rent = settings.rent
    wanted = cloud.nearest(rent.instance, rent.region, settings.country, rent.term)
    if rent.region not in {"", wanted.region}:
        notes.append(f"{wanted.name} is not known to be offered in {rent.region}: {wanted.region} is nearest")
    instance, share = _holding(wanted, gpus, cloud)
    if share != 1:
        notes.append(f"{gpus} GPUs of {instance.name}, which has {instance.gpus}: {share:.4g} of its price")
    verified = "" if instance.is_verified else ", unverified"
    notes.append(
        f"{instance.name} in {instance.region}, {instance.term.replace('_', ' ')}: {instance.rate} USD/h "
        f"on {instance.as_of} ({instance.source}{verified})"
    )
    return _Rented(instance, share, instance.rate * share * rates.rate("USD", settings.currency))


def _holding(wanted: CloudInstance, gpus: Decimal | int, cloud: CloudData) -> tuple[CloudInstance, Decimal]:
    """The instance with at least so many GPUs, and how much of it: figures A2 takes 3 of a g5.12xlarge's 4."""
    if wanted.gpus >= gpus:
        return wanted, Decimal(gpus) / wanted.gpus
    family = cloud.family(wanted.name, wanted.region, wanted.term)
    large = [item for item in family if item.gpus >= gpus]
    instance = large[0] if large else max(family, key=lambda item: item.gpus)
    return instance, Decimal(gpus) / instance.gpus


def _speed_ratio(
    machine: Machine, rented: _Rented, cloud: CloudData, workload: str, notes: list[str]
) -> Decimal | None:
    """The machine's speed as a multiple of the rented GPUs'; None where a card's or the cloud's is unknown."""
    theirs = cloud.speed(rented.instance.gpu, workload)
    total = Decimal(0)
    for part, count in machine.cards.items():
        ours = cloud.speed(part, workload)
        if ours is None or ours.relative is None:
            notes.append(f"the speed of {part} on {workload} is unknown: taken as the cloud's")
            return None
        total += ours.relative * count
        notes.append(f"{part} is {ours.relative} of an A10G on {workload} ({ours.confidence}; {ours.source})")
    if theirs is None or theirs.relative is None or not total:
        notes.append(f"the speed of {rented.instance.gpu} on {workload} is unknown: taken as the machine's")
        return None
    gpus = rented.instance.cards * rented.share
    return total / (theirs.relative * gpus)


def _comparisons(
    machine: Machine,
    given: Inputs,
    rented: _Rented,
    cloud: CloudData,
    rates: Rates,
    speed: Decimal | None,
    workload: str,
) -> tuple[Comparison, ...]:
    week = HOURS_PER_WEEK
    whole = f"the whole price and the electricity of the hours against {rented.instance.name}"
    same_hours = _compared("same_hours", given, machine.total.currency, week, rented.rate, week, whole)
    return (
        same_hours,
        _vram(machine, given, rented, cloud, rates),
        _work(machine, given, rented, cloud, speed, workload),
    )


def _compared(
    name: str, given: Inputs, currency: str, hours: Decimal, rate: Decimal, cloud_hours: Decimal, note: str
) -> Comparison:
    own = given.cost + hours * given.electricity_per_hour
    rent = cloud_hours * rate
    amounts = (Money.of(own, currency), Money.of(rent, currency))
    return Comparison(name, hours, *amounts, ratio=rent / own if own else None, cloud_hours=cloud_hours, note=note)


def _unknown(name: str, reason: str) -> Comparison:
    return Comparison(name, HOURS_PER_WEEK, None, None, None, unknown=reason)


def _vram(machine: Machine, given: Inputs, rented: _Rented, cloud: CloudData, rates: Rates) -> Comparison:
    memory = _same_vram(machine, rented, cloud)
    if memory is None:
        reason = f"no {rented.instance.name.partition('.')[0]} instance in {rented.instance.region} holds it"
        return _unknown("same_vram", reason)
    instance, share = memory
    week, currency = HOURS_PER_WEEK, machine.total.currency
    rate = instance.rate * rates.rate("USD", currency)
    note = f"{instance.name}, {instance.vram_gb:g} GB"
    if share != 1:
        note += f"; {Money.of(rate * share * week, currency)} for the {share:.3g} of it that is needed"
    return _compared("same_vram", given, currency, week, rate, week, note)


def _work(
    machine: Machine, given: Inputs, rented: _Rented, cloud: CloudData, speed: Decimal | None, workload: str
) -> Comparison:
    if speed is None:
        return _unknown("same_work", f"the speed on {workload} is unknown")
    week = HOURS_PER_WEEK
    note = f"a week of {rented.instance.name} takes {1 / speed:.2f} weeks ({workload})"
    known = [found for part in machine.cards if (found := cloud.speed(part, workload))]
    return replace(
        _compared("same_work", given, machine.total.currency, week / speed, rented.rate, week, note),
        confidence="; ".join(dict.fromkeys(each.confidence for each in known)),
        source="; ".join(dict.fromkeys(each.source for each in known)),
    )


def _same_vram(machine: Machine, rented: _Rented, cloud: CloudData) -> tuple[CloudInstance, Decimal] | None:
    """The cheapest instance of the family that holds as much VRAM, and the share of its GPUs that would."""
    wanted = Decimal(str(machine.vram_gb))
    family = [rented.instance, *cloud.family(rented.instance.name, rented.instance.region, rented.instance.term)]
    holding = [item for item in family if Decimal(str(item.vram_gb)) >= wanted]
    if not holding or not wanted:
        return None
    instance = min(holding, key=lambda item: (item.rate, item.name))
    per_gpu = Decimal(str(instance.vram_gb)) / instance.gpus
    return instance, (wanted / per_gpu).to_integral_value(ROUND_CEILING) / instance.gpus


def other_terms(instance: CloudInstance, cloud: CloudData) -> tuple[CloudInstance, ...]:
    """The same instance and region on other terms: spot, one and three years."""
    found = (cloud.price(instance.name, instance.region, term) for term in TERMS if term != instance.term)
    return tuple(item for item in found if item is not None)
