"""A rich day made by hand: five machines (one that can't be built), deals, gaps, blocked sources, estimates, hostile titles."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

from reports.kinds.daily import render_daily
from reports.kinds.page import render_page
from tracker.domain.build import (
    Allowance,
    BoughtOffer,
    Build,
    CostTerm,
    LandedCost,
    Offer,
    RuleVerdict,
    Solution,
    Status,
    Verdict,
)
from tracker.domain.history import DayFigures, Deal, PartHistory, StoredListing, Trend
from tracker.domain.listing import Condition, PageState, PriceKind, RawListing
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.rental import CashFlow, CloudInstance, Comparison, Flip, RentOrBuy, Utilisation
from tracker.domain.report import CardValue, Change, DailyReport, IndexPoint, MachineReport, Message, SourceReport

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 6, 4, tzinfo=UTC)

SCRIPT_TITLE = '<script>alert("x")</script> NVIDIA Tesla P40 24GB & <b>geprüft</b>'
BIDI_TITLE = "Tesla P40 24GB \u202egnp.exe\u202c carte \u200bgraphique\u0007 testée\x1b[31m\r\nBcc: all@example.org"
ZALGO_TITLE = "Grafikkarte T" + "\u0301" * 40 + "esla K80 24GB, funktionsfähig 👨\u200d🔧"
LONG_TITLE = "SuperlangerTitelOhneLeerzeichen" * 12


def eur(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def offer(
    number: int,
    parts: dict[str, int],
    price: str,
    shipping: str | None = "12",
    *,
    title: str = "",
    marketplace: str = "ebay",
    estimated: bool = False,
    vat: str | None = None,
    model: str | None = None,
    **more: object,
) -> Offer:
    """One offer whose landed cost is price + shipping (+ import VAT), as the terms say."""
    terms = [CostTerm("price", eur(price))]
    if shipping is not None:
        terms.append(CostTerm("shipping", eur(shipping), estimated, "our estimate for a card" if estimated else ""))
    if vat is not None:
        terms.append(CostTerm("import_vat", eur(vat), estimated=True, note="20 % on price and shipping from GB"))
    cost = LandedCost(tuple(terms))
    values: dict[str, object] = {
        "url": f"https://{marketplace}.example/itm/{number}?a=1&b=2",
        "condition": "used",
        "country": "DE",
        "first_seen": NOW - timedelta(days=6),
        "last_seen": NOW - timedelta(hours=number % 23, minutes=11),
    } | more
    return Offer(
        id=f"{marketplace}:{number}",
        parts=tuple(
            MatchedPart(part, qty, model if part.startswith("board:") else None) for part, qty in parts.items()
        ),
        landed=cost.total,
        shipping=None if shipping is None else eur(shipping),
        title=title,
        marketplace=marketplace,
        cost=cost,
        **values,  # type: ignore[arg-type]
    )


def rules(*unknown: str) -> tuple[RuleVerdict, ...]:
    known = (
        RuleVerdict("socket", Verdict.OK, "Xeon E5-2680 v4 and the board are both LGA2011-3", "catalog: intel ark"),
        RuleVerdict("psu_watts", Verdict.OK, "920 W of 1200 W at the peak, 20 % kept in reserve", "catalog: tdp_w"),
        RuleVerdict(
            "passive_cooling", Verdict.OK, "passive card: a shroud and fan stand among the allowances", "target"
        ),
        RuleVerdict(
            "memory_channels", Verdict.OK, "modules of two speeds: the slower one counts", "listing", is_warning=True
        ),
    )
    asked = {
        "above_4g": RuleVerdict(
            "above_4g", Verdict.UNKNOWN, "does the board's BIOS decode above 4G? X99 boards differ", "board's manual"
        ),
        "psu_connectors": RuleVerdict(
            "psu_connectors",
            Verdict.UNKNOWN,
            "the listing does not state how many EPS 8-pin leads there are",
            "listing",
        ),
    }
    return known + tuple(asked[name] for name in unknown)


def cloud(name: str = "g5.xlarge", hourly: str = "1.006", gpus: int = 1) -> CloudInstance:
    return CloudInstance(
        name=name,
        region="eu-west-1",
        gpu="A10G",
        gpus=gpus,
        vram_gb=24 * gpus,
        hourly=Money.of(hourly, "USD"),
        as_of=date(2026, 11, 18),
        source="AWS price list",
    )


def rent(
    total: Money, week: str = "156.29", *, watts: int = 420, answer: str = "buy", name: str = "g5.xlarge"
) -> RentOrBuy:
    week_money = eur(week)
    weeks = Decimal(total.minor) / Decimal(week_money.minor)
    hour = Money.of(Decimal(watts) / 1000 * Decimal("0.2016"), "EUR")
    return RentOrBuy(
        build_total=total,
        instance=cloud(name, gpus=4 if "12x" in name else 1),
        hourly=Money.of(week_money.amount / 168, "EUR"),
        week=week_money,
        weeks_for_build=weeks,
        electricity_per_hour=hour,
        electricity_per_kwh=Money.of("0.20", "EUR"),
        watts=watts,
        break_even_hours=Decimal(371),
        break_even_months=Decimal("0.51"),
        answer=answer,
        why="after 371 hours of use the machine has cost less than renting, electricity included",
        comparisons=(
            Comparison(
                "same_hours", Decimal(168), eur("14.22"), week_money, Decimal("10.99"), Decimal(168), "one week"
            ),
            Comparison(
                "same_work", Decimal(252), eur("21.34"), week_money, Decimal("7.32"), Decimal(168), "A10G = 1.5 × P40"
            ),
            Comparison(
                "same_vram",
                Decimal(168),
                None,
                None,
                None,
                unknown="no cloud machine of 24 GB is priced in this region",
            ),
        ),
        assumptions=(
            "168 hours a week",
            "electricity €0.2016 a kWh (France, 2026)",
            "sold after a year for 60 % of its price",
        ),
        cash_flow=tuple(
            CashFlow(month, total + hour * (month * 730), week_money * (month * Decimal("4.345")))
            for month in range(13)
        ),
        utilisation=(
            Utilisation(Decimal(10), eur("0.32"), eur("0.93")),
            Utilisation(Decimal(168), eur("0.10"), eur("0.93")),
        ),
        sensitivity=(
            Flip("hours_per_week", Decimal(168), Decimal("7.1"), "h"),
            Flip("tariff", Decimal("0.2016"), None, "EUR/kWh"),
        ),
    )


def p40_build(card: Offer | None = None, total: str | None = None) -> Build:
    combo = offer(
        211,
        {"board:x99": 1, "cpu:xeon-e5-2680-v4": 1, "ram:ddr4:32": 1},
        "84",
        "14.50",
        title="Aufrüstbündel X99 + E5-2680 v4 + 32GB DDR4 ECC",
        marketplace="kleinanzeigen",
        distance_km=None,
        flags=("untested",),
    )
    card = card or offer(40, {"gpu:tesla-p40": 1}, "158", "12", title=SCRIPT_TITLE, estimated=True)
    supply = offer(
        77, {"psu:750": 1}, "19.90", None, title="Alim ATX 750W modulaire", marketplace="leboncoin", country="FR"
    )
    allowances = (
        Allowance("SSD 240 GB", eur(15), note="any will do"),
        Allowance("fan and shroud for a passive card", eur("8.50")),
        Allowance("open frame", eur(0), note="owned"),
    )
    offers = (BoughtOffer(card), BoughtOffer(combo), BoughtOffer(supply))
    sum_of = sum((b.offer.landed.minor for b in offers), 0) + sum((a.amount.minor for a in allowances), 0)
    return Build(
        target="p40-box",
        total=eur(total) if total else Money(sum_of, "EUR"),
        offers=offers,
        allowances=allowances,
        rules=rules("above_4g", "psu_connectors"),
        cards={"gpu:tesla-p40": 1},
        devices=1,
        vram_gb=24,
        ram_gb=32,
        cores=14,
        peak_watts=420,
        psu_watts=750,
        speed=0.67,
    )


def k80_build() -> Build:
    card = offer(80, {"gpu:tesla-k80": 1}, "62", "9.80", title=ZALGO_TITLE, shipping_shared=True, seller="hw-outlet")
    cable = offer(
        81,
        {"cpu:xeon-e5-2620-v3": 1, "board:c612": 1, "ram:ddr4:16": 1},
        "47",
        "9.80",
        title=LONG_TITLE,
        shipping_shared=True,
        seller="hw-outlet",
        model="supermicro-x10srl-f",
    )
    supply = offer(82, {"psu:1200": 1}, "24", "0", title="HP DPS-1200 server power supply", url="javascript:alert(1)")
    allowances = (
        Allowance("SSD 240 GB", eur(15)),
        Allowance("EPS adapter", eur(6), qty=2),
        Allowance("breakout board", eur(9)),
    )
    return Build(
        target="k80-box",
        total=eur("172.80"),  # 9.80 less than the sum: one parcel from one seller
        offers=(BoughtOffer(card), BoughtOffer(cable), BoughtOffer(supply)),
        allowances=allowances,
        rules=rules("above_4g"),
        cards={"gpu:tesla-k80": 1},
        devices=2,
        vram_gb=24,
        ram_gb=16,
        cores=6,
        peak_watts=510,
        psu_watts=1200,
        speed=None,
    )


def three_p40_build() -> Build:
    cards = offer(
        300, {"gpu:tesla-p40": 3}, "499", "25", title="Lot de 3 Tesla P40 24Go", marketplace="leboncoin", country="FR"
    )
    combo = offer(301, {"board:x99": 1, "cpu:xeon-e5-2690-v4": 1, "ram:ddr4:128": 1}, "182", "18", title=BIDI_TITLE)
    supply = offer(302, {"psu:1300": 1}, "61", "15", title="1300W 80+ Gold", vat="15.20", country="GB", estimated=True)
    return Build(
        target="three-p40",
        total=eur("840.20"),
        offers=(
            BoughtOffer(cards),
            BoughtOffer(combo, spare=(MatchedPart("ram:ddr4:64"),)),
            BoughtOffer(supply),
        ),
        allowances=(Allowance("SSD 500 GB", eur(25)),),
        rules=rules("psu_connectors"),
        cards={"gpu:tesla-p40": 3},
        devices=3,
        vram_gb=72,
        ram_gb=128,
        cores=14,
        peak_watts=920,
        psu_watts=1300,
        speed=2.0,
    )


def wave(start: float, drift: float, n: int = 90, dip: float = 6) -> list[float]:
    return [start + drift * i + dip * math.sin(i / 6) for i in range(n)]


def index(levels: list[float], *, holes: tuple[int, ...] = ()) -> tuple[IndexPoint, ...]:
    first = TODAY - timedelta(days=len(levels) - 1)
    return tuple(
        IndexPoint(first + timedelta(days=i), None if i in holes else Money(round(level * 100), "EUR"))
        for i, level in enumerate(levels)
    )


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


def machines() -> tuple[MachineReport, ...]:
    p40, dearer = p40_build(), p40_build(offer(41, {"gpu:tesla-p40": 1}, "171", "0", title="P40 24GB inkl. Lüfter"))
    k80, three = k80_build(), three_p40_build()
    return (
        MachineReport(
            "k80-box",
            "K80 box",
            Solution("k80-box", Status.OPTIMAL, (k80,), seconds=0.04, offers_seen=611, offers_kept=80),
            "One K80 of 24 GB on two devices",
            eur("168.00"),
            TODAY - timedelta(days=1),
            index([*wave(182, -0.1), 172.8]),
            rent(k80.total, watts=510),
        ),
        MachineReport(
            "p40-box",
            "P40 box",
            Solution(
                "p40-box",
                Status.OPTIMAL,
                (p40, dearer),
                seconds=0.06,
                offers_seen=611,
                offers_kept=102,
                notes=("€1.00 more buys the card with its fan",),
            ),
            "One P40 of 24 GB",
            eur(Decimal(p40.total.amount) + 18),
            TODAY - timedelta(days=1),
            index([*wave(350, -0.42), 311.9], holes=(40, 41, 42, 43, 44)),
            rent(p40.total),
        ),
        MachineReport(
            "three-p40",
            "Three P40",
            Solution("three-p40", Status.FEASIBLE, (three,), seconds=10, offers_seen=611, offers_kept=144),
            "72 GB for inference",
            None,
            None,
            index([*wave(820, 0.2), 840.2]),
            rent(three.total, "663.90", watts=920, answer="rent", name="g5.12xlarge"),
        ),
        MachineReport(
            "1080ti-box",
            "1080 Ti box",
            Solution(
                "1080ti-box",
                Status.OPTIMAL,
                (
                    p40_build(
                        offer(
                            90,
                            {"gpu:gtx-1080-ti": 1},
                            "164",
                            "8",
                            title="GTX 1080 Ti 11 Go très bon état",
                            marketplace="leboncoin",
                        )
                    ),
                ),
            ),
            "",
            eur("326.90"),
            TODAY - timedelta(days=1),
            index([*wave(330, -0.1), 313.9]),
            None,
        ),
        MachineReport(
            "four-1080ti",
            "Four 1080 Ti",
            Solution(
                "four-1080ti",
                Status.INFEASIBLE,
                why_not=(
                    "no power supply of 1400 W or more is on offer",
                    "the dearest board on offer takes 3 double-width cards, 4 are wanted",
                ),
            ),
            "Figure B8's machine",
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
