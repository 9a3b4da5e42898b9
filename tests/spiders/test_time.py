"""Dates as marketplaces show them, by the page's capture time and the market's time zone."""

from datetime import UTC, datetime

import pytest

from spiders.extract.time import from_epoch, from_iso, read_time, saved_at

# 21 November 2026, 11:00 UTC: 12:00 in Berlin and Paris, 06:00 in New York, 03:00 in Los Angeles.
CAPTURED = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
BERLIN, PARIS, NEW_YORK, LONDON = "Europe/Berlin", "Europe/Paris", "America/New_York", "Europe/London"


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("Heute, 11:02", BERLIN, at(2026, 11, 21, 10, 2)),
        ("Gestern, 22:50", BERLIN, at(2026, 11, 20, 21, 50)),
        ("vorgestern 08:15", BERLIN, at(2026, 11, 19, 7, 15)),
        ("08.04.2022", BERLIN, at(2022, 4, 7, 22)),
        ("vor 3 Tagen", BERLIN, at(2026, 11, 18, 11)),
        ("vor 2 Std.", BERLIN, at(2026, 11, 21, 9)),
        ("vor einer Stunde", BERLIN, at(2026, 11, 21, 10)),
        ("Verkauft  3. Mär 2026", BERLIN, at(2026, 3, 2, 23)),
        ("hier, 09:15", PARIS, at(2026, 11, 20, 8, 15)),
        ("Hier à 09h15", PARIS, at(2026, 11, 20, 8, 15)),
        ("aujourd\u2019hui, 09:15", PARIS, at(2026, 11, 21, 8, 15)),
        ("il y a 2 jours", PARIS, at(2026, 11, 19, 11)),
        ("12 mars 2025 à 09:15", PARIS, at(2025, 3, 12, 8, 15)),
        ("Vendu le 20 juil. 2026", PARIS, at(2026, 7, 19, 22)),
        ("Sold Jul 20, 2026", NEW_YORK, at(2026, 7, 20, 4)),
        ("Sold  20 Jul 2026", LONDON, at(2026, 7, 19, 23)),
        ("Sprzedane 20 lip 2026", LONDON, at(2026, 7, 19, 23)),
        ("2026年7月20日 販売済み", LONDON, at(2026, 7, 19, 23)),
        ("48m ago", NEW_YORK, at(2026, 11, 21, 10, 12)),
        ("about 4 hours ago", NEW_YORK, at(2026, 11, 21, 7)),
        ("Dec 3", NEW_YORK, at(2025, 12, 3, 5)),
        ("2026-06-22T13:43:46-0400", NEW_YORK, at(2026, 6, 22, 17, 43, 46)),
        ("Tue Jul 15 2025 18:35:30 GMT-0700 (Pacific Daylight Time)", LONDON, at(2025, 7, 16, 1, 35, 30)),
        ("Vandaag", "Europe/Amsterdam", at(2026, 11, 20, 23)),
        ("10 mrt 24", "Europe/Amsterdam", at(2024, 3, 9, 23)),
        ("hace 3 días", "Europe/Madrid", at(2026, 11, 18, 11)),
        ("20 de jul de 2026", "Europe/Madrid", at(2026, 7, 19, 22)),
        ("3 giorni fa", "Europe/Rome", at(2026, 11, 18, 11)),
        ("2026年7月20日", "Asia/Tokyo", at(2026, 7, 19, 15)),
    ],
)
def test_what_markets_write(text, zone, expected):
    assert read_time(text, seen_at=CAPTURED, zone=zone) == expected


def test_the_zone_of_the_market_decides_which_day_today_is():
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # 01:30 of July 2 in Berlin
    assert read_time("Heute, 00:10", seen_at=late, zone=BERLIN) == at(2026, 7, 1, 22, 10)
    assert read_time("Today 00:10", seen_at=late, zone="UTC") == at(2026, 7, 1, 0, 10)


def test_month_first_is_said_by_the_market():
    assert read_time("7/8", seen_at=CAPTURED, zone="UTC", month_first=True) == at(2026, 7, 8)
    assert read_time("7/8", seen_at=CAPTURED, zone="UTC") == at(2026, 8, 7)


@pytest.mark.parametrize(
    "text", ["", "VB", "31.02.2026", "99999999 days ago", "Fri, 07:13 AM", "1" * 5000, "\ufffd\ufffd 3"]
)
def test_what_says_no_date_is_none(text):
    assert read_time(text, seen_at=CAPTURED, zone=BERLIN) is None


def test_saved_page_says_when_it_was_saved():
    page = b"<!DOCTYPE html><!--\n Page saved with SingleFile \n saved date: Mon Oct 06 2025 09:22:53 GMT+0200 (x)\n-->"
    assert saved_at(page) == at(2025, 10, 6, 7, 22, 53)
    assert saved_at(b"<!DOCTYPE html><title>x</title>") is None


def test_iso_and_epoch():
    assert from_iso("2026-02-06 17:14:06", PARIS) == at(2026, 2, 6, 16, 14, 6)
    assert from_iso("soon") is None
    assert from_epoch(1771890480.0) == from_epoch(1771890480000) == at(2026, 2, 23, 23, 48)
    assert from_epoch(0) is None
    assert from_epoch(True) is None  # noqa: FBT003 - JSON may hold anything
    assert from_epoch("x") is None
