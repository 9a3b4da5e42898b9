"""Typed numbers → Inputs: what was not typed comes from the settings, the instance's known price, or the country's tariff."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.cloud import CloudData
from tracker.domain.errors import UsageError
from tracker.domain.money import Money, Rates
from tracker.domain.rental import CashFlow, CloudInstance, RentOrBuy
from tracker.rental.compare import other_terms, utilisation
from tracker.rental.notes import electricity, elsewhere, hourly
from tracker.rental.record import instance_record, sums_record
from tracker.rental.sums import HOURS_PER_WEEK, Inputs, break_even_hours, break_even_months, cash_flow
from tracker.settings import Settings

# What an EBS gp3 disk costs in the source of figures B6, where no region says otherwise.
_STORAGE_RATE = Decimal("0.10")
_FEWEST_MONTHS, _MOST_MONTHS = 3, 60  # of a plot


@dataclass(frozen=True, slots=True)
class Typed:
    """What a user typed; None: take it from elsewhere. Amounts are in `currency`."""

    cost: Decimal
    watts: Decimal | None
    currency: str
    tariff: Decimal | None = None
    depreciation_years: Decimal = Decimal(3)
    salvage: Decimal = Decimal(0)
    cloud_rate: Decimal | None = None
    instance: str | None = None
    region: str | None = None
    term: str | None = None
    cloud_gpus: Decimal | None = None
    gpus_needed: Decimal | None = None
    hours_per_week: Decimal | None = None
    weeks: Decimal = Decimal("52.142857")
    speed_ratio: Decimal = Decimal(1)
    cloud_storage_gb: Decimal = Decimal(0)
    cloud_storage_rate: Decimal | None = None
    egress_gb: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Context:
    settings: Settings
    cloud: CloudData
    rates: Rates
    notes: list[str] = field(default_factory=list)

    def dollars(self, amount: Decimal, currency: str) -> Decimal:
        """US dollars in `currency`, exactly; the rate's day is noted once."""
        note = f"US dollars in {currency} at the ECB's rate of {self.rates.day}"
        if currency != "USD" and note not in self.notes:
            self.notes.append(note)
        return amount * self.rates.rate("USD", currency)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to typed numbers: as JSON, and the money over time for the plots."""

    record: dict[str, Any]
    given: Inputs
    currency: str
    instance: CloudInstance | None

    def rent(self) -> RentOrBuy:
        """What the plots draw."""
        given, currency = self.given, self.currency
        rate = given.cloud_per_hour
        hourly = Money.of(rate, currency)
        hours = break_even_hours(given)
        typed = CloudInstance(
            "the cloud", "", "", int(given.cloud_gpus), 0, hourly, date.min, source="typed", rate=rate
        )
        months = min(_MOST_MONTHS, max(_FEWEST_MONTHS, round(given.months)))
        return RentOrBuy(
            build_total=Money.of(given.cost, currency),
            instance=self.instance or typed,
            hourly=hourly,
            week=Money.of(rate * HOURS_PER_WEEK, currency),
            weeks_for_build=given.cost / (rate * HOURS_PER_WEEK),
            electricity_per_hour=Money.of(given.electricity_per_hour, currency),
            electricity_per_kwh=Money.of(given.tariff, currency),
            watts=int(given.watts),
            break_even_hours=hours,
            break_even_months=break_even_months(given),
            answer=self.record["answer"],
            why="",
            cash_flow=tuple(
                CashFlow(month, Money.of(paid, currency), Money.of(rented, currency))
                for month, paid, rented in cash_flow(given, months)
            ),
            utilisation=utilisation(given, currency),
            hours_per_week=given.hours_per_week,
        )


def answer(typed: Typed, *, settings: Settings, cloud: CloudData, rates: Rates) -> Answer:
    """The answer to typed numbers. Raises UsageError, NoPriceError, NoRateError."""
    if typed.watts is None:
        raise UsageError("--watts is missing", mend="say what the machine draws, such as --watts 450")
    if typed.salvage > typed.cost:
        raise UsageError("--salvage is more than --cost", mend="give what is left of the cost in the end")
    if typed.cloud_rate is not None and typed.instance is not None:
        raise UsageError("--cloud-rate and --instance exclude each other", mend="give one of the two")
    context = _Context(settings, cloud, rates)
    instance = _instance(typed, context) if typed.cloud_rate is None else None
    given = _inputs(typed, typed.watts, instance, context)
    record = sums_record(given, typed.currency)
    if instance is not None:
        record["instance"] = instance_record(instance, other_terms(instance, cloud))
    return Answer(record | {"assumptions": context.notes}, given, typed.currency, instance)


def _instance(typed: Typed, context: _Context) -> CloudInstance:
    name = typed.instance or context.settings.rent.instance
    region = typed.region or context.settings.rent.region
    found = context.cloud.nearest(name, region, context.settings.country, typed.term or context.settings.rent.term)
    if region not in {"", found.region}:
        context.notes.append(elsewhere(name, region, found.region))
    context.notes.append(hourly(found))
    return found


def _inputs(typed: Typed, watts: Decimal, instance: CloudInstance | None, context: _Context) -> Inputs:
    rate = typed.cloud_rate
    if rate is None:
        assert instance is not None
        rate = context.dollars(instance.rate, typed.currency)
    gpus = typed.cloud_gpus or (Decimal(instance.gpus) if instance else Decimal(1))
    return Inputs(
        cost=typed.cost,
        watts=watts,
        tariff=_tariff(typed, context),
        cloud_rate=rate,
        depreciation_years=typed.depreciation_years,
        salvage=typed.salvage,
        cloud_gpus=gpus,
        gpus_needed=typed.gpus_needed or gpus,
        hours_per_week=typed.hours_per_week or context.settings.rent.hours_per_week,
        weeks=typed.weeks,
        speed_ratio=typed.speed_ratio,
        storage_gb=typed.cloud_storage_gb,
        storage_rate=_storage_rate(typed, instance, context),
        egress_gb=typed.egress_gb,
        egress_rate=_egress_rate(typed, context),
    )


def _storage_rate(typed: Typed, instance: CloudInstance | None, context: _Context) -> Decimal:
    if typed.cloud_storage_rate is not None:
        return typed.cloud_storage_rate
    known = context.cloud.storage.get(instance.region) if instance else None
    if not typed.cloud_storage_gb:
        return Decimal(0)
    if known is None:
        context.notes.append(f"storage at {_STORAGE_RATE} {typed.currency} a GB-month (figures B6)")
        return _STORAGE_RATE
    context.notes.append(f"storage at {known} USD a GB-month (EBS gp3, recalled)")
    return context.dollars(known, typed.currency)


def _egress_rate(typed: Typed, context: _Context) -> Decimal:
    if not typed.egress_gb:
        return Decimal(0)
    per_gb = context.cloud.egress_per_gb
    if per_gb is None:
        raise UsageError("no price of egress is known", mend="give [egress] in cloud/storage.toml")
    context.notes.append(f"egress at {per_gb} USD a GB (recalled)")
    return context.dollars(per_gb, typed.currency)


def _tariff(typed: Typed, context: _Context) -> Decimal:
    settings = context.settings
    if typed.tariff is not None:
        return typed.tariff
    if settings.rent.electricity_per_kwh is not None:
        return settings.rent.electricity_per_kwh * context.rates.rate(settings.currency, typed.currency)
    known = context.cloud.tariffs.get(settings.country)
    if known is None:
        mend = "give --tariff, or set electricity_per_kwh under [rent]"
        raise UsageError(f"no tariff is known for {settings.country}", mend=mend)
    context.notes.append(electricity(known, settings.country))
    return known.per_kwh * context.rates.rate(known.currency, typed.currency)
