"""Machines made by hand: offers with hostile titles, builds with rules, their money against the cloud, a season of totals."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

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
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.rental import CashFlow, CloudInstance, Comparison, Flip, RentOrBuy, Utilisation
from tracker.domain.report import IndexPoint, MachineReport
from tracker.domain.said import Said

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
        break_even_months=Decimal(371) / 730,
        answer=answer,
        why=Said(
            "%(year)s; the price comes back after %(months)s months",
            months=Decimal("0.5"),
            year=Said(
                "a year at %(hours)s hours a week costs %(own)s owned and %(cloud)s rented for the same work",
                hours=Decimal(168),
                own=total,
                cloud=week_money * 52,
            ),
        ),
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
        *_machines_of_1080_ti(),
    )


def _machines_of_1080_ti() -> tuple[MachineReport, ...]:
    """One that is found without rent beside it, and one that nothing on offer makes."""
    return (
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
