"""Amounts, days and ratios as the reader writes them; unknown is "unknown"."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.formats import Formats
from reports.names import allowance_name, marketplace_name, part_name, parts_name, target_name
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money

EN = Formats("en", "Europe/Paris")


def test_none_reads_unknown_everywhere() -> None:
    for show in (
        EN.money,
        EN.whole,
        EN.signed,
        EN.number,
        EN.times,
        EN.percent,
        EN.day,
        EN.short_day,
        EN.long_day,
        EN.moment,
    ):
        assert show(None) == "unknown"


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown", "whole"),
    [
        (123450, "EUR", "en", "€1,234.50", "€1,234"),
        (123450, "EUR", "de", "1.234,50\u00a0€", "1.234\u00a0€"),
        (5000, "JPY", "en", "¥5,000", "¥5,000"),
        (-1800, "EUR", "en", "−€18.00", "−€18"),
        (31190, "EUR", "zz", "€311.90", "€312"),
        (9650, "CHF", "de_CH", "CHF\u00a096.50", "CHF\u00a096"),
    ],
)
def test_money(minor: int, currency: str, locale: str, shown: str, whole: str) -> None:
    formats = Formats(locale)
    assert formats.money(Money(minor, currency)) == shown
    assert formats.whole(Money(minor, currency)) == whole


def test_differences_have_a_sign() -> None:
    assert EN.signed(Money(-1800, "EUR")) == "−€18.00"
    assert EN.signed(Money(1800, "EUR"), whole=True) == "+€18"
    assert EN.signed(Money(0, "EUR")) == "±€0.00"


def test_ratios_never_read_as_nothing() -> None:
    assert EN.times(Decimal("1.84")) == "1.8\u00a0×"
    assert EN.times(2) == "2.0\u00a0×"
    assert EN.times(Decimal("0.023")) == "0.023\u00a0×"


def test_moments_are_on_the_reader_s_clock() -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert EN.moment(at) == "2 Jul, 00:30"
    assert Formats("en", "nowhere/at-all").moment(at) == "1 Jul, 22:30"
    assert EN.long_day(date(2026, 11, 21)) == "Saturday, 21 November 2026"


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("gpu:tesla-k80", "Tesla K80"),
        ("gpu:gtx-1080-ti", "GTX 1080 Ti"),
        ("gpu:tesla-m40-24gb", "Tesla M40 24 GB"),
        ("cpu:xeon-e5-2680-v4", "Xeon E5-2680 v4"),
        ("cpu:core-i7-5820k", "Core i7-5820K"),
        ("board:x99", "X99 board"),
        ("ram:ddr4:32", "32 GB DDR4"),
        ("psu:1300", "1300 W power supply"),
        ("nonsense", "Nonsense"),
    ],
)
def test_ids_read_as_names(part: str, name: str) -> None:
    assert part_name(part) == name


def test_the_catalog_s_name_and_the_model_come_first() -> None:
    assert part_name("gpu:gtx-1080-ti", names={"gpu:gtx-1080-ti": "GeForce GTX 1080 Ti"}) == "GeForce GTX 1080 Ti"
    assert part_name("board:x99", "asus-x99-deluxe") == "ASUS X99 Deluxe"
    assert (
        parts_name((MatchedPart("gpu:tesla-p40", 3), MatchedPart("ram:ddr4:16")), 2) == "6 × Tesla P40 + 2 × 16 GB DDR4"
    )


def test_a_board_is_called_one_and_allowances_read_as_words() -> None:
    assert part_name("board:x99", names={"board:x99": "X99"}) == "X99 board"
    assert part_name("board:x99", names={"board:x99": "X99 board"}) == "X99 board"
    assert part_name("ram:ddr4:16", names={"ram:ddr4:16": "ram:ddr4:16"}) == "16 GB DDR4"
    assert [allowance_name(name) for name in ("ssd", "eps-adapter", "open-frame", "SSD 240 GB")] == [
        "SSD",
        "EPS adapter",
        "Open frame",
        "SSD 240 GB",
    ]


def test_other_words() -> None:
    assert marketplace_name("ebay") == "eBay"
    assert marketplace_name("some_site") == "Some site"
    assert target_name("three-p40") == "three P40"
