"""The weekly report and the deal alert: the news, what clients support, the demo's mark, hostile text."""

import dataclasses

import pytest

from reports.delivery.email import build_email
from reports.kinds.alert import Alert, render_alarm, render_alert, render_note
from reports.kinds.weekly import render_weekly
from tests.reports.mail_rules import problems
from tests.reports.sample import deals, empty_report, history, sample_report
from tests.reports.sample_machines import NOW, TODAY, eur, wave
from tests.reports.test_hostile import ATTACKS, assert_harmless, assert_no_signs, attacked
from tracker.domain.history import Trend
from tracker.domain.listing import PageState
from tracker.domain.report import SourceReport
from tracker.domain.watch import WatchHit


def week():
    rising = dataclasses.replace(
        history("gpu:a", "Rising card", wave(50, 0.3)), trend=Trend(eur(2), eur(1), eur(3), 80)
    )
    steady = dataclasses.replace(history("gpu:b", "Steady card", wave(50, 0)), trend=Trend(eur(0), eur(-1), eur(1), 80))
    day = sample_report()
    return dataclasses.replace(day, parts=(rising, steady, *day.parts))


def test_the_week_s_news_and_its_key() -> None:
    message = render_weekly(week())
    assert message.subject == "Week 47: K80 box €173 (+€5); 3 parts falling; 1 part rising"
    assert message.report_key == "weekly:2026-W47"
    assert render_weekly(empty_report()).subject == "Week 47: no machine can be built"


def test_the_steepest_fall_comes_first() -> None:
    text = render_weekly(week()).text
    assert text.index("Tesla P40, falling") < text.index("Rising card, rising") < text.index("Steady: Steady card.")
    assert "+€4.80 in a week" in text


@pytest.mark.parametrize("report", [week(), empty_report(), dataclasses.replace(week(), is_demo=True)])
def test_mail_clients_support_the_week(report) -> None:
    message = render_weekly(report, page_url="https://box.example/week.html")
    assert problems(message.html) == []
    assert ("DEMO DATA" in message.text) == ("DEMO DATA" in message.subject) == report.is_demo
    assert all(f"cid:{cid}" in message.html for cid in message.images)


def alert(**more: object) -> Alert:
    return Alert(
        **{"deals": deals()[:1], "hits": (), "day": TODAY, "generated_at": NOW, "time_zone": "Europe/Paris"} | more
    )  # type: ignore[arg-type]


def test_an_alert_says_price_usual_price_and_cautions() -> None:
    message = render_alert(alert())
    assert message.subject == "Deal: GeForce GTX 1080 Ti for €126.90 (usual €171.00)"
    for words in (
        "€126.90, usual €171.00 (n = 31)",
        "Careful: private seller, no returns",
        "https://ebay.example/itm/501",
    ):
        assert words in message.text
        assert words in render_note(alert()).text
    assert problems(message.html) == []
    assert render_alert(alert(deals=deals())).subject.endswith("; 2 more")


def test_a_watch_s_hit_is_told_with_its_limit() -> None:
    hit = WatchHit("cheap P40", "ebay:7", "Tesla P40 24 GB", eur(170), eur(180), url="https://ebay.example/itm/7",
                   facts=("2 in one lot, 340.00 EUR in all",))  # fmt: skip
    message = render_alert(alert(deals=(), hits=(hit,)))
    assert message.subject == "Watch cheap P40: Tesla P40 24 GB for €170.00 (limit €180.00)"
    assert message.report_key == "alert:cheap P40/ebay:7@17000"
    for words in ("limit €180.00", "Tesla P40 24 GB", "2 in one lot", "https://ebay.example/itm/7"):
        assert words in message.text
        assert words in message.html
    assert problems(message.html) == []


def test_a_source_s_alarm_says_since_when() -> None:
    source = SourceReport("ebay", PageState.BLOCKED, last_ok=NOW, alarms=("not read since 2026-11-18",), alarm_runs=3)
    message = render_alarm(source, key="alarm:ebay:2026-11-21")
    assert message.subject == "eBay: an alarm in 3 runs in a row"
    assert "not read since 2026-11-18" in message.text
    assert "rigscout sources check ebay" in message.text


def test_the_key_is_the_listing_at_its_price() -> None:
    first = deals()[0]
    again = dataclasses.replace(first, landed=eur("119.90"))
    assert render_alert(alert()).report_key == "alert:ebay/501@12690"
    assert render_alert(alert(deals=(again,))).report_key != render_alert(alert()).report_key


def test_a_demo_alert_says_so() -> None:
    message = render_alert(alert(is_demo=True))
    assert message.subject.startswith("[DEMO DATA] ")
    assert "DEMO DATA" in message.text
    assert "Demo data" in message.html
    assert "DEMO DATA" in render_note(alert(is_demo=True)).text


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text(attack: str) -> None:
    report = attacked(attack, "https://ebay.example/itm/1")
    for message in (render_weekly(report), render_alert(alert(deals=report.deals))):
        assert_harmless(message.html)
        assert_no_signs(message.text)
        assert build_email(message, "box@example.org", "you@example.org")["Bcc"] is None
