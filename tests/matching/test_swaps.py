"""Variants of our own labelled titles whose right answer follows from the title's: another model's name, a filler, a fault."""

import re

import pytest

from tests.matching.evaluate import GOLDEN, read_rows

# How sellers write a family of names, what its ids begin with, and members of it with the rest of theirs.
FAMILIES = {
    "GeForce": (
        r"(?i)\b[gr]tx \d{4}(?: ti| super)?(?![\w-])",
        "gpu:",
        {
            "RTX 2070 Super": "rtx-2070-super",
            "GTX 980 Ti": "gtx-980-ti",
            "RTX 3090": "rtx-3090",
            "RTX 5080": "rtx-5080",
        },
    ),
    "Xeon E5": (
        r"\bE5-\d{4}[LWA]? ?v[34]\b",
        "cpu:xeon-e5-",
        {"E5-2699 v3": "2699-v3", "E5-2687Wv4": "2687w-v4", "E5-2630Lv3": "2630l-v3", "E5-1650 V4": "1650-v4"},
    ),
    "Threadripper": (
        r"(?<=Threadripper )\d{4}W?X\b",
        "cpu:threadripper-",
        {"1900X": "1900x", "2970WX": "2970wx", "3960X": "3960x", "3990X": "3990x"},
    ),
    "Tesla": (r"(?<=Tesla )[KMP]\d{2,3}\b", "gpu:tesla-", {"M60": "m60", "P100": "p100", "K40": "k40", "P4": "p4"}),
}
OPENINGS = ("Vends ", "NEW ", "TOP ZUSTAND ", "Price drop: ", "Verkaufe meine ", "Urgent! ", "Occasion - ", "Te koop: ")
ENDINGS = (
    " rechnung vorhanden",
    " - envoi possible",
    ", like new",
    " nur Abholung",
    " FREE SHIPPING",
    " come nuova",
    " VB",
    " zgan",
)
FAULTS = (
    " won't POST",
    ", card died",
    " - ne démarre plus",
    " springt nicht mehr an",
    " sin señal",
    " non dà segnale",
    " werkt niet meer",
)
SIZE = re.compile(r"(?i)\(?\b\d{1,3} ?g[bo]?\b\)?")
ROWS = [
    row
    for name in ("k80", "p40", "gtx1080ti", "xeon", "threadripper", "first_sight")
    for row in read_rows(GOLDEN / f"{name}.jsonl")
    if row["label"]["kind"] == "part"
    and not row["label"]["wanted"]
    and not row["label"]["defect"]
    and "[" not in row["title"]
]


def answer(matcher, title):
    match = matcher.match(title)
    return match.kind, match.decision, [(part.part, part.qty) for part in match.parts]


def letters(name):
    return re.sub(r"\W", "", name.lower())


@pytest.mark.parametrize("family", FAMILIES)
def test_another_name_in_the_same_spelling(matcher, family):
    pattern, prefix, members = FAMILIES[family]
    wrong, count = [], 0
    for row in ROWS:
        found, parts = re.findall(pattern, row["title"]), row["label"]["parts"]
        if len(found) != 1 or [letters(found[0]) in letters(part["part"]) for part in parts] != [True]:
            continue
        if row["title"].count(max(re.findall(r"\d+", found[0]), key=len)) != 1:
            continue
        before = answer(matcher, row["title"])[2]
        for member, rest in members.items():
            title = SIZE.sub("", re.sub(pattern, member, row["title"]))
            count += 1
            kind, _, sold = answer(matcher, title)
            if kind != "part" or sold != [(prefix + rest, before[0][1])]:
                wrong.append((title, kind, sold))
    assert count > 100
    assert len(wrong) <= 0.01 * count, wrong


@pytest.mark.parametrize("words", [*OPENINGS, *ENDINGS])
def test_what_sellers_put_around_a_title(matcher, words):
    form = (words + "{}") if words in OPENINGS else ("{}" + words)
    rows = ROWS[::4]
    wrong = [
        row["title"] for row in rows if answer(matcher, form.format(row["title"])) != answer(matcher, row["title"])
    ]
    assert len(wrong) <= 0.01 * len(rows), wrong


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_the_end(matcher, fault):
    rows = ROWS[::4]
    wrong = [row["title"] for row in rows if not matcher.match(row["title"] + fault).defect]
    assert len(wrong) <= 0.01 * len(rows), wrong
