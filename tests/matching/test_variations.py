"""What must not change an answer (spelling, filler, shop words), and what must (a count, an accessory, a wish, a fault)."""

import re
from collections.abc import Callable

import pytest

from tracker.domain.match import Decision, Kind, Match

# Our own titles of one working part each, as long and as short as sellers write them.
TITLES = {
    "Nvidia Tesla K80 24GB GDDR5 GPU Accelerator Card": "gpu:tesla-k80",
    "Dell Tesla P40 24 GB passive, pulled from working server": "gpu:tesla-p40",
    "EVGA GTX 1080 Ti SC2 Gaming 11GB": "gpu:gtx-1080-ti",
    "MSI GeForce RTX 3060 Ti Ventus OC 8GB GDDR6 Graphics Card": "gpu:rtx-3060-ti",
    "Sapphire Nitro+ RX 580 8GB GDDR5": "gpu:rx-580-8gb",
    "PNY Quadro P4000 8GB GDDR5 Workstation Grafikkarte": "gpu:quadro-p4000",
    "Intel Xeon E5-2680 v4 14-Core 2.40GHz LGA2011-3": "cpu:xeon-e5-2680-v4",
    "AMD Ryzen Threadripper 1950X Prozessor": "cpu:threadripper-1950x",
    "Intel Core i7-8700K CPU": "cpu:core-i7-8700k",
    "AMD Ryzen 5 5600X Processor AM4": "cpu:ryzen-5-5600x",
    "ASRock X99 Extreme4 motherboard LGA2011-3 DDR4": "board:x99",
    "Supermicro X10SRL-F server board": "board:c612",
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "small letters": str.lower,
    "two blanks": lambda title: title.replace(" ", "  "),
    "no-break blanks": lambda title: title.replace(" ", "\u00a0"),
    "zero-width characters": lambda title: title.replace("a", "a\u200b"),
    "glued series": lambda title: re.sub(r"\b(GTX|RTX|RX) (\d)", r"\1\2", title),
    "glued suffix": lambda title: re.sub(r"(\d{4}) (Ti)\b", r"\1\2", title),
    "hyphened suffix": lambda title: re.sub(r"(\d{4}) (Ti)\b", r"\1-\2", title),
    "glued version": lambda title: re.sub(r"(\d{4}) v(\d)", r"\1V\2", title),
    "no hyphens": lambda title: title.replace("E5-", "E5 ").replace("i7-", "i7 "),
    "spaced unit": lambda title: re.sub(r"(\d)GB", r"\1 GB", title),
}
FILLERS = (
    "{} - SHIPS FAST", "FREE SHIPPING {}", "🔥 {} 🔥", "*** {} ***", "{}!!!", "TOP! {}", "{} | eBay", "Used {}", "{} tested working",
    "{} Berlin", "{} envoi rapide", "{} mit Rechnung", "{} negotiable", '"{}"', "{} SKU 48213", "Biete {}", "À vendre {}", "Vendo {}",
    "très bon état {}", "no reserve {}", "{} open box", "{} w/ warranty", "New listing{}", "{} 12 Monate Garantie", "#2 {}",
    "Pulled from working system {}",
)  # fmt: skip
COUNTS = {
    "2x {}": 2, "2 x {}": 2, "(2) {}": 2, "{} x2": 2, "{} (2)": 2, "{} *2": 2, "{} par 2": 2, "Pair of {}": 2, "Two {}": 2,
    "Zwei {}": 2, "Deux {}": 2, "Lot of 3 {}": 3, "Lot de 2 {}": 2, "lot of (4) {}": 4, "{} - 2 Stück": 2, "{} 3 pcs": 3,
    "Qty 4 {}": 4, "{}, quantity 5": 5, "2 stk. {}": 2, "{} 2 шт": 2, "{} 2 db": 2, "Pareja de {}": 2, "Coppia di {}": 2,
}  # fmt: skip
GOODS = (
    "{} poster", "Amazon gift card {}", "{} T-Shirt", "Gutschein {}", "{} repair service",
)  # fmt: skip
ACCESSORIES = (
    "Fan for {}", "Water block for {}", "Empty box for {}", "{} box only", "{} heatsink only", "Lüfter für {}", "{} nur OVP",
    "{} Leerkarton", "Kühler passend für {}", "Ventilateur pour {}", "Support pour {}", "Boîte vide {}", "{} boîte vide",
    "Power cable compatible with {}", "Bracket suitable for {}", "Replacement fans fit {}", "Waterblok voor {}",
)  # fmt: skip
WISHES = (
    "WTB {}", "Wanted: {}", "Looking for {}", "Suche {}", "{} gesucht", "Cherche {}", "Recherche {}", "Busco {}", "Cerco {}",
    "Gezocht: {}", "Куплю {}", "Kupię {}", "Keresek {}", "[H] Cash [W] {}",
)  # fmt: skip
FAULTS = (
    "{} for parts or not working", "{} - broken", "{} faulty", "{} no display", "{} spares or repair", "{} defekt", "Defekte {}",
    "{} für Bastler", "{} ohne Funktion", "{} geht nicht", "{} HS", "{} en panne", "{} pour pièces", "{} ne marche plus",
    "{} no funciona", "{} averiada", "{} guasta", "{} non funziona", "{} uszkodzona", "{} hibás", "{} не рабочая", "{} kapot",
    "{} no box, for parts", "{} selges defekt",
)  # fmt: skip
HEALTHY = (
    "{} no defects", "{} not for parts", "{} never broken", "{} no issues", "{} untested", "{} as is", "{} read description",
    "{} kein Defekt", "{} keine Defekte", "{} ohne Mängel", "{} nie defekt", "{} aucun défaut", "{} pas HS", "{} 1 año funciona",
    "{} nessun difetto", "{} geen defecten", "{} ingen feil", "{} без дефектов",
)  # fmt: skip


def sold(match: Match) -> list[tuple[str, int]]:
    return [(part.part, part.qty) for part in match.parts] if match.decision is Decision.ACCEPT else []


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_spelling_changes_nothing(matcher, spelling):
    assert {title: sold(matcher.match(spelling(title))) for title in TITLES} == {
        title: [(part, 1)] for title, part in TITLES.items()
    }


@pytest.mark.parametrize("filler", FILLERS)
def test_filler_changes_nothing(matcher, filler):
    assert {title: sold(matcher.match(filler.format(title))) for title in TITLES} == {
        title: [(part, 1)] for title, part in TITLES.items()
    }


@pytest.mark.parametrize("good", GOODS)
def test_goods_and_services_sell_no_part(matcher, good):
    plain = [title for title in TITLES if "," not in title]  # behind a comma anything may come with the card
    assert [title for title in plain if sold(matcher.match(good.format(title)))] == []


@pytest.mark.parametrize(("form", "count"), COUNTS.items(), ids=COUNTS.keys())
def test_counts(matcher, form, count):
    assert {title: sold(matcher.match(form.format(title))) for title in TITLES} == {
        title: [(part, count)] for title, part in TITLES.items()
    }


@pytest.mark.parametrize("form", ACCESSORIES)
def test_accessories_sell_no_part(matcher, form):
    kinds = {title: matcher.match(form.format(title)).kind for title in TITLES}
    assert kinds == dict.fromkeys(TITLES, Kind.ACCESSORY)


@pytest.mark.parametrize("form", WISHES)
def test_wishes(matcher, form):
    assert [title for title in TITLES if not matcher.match(form.format(title)).wanted] == []


@pytest.mark.parametrize("form", FAULTS)
def test_faults(matcher, form):
    assert [title for title in TITLES if not matcher.match(form.format(title)).defect] == []


@pytest.mark.parametrize("form", HEALTHY)
def test_what_looks_like_a_fault_and_is_none(matcher, form):
    assert [title for title in TITLES if matcher.match(form.format(title)).defect] == []
