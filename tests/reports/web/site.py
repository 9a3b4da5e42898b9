"""The web application over the sample day: reads and writes that live in memory."""

import asyncio
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import httpx

from tests.reports.sample import empty_report, sample_page, sample_report, stored
from tests.reports.sample_machines import NOW, SCRIPT_TITLE, TODAY, eur, rent
from tracker.domain.history import Observation, PartHistory, StoredListing, TimeToSell
from tracker.domain.match import Decision, Evidence, Kind, Match, MatchedPart, Reason, Role
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport
from tracker.domain.said import Said
from tracker.domain.web import (
    EVERY_OFFER,
    ArchivedCopy,
    Choices,
    Filters,
    ListingLife,
    PartLine,
    PastReport,
    Slice,
    SourceVitals,
    Vitals,
)

UNSURE = Match(
    Kind.PART, Decision.REVIEW, 0.55, (MatchedPart("gpu:tesla-p40"),), reason=Reason.LOW_CONFIDENCE,
    evidence=(Evidence("P40", "gpu:tesla-p40", Role.SOLD, "bare_alias"), Evidence("<b>x", None, None, "none")),
)  # fmt: skip


def listings() -> tuple[StoredListing, ...]:
    return tuple(
        replace(stored(900 + n, SCRIPT_TITLE if n == 0 else f"Tesla P40 number {n}", "150"), match=UNSURE)
        for n in range(120)
    )


@dataclass
class Reads:
    """What the pages ask for, out of the sample."""

    day: DailyReport | None = field(default_factory=sample_report)
    asked: list[Filters] = field(default_factory=list)

    def version(self) -> Hashable:
        return object()

    def report(self) -> DailyReport | None:
        return self.day

    def parts(self, *, offset: int, limit: int) -> Slice[PartLine]:
        lines = (
            [PartLine(history.part, history.name, history.days[-1]) for history in self.day.parts] if self.day else []
        )
        lines.append(PartLine("gpu:none", "Card without a price"))
        return Slice(tuple(lines[offset : offset + limit]), len(lines), offset)

    def history(
        self, part: str, *, since: date | None, until: date | None = None, filters: Filters = EVERY_OFFER
    ) -> PartHistory | None:
        self.asked.append(filters)
        found = next((history for history in (self.day.parts if self.day else ()) if history.part == part), None)
        if found is None:
            return None
        return replace(
            found, days=tuple(day for day in found.days if (since or date.min) <= day.day <= (until or date.max))
        )

    def choices(self, part: str) -> Choices:
        return Choices(("ebay", "kleinanzeigen"), ("DE", "FR"), ("new", "used"))

    def time_to_sell(self, part: str, *, at_most: Money | None = None, model: str | None = None) -> TimeToSell:
        return TimeToSell(30, 22, 4.0, 3.0, None if at_most else 6.5, at_most)

    def archived_copy(self, marketplace: str, external_id: str) -> ArchivedCopy | None:
        if external_id != "900":
            return None
        return ArchivedCopy("https://example.org/900", NOW, b"<h1>As it was</h1><script>alert(1)</script>", "text/html")

    def vitals(self) -> Vitals:
        return Vitals(
            120, 90, {"accessory": 20, "wanted": 10}, TODAY, (SourceVitals("ebay", "listings", NOW, 9, 80, NOW),)
        )

    def listings(
        self, *, part: str | None, offset: int, limit: int, filters: Filters = EVERY_OFFER
    ) -> Slice[StoredListing]:
        return Slice(listings()[offset : offset + limit], 120, offset)

    def listing(self, marketplace: str, external_id: str) -> ListingLife | None:
        found = next((item for item in self._known() if item.raw.key == (marketplace, external_id)), None)
        if found is None:
            return None
        seen = tuple(
            Observation(found.id, NOW - timedelta(days=9 - n), eur(170 - 5 * n), None, "used", n < 3) for n in range(4)
        )
        return ListingLife(found, seen, archived=external_id == "900")

    def _known(self) -> Iterator[StoredListing]:
        """The listings, and those that the day's deals and machines are made of."""
        yield from listings()
        if self.day:
            yield from (deal.listing for deal in self.day.deals)
            builds = (build for machine in self.day.machines for build in machine.solution.builds)
            for item in (item for build in builds for item in build.offers):
                offered = stored(0, item.offer.title, "1")
                marketplace, _, external_id = item.offer.id.partition(":")
                yield replace(offered, raw=replace(offered.raw, marketplace=marketplace, external_id=external_id))

    def review(self, *, offset: int, limit: int) -> Slice[StoredListing]:
        return Slice(listings()[offset : offset + limit], 120, offset)

    def rent_or_buy(self, target: str, *, hours_per_week: Decimal, per_kwh: Decimal | None) -> RentOrBuy | None:
        if target != "p40-box":
            return None
        answer = "rent" if hours_per_week < 20 else "buy"
        base = rent(eur("311.90"), answer=answer)
        own, cloud = eur(120 + int(hours_per_week)), eur(8 * int(hours_per_week))
        why = Said("a year at %(hours)s hours a week costs %(own)s owned and %(cloud)s rented for the same work",
                   hours=hours_per_week, own=own, cloud=cloud)  # fmt: skip
        return replace(base, tariff=per_kwh or base.electricity_per_kwh.amount, why=why,
                       hours_per_week=hours_per_week, year_own=own, year_cloud=cloud)  # fmt: skip

    def past_reports(self, *, offset: int, limit: int) -> Slice[PastReport]:
        past = [
            PastReport(f"daily:{TODAY - timedelta(days=n)}", TODAY - timedelta(days=n), f"P40 box €{n}")
            for n in range(60)
        ]
        return Slice(tuple(past[offset : offset + limit]), len(past), offset)

    def past_report(self, key: str) -> str | None:
        return sample_page() if key == "daily:2026-11-21" else None


@dataclass
class Writes:
    """Remembers what was asked of it."""

    done: list[tuple[object, ...]] = field(default_factory=list)

    def mark(self, listing_id: int, mark: str) -> bool:
        self.done.append(("mark", listing_id, mark))
        return True

    def decide(self, listing_id: int, *, is_right: bool) -> bool:
        self.done.append(("decide", listing_id, is_right))
        return listing_id < 2000


class Client:
    """A browser without a window: asks the application in process, keeps cookies, follows nothing by itself."""

    def __init__(self, app: object) -> None:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765")
        self.cookies = self._client.cookies

    def get(self, address: str, **more: object) -> httpx.Response:
        return asyncio.run(self._client.get(address, **more))  # type: ignore[arg-type]

    def head(self, address: str) -> httpx.Response:
        return asyncio.run(self._client.head(address))

    def post(self, address: str, **more: object) -> httpx.Response:
        return asyncio.run(self._client.post(address, **more))  # type: ignore[arg-type]


def before_the_first_report() -> Reads:
    return Reads(None)


def empty_day() -> Reads:
    return Reads(empty_report())
