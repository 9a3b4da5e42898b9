"""Sums as JSON: amounts as {"amount", "currency"}, everything else as plain numbers."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tracker.domain.money import Money
from tracker.domain.rental import CloudInstance, Comparison, RentOrBuy, Utilisation
from tracker.rental.compare import utilisation
from tracker.rental.sums import (
    MONTHS_PER_YEAR,
    Inputs,
    break_even_hours,
    break_even_months,
    cash_flow,
    cloud_cost,
    flips,
    is_buying_better,
    own_cost,
    ratio,
)

_LONGEST_CASH_FLOW = 60


def sums_record(given: Inputs, currency: str) -> dict[str, Any]:
    """The contract's answer to typed numbers: own, cloud, ratio, break-even, and what stands beside them."""
    own, cloud = own_cost(given), cloud_cost(given)
    months = min(_LONGEST_CASH_FLOW, max(1, round(given.months)), 10 * MONTHS_PER_YEAR)

    def money(amount: Decimal) -> dict[str, str]:
        return Money.of(amount, currency).as_record()

    return {
        "currency": currency,
        "own": {
            "depreciation": money(own.depreciation),
            "electricity": money(own.electricity),
            "total": money(own.total),
        },
        "cloud": {
            "hours": number(cloud.hours),
            "compute": money(cloud.compute),
            "storage": money(cloud.storage),
            "egress": money(cloud.egress),
            "total": money(cloud.total),
            "per_hour_of_the_machine": money(given.cloud_per_hour),
        },
        "hours": number(given.hours),
        "hours_per_week": number(given.hours_per_week),
        "ratio": number(ratio(given)),
        "break_even_hours": number(break_even_hours(given)),
        "break_even_months": number(break_even_months(given)),
        "answer": "buy" if is_buying_better(given) else "rent",
        "cash_flow": [
            {"month": month, "own": money(paid), "cloud": money(rent)} for month, paid, rent in cash_flow(given, months)
        ],
        "utilisation": [_used(used) for used in utilisation(given, currency)],
        "sensitivity": [
            {"input": name, "now": number(now), "flips_at": number(at), "unit": unit}
            for name, now, at, unit in flips(given)
        ],
    }


def _used(used: Utilisation) -> dict[str, Any]:
    return {
        "hours_per_week": number(used.hours_per_week),
        "own_per_hour": used.own_per_hour.as_record(),
        "cloud_per_hour": used.cloud_per_hour.as_record(),
        "break_even_months": number(used.break_even_months),
    }


def comparison_record(result: RentOrBuy) -> dict[str, Any]:
    """A build's RentOrBuy as JSON."""
    return {
        "build_total": result.build_total.as_record(),
        "instance": instance_record(result.instance, result.alternatives),
        "week": result.week.as_record(),
        "weeks_for_build": number(result.weeks_for_build),
        "electricity_per_kwh": {"amount": f"{result.tariff:f}", "currency": result.build_total.currency},
        "watts": result.watts,
        "own": {"year": _amount(result.year_own)},
        "cloud": {"year": _amount(result.year_cloud)},
        "hours_per_week": number(result.hours_per_week),
        "break_even_hours": number(result.break_even_hours),
        "break_even_months": number(result.break_even_months),
        "answer": result.answer,
        "why": result.why,
        "comparisons": [_compared(item) for item in result.comparisons],
        "cash_flow": [
            {"month": flow.month, "own": flow.own.as_record(), "cloud": flow.cloud.as_record()}
            for flow in result.cash_flow
        ],
        "utilisation": [_used(used) for used in result.utilisation],
        "sensitivity": [
            {"input": flip.name, "now": number(flip.now), "flips_at": number(flip.flips_at), "unit": flip.unit}
            for flip in result.sensitivity
        ],
        "assumptions": list(result.assumptions),
    }


def instance_record(item: CloudInstance, others: Iterable[CloudInstance]) -> dict[str, Any]:
    """An instance with its price's day and source, and its price on `others`' terms."""
    return {
        "name": item.name,
        "region": item.region,
        "term": item.term,
        "usd_per_hour": f"{item.rate:f}",
        "as_of": item.as_of.isoformat(),
        "source": item.source,
        "terms": {other.term: f"{other.rate:f}" for other in others},
    }


def _compared(item: Comparison) -> dict[str, Any]:
    return {
        "name": item.name,
        "hours": number(item.hours),
        "cloud_hours": number(item.cloud_hours),
        "own": _amount(item.own),
        "cloud": _amount(item.cloud),
        "ratio": number(item.ratio),
        "note": item.note,
        "unknown": item.unknown,
        "confidence": item.confidence,
        "source": item.source,
    }


def _amount(amount: Money | None) -> dict[str, str] | None:
    return None if amount is None else amount.as_record()


def number(value: Decimal | None) -> float | None:
    """A count or ratio as a JSON number of at most six decimals."""
    return None if value is None else round(float(value), 6)
