"""The morning's report, put together from figures that are all decided already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.domain.build import Build, Offer, Solution
from tracker.domain.history import Deal, PartHistory
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import CardValue, Change, DailyReport, IndexPoint, MachineReport, SourceReport
from tracker.domain.target import Target
from tracker.services.too_cheap import Suspect
from tracker.settings import Settings

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
    rejected: Mapping[str, int] = field(default_factory=dict)
    listings_open: int = 0
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
        rejected=dict(findings.rejected),
        listings_open=findings.listings_open,
        offers=len(findings.offers),
        rates_day=findings.rates_day,
        estimates=tuple(_estimates(answers)),
        alarms=tuple(f"{source.marketplace}: {alarm}" for source in findings.sources for alarm in source.alarms),
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
                yield Change("gone", f"no longer on offer: {title}")


def _price_change(title: str, before: Before, best: Build | None) -> Iterable[Change]:
    if before.total is None and best is not None:
        yield Change("possible", f"{title}: can be built again, for {_words(best.total)}")
    elif before.total is not None and best is None:
        yield Change("impossible", f"{title}: can't be built from today's offers; it was {_words(before.total)}")
    elif before.total is not None and best is not None and best.total.currency == before.total.currency:
        difference = best.total - before.total
        if difference.minor:
            kind = "cheaper" if difference.minor < 0 else "dearer"
            amount = Money(abs(difference.minor), difference.currency)
            yield Change(kind, f"{title}: {_words(amount)} {kind}, now {_words(best.total)}")


def _too_cheap(suspects: Sequence[Suspect]) -> Iterable[str]:
    if suspects:
        plural = "offers were" if len(suspects) > 1 else "offer was"
        yield f"{len(suspects)} {plural} left out as too cheap to be true"
    for suspect in suspects[:_MOST_SUSPECTS]:
        yield f"Too cheap to trust: {suspect.title[:70]} ({suspect.why})"


def _words(money: Money) -> str:
    return f"{money.amount:,.2f} {money.currency}"


def _estimates(answers: Iterable[Answer]) -> Iterable[str]:
    """Every estimated term of what the best builds buy; equal ones are one line, those that add nothing none."""
    offers: dict[tuple[str, Money, str], dict[str, str]] = {}
    for answer in answers:
        for build in answer.solution.builds[:1]:
            for offer in (bought.offer for bought in build.offers):
                for term in offer.cost.terms if offer.cost else ():
                    if term.estimated and term.amount.minor:
                        key = term.name.replace("_", " "), term.amount, term.note
                        offers.setdefault(key, {})[offer.id] = offer.title
    for (name, amount, note), titles in offers.items():
        of = f"each of {len(titles)} offers" if len(titles) > 1 else next(iter(titles.values()))[:60]
        yield f"{name} {_words(amount)} of {of}" + (f" ({note})" if note else "")
