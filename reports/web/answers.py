"""Domain objects as the JSON API's answers."""

from collections.abc import Callable
from typing import TypeVar

from reports.web.horizon import over, with_horizon
from reports.web.models import (
    Amount,
    BoughtLine,
    BuildAnswer,
    ChangeLine,
    Day,
    DealAnswer,
    Elsewhere,
    Flow,
    History,
    HorizonAnswer,
    IndexDay,
    Life,
    ListingAnswer,
    Machine,
    Model,
    NamedAmount,
    Page,
    PartAnswer,
    Past,
    Rent,
    Report,
    Rule,
    Seen,
    Source,
    Stay,
    Step,
    Term,
    TrendAnswer,
)
from tracker.domain.build import Build
from tracker.domain.history import DayFigures, Deal, PartHistory, StoredListing, TimeToSell, Trend
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport, MachineReport, SourceReport
from tracker.domain.web import ListingLife, PartLine, PastReport, Slice

Item = TypeVar("Item")


def page_of(items: Slice[Item], model: Callable[[Item], Model]) -> Page[Model]:
    """A slice as a page."""
    after = items.offset + len(items.items)
    return Page(
        items=[model(item) for item in items.items],
        total=items.total,
        offset=items.offset,
        next=after if items.items and after < items.total else None,
    )


def amount(money: Money | None) -> Amount | None:
    """An amount, or null."""
    return None if money is None else amount_of(money)


def amount_of(money: Money) -> Amount:
    """An amount that is known."""
    return Amount(**money.as_record())


def report_of(report: DailyReport) -> Report:
    """The report's head."""
    return Report(
        day=report.day,
        generated_at=report.generated_at,
        currency=report.currency,
        is_demo=report.is_demo,
        listings_open=report.listings_open,
        offers=report.offers,
        rejected=dict(report.rejected),
        alarms=list(report.alarms),
        changes=[ChangeLine(kind=change.kind, text=change.text) for change in report.changes],
    )


def machine_of(machine: MachineReport) -> Machine:
    """One machine."""
    return Machine(
        target=machine.target,
        title=machine.title,
        status=machine.solution.status.value,
        previous=amount(machine.previous),
        builds=[_build(build) for build in machine.solution.builds],
        why_not=list(machine.solution.why_not),
        rent=None if machine.rent is None else rent_of(machine.rent),
        index=[IndexDay(day=point.day, total=amount(point.total)) for point in machine.index],
    )


def _build(build: Build) -> BuildAnswer:
    return BuildAnswer(
        total=amount_of(build.total),
        offers=[
            BoughtLine(
                offer=item.offer.id,
                qty=item.qty,
                parts=[part.part for part in item.offer.parts],
                title=item.offer.title,
                url=item.offer.url,
                marketplace=item.offer.marketplace,
                landed=amount_of(item.offer.landed),
                terms=[
                    Term(
                        name=term.name,
                        amount=None if term.unknown else amount_of(term.amount),
                        estimated=term.estimated,
                    )
                    for term in (item.offer.cost.terms if item.offer.cost else ())
                ],
                last_seen=item.offer.last_seen,
            )
            for item in build.offers
        ],
        allowances=[NamedAmount(name=item.name, amount=amount_of(item.amount)) for item in build.allowances],
        rules=[
            Rule(rule=rule.rule, verdict=rule.verdict.value, detail=rule.detail, source=rule.source)
            for rule in build.rules
        ],
        vram_gb=build.vram_gb,
        devices=build.devices,
    )


def rent_of(rent: RentOrBuy, months: int = 12) -> Rent:
    """The sum against the cloud; `months` is how far ahead."""
    horizon, rent = over(rent, months), with_horizon(rent, months)
    return Rent(
        instance=rent.instance.name,
        region=rent.instance.region,
        answer=rent.answer,
        why=rent.why,
        week=amount_of(rent.week),
        weeks_for_build=f"{rent.weeks_for_build:.4f}",
        break_even_hours=None if rent.break_even_hours is None else f"{rent.break_even_hours:.1f}",
        break_even_months=None if rent.break_even_months is None else f"{rent.break_even_months:.2f}",
        year_own=amount(rent.year_own),
        year_cloud=amount(rent.year_cloud),
        cash_flow=[
            Flow(month=flow.month, own=f"{flow.own.amount:f}", cloud=f"{flow.cloud.amount:f}")
            for flow in rent.cash_flow
        ],
        horizon=HorizonAnswer(
            months=months, own=amount(horizon.own), cloud=amount(horizon.cloud), answer=horizon.answer
        ),
    )


def part_of(line: PartLine) -> PartAnswer:
    """One part."""
    figures = line.figures
    return PartAnswer(
        part=line.part,
        name=line.name,
        day=figures.day if figures else None,
        n=figures.n if figures else None,
        median=amount(figures.median) if figures else None,
        lowest=amount(figures.lowest) if figures else None,
    )


def history_of(history: PartHistory, stay: TimeToSell) -> History:
    """One part's history, and how long its offers stay."""
    return History(
        part=history.part,
        name=history.name,
        model=history.model,
        currency=history.currency,
        days=[_day(day) for day in history.days],
        trend=None if history.trend is None else _trend(history.trend),
        time_to_sell=Stay(
            n=stay.n,
            ended=stay.ended,
            median_days=stay.median_days,
            low=stay.low,
            high=stay.high,
            at_most=amount(stay.at_most),
        ),
        notes=list(history.notes),
        elsewhere=[
            Elsewhere(
                day=past.day, price=amount_of(past.price), source=past.source, condition=past.condition, note=past.note
            )
            for past in history.elsewhere
        ],
    )


def _day(day: DayFigures) -> Day:
    prices = ("minimum", "lowest", "p10", "p25", "median", "p75", "spread", "mean_lowest_five", "sold_median")
    counts = ("day", "observed", "n", "new", "gone", "sold", "unbelieved")
    values = {name: amount(getattr(day, name)) for name in prices} | {name: getattr(day, name) for name in counts}
    return Day(**values)


def _trend(trend: Trend) -> TrendAnswer:
    return TrendAnswer(
        slope_per_week=amount_of(trend.slope_per_week),
        low=amount_of(trend.low),
        high=amount_of(trend.high),
        days=trend.days,
        steps=[Step(day=day, before=amount_of(before), after=amount_of(after)) for day, before, after in trend.steps],
    )


def listing_of(stored: StoredListing) -> ListingAnswer:
    """One listing."""
    raw, match = stored.raw, stored.match
    return ListingAnswer(
        marketplace=raw.marketplace,
        external_id=raw.external_id,
        title=raw.title,
        url=raw.url,
        price=amount(raw.price),
        shipping=amount(raw.shipping),
        condition=raw.condition.value,
        first_seen=stored.first_seen,
        last_seen=stored.last_seen,
        gone_at=stored.gone_at,
        sold_at=stored.sold_at,
        mark=stored.mark,
        parts=[part.part for part in match.parts] if match else [],
        decision=match.decision.value if match else None,
        reason=match.reason.value if match and match.reason else None,
        confidence=match.confidence if match else None,
    )


def life_of(life: ListingLife) -> Life:
    """One listing's life."""
    return Life(
        listing=listing_of(life.listing),
        observations=[
            Seen(at=seen.at, price=amount(seen.price), shipping=amount(seen.shipping), available=seen.available)
            for seen in life.observations
        ],
        archived=life.archived,
    )


def deal_of(deal: Deal) -> DealAnswer:
    """One deal."""
    return DealAnswer(
        part=deal.part,
        name=deal.name,
        landed=amount_of(deal.landed),
        median=amount_of(deal.median),
        percentile=deal.percentile,
        n=deal.n,
        confidence=deal.confidence,
        why=deal.why,
        cautions=list(deal.cautions),
        listing=listing_of(deal.listing),
    )


def source_of(source: SourceReport) -> Source:
    """One source."""
    return Source(
        marketplace=source.marketplace,
        state=source.state.value,
        detail=source.detail,
        pages=source.pages,
        listings=source.listings,
        last_ok=source.last_ok,
        alarms=list(source.alarms),
        note=source.note,
    )


def past_of(past: PastReport) -> Past:
    """One past report."""
    return Past(key=past.key, day=past.day, subject=past.subject)
