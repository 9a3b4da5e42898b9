"""What strangers write stays text: in the page, the mail, the text, the subject; whatever it holds."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from reports.filters import clean, cut, safe_url, wrap
from reports.kinds.daily import render_daily, subject
from reports.kinds.page import render_page
from tests.reports.sample import empty_report, sample_report
from tests.reports.sample_machines import SCRIPT_TITLE
from tracker.domain.build import Solution, Status
from tracker.domain.listing import PageState
from tracker.domain.report import Change, DailyReport, MachineReport, SourceReport

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</style><script>alert(1)</script>",
    "</title></head><body onload=alert(1)>",
    "<!--",
    "-->]]>",
    "\u202ereversed\u2066",
    "\x1b[2J\x07\x00",
    "a\r\nBcc: all@example.org",
    "T" + "\u0301" * 50,
    "\ud800 lone",
    "&lt;b&gt; &amp;",
    "javascript:alert(1)",
    "\\u003cscript\\u003e",
    "$169 or $170 $\\frac{1}{2}$",
)
LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "/relative",
    "https://",
    "https://ebay.example@evil.example/",
    "https://exa mple.example/",
    'https://a.example/"onmouseover="x',
    "https://a.example/\u202ecod",
    "https://a.example:99999999/",
    "http://[::1",
    "https:\\\\a.example",
    "https://a.example/" + "x" * 3000,
)


def attacked(text: str, url: str | None = None, *, charts: bool = False) -> DailyReport:
    """A day on which a stranger's text stands wherever one can stand."""
    day = sample_report()
    build = day.machines[1].solution.builds[0]
    offers = tuple(
        dataclasses.replace(
            item,
            offer=dataclasses.replace(item.offer, title=text, url=url, flags=(text,), marketplace=text, country=text),
        )
        for item in build.offers
    )
    rent = day.machines[1].rent if charts else None
    machine = dataclasses.replace(
        day.machines[1], rent=rent, index=day.machines[1].index if charts else (), title=text, description=text, target=text,
        solution=dataclasses.replace(day.machines[1].solution, builds=(dataclasses.replace(build, offers=offers),), notes=(text,)),
    )  # fmt: skip
    deal = day.deals[0]
    raw = dataclasses.replace(deal.listing.raw, title=text, url=url or "")
    return dataclasses.replace(
        day,
        machines=(machine, MachineReport("none", text, Solution("none", Status.INFEASIBLE, why_not=(text,)))),
        changes=(Change("gone", text, url), Change(text, text, url)),
        deals=(dataclasses.replace(deal, listing=dataclasses.replace(deal.listing, raw=raw), name=text, why=text, cautions=(text,)),),
        parts=(dataclasses.replace(day.parts[0], part=text, name=text, notes=(text,), days=day.parts[0].days if charts else ()),),
        sources=(SourceReport(text, PageState.BLOCKED, text, alarms=(text,), note=text),),
        rejected={text: 3}, cards=(dataclasses.replace(day.cards[0], name=text, url=url),),
        estimates=(text,), alarms=(text,), notes=(text,),
    )  # fmt: skip


def assert_harmless(html: str) -> None:
    tree = lxml_html.document_fromstring(html)
    assert not list(tree.iter("script", "iframe", "object", "embed", "form", "base"))
    assert {link.get("href") for link in tree.iter("link")} <= {"data:,"}
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert not [name for name in element.attrib if name.startswith("on")], element.tag
            if element.tag == "a":
                assert (element.get("href") or "").startswith(("https://", "http://", "#")), element.get("href")
            assert element.tag != "img" or (element.get("src") or "").startswith("cid:")
    assert_no_signs(html)


def assert_no_signs(text: str) -> None:
    bad = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - set(
        "\n\u200c\u200d"
    )
    assert not bad


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_stranger_s_text_does_nothing(attack: str) -> None:
    report = attacked(attack, "https://ebay.example/itm/1")
    message = render_daily(report)
    assert_harmless(render_page(report))
    assert_harmless(message.html)
    assert_no_signs(message.text)
    assert "\n" not in message.subject
    assert_no_signs(message.subject)
    assert "49" not in subject(dataclasses.replace(report, deals=(), alarms=(), machines=report.machines[1:]))


@pytest.mark.parametrize("attack", ATTACKS[:1] + ATTACKS[8:13] + ATTACKS[-1:])
def test_nor_does_it_in_a_chart(attack: str) -> None:
    assert_harmless(render_page(attacked(attack, charts=True)))


@pytest.mark.parametrize("url", LINKS)
def test_only_web_addresses_are_links(url: str) -> None:
    assert safe_url(url) is None
    report = attacked("a card", url)
    page = lxml_html.document_fromstring(render_page(report))
    mail = lxml_html.document_fromstring(render_daily(report).html)
    assert [link.get("href") for link in mail.iter("a")] == []
    assert all(link.get("href").startswith("#") for link in page.iter("a"))


@pytest.mark.parametrize(
    "url", ["https://ebay.example/itm/1?a=1&b=2#x", "http://a.example:8080/ü", "https://xn--nxasmq6b.example/"]
)
def test_web_addresses_are(url: str) -> None:
    assert safe_url(url) == url
    assert any(
        link.get("href") == url
        for link in lxml_html.document_fromstring(render_page(attacked("a card", url))).iter("a")
    )


def test_escaped_text_reads_as_it_was_written() -> None:
    tree = lxml_html.document_fromstring(render_page(sample_report()))
    assert SCRIPT_TITLE in [link.text_content() for link in tree.iter("a")]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all(text: str) -> None:
    report = dataclasses.replace(empty_report(), alarms=(text,), changes=(Change("gone", text, text),), notes=(text,))
    message = render_daily(report)
    assert_harmless(message.html)
    assert_harmless(render_page(report))
    assert_no_signs(message.text)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


@given(st.text(), st.integers(8, 60))
def test_cut_keeps_its_length(text: str, length: int) -> None:
    assert len(cut(text, length)) <= length


def test_what_people_need_stays() -> None:
    assert clean("été Größe 价格 👨\u200d🔧 e\u0301 می\u200cخواهم") == "été Größe 价格 👨\u200d🔧 e\u0301 می\u200cخواهم"
    assert clean("a\tb\nc") == "a b c"
    assert cut("three words here", 12) == "three words…"
    assert wrap("one two three", 2, 10) == "one two\n  three"
