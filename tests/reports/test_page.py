"""The page as one file: what it says and in which order, that it needs nothing beside it, that its pieces are sound."""

import dataclasses
import re
from itertools import pairwise

from lxml import html as lxml_html
from lxml.html import HtmlElement

from reports.kinds.page import render_page
from tests.reports.sample import empty_report, sample_page, sample_report
from tests.reports.sample_machines import eur
from tracker.domain.watch import WatchHit


def tree(page: str = "") -> HtmlElement:
    return lxml_html.document_fromstring(page or sample_page())


def text_of(element: HtmlElement) -> str:
    return re.sub(r"\s+", " ", " ".join(element.itertext())).strip()


def test_the_headline_is_one_machine_and_one_number() -> None:
    (title,) = tree().iter("h1")
    assert text_of(title) == "K80 box €173"


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(heading.tag[1]) for heading in tree().iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    order = [text_of(heading) for heading in tree().iter("h2")]
    assert order == [
        "Cheapest machines today",
        "What changed since 20 Nov",
        "Deals 3",
        "Where prices go",
        "What more money buys",
        "What to buy for the other machines",
        "What stands behind this",
    ]


def test_every_bought_part_is_a_link_with_its_terms() -> None:
    machine = tree().get_element_by_id("machine-p40-box")
    text = text_of(machine)
    links = [link.get("href") for link in machine.iter("a")]
    for url in (
        "https://ebay.example/itm/40?a=1&b=2",
        "https://kleinanzeigen.example/itm/211?a=1&b=2",
        "https://leboncoin.example/itm/77?a=1&b=2",
    ):
        assert url in links
    for words in ("€158.00 €12.00 est. 20 Nov, 13:53", "not stated", "allowance, not searched", "Landed total €311.90", "proved cheapest",
                  "Verify before purchase", "A week (168 h) of g5.xlarge, in eu-west-1: €156.29", "Alternatives (1)", "What the price hides",
                  "no cloud machine of 24 GB is priced in this region", "55%"):  # fmt: skip
        assert words in text, words


def test_a_machine_that_cannot_be_built_says_why() -> None:
    assert "no power supply of 1400 W or more is on offer" in text_of(tree().get_element_by_id("machine-four-1080ti"))


def test_shared_shipping_is_a_line_of_its_own() -> None:
    assert "Shipping shared one seller, one parcel −€9.80" in text_of(tree().get_element_by_id("machine-k80-box"))


def test_sources_that_were_not_searched_are_named() -> None:
    text = text_of(tree().get_element_by_id("sources"))
    assert "✕ not searched: blocked" in text
    assert "captcha" in text
    assert "In all 11 697" in text


def test_it_needs_nothing_beside_it() -> None:
    page = sample_page()
    assert not list(tree(page).iter("script", "img", "iframe"))
    assert [link.get("href") for link in tree(page).iter("link")] == ["data:,"]
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "http://www.w3.org" not in page.replace('xmlns="http://www.w3.org', "")


def test_ids_are_single_and_inner_links_lead_somewhere() -> None:
    page = tree()
    ids = [element.get("id") for element in page.iter() if isinstance(element.tag, str) and element.get("id")]
    assert len(ids) == len(set(ids))
    for link in page.iter("a"):
        if link.get("href").startswith("#"):
            assert link.get("href")[1:] in ids, link.get("href")
    for used in re.findall(r"url\(#([^)]+)\)|xlink:href=\"#([^\"]+)\"", sample_page()):
        assert "".join(used) in ids


def test_charts_carry_their_figures_for_who_can_t_see_them() -> None:
    labels = [element.get("aria-label") for element in tree().iter("div") if element.get("role") == "img"]
    assert any("Tesla P40 on 21 Nov 2026: median €182.15, lowest €156.65" in label for label in labels)
    assert any("K80 box €172.80" in label and "a week of g5.xlarge €156.29" in label for label in labels)


def test_chart_texts_keep_their_decimals() -> None:
    assert "g5.12xlarge" in "".join(text_of(element) for element in tree().iter("text"))


def test_a_demo_says_so_in_the_page_and_in_every_chart() -> None:
    page = tree(sample_page(is_demo=True))
    assert "Demo data" in text_of(page.find_class("demo")[0])
    charts = page.xpath("//svg")
    assert charts
    assert all("DEMO DATA" in text_of(chart) for chart in charts)
    assert "[DEMO DATA]" in page.findtext(".//title")
    assert "demo" not in text_of(tree().body).lower()


def test_an_empty_day() -> None:
    text = text_of(tree(render_page(empty_report())).body)
    assert "No machine can be built today" in text
    assert "no offers at all are stored" in text
    assert "This is the first report" in text
    assert "No prices are stored yet" in text


def test_no_target_at_all() -> None:
    assert "No machine is asked for" in render_page(dataclasses.replace(empty_report(), machines=(), sources=()))


def test_unknown_amounts_read_unknown_never_zero() -> None:
    row = next(row for row in tree().get_element_by_id("value").iter("tr") if "1080 Ti" in text_of(row))
    assert text_of(row).endswith("€11.54 unknown unknown")


def test_two_renderings_are_equal() -> None:
    assert render_page(sample_report()) == sample_page()


def test_a_watch_s_hit_stands_on_the_page_with_its_name_and_limit() -> None:
    hit = WatchHit("cheap <P40>", "ebay:7", "Tesla P40 24 GB", eur(170), eur(180), url="https://ebay.example/itm/7")
    (section,) = tree(render_page(dataclasses.replace(sample_report(), hits=(hit,)))).xpath('//section[@id="watches"]')
    assert "cheap <P40> €170.00, limit €180.00. Tesla P40 24 GB , eBay" in text_of(section)
    assert section.xpath(".//a/@href") == ["https://ebay.example/itm/7"]
    assert not tree().xpath('//section[@id="watches"]')
