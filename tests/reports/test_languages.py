"""Reports in German and French: no text lacks its translation, placeholders agree, and amounts are the reader's."""

import copy
import dataclasses
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from reports.closed_lists import ALLOWANCES, REASONS, STATES
from reports.filters import words
from reports.formats import Formats
from reports.kinds.alert import Alert, render_alarm, render_alert, render_note
from reports.kinds.daily import render_daily
from reports.kinds.weekly import render_weekly
from reports.names import allowance_name, flag_name, source_state
from tests.reports.mail_rules import problems
from tests.reports.sample import deals, empty_report, sample_report
from tests.reports.sample_machines import NOW, TODAY, eur
from tracker.domain.listing import PageState
from tracker.domain.match import FLAGS, Reason
from tracker.domain.report import SourceReport
from tracker.domain.said import Said
from tracker.domain.watch import WatchHit
from tracker.settings import read_toml, shipped_config

ROOT = Path(__file__).parents[2]
LANGUAGES = ("de", "fr")
HIT = WatchHit("P40", "ebay:7", "Tesla P40", eur(170), eur(180), "", "https://ebay.example/itm/7", last_seen=NOW)


def catalog(language: str) -> Catalog:
    with (ROOT / f"reports/locale/{language}/LC_MESSAGES/rigscout.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def texts() -> set[str | tuple[str, ...]]:
    """Every text that is marked for translation, as babel.cfg finds it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"gettext": None, "_": None, "Said": None, "N_": None, "ngettext": (1, 2)}
    found = extract_from_dir(ROOT, methods, options, keywords=keywords, directory_filter=_is_ours)
    return {message for _, _, message, _, _ in found if message}


def _is_ours(folder: str) -> bool:
    return Path(folder).name in {
        "reports",
        "templates",
        "kinds",
        "web",
        "delivery",
        "tracker",
        "rental",
        "services",
        "jobs",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_left_over(language: str, texts: set[str | tuple[str, ...]]) -> None:
    assert len(texts) > 200
    known = {
        message.id if isinstance(message.id, str) else tuple(message.id): message
        for message in catalog(language)
        if message.id
    }
    assert texts == set(known)
    for message in known.values():
        assert not message.fuzzy
        assert all(message.string if isinstance(message.string, tuple) else [message.string]), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree(language: str) -> None:
    for message in catalog(language):
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = {name for text in originals for name in placeholders(text)}
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            assert placeholders(text) <= wanted, message.id
            assert placeholders(text) >= wanted - {"count"}, message.id
            if wanted:
                assert text % dict.fromkeys(wanted, "x")  # a lone % would raise


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"(?<!%)%\((\w+)\)s", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    buffer = io.BytesIO()
    write_mo(buffer, catalog(language))
    with (ROOT / f"reports/locale/{language}/LC_MESSAGES/rigscout.mo").open("rb") as file:
        compiled = read_mo(file)
    written = read_mo(io.BytesIO(buffer.getvalue()))
    assert {str(m.id): m.string for m in compiled if m.id} == {str(m.id): m.string for m in written if m.id}


def test_closed_lists_are_whole() -> None:
    read = {PageState.LISTINGS, PageState.EMPTY}
    assert set(REASONS) == {words(reason.value) for reason in Reason}
    assert set(STATES) == {words(state.value) for state in PageState if state not in read}
    names = read_toml(shipped_config() / "targets" / "allowances.toml")["allowance"]
    assert {allowance_name(name) for name in names} <= {*ALLOWANCES}
    assert {flag_name(flag) for flag in FLAGS} <= {message.id for message in catalog("de") if message.string}


@pytest.mark.parametrize(
    ("state", "listings", "said"),
    [
        (PageState.LISTINGS, 4, "durchsucht"),
        (PageState.BUDGET_SPENT, 4, "zum Teil durchsucht: Budget verbraucht"),
        (PageState.BLOCKED, 0, "nicht durchsucht: blockiert"),
    ],
)
def test_how_much_of_a_source_was_searched(state: PageState, listings: int, said: str) -> None:
    assert source_state(SourceReport("ebay", state, listings=listings), Formats("de")) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ("Was zu kaufen ist", "Was sich seit 20. Nov. geändert hat", "Schnäppchen", "Wohin die Preise gehen",
                "Was dahintersteht", "Vor dem Kauf prüfen:", "Samstag", "172,80\u00a0€")),
        ("fr", ("Quoi acheter", "Ce qui a changé depuis le 20 nov.", "Bonnes affaires", "Où vont les prix",
                "Ce qu’il y a derrière", "À vérifier avant l’achat :", "samedi", "172,80\u00a0€")),
    ],
)  # fmt: skip
def test_the_mail_is_in_the_reader_s_language(language: str, said: tuple[str, ...]) -> None:
    message = render_daily(
        dataclasses.replace(sample_report(locale=language), hits=(HIT,)), page_url="https://box.example/"
    )
    for text in said:
        wanted = text.upper().replace("\u00a0", " ")
        assert wanted in message.text.upper().replace("\u00a0", " ")
        assert wanted in message.html.upper().replace("&NBSP;", " ").replace("\u00a0", " ")
    assert f'lang="{language}"' in message.html
    assert problems(message.html) == []
    for english in ("Deals", "What to buy", "Landed total", " seen ", "Careful", " searched", " since ", " more "):
        assert english not in message.text.replace("no power supply of 1400 W or more is on offer", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_report_speaks_it(language: str) -> None:
    formats = Formats(language)
    weekly = render_weekly(sample_report(locale=language))
    assert weekly.subject.startswith(formats.gettext("Week %(week)s", week=47))
    alert = Alert(deals()[:1], (HIT,), TODAY, NOW, locale=language)
    for message in (weekly, render_alert(alert), render_note(alert)):
        assert not re.search(r"Deal:|usual |Careful|Deals|Machines and", message.subject + message.text)
    alarm = render_alarm(SourceReport("ebay", PageState.BLOCKED, alarm_runs=3), key="k", locale=language)
    assert formats.gettext("Never read.") in alarm.text
    empty = render_daily(dataclasses.replace(empty_report(), locale=language))
    assert formats.gettext("No machine can be built today") in empty.subject


def test_a_sentence_remembers_what_it_was_made_of() -> None:
    said = Said("%(machine)s: %(amount)s cheaper, now %(total)s", machine="P40 <b>", amount=eur(18), total=eur(312))
    assert said == "P40 <b>: 18.00 EUR cheaper, now 312.00 EUR"
    assert Formats("de").say(said) == "P40 <b>: 18,00\u00a0€ billiger, jetzt 312,00\u00a0€"
    assert Formats("en").say(said) == "P40 <b>: €18.00 cheaper, now €312.00"
    assert Formats("de").say(Said("Estimated: %(what)s.", what=Said("shipping"))) == "Geschätzt: Versand."
    assert Formats("de").say("a plain text, 100 %") == "a plain text, 100 %"
    again = copy.deepcopy(Said("%(share)s%% on %(what)s", share=Decimal("19.50"), what=said))
    assert again == "19.50% on P40 <b>: 18.00 EUR cheaper, now 312.00 EUR"
    assert Formats("de").say(again) == "19,5% on P40 <b>: 18,00\u00a0€ billiger, jetzt 312,00\u00a0€"


def test_a_figure_of_a_page_is_rounded_a_sentence_keeps_what_was_rounded_where_it_was_made() -> None:
    assert Formats("de").gettext("%(months)s mo", months=Decimal(5) / 3).startswith("1,7 ")
    assert Formats("de").say(Said("%(share)s × it", share=Decimal("0.306"))) == "0,306 × it"


def test_an_unknown_language_reads_as_english() -> None:
    assert Formats("xx").gettext("Deals") == Formats("nl").gettext("Deals") == "Deals"
