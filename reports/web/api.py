"""The JSON API, under /api/v1; its description is /openapi.json."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi import Path as InPath
from pydantic import BeforeValidator, Field, WithJsonSchema

from reports.web import answers
from reports.web.horizon import LONGEST
from reports.web.models import (
    DealAnswer,
    History,
    Life,
    ListingAnswer,
    Machine,
    Page,
    PartAnswer,
    Past,
    Rent,
    Report,
    Source,
)
from tracker.domain.ports import WebReads
from tracker.domain.report import DailyReport
from tracker.domain.web import Filters, Slice

Offset = Annotated[int, Query(ge=0, le=10_000_000, description="how many to leave out")]
Limit = Annotated[int, Query(ge=1, le=500, description="how many at most")]
# The schemas say what may be given: a parameter that is not known is left out, never "null" or empty.
Hours = Annotated[
    Decimal,
    WithJsonSchema({"type": "number", "minimum": 0.1, "maximum": 168}),
    Query(ge=0.1, le=168, description="hours of use a week"),
]
Tariff = Annotated[
    Annotated[Decimal, Field(ge=0, le=100)] | None,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}),
    Query(description="price of a kWh; the user's own if left out"),
]
Name = Annotated[str, InPath(min_length=1, max_length=200)]
Item = TypeVar("Item")


def _iso(text: object) -> object:
    """Refuse what pydantic would take for a day beside ISO's form: "0" is no 1970."""
    if isinstance(text, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("a day is written 2026-11-21")
    return text


Day = Annotated[date | None, BeforeValidator(_iso), WithJsonSchema({"type": "string", "format": "date"})]
# A form sends what was left empty, too.
Word = Annotated[
    Annotated[str, Field(max_length=100)] | None,
    BeforeValidator(lambda text: text or None),
    WithJsonSchema({"type": "string", "maxLength": 100}),
]
Since = Annotated[Day, Query(description="the first day")]
Until = Annotated[Day, Query(description="the last day")]
Months = Annotated[int, Query(ge=1, le=LONGEST, description="how many months ahead")]


def filters(
    marketplace: Annotated[Word, Query(description="only offers of this marketplace")] = None,
    country: Annotated[Word, Query(description="only offers from this country, as two letters")] = None,
    condition: Annotated[Word, Query(description="only offers in this condition")] = None,
    model: Annotated[Word, Query(description="only boards of this model, or memory of this sort")] = None,
) -> Filters:
    """What a page or an answer is narrowed to."""
    return Filters(marketplace, country, condition, model)


PartAsked = Annotated[
    str | None, WithJsonSchema({"type": "string", "maxLength": 200}), Query(max_length=200, description="a part's id")
]
Narrowed = Annotated[Filters, Depends(filters)]
_MISSING: dict[int | str, dict[str, str]] = {404: {"description": "there is no such thing"}}


def api(reads: WebReads) -> APIRouter:
    """The routes over `reads`."""
    router = APIRouter(prefix="/api/v1", responses=_MISSING)
    _today(router, reads)
    _prices(router, reads)
    return router


def _today(router: APIRouter, reads: WebReads) -> None:
    @router.get("/report")
    def report() -> Report:
        """The newest report's head: day, counts, changes, alarms."""
        return answers.report_of(newest(reads))

    @router.get("/machines")
    def machines(offset: Offset = 0, limit: Limit = 50) -> Page[Machine]:
        """Every target's answer today."""
        return answers.page_of(piece(newest(reads).machines, offset, limit), answers.machine_of)

    @router.get("/machines/{target}")
    def machine(target: Name) -> Machine:
        """One target's answer today."""
        found = next((item for item in newest(reads).machines if item.target == target), None)
        return answers.machine_of(_known(found))

    @router.get("/machines/{target}/rent-or-buy")
    def rent(target: Name, hours_per_week: Hours = Decimal(168), per_kwh: Tariff = None, months: Months = 12) -> Rent:
        """The cheapest build of a target against the cloud, at other inputs."""
        found = _known(reads.rent_or_buy(target, hours_per_week=hours_per_week, per_kwh=per_kwh))
        return answers.rent_of(found, months)

    @router.get("/deals")
    def deals(offset: Offset = 0, limit: Limit = 50) -> Page[DealAnswer]:
        """Listings below their part's usual price."""
        return answers.page_of(piece(newest(reads).deals, offset, limit), answers.deal_of)

    @router.get("/sources")
    def sources(offset: Offset = 0, limit: Limit = 50) -> Page[Source]:
        """The state of every source."""
        return answers.page_of(piece(newest(reads).sources, offset, limit), answers.source_of)


def _prices(router: APIRouter, reads: WebReads) -> None:
    @router.get("/parts")
    def parts(offset: Offset = 0, limit: Limit = 50) -> Page[PartAnswer]:
        """All parts with their newest figures."""
        return answers.page_of(reads.parts(offset=offset, limit=limit), answers.part_of)

    @router.get("/parts/{part}/history")
    def history(part: Name, narrowed: Narrowed, since: Since = None, until: Until = None) -> History:
        """One part's price history by day."""
        found = _known(reads.history(part, since=since, until=until, filters=narrowed))
        return answers.history_of(found, reads.time_to_sell(part, model=narrowed.model))

    @router.get("/listings")
    def listings(
        narrowed: Narrowed, part: PartAsked = None, offset: Offset = 0, limit: Limit = 50
    ) -> Page[ListingAnswer]:
        """Open listings, the newest first."""
        found = reads.listings(part=part, offset=offset, limit=limit, filters=narrowed)
        return answers.page_of(found, answers.listing_of)

    @router.get("/listings/{marketplace}/{external_id}")
    def listing(marketplace: Name, external_id: Name) -> Life:
        """One listing and every price it was seen at."""
        return answers.life_of(_known(reads.listing(marketplace, external_id)))

    @router.get("/reports")
    def past(offset: Offset = 0, limit: Limit = 50) -> Page[Past]:
        """Past reports, the newest first."""
        return answers.page_of(reads.past_reports(offset=offset, limit=limit), answers.past_of)


def newest(reads: WebReads) -> DailyReport:
    """The newest report; 404 before the first."""
    return _known(reads.report())


def piece(items: Sequence[Item], offset: int, limit: int) -> Slice[Item]:
    """A slice of a list that is at hand."""
    return replace(Slice(tuple(items[offset : offset + limit]), len(items)), offset=offset)


def _known(found: Item | None) -> Item:
    if found is None:
        raise HTTPException(404, "there is no such thing")
    return found
