"""Every digit of Unicode is one of 0 to 9 before anything counts with it ("➆" once raised ValueError)."""

import sys

import pytest

from tracker.matching.normalise import normalise

DIGITS = [chr(code) for code in range(128, sys.maxunicode + 1) if chr(code).isdigit()]


def test_all_of_them_are_plain():
    assert len(DIGITS) > 700
    assert [digit for digit in DIGITS if not normalise(digit).isascii()] == []


@pytest.mark.parametrize(
    "title", ["{0}x{0} DDR4", "{0} x Tesla P40 {0}{0}GB", "PSU {0}{0}0W", "Xeon E5-268{0} v{0}", "x{0}"]
)
def test_none_raises(matcher, title):
    for digit in DIGITS:
        matcher.match(title.format(digit))
