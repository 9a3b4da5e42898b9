"""From a date as a marketplace shows it ("Heute, 14:02", "vor 3 Tagen", "Sold Jul 20, 2026") to an aware UTC time."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from spiders.extract.html import clean

_LAST_DAY, _CENTURY = 31, 2000
_LONGEST = 120  # characters: no marketplace's date is longer, and every pattern here stays linear

_LONGEST_GUESS = 40
_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt", "cs", "sv", "ja", "ru"]

# How many days before the day of capture a word means. Words of all languages stand together: none contradicts another.
_DAYS = {
    "today": 0, "yesterday": 1,
    "heute": 0, "gestern": 1, "vorgestern": 2,
    "aujourd'hui": 0, "hier": 1, "avant-hier": 2,
    "vandaag": 0, "gisteren": 1, "eergisteren": 2,
    "hoy": 0, "ayer": 1, "anteayer": 2,
    "oggi": 0, "ieri": 1,
    "dzisiaj": 0, "dziś": 0, "wczoraj": 1,
}  # fmt: skip

_NOW = {"now", "just now", "gerade eben", "à l'instant", "zojuist", "ahora mismo"}

_MINUTE, _HOUR, _DAY, _WEEK = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1))
# A month and a year are as long as they are on average: "vor 2 Monaten" is no exact statement.
_MONTH, _YEAR = timedelta(days=30.44), timedelta(days=365.25)
_UNITS: Mapping[str, timedelta] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden", "seconde", "secondes", "seconden",
                     "segundo", "segundos"), timedelta(seconds=1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten", "minuut", "minuto", "minutos", "minuti", "minut"),
                    _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "uur", "uren",
                     "hora", "horas", "ora", "ore", "godz", "godziny"), _HOUR),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen", "jour", "jours", "j", "dag", "dagen", "día", "días",
                     "dia", "dias", "giorno", "giorni", "dni", "dzień"), _DAY),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen", "semaine", "semaines", "weken", "semana", "semanas",
                     "settimana", "settimane"), _WEEK),
    **dict.fromkeys(("month", "months", "monat", "monate", "monaten", "mois", "maand", "maanden", "mes", "meses",
                     "mese", "mesi"), _MONTH),
    **dict.fromkeys(("y", "year", "years", "jahr", "jahre", "jahren", "an", "ans", "jaar", "año", "años", "anno", "anni"),
                    _YEAR),
}  # fmt: skip
_ONE = {"a", "an", "one", "einer", "einem", "eine", "ein", "un", "une", "una", "uno", "een"}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv januari enero ene gennaio gen jän jänner stycznia sty",
            "feb february februar février févr fév fevr februari febrero febbraio lutego lut",
            "mar march märz mär mars maart mrt marzo mrz marca",
            "apr april avril avr abril abr aprile kwietnia kwi",
            "may mai mei mayo maggio mag maja",
            "jun june juni juin junio giugno giu czerwca cze",
            "jul july juli juillet juil julio luglio lug lipca lip",
            "aug august août aout augustus agosto ago sierpnia sie",
            "sep sept september septembre septiembre settembre set września wrz",
            "oct october oktober okt octobre octubre ottobre ott października paź",
            "nov november novembre noviembre listopada lis",
            "dec december dezember dez décembre déc diciembre dic dicembre grudnia gru",
        ),
        start=1,
    )
    for name in names.split()
}

_CLOCK = re.compile(r"\b(\d{1,2})(?::|h|\.(?=\d\d\b(?!\.)))(\d{2})(?::(\d{2}))?\s*(am|pm)?\b")
_AGO = re.compile(rf"\b(\d{{1,4}}|{'|'.join(sorted(_ONE, key=len, reverse=True))})\s*([^\W\d_]{{1,9}})\b")
_AGO_WORD = re.compile(r"\b(?:ago|vor|il y a|hace|há|geleden|fa|temu)\b")
_NUMERIC = re.compile(r"\b(\d{1,4})([./-])(\d{1,2})(?:\2(\d{2,4}))?\b")
_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:\.|er|st|nd|rd|th)?\s*(?:de\s+)?([^\W\d_]{3,12})\.?,?\s*(?:de\s+)?(\d{4}|\d{2}\b)?"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(\d{4}))?")
_EAST_ASIAN = re.compile(r"(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日")
_BROWSER = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT([+-]\d{4})")
_ISO = re.compile(r"\s*\d{4}-\d\d-\d\d")
_SAVED = re.compile(rb"saved date:\s*(\w{3} \w{3} \d{1,2} \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4})")


def read_time(text: str, *, seen_at: datetime, zone: str, month_first: bool = False) -> datetime | None:
    """The time that `text` means on a page captured at `seen_at`, in UTC; None where it says none.

    `zone` is the market's IANA time zone; a date without a clock is that day's local midnight, one without a year is
    the last such day before the capture. `month_first`: 7/8 is July 8 (the United States).
    """
    text = text[:_LONGEST].strip()
    return _read(text, seen_at, zone, month_first) if text else None


def from_iso(text: str, zone: str = "UTC") -> datetime | None:
    """The time of an ISO 8601 text ("2026-02-06 17:14:06", "2026-06-22T13:43:46-0400") in UTC; `zone` where it has none."""
    try:
        if not _ISO.match(text):  # fromisoformat also takes runs of digits for dates
            return None
        moment = datetime.fromisoformat(text.strip())
        return _aware(moment, zone)
    except (ValueError, OverflowError, TypeError):
        return None


def from_epoch(seconds: object) -> datetime | None:
    """The time of Unix seconds (a number, or its text); milliseconds are recognised by their size. None for none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        value = float(seconds)
        return datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC) if value > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def saved_at(body: bytes) -> datetime | None:
    """When a browser's SingleFile extension saved the page, which it writes at its top; None for other pages."""
    found = _SAVED.search(body, 0, 2000)
    return _browser_time(found[1].decode("ascii", "replace")) if found else None


@lru_cache(maxsize=4096)
def _read(text: str, seen_at: datetime, zone: str, month_first: bool) -> datetime | None:
    local = seen_at.astimezone(ZoneInfo(zone))
    text = clean(text.replace("\u2019", "'"))
    lowered = text.casefold()
    try:
        moment = (
            _browser_time(text)
            or from_iso(text, zone)
            or _day_word(lowered, local)
            or _ago(lowered, local)
            or _calendar(lowered, local, month_first=month_first)
            or _any_language(text, local)
        )
        return None if moment is None else _aware(moment, zone)
    except (ValueError, OverflowError):
        return None  # "31.02.2026", or a year that no calendar has


def _aware(moment: datetime, zone: str) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _browser_time(text: str) -> datetime | None:
    found = _BROWSER.search(text)
    if not found or found[1].casefold() not in _MONTHS:
        return None
    month = _MONTHS[found[1].casefold()]
    iso = f"{found[3]}-{month:02}-{int(found[2]):02}T{found[4]}:{found[5]}:{found[6]}{found[7]}"
    return from_iso(iso)


def _clock(text: str) -> tuple[int, int, int]:
    found = _CLOCK.search(text)
    if not found:
        return 0, 0, 0
    hour, half = int(found[1]), found[4]
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, int(found[2]), int(found[3] or 0)


def _at_clock(day: datetime, text: str) -> datetime:
    hour, minute, second = _clock(text)
    return day.replace(hour=hour, minute=minute, second=second, microsecond=0, fold=0)


def _day_word(text: str, local: datetime) -> datetime | None:
    if text.strip(" .") in _NOW:
        return local
    for word in re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)?", text)[:4]:
        if word in _DAYS:
            return _at_clock(local - timedelta(days=_DAYS[word]), text)
    return None


def _ago(text: str, local: datetime) -> datetime | None:
    if not _AGO_WORD.search(text):
        return None
    for number, unit in _AGO.findall(text):
        if unit in _UNITS and (number.isdigit() or number in _ONE):
            return (local - (int(number) if number.isdigit() else 1) * _UNITS[unit]).replace(microsecond=0)
    return None


def _calendar(text: str, local: datetime, *, month_first: bool) -> datetime | None:
    without_clock = _CLOCK.sub(" ", text) if ":" in text else text
    day = _numeric_date(without_clock, month_first=month_first) or _named_date(without_clock)
    if day is None:
        return None
    number, month, year = day
    moment = _at_clock(local.replace(year=year or local.year, month=month, day=number), text)
    if year is None and moment > local + _DAY:
        moment = moment.replace(year=local.year - 1)
    return moment


def _numeric_date(text: str, *, month_first: bool) -> tuple[int, int, int | None] | None:
    if eastern := _EAST_ASIAN.search(text):
        return int(eastern[3]), int(eastern[2]), int(eastern[1])
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, third = int(found[1]), int(found[3]), found[4]
    if first > _LAST_DAY:
        return (int(third), second, first) if third else None
    day, month = (second, first) if month_first and found[2] == "/" else (first, second)
    return day, month, _full_year(third)


def _named_date(text: str) -> tuple[int, int, int | None] | None:
    for day, name, year in _DAY_MONTH.findall(text):
        if name in _MONTHS:
            return int(day), _MONTHS[name], _full_year(year)
    for name, day, year in _MONTH_DAY.findall(text):
        if name in _MONTHS:
            return int(day), _MONTHS[name], _full_year(year)
    return None


def _full_year(text: str | None) -> int | None:
    if not text:
        return None
    year = int(text)
    return year + _CENTURY if year < 100 else year  # noqa: PLR2004 - "24" stands for 2024


def _any_language(text: str, local: datetime) -> datetime | None:
    """What none of the tables knows. dateparser costs about a millisecond a call, so it comes last and is cached.

    It is told the markets' languages: guessing among all that it knows costs a hundred.
    """
    if len(text) > _LONGEST_GUESS or not any(character.isdigit() for character in text) or "\ufffd" in text:
        return None
    import dateparser  # here: it costs 0.2 s to load, and most crawls never come to this line

    settings = {
        "RELATIVE_BASE": local.replace(tzinfo=None),
        "PREFER_DATES_FROM": "past",
        "REQUIRE_PARTS": ["day", "month"],
    }
    found: datetime | None = dateparser.parse(text, languages=_LANGUAGES, settings=settings)
    return found
