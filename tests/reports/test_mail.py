"""The daily mail: what clients support, the order of what it says, long lists, the demo's mark, the subject's news."""

import dataclasses
import re

import pytest
from lxml import html as lxml_html

from reports.formats import Formats
from reports.kinds.daily import render_daily, subject
from reports.kinds.page import render_page
from tests.reports.mail_rules import problems
from tests.reports.sample import deals, empty_report, history, sample_mail, sample_report
from tests.reports.sample_machines import eur, wave
from tracker.domain.build import CostTerm, LandedCost, RuleVerdict, Verdict
from tracker.domain.report import Change

PAGE = "https://box.example/2026-11-21.html"


def words_of(html: str) -> str:
    tree = lxml_html.document_fromstring(html)
    for style in list(tree.iter("style", "title")):
        style.drop_tree()
    return re.sub(r"\s+", " ", " ".join(tree.itertext()))


@pytest.mark.parametrize(
    "report", [sample_report(), sample_report(is_demo=True), sample_report(locale="de"), empty_report()]
)
def test_every_mail_client_supports_what_is_in_it(report) -> None:
    assert problems(render_daily(report, page_url=PAGE).html) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('<div style="display:flex">x</div>', "display: flex"),
        ("<script>1</script>", "<script>"),
        ("<svg></svg>", "<svg>"),
        ('<td style="position:absolute">x</td>', "position"),
        ('<p style="width:calc(1px + 2px)">x</p>', "calc"),
        ('<p style="color:var(--ink)">x</p>', "var"),
        ('<p style="margin:-4px">x</p>', "negative margins"),
        ('<img src="https://a.example/x.png" width="9" alt="price 12 euros">', "not inside the mail"),
        ('<img src="cid:a" width="9" alt="chart">', "alternative text"),
        ('<a href="#top">x</a>', "a link that is none"),
        ('<a href="javascript:alert(1)">x</a>', "a link that is none"),
        ('<p onclick="x()">x</p>', "scripts"),
        ("<table><tr><td>x</td></tr></table>", "role=presentation"),
        ('<table role="presentation" width="800"><tr><td>x</td></tr></table>', "at most 600"),
        ("<style>p { color: red }</style>", "not inlined"),
        ("x" * 100_000, "clips"),
        ("<style>@media print {" + "p { color: #000 }" * 600 + "}</style>", "drops it"),
    ],
)
def test_the_checker_refuses(bad: str, said: str) -> None:
    good = render_daily(empty_report()).html
    assert any(said in problem for problem in problems(good.replace("</body>", bad + "</body>")))


@pytest.mark.parametrize("kind", ["html", "text"])
def test_the_answer_comes_first_and_what_stands_behind_it_last(kind: str) -> None:
    message = sample_mail(page_url=PAGE)
    text = words_of(message.html) if kind == "html" else message.text
    order = [
        "CHEAPEST MACHINE TODAY",
        "Tesla K80",
        "since 20 Nov",
        "WHAT CHANGED",
        "DEALS",
        "WHERE PRICES GO",
        "WHAT STANDS BEHIND THIS",
        "Ricardo",
    ]
    text = text.upper()
    places = [text.find(words.upper()) for words in order]
    assert -1 not in places
    assert places[0] < places[1] < places[3]
    assert places[3:] == sorted(places[3:])


@pytest.mark.parametrize("kind", ["html", "text"])
def test_every_part_is_a_link_with_marketplace_price_shipping_and_last_seen(kind: str) -> None:
    message = sample_mail()
    text = words_of(message.html) if kind == "html" else re.sub(r"\s+", " ", message.text)
    source = message.html.replace("&amp;", "&") if kind == "html" else message.text
    for url in (
        "https://ebay.example/itm/40?a=1&b=2",
        "https://kleinanzeigen.example/itm/211?a=1&b=2",
        "https://leboncoin.example/itm/77?a=1&b=2",
    ):
        assert url in source
    assert "eBay: €158.00 + €12.00 shipping (estimated)" in text
    assert "€61.00 + €15.00 shipping (estimated) + €15.20 import VAT (estimated)" in text
    assert "LeBonCoin: €19.90, shipping not stated" in text
    assert "seen 20 Nov, 13:53" in text
    assert "SSD 240 GB" in text
    assert "allowance" in text
    assert "€156.29" in text
    assert "Best found, not proved" in text
    assert "Does the board's BIOS decode above 4G?" in text
    assert "no power supply of 1400 W or more is on offer" in text
    assert "Not for training large models" in text
    assert "captcha" in text
    assert "shared" in text
    assert "−€9.80" in text


@pytest.mark.parametrize("locale", ["en", "fr", "de"])
def test_lines_and_the_total_agree(locale: str) -> None:
    """What is printed adds up: offers, allowances and shared shipping come to the total that is printed."""
    report = sample_report(locale=locale)
    text = sample_mail(locale=locale).text
    formats = Formats(locale, "Europe/Paris")
    for machine in report.machines:
        for build in machine.solution.builds[:1]:
            assert f"{formats.gettext('Landed total')}: {formats.money(build.total)}" in text


def test_a_long_day_is_cut_with_a_link_and_stays_small() -> None:
    long = dataclasses.replace(
        sample_report(),
        changes=tuple(Change("gone", f"gone: card number {n}") for n in range(200)),
        deals=deals() * 30,
        parts=tuple(history(f"gpu:card-{n}", f"Card {n}", wave(100 + n, 0)) for n in range(60)),
        rejected={f"reason_{n}": n + 1 for n in range(40)},
        machines=sample_report().machines * 4,
    )
    message = render_daily(long, page_url=PAGE)
    assert problems(message.html) == []
    text = words_of(message.html)
    assert "and 192 more changes" in text
    assert "and 85 more deals" in text
    assert "and 48 more parts" in text
    assert re.search(r"and (9|1[0-9]) more machines", text)
    assert text.count("no power supply of 1400 W or more is on offer") >= 4  # every machine stands in the overview
    assert message.html.count(f'href="{PAGE}"') >= 5
    assert len(message.images) == 16
    without_page = render_daily(long).html
    assert problems(without_page) == []
    assert PAGE not in without_page


def test_the_subject_says_the_news() -> None:
    assert subject(sample_report()) == "K80 box €173 (+€5), 1.1 × a week of g5.xlarge; 3 deals; 1 alarm"
    assert subject(empty_report()) == "No machine can be built today"
    quiet = dataclasses.replace(sample_report(), deals=(), alarms=(), machines=sample_report().machines[2:3])
    assert subject(quiet) == "Three P40 €840, 1.3 × a week of g5.12xlarge"


def test_an_unchanged_price_is_not_news() -> None:
    machine = sample_report().machines[0]
    same = dataclasses.replace(machine, previous=machine.solution.builds[0].total)
    report = dataclasses.replace(sample_report(), machines=(same,), deals=(), alarms=())
    assert subject(report) == "K80 box €173, 1.1 × a week of g5.xlarge"
    assert "unchanged since 20 Nov" in render_daily(report).text


def test_a_demo_says_so_everywhere() -> None:
    message = sample_mail(is_demo=True, page_url=PAGE)
    assert message.subject.startswith("[DEMO DATA] ")
    assert "DEMO DATA" in message.text
    assert words_of(message.html).count("Demo data") == 2
    plain = sample_mail()
    assert "demo" not in (plain.subject + plain.text + plain.html).lower()
    assert message.images["index@rigscout"] != plain.images["index@rigscout"]
    assert message.images["price0@rigscout"] != plain.images["price0@rigscout"]


def test_an_empty_day_is_short() -> None:
    message = render_daily(empty_report())
    assert len(message.text.splitlines()) < 45
    assert len(message.html) < 12_000
    assert "no offers at all are stored" in message.text
    assert "not searched: unreachable" in message.text


def test_money_and_days_are_written_as_the_reader_does() -> None:
    german = sample_mail(locale="de").text
    assert "172,80\u00a0€" in german
    assert "Samstag" in german
    assert "172,80\u00a0€" in sample_mail(locale="fr").text


def test_the_text_alone_is_narrow_enough_to_read() -> None:
    lines = sample_mail().text.splitlines()
    long = [line for line in lines if len(line) > 100 and "https://" not in line]
    assert long == []


def test_the_text_has_its_lines() -> None:
    text = sample_mail().text
    for heading in ("DEALS", "WHAT TO BUY", "WHERE PRICES GO", "EVERY MACHINE TODAY"):
        assert f"\n{heading}\n{'=' * len(heading)}\n" in text
    assert "\n* SSD 240 GB (allowance): " in text
    assert "\n  Landed total: " in text
    assert "\n\n\n\n" not in text


def test_the_key_is_the_day_s() -> None:
    assert sample_mail().report_key == "daily:2026-11-21"


def test_two_renderings_are_equal() -> None:
    assert render_daily(sample_report()) == sample_mail()


def test_an_unsafe_page_address_is_left_out() -> None:
    assert "javascript" not in render_daily(
        dataclasses.replace(sample_report(), changes=()), page_url="javascript:alert(1)"
    ).html.replace("alert(&quot;x", "")


def test_a_machine_without_prices_of_its_own_terms_shows_the_landed_cost() -> None:
    report = sample_report()
    build = report.machines[0].solution.builds[0]
    bare = dataclasses.replace(build.offers[0].offer, cost=None, landed=eur("71.80"))
    bought = dataclasses.replace(build.offers[0], offer=bare)
    machine = dataclasses.replace(
        report.machines[0],
        solution=dataclasses.replace(
            report.machines[0].solution, builds=(dataclasses.replace(build, offers=(bought, *build.offers[1:])),)
        ),
    )
    text = render_daily(dataclasses.replace(report, machines=(machine,))).text
    assert "eBay: €71.80 landed" in text


def test_ids_that_came_without_a_name_are_spelt_out() -> None:
    report = sample_report()
    bare = dataclasses.replace(report.parts[0], part="ram:ddr4:16", name="ram:ddr4:16")
    deal = dataclasses.replace(report.deals[0], part="ram:ddr4:16", name="ram:ddr4:16")
    text = render_daily(dataclasses.replace(report, parts=(bare,), deals=(deal,))).text
    assert "ram:ddr4" not in text
    assert "16 GB DDR4: median " in text


def test_a_zero_term_is_not_told_and_a_warning_is_told_once() -> None:
    report = sample_report()
    build = report.machines[0].solution.builds[0]
    terms = (*build.offers[0].offer.cost.terms, CostTerm("import_vat", eur(0), estimated=True))
    offer = dataclasses.replace(build.offers[0].offer, cost=LandedCost(terms))
    unsure = RuleVerdict("bios", Verdict.UNKNOWN, "an old BIOS may not know the processor", is_warning=True)
    build = dataclasses.replace(
        build, offers=(dataclasses.replace(build.offers[0], offer=offer), *build.offers[1:]), rules=(unsure,)
    )
    machine = dataclasses.replace(
        report.machines[0], solution=dataclasses.replace(report.machines[0].solution, builds=(build,))
    )
    page = render_page(dataclasses.replace(report, machines=(machine,), estimates=()))
    assert "import VAT" not in page
    assert (
        page.lower().count("an old bios may not know the processor") == 2
    )  # among the things to verify, and in the table of rules


def test_estimates_are_told_once_and_not_all() -> None:
    many = dataclasses.replace(sample_report(), estimates=tuple(f"shipping of offer {n % 30}" for n in range(90)))
    text = words_of(render_daily(many).html)
    assert text.count("Estimated: shipping") == 6
    assert "and 24 more estimates" in text
