"""Where a postcode lies: GeoNames' postal code files, one a country, kept in DATA/postcodes.

Their form: download.geonames.org/export/zip/readme.txt; tab-separated: country, postcode, place, …, latitude (tenth column),
longitude. The data are GeoNames', under CC BY 4.0. Postcodes of GB, CA, IE and NL are known there by their first half.
"""

import csv
import io
import re
import zipfile
import zlib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from tracker.domain.errors import RigscoutError
from tracker.domain.place import Place, place_of

LARGEST_ARCHIVE = 32 * 2**20  # bytes; the largest country's (Portugal, India) have a few MB
_LARGEST_TABLE = 256 * 2**20
_LATITUDE = 9


class BadPostcodesError(RigscoutError):
    """What should be a country's postcodes is none."""


class Postcodes:
    """The countries that lie in `folder`, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, dict[str, Place]] = {}

    def knows(self, country: str) -> bool:
        """Whether a country's file is there."""
        return (self._folder / f"{country}.txt").is_file()

    def place(self, country: str | None, text: str) -> Place | None:
        """The middle of the first postcode in `text` ("10115 Mitte"); None without one, or without its country's file."""
        if not country or not self.knows(country):
            return None
        places = self._places.setdefault(country, {}) or self._read(country)
        return next((places[code] for code in _codes(text) if code in places), None)

    def keep(self, country: str, archive: bytes) -> None:
        """Write a country's file out of GeoNames' zip, in one step. Raises BadPostcodesError, OSError."""
        try:
            with zipfile.ZipFile(io.BytesIO(archive)) as folder, folder.open(f"{country}.txt") as inside:
                table = inside.read(_LARGEST_TABLE)
        except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError) as error:
            raise BadPostcodesError(f"no postcodes of {country} in this file: {error}") from error
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f"{country}.tmp"
        draft.write_bytes(table)
        draft.replace(self._folder / f"{country}.txt")

    def _read(self, country: str) -> dict[str, Place]:
        """A postcode of several places lies in their middle; a line that can't be read is passed over."""
        found: dict[str, list[Place]] = defaultdict(list)
        with (self._folder / f"{country}.txt").open(encoding="utf-8", errors="replace", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                place = place_of(",".join(row[_LATITUDE : _LATITUDE + 2]))
                if place:
                    found[row[1].upper()].append(place)
        places = {code: (fmean(one[0] for one in all_), fmean(one[1] for one in all_)) for code, all_ in found.items()}
        self._places[country] = places
        return places


def _codes(text: str) -> list[str]:
    """What may be a postcode in a text: two words, a word, its part before a hyphen, and its first half (SW1A1AA)."""
    words = re.findall(r"[\w-]+", text.upper())
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    numbered = [word for word in words if any(letter.isdigit() for letter in word)]
    return [*pairs, *numbered, *(word.partition("-")[0] for word in numbered), *(word[:-3] for word in numbered)]
