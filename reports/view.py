"""What the templates are given: each machine laid out in lines, ready to print; no figure is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.filters import clean, cut, safe_url, upper_first
from reports.formats import Formats
from reports.machine_words import rent_why, rented, specs, what_it_hides
from reports.names import (
    allowance_name,
    condition_name,
    flag_name,
    marketplace_name,
    parts_name,
    rule_name,
    target_name,
    term_name,
)
from tracker.domain.build import BoughtOffer, Build, CostTerm, RuleVerdict, Status, Verdict
from tracker.domain.money import Money, total
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport, MachineReport
from tracker.domain.said import Said

_PROOFS = {
    Status.OPTIMAL: Said("proved cheapest"),
    Status.FEASIBLE: Said("best found, not proved"),
    Status.INFEASIBLE: Said("cannot be built today"),
}

DEMO_PREFIX = "[DEMO DATA] "
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Line:
    """One thing bought: what it is, the listing that sells it, and what it costs at the door.

    `terms` are for one unit, `landed` for all `qty`; `shipping` is None where the listing states none and none was added.
    """

    offer: str  # its id, "marketplace:id"
    name: str
    title: str
    url: str | None
    marketplace: str
    facts: tuple[str, ...]
    terms: tuple[CostTerm, ...]
    price: Money | None
    shipping: CostTerm | None
    landed: Money
    qty: int
    last_seen: datetime | None
    spare: str
    share: float


@dataclass(frozen=True, slots=True)
class AllowanceLine:
    """A stated price for what is not searched, why it is needed, and its share of the total."""

    name: str
    note: str
    amount: Money
    share: float


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule that was checked: its name, its verdict ("ok", "unknown", "violated"), what was found and where that stands."""

    name: str
    verdict: str
    detail: str
    source: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """A build that comes after the cheapest: its total, what it costs more, and what is bought instead."""

    total: Money
    more: Money
    lines: tuple[Line, ...]
    specs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MachineView:
    """One target's answer as it is shown. `build` is None where there is none, and `why_not` says why."""

    anchor: str
    title: str
    description: str
    proof: str
    searched: int
    why_not: tuple[str, ...]
    build: Build | None
    lines: tuple[Line, ...]
    allowances: tuple[AllowanceLine, ...]
    combined: Money | None  # what one parcel for several offers saves: total less the lines, where they differ
    total: Money | None
    change: Money | None
    previous_day: object
    specs: tuple[str, ...]
    hides: tuple[str, ...]
    rules: tuple[RuleLine, ...]  # those to verify first
    verify: tuple[str, ...]
    warnings: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    notes: tuple[str, ...]
    rent: RentOrBuy | None
    rented: str  # "g5.12xlarge, 3 of its 4 GPUs"
    why: str  # to rent or to buy
    machine: MachineReport


def subject_line(news: str, *, is_demo: bool) -> str:
    """`news` as a subject: one line, not too long, marked where it is of the demo."""
    line = clean(news).replace("\u00a0", " ").strip()[:_LONGEST_SUBJECT]
    return (DEMO_PREFIX if is_demo else "") + line


def machine_views(report: DailyReport, formats: Formats) -> tuple[MachineView, ...]:
    """Every machine, the cheapest first, those that can't be built last."""
    names = {history.part: history.name for history in report.parts}
    views = [_machine(machine, names, formats) for machine in report.machines]
    return tuple(sorted(views, key=lambda view: (view.total is None, view.total.minor if view.total else 0)))


def headline(machines: Sequence[MachineView]) -> MachineView | None:
    """The cheapest machine that can be built, or None."""
    return next((machine for machine in machines if machine.build), None)


def _machine(machine: MachineReport, names: Mapping[str, str], formats: Formats) -> MachineView:
    solution, rent, say = machine.solution, machine.rent, formats.say
    build = solution.builds[0] if solution.builds else None
    lines, allowances = (_lines(build, names, formats), _allowances(build, formats)) if build else ((), ())
    rules = build.rules if build else ()
    return MachineView(
        anchor="machine-" + "".join(char if char.isalnum() and char.isascii() else "-" for char in machine.target),
        title=machine.title or target_name(machine.target),
        description=say(machine.description),
        proof=say(_PROOFS[solution.status]),
        searched=solution.offers_seen,
        why_not=tuple(map(say, solution.why_not)),
        build=build,
        lines=lines,
        allowances=allowances,
        combined=_combined(build, lines, allowances) if build else None,
        total=build.total if build else None,
        change=_difference(build, machine.previous) if build else None,
        previous_day=machine.previous_day,
        specs=specs(build, formats) if build else (),
        hides=what_it_hides(build, rent, formats) if build else (),
        rules=_rules(rules, formats),
        verify=tuple(_said(rule, formats) for rule in (build.to_verify if build else ())),
        warnings=tuple(
            _said(rule, formats) for rule in rules if rule.is_warning and rule.verdict is Verdict.OK
        ),
        alternatives=tuple(_alternative(build, other, names, formats) for other in solution.builds[1:]) if build else (),
        notes=tuple(map(say, solution.notes)),
        rent=rent,
        rented=rented(build, rent, formats) if build and rent else "",
        why=rent_why(rent, formats) if rent else "",
        machine=machine,
    )  # fmt: skip


def _rules(rules: Sequence[RuleVerdict], formats: Formats) -> tuple[RuleLine, ...]:
    """The rules as they are shown, what is to be verified first."""
    return tuple(
        RuleLine(
            formats.gettext(rule_name(rule.rule)),
            rule.verdict.value,
            formats.say(rule.detail),
            formats.say(rule.source),
        )
        for rule in sorted(rules, key=lambda rule: rule.verdict is Verdict.OK)
    )


def _said(rule: RuleVerdict, formats: Formats) -> str:
    return upper_first(formats.say(rule.detail) if rule.detail else formats.gettext(rule_name(rule.rule)))


def _difference(build: Build, previous: Money | None) -> Money | None:
    return build.total - previous if previous is not None and previous.currency == build.total.currency else None


def _lines(build: Build, names: Mapping[str, str], formats: Formats) -> tuple[Line, ...]:
    return tuple(_line(item, build.total, names, formats) for item in build.offers)


def _line(item: BoughtOffer, whole: Money, names: Mapping[str, str], formats: Formats) -> Line:
    offer = item.offer
    every = offer.cost.terms if offer.cost else ()
    terms = tuple(term for term in every if term.amount.minor or term.name in ("price", "shipping"))  # no "€0.00 duty"
    landed = offer.landed * item.qty
    return Line(
        offer=offer.id,
        name=parts_name(offer.parts, item.qty, names, formats),
        title=cut(offer.title),
        url=safe_url(offer.url),
        marketplace=marketplace_name(offer.marketplace) if offer.marketplace else "",
        facts=_facts(item, formats),
        terms=terms,
        price=next((term.amount for term in terms if term.name == "price"), None),
        shipping=_shipping(item, terms),
        landed=landed,
        qty=item.qty,
        last_seen=offer.last_seen,
        spare=parts_name(item.spare, 1, names, formats) if item.spare else "",
        share=_share(landed, whole),
    )


def _shipping(item: BoughtOffer, terms: Sequence[CostTerm]) -> CostTerm | None:
    stated = next((term for term in terms if term.name == "shipping"), None)
    if stated is None and item.offer.shipping is not None:
        return CostTerm("shipping", item.offer.shipping)
    return stated


def _facts(item: BoughtOffer, formats: Formats) -> tuple[str, ...]:
    offer = item.offer
    facts = [formats.gettext(condition_name(offer.condition)) if offer.condition else ""]
    if offer.country:
        facts.append(offer.country)
    if offer.distance_km is not None:
        facts.append(formats.gettext("pickup, %(km)s km", km=round(offer.distance_km)))
    facts.extend(formats.gettext(flag_name(flag)) for flag in offer.flags)
    unknown = offer.cost.unknown if offer.cost else ()
    facts.extend(formats.gettext("%(term)s unknown", term=formats.gettext(term_name(term.name))) for term in unknown)
    return tuple(clean(fact) for fact in facts if fact)


def _allowances(build: Build, formats: Formats) -> tuple[AllowanceLine, ...]:
    return tuple(
        AllowanceLine(
            formats.gettext(allowance_name(item.name)) + (f" × {item.qty}" if item.qty > 1 else ""),
            formats.say(item.note),
            item.amount,
            _share(item.amount, build.total),
        )
        for item in build.allowances
    )


def _combined(build: Build, lines: Sequence[Line], allowances: Sequence[AllowanceLine]) -> Money | None:
    """What the total is other than the sum of its lines: shipping that offers of one seller share."""
    printed = total([line.landed for line in lines] + [line.amount for line in allowances], build.total.currency)
    return build.total - printed if printed != build.total else None


def _alternative(best: Build, other: Build, names: Mapping[str, str], formats: Formats) -> Alternative:
    held = {item.offer.id for item in best.offers}
    lines = tuple(
        line
        for item, line in zip(other.offers, _lines(other, names, formats), strict=True)
        if item.offer.id not in held
    )
    return Alternative(other.total, other.total - best.total, lines, specs(other, formats))


def _share(part: Money, whole: Money) -> float:
    return part.minor / whole.minor if whole.minor > 0 else 0.0
