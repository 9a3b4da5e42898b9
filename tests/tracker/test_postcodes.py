"""Postcodes: as people and sites write them, out of files that may be broken."""

from pathlib import Path

import pytest

from tests.postcode_file import BERLIN, geonames
from tracker.postcodes import BadPostcodesError, Postcodes


@pytest.mark.parametrize(
    ("country", "known", "text"),
    [
        ("DE", "10115", "10115 Mitte"),
        ("DE", "10115", "Berlin Mitte, 10115"),
        ("GB", "SW1A", "sw1a 1aa"),
        ("GB", "SW1A", "SW1A1AA"),
        ("CA", "M5V", "Toronto M5V 2T6"),
        ("NL", "1012", "1012 AB Amsterdam"),
        ("US", "10001", "10001-1234"),
        ("PT", "1000-001", "1000-001 Lisboa"),
        ("SE", "111 22", "111 22 Stockholm"),
    ],
)
def test_a_postcode_is_known_however_it_is_written(tmp_path: Path, country: str, known: str, text: str) -> None:
    postcodes = Postcodes(tmp_path / "postcodes")
    postcodes.keep(country, geonames(country, (known, "here", "50.5", "4.25")))
    assert postcodes.place(country, text) == (50.5, 4.25)


def test_places_of_one_postcode_have_their_middle(tmp_path: Path) -> None:
    Postcodes(tmp_path).keep(
        "FR", geonames("FR", ("01090", "A", "46", "4"), ("01090", "B", "47", "5"), ("x", "C", "?", ""))
    )
    assert Postcodes(tmp_path).place("FR", "01090") == (46.5, 4.5)
    assert Postcodes(tmp_path).place("FR", "x") is None


def test_what_is_not_known_has_no_place(tmp_path: Path) -> None:
    postcodes = Postcodes(tmp_path)
    assert postcodes.place("DE", "10115") is None
    postcodes.keep("DE", geonames("DE", BERLIN))
    assert postcodes.place("DE", "Mitte \x00 \t") is None
    assert postcodes.place(None, "10115") is None
    assert postcodes.place("FR", "10115") is None


@pytest.mark.parametrize("archive", [b"", b"<html>", geonames("FR", BERLIN), geonames("DE", BERLIN)[:-40]])
def test_a_broken_file_is_refused_and_nothing_is_written(tmp_path: Path, archive: bytes) -> None:
    with pytest.raises(BadPostcodesError, match="no postcodes of DE"):
        Postcodes(tmp_path).keep("DE", archive)
    assert not Postcodes(tmp_path).knows("DE")
