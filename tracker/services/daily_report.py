"""The morning's report, put together from figures that are all decided already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.domain.build import Build, Offer, Solution
from tracker.domain.history import Deal, PartHistory
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import CardValue, Change, DailyReport, IndexPoint, MachineReport, SourceReport
from tracker.domain.said import Said
from tracker.domain.target import Target
from tracker.services.overview import Overview
from tracker.services.too_cheap import Suspect
from tracker.settings import Settings

_TERMS = {
    "shipping": Said("shipping"), "import_vat": Said("import VAT"), "duty": Said("duty"),
    "handling": Said("customs handling"), "buyer_fee": Said("buyer fee"),
}  # fmt: skip
_MOST_CARDS = 40  # in the price-for-money table
_MOST_SUSPECTS = 5


@dataclass(frozen=True, slots=True)
class Before:
    """A target's answer in the report before: its day, its total, and what it would have bought (offer id → title)."""

    day: date
    total: Money | None
    bought: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One target's answer today with all that is told beside it."""

    target: Target
    solution: Solution
    before: Before | None = None
    index: tuple[IndexPoint, ...] = ()
    rent: RentOrBuy | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the day's pass found, each part from its own service."""

    answers: Sequence[Answer]
    offers: Sequence[Offer]
    deals: Sequence[Deal] = ()
    histories: Sequence[PartHistory] = ()
    sources: Sequence[SourceReport] = ()
    cards: Sequence[CardValue] = ()
    held: Overview = field(default_factory=Overview)
    rates_day: date | None = None
    suspects: Sequence[Suspect] = ()


def compose(findings: Findings, *, day: date, at: datetime, settings: Settings, is_demo: bool) -> DailyReport:
    """The report of `day` (the user's local day), made at `at`."""
    answers = findings.answers
    previous = [answer.before.day for answer in answers if answer.before]
    return DailyReport(
        day=day,
        generated_at=at,
        currency=settings.currency,
        is_demo=is_demo,
        since=max(previous, default=None),
        machines=tuple(_machine(answer) for answer in answers),
        changes=tuple(_changes(answers, findings)),
        deals=tuple(findings.deals),
        parts=tuple(findings.histories),
        sources=tuple(findings.sources),
        cards=tuple(findings.cards[:_MOST_CARDS]),
        rejected=dict(findings.held.rejected.most_common()),
        rejected_now=dict(findings.held.rejected_now),
        listings_open=findings.held.listings_open,
        offers=len(findings.offers),
        rates_day=findings.rates_day,
        estimates=tuple(_estimates(answers)),
        alarms=tuple(
            Said("%(source)s: %(alarm)s", source=source.marketplace, alarm=alarm)
            for source in findings.sources
            for alarm in source.alarms
        ),
        notes=tuple(_too_cheap(findings.suspects)),
        time_zone=settings.time_zone,
        locale=settings.language,
    )


def title_of(target: str) -> str:
    """A target's name for people: "p40-box" → "P40 box", "cheapest-24gb" → "Cheapest 24 GB"."""
    words = [_word(word) for word in target.split("-")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _word(word: str) -> str:
    if word.endswith("gb") and word[:-2].isdigit():
        return f"{word[:-2]} GB"
    return word.upper().replace("TI", " Ti") if any(c.isdigit() for c in word) else word


def _machine(answer: Answer) -> MachineReport:
    before = answer.before
    return MachineReport(
        target=answer.target.name,
        title=title_of(answer.target.name),
        solution=answer.solution,
        description=answer.target.description,
        previous=before.total if before else None,
        previous_day=before.day if before else None,
        index=answer.index,
        rent=answer.rent,
    )


def _changes(answers: Iterable[Answer], findings: Findings) -> Iterable[Change]:
    """Machines that are cheaper or dearer, that can or can't be built any more, and what was bought before and is gone."""
    told: set[str] = set()
    on_offer = {offer.id for offer in findings.offers}
    for answer in answers:
        if answer.before is None:
            continue
        best = answer.solution.builds[0] if answer.solution.builds else None
        yield from _price_change(title_of(answer.target.name), answer.before, best)
        for offer, title in answer.before.bought.items():
            if offer not in on_offer and offer not in told:
                told.add(offer)
                yield Change("gone", Said("no longer on offer: %(title)s", title=title))


def _price_change(title: str, before: Before, best: Build | None) -> Iterable[Change]:
    if before.total is None and best is not None:
        yield Change(
            "possible", Said("%(machine)s: can be built again, for %(total)s", machine=title, total=best.total)
        )
    elif before.total is not None and best is None:
        was = {"machine": title, "total": before.total}
        yield Change("impossible", Said("%(machine)s: can't be built from today's offers; it was %(total)s", **was))
    elif before.total is not None and best is not None and best.total.currency == before.total.currency:
        difference = best.total - before.total
        if difference.minor:
            by = {"machine": title, "amount": Money(abs(difference.minor), difference.currency), "total": best.total}
            if difference.minor < 0:
                yield Change("cheaper", Said("%(machine)s: %(amount)s cheaper, now %(total)s", **by))
            else:
                yield Change("dearer", Said("%(machine)s: %(amount)s dearer, now %(total)s", **by))


def _too_cheap(suspects: Sequence[Suspect]) -> Iterable[str]:
    if suspects:
        yield Said("Offers left out as too cheap to be true: %(n)s", n=len(suspects))
    for suspect in suspects[:_MOST_SUSPECTS]:
        yield Said("Too cheap to trust: %(title)s (%(why)s)", title=suspect.title[:70], why=suspect.why)


def _estimates(answers: Iterable[Answer]) -> Iterable[str]:
    """Every estimated term of what the best builds buy; equal ones are one line, those that add nothing none."""
    offers: dict[tuple[str, Money, str], dict[str, str]] = {}
    for answer in answers:
        for build in answer.solution.builds[:1]:
            for offer in (bought.offer for bought in build.offers):
                for term in offer.cost.terms if offer.cost else ():
                    if term.estimated and term.amount.minor:
                        offers.setdefault((term.name, term.amount, term.note), {})[offer.id] = offer.title
    for (name, amount, note), titles in offers.items():
        what = _TERMS.get(name, name.replace("_", " "))
        of = Said("each of %(n)s offers", n=len(titles)) if len(titles) > 1 else next(iter(titles.values()))[:60]
        if note:
            yield Said("%(term)s %(amount)s of %(offer)s (%(note)s)", term=what, amount=amount, offer=of, note=note)
        else:
            yield Said("%(term)s %(amount)s of %(offer)s", term=what, amount=amount, offer=of)
