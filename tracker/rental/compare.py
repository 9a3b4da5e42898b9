"""One build against the cloud: the same hours, the same VRAM, the same work; and whether to buy it at all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from tracker.cloud import TERMS, CloudData
from tracker.domain.errors import UsageError
from tracker.domain.money import Money, Rates
from tracker.domain.rental import CashFlow, CloudInstance, Comparison, Flip, RentOrBuy, Utilisation
from tracker.domain.said import Said
from tracker.rental.notes import electricity, elsewhere, hourly
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
    notes: list[str] = [Said("rates of the ECB of %(day)s", day=rates.day)] if settings.currency != "USD" else []
    tariff = _tariff(settings, cloud, rates, notes)
    rented = _rented(wanted.gpus or max(1, sum(machine.cards.values())), settings, cloud, rates, notes)
    speed = _speed_ratio(machine, rented, cloud, workload, notes)
    kept = _kept(settings.rent.resale_percent_after_year, resale, notes)
    notes.append(Said("%(watts)s W at full draw for every hour of use", watts=machine.watts))
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
        notes.append(Said("%(kept)s%% of the price comes back after a year (assumed)", kept=assumed))
        return assumed
    kept = resale.blended(assumed)
    if resale.share == 1:
        notes.append(
            Said("%(kept)s%% of the price comes back after a year, by the parts' own price history", kept=kept)
        )
        return kept
    notes.append(
        Said(
            "%(kept)s%% of the price comes back after a year: %(percent)s%% of the %(share)s%% whose price history is "
            "known, %(assumed)s%% of the rest (assumed)",
            kept=kept, percent=round(resale.percent, 1), share=round(100 * resale.share), assumed=assumed,
        )
    )  # fmt: skip
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


def _why(given: Inputs, own: Decimal, cloud: Decimal, currency: str, *, buys: bool) -> Said:
    months = break_even_months(given)
    year = Said(
        "a year at %(hours)s hours a week costs %(own)s owned and %(cloud)s rented for the same work",
        hours=Decimal(f"{given.hours_per_week:f}"), own=Money.of(own, currency), cloud=Money.of(cloud, currency),
    )  # fmt: skip
    if months is None:
        return Said(
            "%(year)s; an hour's electricity alone costs more than renting, so the price never comes back", year=year
        )
    if buys:
        return Said("%(year)s; the price comes back after %(months)s months", year=year, months=round(months, 1))
    return Said(
        "%(year)s; the price comes back after %(months)s months, later than it loses its value",
        year=year,
        months=round(months, 1),
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
        notes.append(Said("electricity at your own tariff"))
        return settings.rent.electricity_per_kwh
    tariff, place = cloud.tariffs.get(settings.country), settings.country
    if tariff is None:
        tariff = cloud.tariffs[_NO_TARIFF]
        place = Said("EU average: no tariff is known for %(country)s", country=settings.country)
    notes.append(electricity(tariff, place))
    return tariff.per_kwh * rates.rate(tariff.currency, settings.currency)


def standing_costs(
    wanted: Wanted, region: str, cloud: CloudData, dollar: Decimal, notes: list[str]
) -> dict[str, Decimal]:
    """Storage and egress as Inputs take them, `dollar` being one in the user's currency; each rate is noted where it counts.

    Raises UsageError where what is asked for has no known price.
    """
    terms: dict[str, Decimal] = {}
    storage, egress = cloud.storage.get(region), cloud.egress_per_gb
    stored = Said("storage at %(price)s USD a GB-month in %(region)s (recalled)", price=storage, region=region)
    sent = Said("outgoing data at %(price)s USD a GB (recalled)", price=egress)
    for name, gb, known, note in (
        ("storage", wanted.storage_gb, storage, stored),
        ("egress", wanted.egress_gb, egress, sent),
    ):
        if not gb:
            continue
        if known is None:
            raise UsageError(f"no price of {name} is known in {region}", mend="add it to cloud/storage.toml")
        notes.append(note)
        terms |= {f"{name}_gb": gb, f"{name}_rate": known * dollar}
    return terms


def _rented(gpus: Decimal | int, settings: Settings, cloud: CloudData, rates: Rates, notes: list[str]) -> _Rented:
    """So many GPUs: of the wanted instance, else of the smallest of its family that has them, pro rata."""
    rent = settings.rent
    wanted = cloud.nearest(rent.instance, rent.region, settings.country, rent.term)
    if rent.region not in {"", wanted.region}:
        notes.append(elsewhere(wanted.name, rent.region, wanted.region))
    instance, share = _holding(wanted, gpus, cloud)
    if share != 1:
        notes.append(
            Said(
                "%(n)s GPUs of %(instance)s, which has %(gpus)s: %(share)s of its price",
                n=gpus, instance=instance.name, gpus=instance.gpus, share=Decimal(f"{share:.4g}"),
            )
        )  # fmt: skip
    notes.append(hourly(instance))
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
            notes.append(
                Said(
                    "the speed of %(part)s on %(workload)s is unknown: taken as the cloud's",
                    part=part,
                    workload=workload,
                )
            )
            return None
        total += ours.relative * count
        source = f"{ours.confidence}; {ours.source}"
        notes.append(
            Said(
                "%(part)s is %(speed)s of an A10G on %(workload)s (%(source)s)",
                part=part,
                speed=ours.relative,
                workload=workload,
                source=source,
            )
        )
    if theirs is None or theirs.relative is None or not total:
        notes.append(
            Said(
                "the speed of %(part)s on %(workload)s is unknown: taken as the machine's",
                part=rented.instance.gpu,
                workload=workload,
            )
        )
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
    whole = Said("the whole price and the electricity of the hours against %(instance)s", instance=rented.instance.name)
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
        family = rented.instance.name.partition(".")[0]
        return _unknown(
            "same_vram",
            Said("no %(instance)s instance in %(region)s holds it", instance=family, region=rented.instance.region),
        )
    instance, share = memory
    week, currency = HOURS_PER_WEEK, machine.total.currency
    rate = instance.rate * rates.rate("USD", currency)
    note = Said("%(instance)s, %(gb)s GB", instance=instance.name, gb=f"{instance.vram_gb:g}")
    if share != 1:
        needed, price = Decimal(f"{share:.3g}"), Money.of(rate * share * week, currency)
        note = Said(
            "%(whole)s; %(price)s for the %(share)s of it that is needed", whole=note, price=price, share=needed
        )
    return _compared("same_vram", given, currency, week, rate, week, note)


def _work(
    machine: Machine, given: Inputs, rented: _Rented, cloud: CloudData, speed: Decimal | None, workload: str
) -> Comparison:
    if speed is None:
        return _unknown("same_work", Said("the speed on %(workload)s is unknown", workload=workload))
    week = HOURS_PER_WEEK
    note = Said(
        "a week's work of %(instance)s takes it %(weeks)s weeks (%(workload)s)",
        instance=rented.instance.name,
        weeks=round(1 / speed, 2),
        workload=workload,
    )
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
