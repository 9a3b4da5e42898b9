"""The web pages: the day's report, and behind every number the machine, the part, the listing and the day it was seen."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from reports.chart_style import Look, inline_svg
from reports.closed_lists import N_
from reports.deal_view import deal_views
from reports.formats import Formats
from reports.history_view import history_view, index_words
from reports.kinds.daily import formats_of
from reports.kinds.page import charted_view, cost_chart, deals_picture, page_view
from reports.machine_charts import machine_index_chart
from reports.names import condition_name, marketplace_name, part_name
from reports.price_charts import life_chart, price_history_chart
from reports.render import render
from reports.view import MachineView, machine_views
from reports.web.api import Day, Hours, Months, Narrowed, Offset, Tariff
from reports.web.forms import COOKIE
from reports.web.guard import FILE_POLICY, new_token
from reports.web.horizon import LONGEST, over, with_horizon
from reports.web.paths import Paths
from tracker.domain.history import BELIEVED_FROM, PartHistory, TimeToSell
from tracker.domain.ports import WebReads
from tracker.domain.report import DailyReport
from tracker.domain.web import ListingLife

_ROWS = 50
_SPANS = {"30": 30, "90": 90, "365": 365, "all": None}
_NAV = {"/": N_("Today"), "/deals": N_("Deals"), "/parts": N_("Parts"), "/rent-or-buy": N_("Rent or buy"),
        "/sources": N_("Sources"), "/review": N_("Review"), "/archive": N_("Archive")}  # fmt: skip


FormDay = Annotated[Day, BeforeValidator(lambda text: text or None)]  # a form sends what was left empty, too


_NOT_FOUND = N_("Not Found")  # the framework's word where no route fits


class Pages:
    """Fills the templates; knows the reader's language and locale from the newest report."""

    def __init__(self, reads: WebReads, *, may_write: bool) -> None:
        self.reads = reads
        self.may_write = may_write
        self._formats = Formats()

    def fill(self, template: str, title: str, view: Mapping[str, Any], report: DailyReport | None = None) -> str:
        """One page within the site's frame; a `title` that the navigation knows is put into the reader's language."""
        report = report or self.reads.report()
        self._formats = formats_of(report) if report else self._formats
        return self._framed(
            template, title, {"report": report, "is_demo": bool(report and report.is_demo)} | dict(view)
        )

    def problem(self, status: int, detail: str) -> str:
        """What went wrong, as a page; asks nothing of the database."""
        view = {"status": status, "detail": self._formats.gettext(detail), "report": None, "is_demo": False}
        return self._framed("web_problem.html.j2", "", view)

    def _framed(self, template: str, title: str, view: Mapping[str, Any]) -> str:
        say = self._formats.gettext
        title = say(title) if title else ""
        frame = {
            "subject": f"{title} · Rigscout" if title else "Rigscout",
            "title": title,
            "nav": [(address, say(name)) for address, name in _NAV.items()],
            "paths": Paths(),
            "may_write": self.may_write,
            "token": "",
        }
        return render(template, self._formats, frame | dict(view))

    def newest(self) -> DailyReport:
        """The newest report; 404 before the first."""
        report = self.reads.report()
        if report is None:
            raise HTTPException(404, N_("there is no report yet: run rigscout run"))
        return report

    def machine(self, report: DailyReport, target: str) -> MachineView:
        """One machine of the report; 404 where there is none."""
        views = machine_views(report, formats_of(report))
        found = next((view for view in views if view.machine.target == target), None)
        if found is None:
            raise HTTPException(404, N_("no machine of that name is in the newest report"))
        return found


def pages(shown: Pages) -> APIRouter:
    """All routes that answer with a page."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    _today(router, shown)
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
        return shown.fill("web_today.html.j2", "Today", page_view(report) | {"paths": Paths()}, report)

    @router.get("/machines/{target}")
    def machine(target: str) -> str:
        report = shown.newest()
        view = shown.machine(report, target)
        return shown.fill("web_machine.html.j2", view.title, _machine(view, report), report)

    @router.get("/deals")
    def deals() -> str:
        report = shown.newest()
        view = {
            "deals": deal_views(report.deals, formats_of(report)),
            "picture": deals_picture(report, _look(report)),
        }
        return shown.fill("web_deals.html.j2", "Deals", view, report)

    @router.get("/sources")
    def sources() -> str:
        return shown.fill("web_sources.html.j2", "Sources", {}, shown.newest())


def _machine(view: MachineView, report: DailyReport) -> dict[str, Any]:
    parts = [part.part for item in (view.build.offers if view.build else ()) for part in item.offer.parts]
    look = _look(report)
    return {
        "machine": view,
        "cost": cost_chart(view, look),
        "chart": _index(view, look),
        "histories": [charted_view(history, look) for history in report.parts if history.part in parts],
    }


def _rent(router: APIRouter, shown: Pages) -> None:
    @router.get("/rent-or-buy")
    def rent(
        target: str = "", hours_per_week: Hours = Decimal(168), per_kwh: Tariff = None, months: Months = 12
    ) -> str:
        report = shown.newest()
        wanted = [item for item in report.machines if item.rent]
        chosen = next((item.target for item in wanted if item.target == target), wanted[0].target if wanted else "")
        answer = shown.reads.rent_or_buy(chosen, hours_per_week=hours_per_week, per_kwh=per_kwh) if chosen else None
        view: dict[str, Any] = {"wanted": wanted, "chosen": chosen, "rent": answer, "hours": hours_per_week,
                                "months": months, "longest": LONGEST}  # fmt: skip
        if answer is not None:
            machine = replace(shown.machine(report, chosen), rent=with_horizon(answer, months))
            wide, narrow = (cost_chart(machine, _look(report), width=width) for width in (620, 340))
            why = formats_of(report).say(answer.why)
            view |= {"horizon": over(answer, months), "cost": (wide, narrow), "why": why}
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
            raise HTTPException(404, N_("no price of such a part is stored"))
        look = _look(report)
        asked = {name: value for name, value in asdict(narrowed).items() if value}
        asked |= {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day}
        view: dict[str, Any] = {
            "history": history_view(history, look.formats),
            "part": history,
            "days": tuple(reversed(history.days)),
            "chart": _chart(history, look),
            "span": "" if since or until else span or "90",
            "spans": tuple(_SPANS),
            "narrowed": narrowed,
            "names": _names(part, look.formats),
            "choices": shown.reads.choices(part),
            "asked": urlencode(asked),
            "stays": _stays(shown.reads, history),
            "listings": shown.reads.listings(part=part, offset=offset, limit=_ROWS, filters=narrowed),
            "rows": _ROWS,
            "believed": float(BELIEVED_FROM),
        }
        return shown.fill("web_part.html.j2", view["history"].name, view, report)


def _names(part: str, formats: Formats) -> dict[str, Callable[[str], str]]:
    """How the choices of each filter are called."""
    return {
        "marketplace": marketplace_name,
        "country": str,
        "condition": lambda condition: formats.gettext(condition_name(condition)),
        "model": lambda model: part_name(part, model, formats=formats),
    }


def _since(report: DailyReport | None, span: str) -> date | None:
    days = _SPANS.get(span, 90)
    return report.day - timedelta(days=days) if report and days else None


def _stays(reads: WebReads, history: PartHistory) -> list[TimeToSell]:
    """How long offers of a part stay: at any price, and at no more than today's lower quarter and median."""
    latest = next((day for day in reversed(history.days) if day.median is not None), None)
    limits = dict.fromkeys((None, latest.median, latest.p25)) if latest else {None: None}
    stays = (reads.time_to_sell(history.part, at_most=limit, model=history.model) for limit in limits)
    return [stay for stay in stays if stay.median_days is not None]


def _listings(router: APIRouter, shown: Pages) -> None:
    @router.get("/listings/{marketplace}/{external_id}")
    def listing(request: Request, marketplace: str, external_id: str) -> HTMLResponse:
        life = shown.reads.listing(marketplace, external_id)
        if life is None:
            raise HTTPException(404, N_("no such listing is stored"))
        return _with_token(
            request, shown, "web_listing.html.j2", "Listing", {"life": life, "chart": _life(life, shown)}
        )

    @router.get("/listings/{marketplace}/{external_id}/archive")
    def copy(marketplace: str, external_id: str) -> Response:
        found = shown.reads.archived_copy(marketplace, external_id)
        if found is None:
            raise HTTPException(404, N_("the archive holds no page that shows this listing"))
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
            raise HTTPException(404, N_("no such report is kept"))
        return HTMLResponse(page, headers={"content-security-policy": FILE_POLICY})


def _with_token(request: Request, shown: Pages, template: str, title: str, view: Mapping[str, Any]) -> HTMLResponse:
    """A page with forms: its browser gets a secret that the forms must send back."""
    token = request.cookies.get(COOKIE) or new_token()
    answer = HTMLResponse(shown.fill(template, title, {**view, "token": token}))
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


def _look(report: DailyReport | None) -> Look:
    return Look(fmt="svg", demo=report.is_demo, formats=formats_of(report)) if report else Look(fmt="svg")


def _index(view: MachineView, look: Look) -> Markup | None:
    if not any(point.total for point in view.machine.index):
        return None
    label = index_words([view], look.formats)
    wide = machine_index_chart([view.machine], replace(look, width=1040, height=300))
    narrow = machine_index_chart([view.machine], replace(look, width=348, height=250, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")


def _life(life: ListingLife, shown: Pages) -> Markup | None:
    """What a listing asked, as steps; a price that never changed needs no picture."""
    prices = {seen.price for seen in life.observations if seen.price}
    if len(prices) < 2:  # noqa: PLR2004 - one price is a line without news
        return None
    look = replace(_look(shown.reads.report()), width=560, height=200)
    asked = ", ".join(look.formats.money(seen.price) for seen in life.observations)
    label = look.formats.gettext("What it asked: %(prices)s.", prices=asked)
    return inline_svg(life_chart(life.observations, life.listing.last_seen, look), label)


def _chart(history: PartHistory, look: Look) -> Markup:
    label = history_view(history, look.formats).alt
    wide = price_history_chart(history, replace(look, width=1040, height=340))
    narrow = price_history_chart(history, replace(look, width=348, height=210, compact=True))
    return inline_svg(wide, label, "wide") + inline_svg(narrow, label, "narrow")
