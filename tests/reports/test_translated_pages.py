"""Every page and mail in French and German: what stands there in English too is data, never a sentence of ours."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path

import pytest
from lxml import html as lxml_html

from reports.closed_lists import RULE_NAMES
from reports.filters import clean, cut, upper_first
from reports.fine_print import understood
from reports.formats import Formats
from reports.kinds.alert import Alert, render_alert
from reports.kinds.daily import render_daily
from reports.kinds.page import render_page
from reports.kinds.weekly import render_weekly
from reports.names import marketplace_name, part_name
from reports.web.app import create_app
from tests.reports.sample import deals, sample_report
from tests.reports.sample_machines import NOW, TODAY, eur
from tests.reports.web.site import Client, Reads, Writes, listings
from tracker.domain.rental import Tariff
from tracker.domain.said import Said
from tracker.domain.watch import WatchHit
from tracker.optimiser.check import ALL_RULES
from tracker.rental.notes import electricity
from tracker.settings import read_toml, shipped_config

ROOT = Path(__file__).parents[2]
LANGUAGES = ("de", "fr")
HIT = WatchHit("P40", "ebay:7", "Tesla P40", eur(170), eur(180), "", "https://ebay.example/itm/7", last_seen=NOW)
WEB = ("/machines/p40-box", "/machines/four-1080ti", "/deals", "/parts", "/parts/gpu%3Atesla-p40", "/listings/ebay/900",
       "/sources", "/rent-or-buy?target=p40-box", "/review", "/archive", "/nothing")  # fmt: skip
# Words that are the same in all three languages, or stand for themselves.
SAME = {
    "Rigscout", "Alarm:", "/openapi.json", "Demo", "n", "%", "GPU", "VRAM", "Alternativen", "Trend", "Median", "Archiv", "Machine", "Machines",
    "Source", "Sources", "Site", "Pages", "Cloud", "Parts", "image", "cloud", "VRAM, GB", "condition", "description", "Shroud",
    "Tesla P40 number", "Card without a price", "bare alias",
}  # fmt: skip


def said_in(html: str) -> set[str]:
    """Every text and every spoken attribute with two letters or more."""
    tree = lxml_html.document_fromstring(html)
    for away in tree.xpath("//style|//script"):
        away.drop_tree()
    found = [*tree.itertext(), *tree.xpath("//@title|//@alt|//@aria-label|//@data-label|//@data-read")]
    return {" ".join(text.split()) for text in found if re.search(r"[^\W\d_]{2}", text)}


@cache
def pages(locale: str) -> dict[str, str]:
    """Everything that a reader may get, by name."""
    whole = sample_report(locale=locale)
    report = dataclasses.replace(
        whole, hits=(HIT,), machines=whole.machines[1:3] + whole.machines[-1:], parts=whole.parts[:1]
    )
    site = Client(create_app(Reads(report), writes=Writes()))
    alert = Alert(deals()[:1], (HIT,), TODAY, NOW, locale=locale)
    return {
        "page": render_page(report),
        "mail": render_daily(report, page_url="https://box.example/").html,
        "weekly": render_weekly(report).html,
        "alert": render_alert(alert).html,
        **{address: site.get(address).text for address in WEB},
    }


@cache
def data() -> frozenset[str]:
    """Every string of the sample day and its listings: what people wrote, names, slugs."""
    found = set(_strings((sample_report(), HIT, listings()[0])))
    spelt = {part_name(text) for text in found} | {part_name("", text) for text in found if "-" in text}
    shown = {change(text) for text in found for change in (clean, cut, upper_first, marketplace_name)}
    return frozenset(found | spelt | {" ".join(text.split()) for text in shown})


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _strings(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from (text for item in (*value, *value.values()) for text in _strings(item))
    elif isinstance(value, tuple):
        yield from (text for item in value for text in _strings(item))


@cache
def known() -> re.Pattern[str]:
    words = sorted((re.escape(text) for text in {*data(), *SAME} if len(text) > 1), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


def is_data(text: str) -> bool:
    """Whether nothing is left of a text when all data, numbers and signs are taken out of it."""
    return not re.search(r"[^\W\d_]{3}", known().sub(" ", text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["page", "mail", "weekly", "alert", *WEB])
def test_no_sentence_stays_english(name: str, language: str) -> None:
    ours = said_in(pages(language)[name])
    assert f'lang="{language}"' in pages(language)[name]
    assert {text for text in ours & said_in(pages("en")[name]) if not is_data(text)} == set()


MAKERS = ("rules/*", "answer", "explain", "extra", "later", "allowances")


def sentences_of(file: Path) -> Iterator[str]:
    """Every text of several words in a module's functions, with a 7 in each place."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inner or id(node) in docs:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)


# Pieces of sentences, that stand in others; and what is told to who runs a command, not to a reader.
PIECES = re.compile(
    r"Zen 2|Sandy Bridge.*|Cascade Lake-W|figures.md D2|1\.12 .*|2\.14 .*| of 7| with at least 7 GB a device| or 7|.* and 7|"
    r"7 \(7\)|7 of 7|too weak|server supply too weak|no power supply for the board|cards draw 7 W, the maker allows 7 W|"
    r"; for the cards 7 W, 7 from a server supply|GB of VRAM|GB of |x |x one A10G's speed|7 names no workload|give it .*|"
    r"the later stage .*|7 would cost .*|7 can't be priced.*|7 x 7| and |7; .*|money per .*| or | W|"
    r"7: 7|7 more buys (no more 7|7 7 more: 7, 7 in all)"
)


def test_every_sentence_made_elsewhere_is_known_by_its_shape() -> None:
    files = [file for maker in MAKERS for file in (ROOT / "tracker/optimiser").glob(f"{maker}.py")]
    made = {text for file in files for text in sentences_of(file) if " " in text.strip()}
    assert len(made) > 150
    assert {text for text in made if not isinstance(understood(text), Said) and not PIECES.fullmatch(text)} == set()


def test_shipped_targets_allowances_and_rules_are_translated() -> None:
    files = [read_toml(file) for file in (shipped_config() / "targets").glob("*.toml")]
    texts = [each["description"] for each in files if "description" in each]
    texts += [allowance["why"] for each in files for allowance in each.get("allowance", {}).values()]
    assert len(texts) > 20
    assert [text for text in texts if not isinstance(understood(text), Said)] == []
    assert set(ALL_RULES) | {"condition"} == set(RULE_NAMES)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("50.00 EUR more buys no more VRAM", "50,00\u00a0€ mehr kaufen nicht mehr VRAM"),
        ("663 W wanted (125% of the sum of TDPs), 425 or 685 or 825 W given",
         "das Netzteil muss 663 W geben (125 % dessen, was die Teile ziehen); gegeben: 425 oder 685 oder 825 W"),
        ("2 modules, 4 slots; verify: memory_slots of Dell T5810 is unverified in the catalog",
         "prüfe die Zahl der Speicherplätze (Dell T5810): keine Quelle bestätigt es (2 Module, 4 Plätze)"),
        (Said("%(source)s: %(alarm)s", source="ebay", alarm=Said(
            "not read since %(day)s: %(state)s in the last %(n)s runs", day=date(2026, 11, 20), state=Said("blocked"), n=3)),
         "ebay: nicht gelesen seit 20. Nov.: blockiert in den letzten 3 Läufen"),
        (electricity(Tariff(Decimal("0.266"), "EUR", "about 2025"), "FR"),
         "Strom 0,266 EUR/kWh (FR, about 2025, ungeprüft)"),
        ("a user's own sentence: 3 or 4 of it", "a user's own sentence: 3 or 4 of it"),
        ("x" * 5000, "x" * 5000),
    ],
)  # fmt: skip
def test_a_sentence_is_said_again(text: str, told: str) -> None:
    assert Formats("de").say(text) == told
