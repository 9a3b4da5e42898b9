"""The JSON API, under /api/v1; its description is /openapi.json."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Query
from fastapi import Path as InPath
from pydantic import BeforeValidator, Field, WithJsonSchema

from reports.web import answers
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
from tracker.domain.web import Slice

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


Since = Annotated[
    date | None,
    BeforeValidator(_iso),
    WithJsonSchema({"type": "string", "format": "date"}),
    Query(description="the first day"),
]
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
    def rent(target: Name, hours_per_week: Hours = Decimal(168), per_kwh: Tariff = None) -> Rent:
        """The cheapest build of a target against the cloud, at other inputs."""
        return answers.rent_of(_known(reads.rent_or_buy(target, hours_per_week=hours_per_week, per_kwh=per_kwh)))

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
    def history(part: Name, since: Since = None) -> History:
        """One part's price history by day."""
        return answers.history_of(_known(reads.history(part, since=since)))

    @router.get("/listings")
    def listings(
        part: Annotated[str | None, Query(max_length=200)] = None, offset: Offset = 0, limit: Limit = 50
    ) -> Page[ListingAnswer]:
        """Open listings, the newest first."""
        return answers.page_of(reads.listings(part=part, offset=offset, limit=limit), answers.listing_of)

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
