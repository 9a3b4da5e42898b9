"""What a listing costs at the user's door: price, shipping, import VAT, duty, handling, buyer's fee, each term apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tracker.domain.build import CostTerm, LandedCost
from tracker.domain.errors import ConfigError, RigscoutError
from tracker.domain.listing import RawListing
from tracker.domain.money import Money, Rates, total
from tracker.domain.said import Said
from tracker.settings import Amount, Settings, problems_of, read_layered, shipped_config

_FILE = "import.toml"
_CALLED = {"gpu": Said("a card"), "board": Said("a board"), "cpu": Said("a processor"), "ram": Said("memory"),
           "psu": Said("a power supply"), "system": Said("a whole system")}  # fmt: skip


class NoCostError(RigscoutError):
    """A listing's cost can't be said: it has no price, or nothing to estimate its shipping by."""


@dataclass(frozen=True, slots=True)
class CustomsArea:
    """Countries between which nothing is charged, and what comes in from outside pays. Amounts in `currency`."""

    members: frozenset[str]
    currency: str
    declared_above: Decimal
    item_duty: Decimal = Decimal(0)
    item_duty_from: date = date.min
    item_duty_until: date = date.max
    normal_duty_percent: Decimal = Decimal(0)
    free_below: bool = False  # no VAT at all up to `declared_above`


@dataclass(frozen=True, slots=True)
class BuyerFee:
    """What a marketplace charges its buyers: a share of the price and a fixed amount."""

    percent: Decimal
    fixed: Money


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Area(_Model):
    members: frozenset[str]
    currency: str = Field(pattern="^[A-Z]{3}$")
    declared_above: Amount
    item_duty: Amount = Decimal(0)
    item_duty_from: date = date.min
    item_duty_until: date = date.max
    normal_duty_percent: Amount = Decimal(0)
    free_below: bool = False


class _Fee(_Model):
    percent: Amount = Decimal(0)
    fixed: Amount = Decimal(0)
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")


class _ImportFile(_Model):
    """config/import.toml as written; what each key means stands in CustomsArea and BuyerFee."""

    area: dict[str, _Area] = Field(default_factory=dict)
    vat: dict[str, Amount] = Field(default_factory=dict)
    buyer_fee: dict[str, _Fee] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportRules:
    """config/import.toml."""

    areas: tuple[CustomsArea, ...] = ()
    vat: Mapping[str, Decimal] = field(default_factory=dict)
    buyer_fees: Mapping[str, BuyerFee] = field(default_factory=dict)

    def area_of(self, country: str) -> CustomsArea | None:
        """The customs area of a country, or None where its rules are not known."""
        return next((area for area in self.areas if country in area.members), None)

    def is_at_home(self, country: str, buyer: str) -> bool:
        """Whether what comes from a country to a buyer's meets no customs; False where a rule is not known."""
        area = self.area_of(buyer)
        return country == buyer or (area is not None and country in area.members)


def landed_cost(
    raw: RawListing,
    *,
    settings: Settings,
    rates: Rates,
    category: str,
    today: date,
    rules: ImportRules | None = None,
) -> LandedCost:
    """The cost of one unit in the user's currency, term by term; a term that is not stated is marked as an estimate.

    `category` ("gpu", "board", …) picks the shipping estimate of the settings. `rules` are those that ship where left
    out. Raises NoCostError without a price, NoRateError without an exchange rate.
    """
    if raw.price is None:
        raise NoCostError(f"{raw.marketplace}:{raw.external_id} has no price", mend="wait for one, or ask the seller")
    rules = shipped_rules() if rules is None else rules
    price = _term("price", raw.price, settings.currency, rates)
    shipping = _shipping(raw, settings, rates, category)
    terms = [price, *([] if shipping is None else [shipping])]
    terms += _import_terms(raw, terms, settings, rates, today, rules)
    fee = rules.buyer_fees.get(raw.marketplace)
    if fee is not None:
        terms.append(_fee_term(fee, price.amount, settings.currency, rates))
    return LandedCost(tuple(terms))


def _term(name: str, amount: Money, currency: str, rates: Rates) -> CostTerm:
    if amount.currency == currency:
        return CostTerm(name, amount)
    note = Said("%(amount)s at the ECB's rate of %(day)s", amount=amount, day=rates.day)
    return CostTerm(name, rates.convert(amount, currency), note=note)


def _shipping(raw: RawListing, settings: Settings, rates: Rates, category: str) -> CostTerm | None:
    """The stated shipping, else an estimate from the settings; None for what is picked up."""
    if raw.shipping is not None:
        return _term("shipping", raw.shipping, settings.currency, rates)
    if raw.pickup_only:
        return None
    estimates = settings.cost.shipping_estimate
    if not estimates:
        mend = "set [cost.shipping_estimate] in settings.toml"
        raise NoCostError(f"the shipping of {raw.marketplace}:{raw.external_id} is not stated", mend=mend)
    amount = Money.of(estimates.get(category, max(estimates.values())), settings.currency)
    note = Said("not stated: your settings' estimate for %(category)s", category=_CALLED.get(category, category))
    return CostTerm("shipping", amount, estimated=True, note=note)


def _import_terms(
    raw: RawListing, paid: list[CostTerm], settings: Settings, rates: Rates, today: date, rules: ImportRules
) -> list[CostTerm]:
    """Duty, import VAT and handling of what comes from outside the buyer's customs area."""
    if raw.country == settings.country:
        return []
    if raw.country is None:
        return [_unknown("import_vat", Said("the seller's country is not stated: import VAT may fall due"), settings)]
    area = rules.area_of(settings.country)
    if area is None:
        note = Said("what imports into %(country)s cost is not known", country=settings.country)
        return [_unknown("import_vat", note, settings)]
    if raw.country in area.members:
        return []
    is_declared = rates.convert(paid[0].amount, area.currency).amount > area.declared_above
    if area.free_below and not is_declared:
        return []
    terms = _duty(area, paid[0].amount, settings, rates, today, is_declared=is_declared)
    terms += _vat([*paid, *terms], settings, rules)
    if is_declared and settings.cost.import_handling:
        handling = Money.of(settings.cost.import_handling, settings.currency)
        note = Said(
            "the carrier's fee for a declaration, above %(amount)s", amount=Money.of(area.declared_above, area.currency)
        )
        terms.append(CostTerm("import_handling", handling, estimated=True, note=note))
    return terms


def _unknown(name: str, note: str, settings: Settings) -> CostTerm:
    return CostTerm(name, Money(0, settings.currency), note=note, unknown=True)


def _duty(
    area: CustomsArea, price: Money, settings: Settings, rates: Rates, today: date, *, is_declared: bool
) -> list[CostTerm]:
    if is_declared:
        duty = price * (area.normal_duty_percent / 100)
        note = Said("%(percent)s%% on computer parts", percent=area.normal_duty_percent)
    elif area.item_duty_from <= today < area.item_duty_until:
        duty = rates.convert(Money.of(area.item_duty, area.currency), settings.currency)
        each, most = (Money.of(amount, area.currency) for amount in (area.item_duty, area.declared_above))
        note = Said("%(amount)s an item up to %(most)s", amount=each, most=most)
    else:
        return []
    return [CostTerm("duty", duty, estimated=True, note=note)] if duty.minor else []


def _vat(base: list[CostTerm], settings: Settings, rules: ImportRules) -> list[CostTerm]:
    percent = settings.cost.import_vat_percent
    if percent is None:
        percent = rules.vat.get(settings.country)
    if percent is None:
        note = Said("the VAT of %(country)s is not known", country=settings.country)
        return [_unknown("import_vat", note, settings)]
    due = total((term.amount for term in base), settings.currency) * (percent / 100)
    return [
        CostTerm(
            "import_vat", due, estimated=True, note=Said("%(percent)s%% of price, shipping and duty", percent=percent)
        )
    ]


def _fee_term(fee: BuyerFee, price: Money, currency: str, rates: Rates) -> CostTerm:
    amount = price * (fee.percent / 100) + rates.convert(fee.fixed, currency)
    return CostTerm(
        "buyer_fee",
        amount,
        estimated=True,
        note=Said("%(percent)s%% and %(amount)s", percent=fee.percent, amount=fee.fixed),
    )


@cache
def shipped_rules() -> ImportRules:
    """The rules that ship."""
    return load_import_rules((shipped_config(),))


def load_import_rules(layers: tuple[Path, ...]) -> ImportRules:
    """config/import.toml of all layers, the user's laid over. Raises ConfigError."""
    try:
        read = _ImportFile.model_validate(read_layered(_FILE, layers))
    except ValidationError as error:
        raise ConfigError(problems_of(error, _ImportFile, _FILE, layers)) from error
    fees = {name: BuyerFee(fee.percent, Money.of(fee.fixed, fee.currency)) for name, fee in read.buyer_fee.items()}
    return ImportRules(tuple(CustomsArea(**dict(area)) for area in read.area.values()), read.vat, fees)
