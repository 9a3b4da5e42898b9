"""A rich day made by hand: five machines (one that can't be built), deals, gaps, blocked sources, estimates, hostile titles."""

from datetime import date, timedelta
from functools import cache

from reports.kinds.daily import render_daily
from reports.kinds.page import render_page
from tests.reports.sample_machines import BIDI_TITLE, NOW, SCRIPT_TITLE, TODAY, eur, machines, wave
from tracker.domain.build import (
    Solution,
    Status,
)
from tracker.domain.history import DayFigures, Deal, PartHistory, StoredListing, Trend
from tracker.domain.listing import Condition, PageState, PriceKind, RawListing
from tracker.domain.report import CardValue, Change, DailyReport, MachineReport, Message, SourceReport


def history(
    part: str, name: str, levels: list[float], *, step_at: int | None = None, trend: bool = True
) -> PartHistory:
    """Ninety days with an outage of five, two days on which nothing was on offer, and at most one step."""
    first = TODAY - timedelta(days=len(levels) - 1)
    days = []
    for i, level in enumerate(levels):
        day = first + timedelta(days=i)
        if 40 <= i < 45:
            days.append(DayFigures(part, day, 0, observed=False))
        elif 70 <= i < 72:
            days.append(DayFigures(part, day, 0))
        else:
            low, mid = level * 0.86, level
            days.append(
                DayFigures(
                    part,
                    day,
                    6 + i % 7,
                    lowest=eur(f"{low:.2f}"),
                    p10=eur(f"{level * 0.9:.2f}"),
                    p25=eur(f"{level * 0.95:.2f}"),
                    median=eur(f"{mid:.2f}"),
                    p75=eur(f"{level * 1.12:.2f}"),
                    mean_lowest_five=eur(f"{level * 0.92:.2f}"),
                    new=i % 3,
                    gone=i % 2,
                    sold=i % 2,
                    sold_median=eur(f"{level * 0.97:.2f}"),
                )
            )
    steps = () if step_at is None else ((first + timedelta(days=step_at), eur("196.00"), eur("171.00")),)
    slope = Trend(eur("-1.85"), eur("-2.60"), eur("-0.95"), 83, steps) if trend else None
    return PartHistory(part, name, "EUR", tuple(days), slope, () if trend else ("too few observed days for a trend",))


def stored(number: int, title: str, price: str, **more: object) -> StoredListing:
    raw = RawListing(
        marketplace="ebay",
        external_id=str(number),
        title=title,
        url=f"https://ebay.example/itm/{number}",
        seen_at=NOW - timedelta(hours=3),
        price=eur(price),
        price_kind=PriceKind.FIXED,
        shipping=None,
        condition=Condition.USED,
        **more,  # type: ignore[arg-type]
    )
    return StoredListing(number, raw, NOW - timedelta(days=1), NOW - timedelta(hours=3))


def deals() -> tuple[Deal, ...]:
    return (
        Deal(
            stored(501, "GeForce GTX 1080 Ti 11GB Founders, aus Nichtraucherhaushalt", "118"),
            "gpu:gtx-1080-ti",
            "GeForce GTX 1080 Ti",
            eur("126.90"),
            eur("171.00"),
            4.0,
            31,
            0.93,
            "26 % below the median of 31 offers of the last four weeks",
            ("private seller, no returns", "€80 cheaper than any other: ask for a photo of it running"),
            extraordinary=True,
        ),
        Deal(
            stored(502, SCRIPT_TITLE, "139"),
            "gpu:tesla-p40",
            "Tesla P40",
            eur("151.00"),
            eur("178.50"),
            7.5,
            22,
            0.84,
            "15 % below the median of 22 offers",
            (),
        ),
        Deal(
            stored(503, BIDI_TITLE, "51"),
            "cpu:xeon-e5-2680-v4",
            "Xeon E5-2680 v4",
            eur("56.00"),
            eur("69.00"),
            9.0,
            64,
            0.8,
            "19 % below the median of 64 offers",
            ("ships from outside the EU",),
        ),
    )


def cards() -> tuple[CardValue, ...]:
    return (
        CardValue(
            "gpu:tesla-k80",
            "Tesla K80",
            eur("71.80"),
            "https://ebay.example/itm/80",
            24,
            eur("2.99"),
            eur("8.73"),
            eur("0.15"),
        ),
        CardValue(
            "gpu:tesla-p40",
            "Tesla P40",
            eur("151.00"),
            "https://ebay.example/itm/502",
            24,
            eur("6.29"),
            eur("12.84"),
            eur("0.44"),
        ),
        CardValue("gpu:gtx-1080-ti", "GeForce GTX 1080 Ti", eur("126.90"), None, 11, eur("11.54"), None, None),
    )


def sources() -> tuple[SourceReport, ...]:
    seen = NOW - timedelta(hours=1)
    return (
        SourceReport("ebay", PageState.LISTINGS, "", 42, 1804, seen, {"price": 1.0, "shipping": 0.81}),
        SourceReport(
            "kleinanzeigen",
            PageState.BLOCKED,
            "the site showed a captcha on the first page",
            1,
            0,
            NOW - timedelta(days=2),
            note="resting until 22 Nov, 07:00",
        ),
        SourceReport(
            "leboncoin",
            PageState.LISTINGS,
            "",
            12,
            380,
            seen,
            {"price": 1.0, "shipping": 0.2},
            alarms=("shipping is filled in 20 % of listings; usual is 78 %",),
        ),
        SourceReport("ricardo", PageState.KEYS_MISSING, "no key is set", note="switched off in the config"),
    )


def sample_report(*, is_demo: bool = False, locale: str = "en") -> DailyReport:
    """The whole day."""
    return DailyReport(
        day=TODAY,
        generated_at=NOW,
        currency="EUR",
        is_demo=is_demo,
        since=TODAY - timedelta(days=1),
        machines=machines(),
        changes=(
            Change(
                "cheaper",
                "P40 box: €18.00 cheaper than on 20 Nov, a cheaper card was listed",
                "https://ebay.example/itm/40",
            ),
            Change("dearer", "K80 box: €4.80 dearer, the power supply was sold"),
            Change("gone", f"gone: {SCRIPT_TITLE}", "javascript:alert(1)"),
            Change("possible", "Three P40 can be built again"),
            Change("new_deal", "GTX 1080 Ti for €126.90, 26 % below its usual price", "https://ebay.example/itm/501"),
        ),
        deals=deals(),
        parts=(
            history("gpu:tesla-p40", "Tesla P40", wave(182, -0.05), step_at=52),
            history("gpu:tesla-k80", "Tesla K80", wave(71, -0.04, dip=3)),
            history("gpu:gtx-1080-ti", "GeForce GTX 1080 Ti", wave(176, 0.03, dip=4)),
            history("cpu:xeon-e5-2680-v4", "Xeon E5-2680 v4", wave(24, 0.02, n=90, dip=1), trend=False),
        ),
        sources=sources(),
        rejected={
            "accessory": 412,
            "colliding_name": 210,
            "wanted": 33,
            "variation_listing": 27,
            "low_confidence": 12,
            "contradiction": 3,
        },
        rejected_now={"accessory": 9, "wanted": 2},
        listings_open=2184,
        offers=611,
        rates_day=date(2026, 11, 20),
        estimates=("shipping of 84 offers that do not state it", "import VAT of 12 offers from outside the EU"),
        alarms=("kleinanzeigen has been blocked for 2 days",),
        notes=("rates of 20 Nov: the ECB publishes none on weekends",),
        time_zone="Europe/Paris",
        locale=locale,
        cards=cards(),
    )


@cache
def sample_mail(*, is_demo: bool = False, locale: str = "en", page_url: str | None = None) -> Message:
    """The day as a mail; drawn once for all tests that only read it."""
    return render_daily(sample_report(is_demo=is_demo, locale=locale), page_url=page_url)


@cache
def sample_page(*, is_demo: bool = False) -> str:
    """The day as a page; drawn once."""
    return render_page(sample_report(is_demo=is_demo))


def empty_report() -> DailyReport:
    """A first day on which no source answered."""
    dead = tuple(SourceReport(name, PageState.UNREACHABLE, "connection refused") for name in ("ebay", "leboncoin"))
    nothing = MachineReport(
        "p40-box", "P40 box", Solution("p40-box", Status.INFEASIBLE, why_not=("no offers at all are stored",))
    )
    return DailyReport(TODAY, NOW, "EUR", machines=(nothing,), sources=dead)
