"""A title in one plain spelling: lower case, no accents, no invisible characters, Cyrillic look-alikes made Latin.

Sellers write "GТX 1080 Тi" with Cyrillic letters, "4х8GB" with a Cyrillic ha, "RTX™ 3080", full-width digits and
zero-width spaces. Everything after this module sees one alphabet.
"""

import re
import unicodedata

# What is read of a text. Titles are under 300 characters on every marketplace; a megabyte of anything is no title.
TITLE_LIMIT = 1_000
DESCRIPTION_LIMIT = 8_000

_LOOK_ALIKES = str.maketrans("авеікмнорстухзѕј", "abeikmhopctyx3sj")
_CYRILLIC_RUN = re.compile("[a-z0-9а-яёіїєґѕј]*[а-яёіїєґѕј][a-z0-9а-яёіїєґѕј]*")
_CYRILLIC_LETTERS = re.compile("[а-яёіїєґѕј]+")
_BLANKS = re.compile(" {2,}")
_CYRILLIC_ALIKES = str.maketrans("aeopcxyi", "аеорсхуі")
_WITH_LATIN_ALIKES = re.compile("[aeopcxyiа-яёіїєґ]{4,}")
_SPELLED = {"ддр": "ddr", "ссд": "ssd", "ртх": "rtx", "гтх": "gtx", "рх": "rx", "ти": "ti", "супер": "super"}
_ALL_ALIKE = re.compile("[авеікмнорстухѕј]+")
_SPACED = dict.fromkeys("®™©℠•·�", " ") | dict.fromkeys("‐‑‒–—―−", "-") | {"×": "x", "✕": "x", "ı": "i", "ø": "o"}
_SPACED |= {
    "ł": "l",
    "đ": "d",
    "ß": "ss",
    "æ": "ae",
    "“": '"',
    "”": '"',
    "„": '"',
    "″": '"',
    "’": "'",
    "‘": "'",
    "ʼ": "'",
}
_KEPT = {ord(letter): letter for letter in "йїёґ"}  # letters of their own, whatever Unicode takes apart


class _Plain(dict[int, str]):
    """Character → its plain spelling, worked out once for each character of Unicode that turns up."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain_character(chr(code).lower())
        return plain


def _plain_character(char: str) -> str:
    if char in _SPACED:
        return _SPACED[char]
    if len(char) == 1 and ord(char) in _KEPT:
        return char
    if unicodedata.category(char[0]) in {"Cf", "Mn", "Me", "Cs", "Co", "Cn"}:
        return ""
    if char.isdigit():
        return str(unicodedata.digit(char))  # "➆" is one to str.isdigit, none to int
    apart = unicodedata.normalize("NFKD", char)
    return "".join(part for part in apart.lower() if not unicodedata.combining(part)) or " "


_PLAIN = _Plain()


def normalise(text: str) -> str:
    """`text` in its plain spelling; may be shorter or longer than `text` (see `offsets`)."""
    if text.isascii():
        return _one_blank(text.lower())
    plain = _one_blank(text.translate(_PLAIN))
    return plain if plain.isascii() else _latinise(plain)


def _one_blank(plain: str) -> str:
    return _BLANKS.sub(" ", plain) if "  " in plain else plain


def _latinise(plain: str) -> str:
    """Cyrillic look-alikes made Latin where they stand beside Latin letters or digits, or as a lone "х" (times)."""
    return _CYRILLIC_RUN.sub(_latin_run, plain)


def _latin_run(match: re.Match[str]) -> str:
    run = match[0]
    letters = _CYRILLIC_LETTERS.findall(run)
    if all(part in _SPELLED for part in letters):
        return _CYRILLIC_LETTERS.sub(lambda part: _SPELLED[part[0]], run)
    is_mixed = len(letters[0]) < len(run)
    if run == "х" or (is_mixed and letters != ["вт"] and all(_ALL_ALIKE.fullmatch(part) for part in letters)):
        return run.translate(_LOOK_ALIKES)
    if is_mixed and _WITH_LATIN_ALIKES.fullmatch(run):
        return run.translate(_CYRILLIC_ALIKES)  # a Russian word with a Latin "e", as it is written against filters
    return run


def offsets(text: str) -> list[int]:
    """For each character of `normalise(text)`, and one past its end, its place in `text`."""
    places: list[int] = []
    before = ""
    for place, char in enumerate(text):
        for plain in _PLAIN[ord(char)]:
            if plain != " " or before != " ":
                places.append(place)
            before = plain
    places.append(len(text))
    return places
