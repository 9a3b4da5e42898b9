"""Whatever a title holds, matching neither raises nor takes long."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PIECES = ["gtx", "1080", "ti", "tesla", "p40", "x99", "xeon", "e5", "2680", "v4", "16", "gb", "x", "*", "(", ")", "[h]", "[w]",
          "for", "no", "better than", "/", ",", "-", "750w", "psu", "ddr4", "\u200b", "х", "4х8", "🔥", "\u202e", "lot of", "i7",
          "ryzen", "5600x", "laptop", "pc", "0", "999999999999", "½", "²", "٣", "Ⅷ", "ß", "İ", "\x00", "\ud800"]  # fmt: skip
# A megabyte of anything must not take longer than some hundreds of ordinary titles; the limit allows for a busy machine.
SECONDS = 2.0
BOMBS = {
    "a megabyte of one letter": "a" * 1_000_000,
    "a megabyte of digits": "9" * 1_000_000,
    "a megabyte of names": "RTX 3080 " * 120_000,
    "a megabyte of brackets": "[h](" * 250_000,
    "nested counts": "x2 2x " * 100_000,
    "sizes": "4x16GB " * 100_000,
    "all emoji": "🔥🎮💻" * 100_000,
    "right to left": "كرت شاشة RTX 3080 للبيع " * 20_000,
    "mixed scripts": "GТX 1080 Тi видеокарта 显卡 グラボ " * 20_000,
    "zero width": "R\u200bT\u200bX\u200b \u200b3\u200b0\u200b8\u200b0 " * 20_000,
    "combining marks": "e\u0301\u0327" * 200_000,
    "slashes": "i7/" * 300_000,
    "newlines": "\n" * 1_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_take_bounded_time(matcher, bomb):
    began = time.perf_counter()
    matcher.match(bomb, description=bomb)
    matcher.match("[H] CPUs, motherboards [W] PayPal", description=bomb)
    assert time.perf_counter() - began < SECONDS


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.none() | st.text(max_size=300))
def test_any_text(matcher, title, description):
    match = matcher.match(title, description=description)
    assert 0 <= match.confidence <= 1
    assert all(0 <= item.start <= item.end <= len(title) for item in match.evidence)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " ", "-"]))
def test_any_heap_of_title_words(matcher, pieces, glue):
    match = matcher.match(glue.join(pieces))
    assert all(part.qty >= 1 for part in match.parts)
    assert len({(part.part, part.model) for part in match.parts}) == len(match.parts)


def test_invisible_characters_change_nothing(matcher):
    plain = matcher.match("Tesla K80 24GB")
    hidden = matcher.match("Te\u200bsla K\u200d80 24\u2060GB")
    assert hidden.parts == plain.parts
    assert hidden.decision == plain.decision
