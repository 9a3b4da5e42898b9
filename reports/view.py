"""What the templates are given: each machine laid out in lines, ready to print; no figure is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.filters import Formats, clean, cut, safe_url
from reports.names import marketplace_name, part_name, parts_name, target_name
from tracker.domain.build import Allowance, BoughtOffer, Build, CostTerm, RuleVerdict, Status, Verdict
from tracker.domain.history import Deal
from tracker.domain.money import Money, total
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport, MachineReport
from tracker.domain.said import Said
from tracker.domain.watch import WatchHit

_PROOFS = {
    Status.OPTIMAL: Said("proved cheapest"),
    Status.FEASIBLE: Said("best found, not proved"),
    Status.INFEASIBLE: Said("cannot be built today"),
}
_CONDITIONS = {
    "new": Said("new"), "open_box": Said("open box"), "refurbished": Said("refurbished"), "used": Said("used"),
    "for_parts": Said("for parts"), "unknown": Said("condition unknown"),
}  # fmt: skip
_FLAGS = {
    "untested": Said("untested"), "as_is": Said("as is"), "modified": Said("modified"), "mined": Said("mined"),
    "price_below_usual": Said("price below usual"), "no_cooler": Said("no cooler"),
    "custom_cooling": Said("custom cooling"),
}  # fmt: skip


DEMO_PREFIX = "[DEMO DATA] "
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Line:
    """One thing bought: what it is, the listing that sells it, and what it costs at the door.

    `terms` are for one unit, `landed` for all `qty`; `shipping` is None where the listing states none and none was added.
    """

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
    estimated: bool
    last_seen: datetime | None
    spare: str
    share: float


@dataclass(frozen=True, slots=True)
class AllowanceLine:
    """A stated price for what is not searched, and its share of the total."""

    allowance: Allowance
    share: float


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
    is_proved: bool
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
    verify: tuple[RuleVerdict, ...]
    warnings: tuple[RuleVerdict, ...]
    alternatives: tuple[Alternative, ...]
    notes: tuple[str, ...]
    rent: RentOrBuy | None
    rented: str  # "g5.12xlarge, 3 of its 4 GPUs"
    why: str  # to rent or to buy
    machine: MachineReport


@dataclass(frozen=True, slots=True)
class DealView:
    """A deal with its link made safe, and its words in the reader's language."""

    deal: Deal
    name: str
    title: str
    url: str | None
    marketplace: str
    why: str
    cautions: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HitView:
    """A watch's hit with its texts cut and its link made safe; `limit_words` say a limit that is no amount."""

    watch: str
    title: str
    landed: Money
    limit: Money
    limit_words: str
    url: str | None
    marketplace: str
    facts: tuple[str, ...]
    last_seen: datetime | None


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


def deal_views(deals: Sequence[Deal], formats: Formats) -> tuple[DealView, ...]:
    """The deals in the order they were decided."""
    return tuple(_deal(deal, formats) for deal in deals)


def hit_views(hits: Sequence[WatchHit], formats: Formats) -> tuple[HitView, ...]:
    """The hits in the order they were decided."""
    return tuple(
        HitView(
            watch=cut(hit.watch, 60),
            title=cut(hit.title),
            landed=hit.landed,
            limit=hit.limit,
            limit_words=clean(formats.say(hit.limit_words)),
            url=safe_url(hit.url),
            marketplace=marketplace_name(hit.subject.partition(":")[0]) if hit.url else "",
            facts=tuple(clean(formats.say(fact)) for fact in hit.facts),
            last_seen=hit.last_seen,
        )
        for hit in hits
    )


def _deal(deal: Deal, formats: Formats) -> DealView:
    raw = deal.listing.raw
    return DealView(
        deal=deal,
        name=part_name(deal.part, names={deal.part: deal.name}),
        title=cut(raw.title),
        url=safe_url(raw.url),
        marketplace=marketplace_name(raw.marketplace),
        why=formats.say(deal.why),
        cautions=tuple(formats.say(caution) for caution in deal.cautions),
        facts=tuple(formats.say(fact) for fact in deal.facts),
    )


def _machine(machine: MachineReport, names: Mapping[str, str], formats: Formats) -> MachineView:
    solution = machine.solution
    build = solution.builds[0] if solution.builds else None
    lines, allowances = (_lines(build, names, formats), _allowances(build)) if build else ((), ())
    return MachineView(
        anchor="machine-" + "".join(char if char.isalnum() and char.isascii() else "-" for char in machine.target),
        title=machine.title or target_name(machine.target),
        description=machine.description,
        proof=formats.say(_PROOFS[solution.status]),
        is_proved=solution.status is Status.OPTIMAL,
        searched=solution.offers_seen,
        why_not=solution.why_not,
        build=build,
        lines=lines,
        allowances=allowances,
        combined=_combined(build, lines, allowances) if build else None,
        total=build.total if build else None,
        change=_difference(build, machine.previous) if build else None,
        previous_day=machine.previous_day,
        specs=specs(build, formats) if build else (),
        hides=what_it_hides(build, machine.rent, formats) if build else (),
        verify=build.to_verify if build else (),
        warnings=tuple(rule for rule in build.rules if rule.is_warning and rule.verdict is Verdict.OK) if build else (),
        alternatives=tuple(_alternative(build, other, names, formats) for other in solution.builds[1:])
        if build
        else (),
        notes=solution.notes,
        rent=machine.rent,
        rented=_rented(build, machine.rent, formats) if build and machine.rent else "",
        why=rent_why(machine.rent, formats) if machine.rent else "",
        machine=machine,
    )


def _rented(build: Build, rent: RentOrBuy, formats: Formats) -> str:
    """The instance, and how many of its GPUs the week's price is for: as many as the machine has cards (figures A2)."""
    cards, gpus = sum(build.cards.values()), rent.instance.gpus
    if not 0 < cards < gpus:
        return rent.instance.name
    return formats.gettext("%(name)s, %(cards)s of its %(gpus)s GPUs", name=rent.instance.name, cards=cards, gpus=gpus)


def rent_why(rent: RentOrBuy, formats: Formats) -> str:
    """The answer with its reason, in the reader's amounts; the reckoning's own words where it gives no amounts."""
    own, cloud, months = rent.year_own, rent.year_cloud, rent.break_even_months
    answer = formats.gettext("Buy") if rent.answer == "buy" else formats.gettext("Rent")
    if own is None or cloud is None or months is None:
        return f"{answer}: {formats.say(rent.why)}"
    year = formats.gettext(
        "a year at %(hours)s hours a week costs %(own)s owned and %(cloud)s rented",
        hours=rent.hours_per_week, own=own, cloud=cloud,
    )  # fmt: skip
    back = formats.gettext("the price comes back after %(months)s months", months=months)
    return formats.gettext("%(answer)s: %(year)s; %(back)s", answer=answer, year=year, back=back)


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
        name=parts_name(offer.parts, item.qty, names),
        title=cut(offer.title),
        url=safe_url(offer.url),
        marketplace=marketplace_name(offer.marketplace) if offer.marketplace else "",
        facts=_facts(item, formats),
        terms=terms,
        price=next((term.amount for term in terms if term.name == "price"), None),
        shipping=_shipping(item, terms),
        landed=landed,
        qty=item.qty,
        estimated=any(term.estimated for term in terms),
        last_seen=offer.last_seen,
        spare=parts_name(item.spare, 1, names) if item.spare else "",
        share=_share(landed, whole),
    )


def _shipping(item: BoughtOffer, terms: Sequence[CostTerm]) -> CostTerm | None:
    stated = next((term for term in terms if term.name == "shipping"), None)
    if stated is None and item.offer.shipping is not None:
        return CostTerm("shipping", item.offer.shipping)
    return stated


def _facts(item: BoughtOffer, formats: Formats) -> tuple[str, ...]:
    offer = item.offer
    facts = [formats.say(_CONDITIONS.get(offer.condition, offer.condition))]
    if offer.country:
        facts.append(offer.country)
    if offer.distance_km is not None:
        facts.append(formats.gettext("pickup, %(km)s km", km=round(offer.distance_km)))
    facts.extend(formats.say(_FLAGS.get(flag, flag.replace("_", " "))) for flag in offer.flags)
    facts.extend(f"{term.name.replace('_', ' ')} unknown" for term in (offer.cost.unknown if offer.cost else ()))
    return tuple(clean(fact) for fact in facts if fact)


def _allowances(build: Build) -> tuple[AllowanceLine, ...]:
    return tuple(AllowanceLine(item, _share(item.amount, build.total)) for item in build.allowances)


def _combined(build: Build, lines: Sequence[Line], allowances: Sequence[AllowanceLine]) -> Money | None:
    """What the total is other than the sum of its lines: shipping that offers of one seller share."""
    printed = total(
        [line.landed for line in lines] + [line.allowance.amount for line in allowances], build.total.currency
    )
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


def specs(build: Build, formats: Formats) -> tuple[str, ...]:
    """What the machine is, in short words; what is unknown is left out here and stands among its rules."""
    known = []
    if build.vram_gb and build.devices > 1:
        vram = {"vram": build.vram_gb, "devices": build.devices}
        known.append(formats.gettext("%(vram)s GB VRAM on %(devices)s devices", **vram))
    elif build.vram_gb:
        known.append(formats.gettext("%(vram)s GB VRAM", vram=build.vram_gb))
    if build.ram_gb is not None:
        known.append(formats.gettext("%(ram)s GB memory", ram=build.ram_gb))
    if build.cores is not None:
        known.append(formats.ngettext("%(count)s core", "%(count)s cores", build.cores))
    if build.peak_watts is not None:
        known.append(formats.gettext("%(watts)s W peak", watts=build.peak_watts))
    return tuple(known)


def what_it_hides(build: Build, rent: RentOrBuy | None, formats: Formats) -> tuple[str, ...]:
    """What a low price does not say of used cards: heat and power, speed, and what they are no good for."""
    return _heat(build, rent, formats), _speed(build, rent, formats), _training(build, formats)


def _heat(build: Build, rent: RentOrBuy | None, formats: Formats) -> str:
    if build.peak_watts is None:
        return formats.gettext("Heat and power draw: not known; all of it warms the room, and the fans are heard.")
    if rent is None:
        return formats.gettext(
            "Heat and power draw: up to %(watts)s W; all of it warms the room, and the fans are heard.",
            watts=build.peak_watts,
        )
    return formats.gettext(
        "Heat and power draw: up to %(watts)s W (%(hour)s an hour of use); all of it warms the room, and the fans are heard.",
        watts=build.peak_watts, hour=rent.electricity_per_hour,
    )  # fmt: skip


def _speed(build: Build, rent: RentOrBuy | None, formats: Formats) -> str:
    if build.speed is not None:
        words = {"speed": formats.number(build.speed, 2)}
        if build.speed < 1:
            return formats.gettext("Lower speed: %(speed)s × one A10G, the GPU of g5.", **words)
        return formats.gettext("Speed: %(speed)s × one A10G, the GPU of g5, where work splits over its GPUs.", **words)
    rows = rent.comparisons if rent else ()
    same = next((row for row in rows if row.name == "same_work" and not row.unknown and row.cloud_hours), None)
    if rent is None or same is None or not same.cloud_hours:
        return formats.gettext("Speed against one A10G, the GPU of g5: not known.")
    share = same.hours / same.cloud_hours
    values = {"instance": rent.instance.name, "weeks": formats.number(share, 2)}
    if share >= 1:
        return formats.gettext("Lower speed: a week's work of %(instance)s takes it %(weeks)s weeks.", **values)
    return formats.gettext("Speed: a week's work of %(instance)s takes it %(weeks)s weeks.", **values)


def _training(build: Build, formats: Formats) -> str:
    return formats.ngettext(
        "Not for training large models: %(vram)s GB on one device is for inference, small fine-tunes, learning.",
        "Not for training large models: %(vram)s GB on %(count)s devices is for inference, small fine-tunes, learning.",
        build.devices, vram=build.vram_gb,
    )  # fmt: skip
