"""The web pages: the day's report, and behind every number the machine, the part, the listing and the day it was seen."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from reports.chart_style import Look, inline_svg
from reports.charts import life_chart, machine_index_chart, price_history_chart
from reports.filters import Formats, words
from reports.history_view import history_view, index_words
from reports.kinds.daily import cost_chart, page_formats, page_view
from reports.names import marketplace_name
from reports.render import render
from reports.view import MachineView, deal_views, machine_views
from reports.web.api import Day, Hours, Months, Narrowed, Offset, Tariff
from reports.web.forms import COOKIE
from reports.web.guard import FILE_POLICY, new_token
from reports.web.horizon import LONGEST, over, with_horizon
from reports.web.paths import Paths
from tracker.domain.history import PartHistory, TimeToSell
from tracker.domain.ports import WebReads
from tracker.domain.report import DailyReport
from tracker.domain.web import ListingLife

_ROWS = 50
_NAMES = {"marketplace": marketplace_name, "words": words, "itself": str}  # of what a filter offers
_SPANS = {"30": 30, "90": 90, "365": 365, "all": None}
_NAV = (("/", "Today"), ("/deals", "Deals"), ("/parts", "Parts"), ("/rent-or-buy", "Rent or buy"), ("/sources", "Sources"),
        ("/review", "Review"), ("/archive", "Archive"))  # fmt: skip


FormDay = Annotated[Day, BeforeValidator(lambda text: text or None)]  # a form sends what was left empty, too


class Pages:
    """Fills the templates; knows the reader's locale from the newest report."""

    def __init__(self, reads: WebReads, *, may_write: bool) -> None:
        self.reads = reads
        self.may_write = may_write
        self._today: tuple[tuple[object, ...], str] = ((), "")

    def today(self, report: DailyReport) -> str:
        """The newest report's page; drawn once, for its charts take half a second."""
        key = (report.day, report.generated_at, report.is_demo)
        if self._today[0] != key:
            page = self.fill("web_today.html.j2", "Today", page_view(report) | {"paths": Paths()}, report)
            self._today = (key, page)
        return self._today[1]

    def fill(self, template: str, title: str, view: Mapping[str, Any], report: DailyReport | None = None) -> str:
        """One page within the site's frame."""
        report = report or self.reads.report()
        frame = {
            "subject": f"{title} · Rigscout",
            "title": title,
            "report": report,
            "is_demo": bool(report and report.is_demo),
            "nav": _NAV,
            "paths": Paths(),
            "may_write": self.may_write,
            "token": "",
        }
        return render(template, formats_of(report), frame | dict(view))

    def problem(self, status: int, detail: str) -> str:
        """What went wrong, as a page; asks nothing of the database."""
        view = {"status": status, "detail": detail, "report": None, "is_demo": False}
        frame = {"subject": "Rigscout", "title": "", "nav": _NAV, "paths": Paths(), "may_write": False, "token": ""}
        return render("web_problem.html.j2", Formats(), frame | view)

    def newest(self) -> DailyReport:
        """The newest report; 404 before the first."""
        report = self.reads.report()
        if report is None:
            raise HTTPException(404, "there is no report yet: run rigscout run")
        return report

    def machine(self, report: DailyReport, target: str) -> MachineView:
        """One machine of the report; 404 where there is none."""
        views = machine_views(report, formats_of(report))
        found = next((view for view in views if view.machine.target == target), None)
        if found is None:
            raise HTTPException(404, "no machine of that name is in the newest report")
        return found


def formats_of(report: DailyReport | None) -> Formats:
    """The reader's locale and time zone."""
    return page_formats(report) if report else Formats()


def pages(shown: Pages) -> APIRouter:
    """All routes that answer with a page."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _today(router, shown)
    _tables(router, shown)
    _rent(router, shown)
    _parts(router, shown)
    _listings(router, shown)
    _archive(router, shown)
    return router


def _today(router: APIRouter, shown: Pages) -> None:
    @router.get("/")
    def today() -> str:
        report = shown.reads.report()
        if report is None:
            return shown.fill("web_empty.html.j2", "Today", {})
        return shown.today(report)

    @router.get("/machines/{target}")
    def machine(target: str) -> str:
        report = shown.newest()
        view = shown.machine(report, target)
        parts = [part.part for item in (view.build.offers if view.build else ()) for part in item.offer.parts]
        known = [history for history in report.parts if history.part in parts]
        found = {
            "machine": view,
            "cost": cost_chart(view, _look(report)),
            "chart": _index(view, report),
            "histories": [(history.name, history.part, _chart(history, _look(report))) for history in known],
        }
        return shown.fill("web_machine.html.j2", view.title, found, report)


def _tables(router: APIRouter, shown: Pages) -> None:
    @router.get("/deals")
    def deals() -> str:
        report = shown.newest()
        return shown.fill("web_deals.html.j2", "Deals", {"deals": deal_views(report.deals, formats_of(report))}, report)

    @router.get("/sources")
    def sources() -> str:
        return shown.fill("web_sources.html.j2", "Sources", {}, shown.newest())


def _rent(router: APIRouter, shown: Pages) -> None:
    @router.get("/rent-or-buy")
    def rent(
        target: str = "", hours_per_week: Hours = Decimal(168), per_kwh: Tariff = None, months: Months = 12
    ) -> str:
        report = shown.newest()
        wanted = [item for item in report.machines if item.rent]
        chosen = next((item.target for item in wanted if item.target == target), wanted[0].target if wanted else "")
        answer = shown.reads.rent_or_buy(chosen, hours_per_week=hours_per_week, per_kwh=per_kwh) if chosen else None
        view: dict[str, Any] = {"wanted": wanted, "chosen": chosen, "rent": answer, "hours": hours_per_week, "cost": None,
                "months": months, "longest": LONGEST, "horizon": None}  # fmt: skip
        if answer is not None:
            machine = replace(shown.machine(report, chosen), rent=with_horizon(answer, months))
            view |= {"horizon": over(answer, months), "cost": cost_chart(machine, _look(report), width=560)}
        return shown.fill("web_rent.html.j2", "Rent or buy", view, report)


def _parts(router: APIRouter, shown: Pages) -> None:
    @router.get("/parts")
    def parts(offset: Offset = 0) -> str:
        lines = shown.reads.parts(offset=offset, limit=_ROWS)
        return shown.fill("web_part_list.html.j2", "Parts", {"lines": lines, "rows": _ROWS})

    @router.get("/parts/{part}")
    def part(
        part: str, narrowed: Narrowed, since: FormDay = None, until: FormDay = None, span: str = "", offset: Offset = 0
    ) -> str:
        report = shown.reads.report()
        first = since or _since(report, span)
        history = shown.reads.history(part, since=first, until=until, filters=narrowed)
        if history is None:
            raise HTTPException(404, "no price of such a part is stored")
        look = Look(fmt="svg", demo=bool(report and report.is_demo), formats=formats_of(report))
        asked = {name: value for name, value in asdict(narrowed).items() if value}
        asked |= {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day}
        view = {
            "history": history_view(history, look.formats),
            "part": history,
            "days": tuple(reversed(history.days)),
            "chart": _chart(history, look, wide=True),
            "span": "" if since or until else span or "90",
            "spans": tuple(_SPANS),
            "narrowed": narrowed,
            "names": _NAMES,
            "choices": shown.reads.choices(part),
            "asked": urlencode(asked),
            "stays": _stays(shown.reads, history),
            "listings": shown.reads.listings(part=part, offset=offset, limit=_ROWS, filters=narrowed),
            "rows": _ROWS,
        }
        return shown.fill("web_part.html.j2", history.name, view, report)


def _since(report: DailyReport | None, span: str) -> date | None:
    days = _SPANS.get(span, 90)
    return report.day - timedelta(days=days) if report and days else None


def _stays(reads: WebReads, history: PartHistory) -> list[TimeToSell]:
    """How long offers of a part stay: at any price, and at no more than today's lower quarter and median."""
    latest = next((day for day in reversed(history.days) if day.median is not None), None)
    limits = dict.fromkeys((None, latest.median, latest.p25)) if latest else {None: None}
    stays = (reads.time_to_sell(history.part, at_most=limit) for limit in limits)
    return [stay for stay in stays if stay.median_days is not None]


def _listings(router: APIRouter, shown: Pages) -> None:
    @router.get("/listings/{marketplace}/{external_id}")
    def listing(request: Request, marketplace: str, external_id: str) -> HTMLResponse:
        life = shown.reads.listing(marketplace, external_id)
        if life is None:
            raise HTTPException(404, "no such listing is stored")
        return _with_token(
            request, shown, "web_listing.html.j2", "Listing", {"life": life, "chart": _life(life, shown)}
        )

    @router.get("/listings/{marketplace}/{external_id}/archive")
    def copy(marketplace: str, external_id: str) -> Response:
        found = shown.reads.archived_copy(marketplace, external_id)
        if found is None:
            raise HTTPException(404, "the archive holds no page that shows this listing")
        headers = {"content-security-policy": FILE_POLICY, "x-fetched-at": found.fetched_at.isoformat()}
        return Response(found.body, media_type=found.media_type, headers=headers)

    @router.get("/review")
    def review(request: Request, offset: Offset = 0) -> HTMLResponse:
        unsure = shown.reads.review(offset=offset, limit=_ROWS)
        return _with_token(request, shown, "web_review.html.j2", "Review", {"unsure": unsure, "rows": _ROWS})


def _archive(router: APIRouter, shown: Pages) -> None:
    @router.get("/archive")
    def archive(offset: Offset = 0) -> str:
        past = shown.reads.past_reports(offset=offset, limit=_ROWS)
        return shown.fill("web_archive.html.j2", "Archive", {"past": past, "rows": _ROWS})

    @router.get("/archive/{key}")
    def past(key: str) -> HTMLResponse:
        page = shown.reads.past_report(key)
        if page is None:
            raise HTTPException(404, "no such report is kept")
        return HTMLResponse(page, headers={"content-security-policy": FILE_POLICY})


def _with_token(request: Request, shown: Pages, template: str, title: str, view: Mapping[str, Any]) -> HTMLResponse:
    """A page with forms: its browser gets a secret that the forms must send back."""
    token = request.cookies.get(COOKIE) or new_token()
    answer = HTMLResponse(shown.fill(template, title, {**view, "token": token}))
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


def _look(report: DailyReport) -> Look:
    return Look(fmt="svg", demo=report.is_demo, formats=formats_of(report))


def _index(view: MachineView, report: DailyReport) -> Markup | None:
    if not any(point.total for point in view.machine.index):
        return None
    look, label = _look(report), index_words([view], formats_of(report))
    wide = machine_index_chart([view.machine], replace(look, width=1040, height=300))
    narrow = machine_index_chart([view.machine], replace(look, width=348, height=250, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")


def _life(life: ListingLife, shown: Pages) -> Markup | None:
    """What a listing asked, as steps; a price that never changed needs no picture."""
    prices = {seen.price for seen in life.observations if seen.price}
    if len(prices) < 2:  # noqa: PLR2004 - one price is a line without news
        return None
    report = shown.reads.report()
    look = Look(fmt="svg", demo=bool(report and report.is_demo), formats=formats_of(report), width=560, height=200)
    label = f"What it asked: {', '.join(look.formats.money(seen.price) for seen in life.observations)}."
    return inline_svg(life_chart(life.observations, life.listing.last_seen, look), label)


@lru_cache(maxsize=64)  # drawing takes some 30 ms; the same days give the same picture
def _chart(history: PartHistory, look: Look, *, wide: bool = False) -> Markup:
    label = history_view(history, look.formats).alt
    narrow = inline_svg(
        price_history_chart(history, replace(look, width=348, height=210, compact=True)),
        label,
        "narrow" if wide else "",
    )
    if not wide:
        return narrow
    return inline_svg(price_history_chart(history, replace(look, width=1040, height=340)), label, "wide") + narrow
