"""How text, amounts, days and links are shown: hostile text made harmless, money and dates in the reader's locale."""

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from gettext import NullTranslations, translation
from importlib import resources
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from tracker.domain.money import Money
from tracker.domain.said import Said

UNKNOWN = "unknown"
# More marks than this on one letter is no language's spelling but "zalgo" text that paints over its neighbours.
_MARKS_PER_LETTER = 3
_LONGEST_URL = 2000
_JOINERS = "\u200c\u200d"  # emoji and several scripts are written with them
_DEFAULT_LOCALE = "en"
_ORDINAL_DAYS = frozenset({"cs", "da", "de", "fi", "hu", "nb", "pl"})  # "21. Nov."
_TENTH = 0.1


def clean(text: str) -> str:
    """`text` without what acts instead of being read: controls, bidi overrides, invisible signs, stacked marks, lone surrogates.

    Controls become a space, so that words stay apart; newlines and tabs too: where lines matter, templates make them.
    """
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category == "Cs":
            kept.append("\ufffd")
        elif category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif marks <= _MARKS_PER_LETTER and (category != "Cf" or char in _JOINERS):
            kept.append(char)
    return re.sub(" {2,}", " ", "".join(kept))


def cut(text: str, length: int = 90) -> str:
    """`text` cleaned and, where it is longer than `length` characters, cut at the last word that fits, with an ellipsis."""
    text = clean(text).strip()
    if len(text) <= length:
        return text
    head = text[: length - 1]
    space = head.rfind(" ")
    return (head[:space] if space > length // 2 else head).rstrip(" ,;:-–") + "…"


class Lines(str):
    """Text already cleaned whose line ends are ours."""

    __slots__ = ()


def our_lines(text: str) -> Lines:
    """What a macro of ours printed, each piece of it cleaned already: its line ends stay."""
    return Lines(text)


def wrap(text: str, indent: int = 0, width: int = 76) -> Lines:
    """`text` cleaned and broken into lines of at most `width`, all but the first set in by `indent`; links stay whole."""
    lines = textwrap.wrap(clean(text), width - indent, break_long_words=False, break_on_hyphens=False)
    return Lines(("\n" + " " * indent).join(lines))


def safe_url(url: str | None) -> str | None:
    """`url` where a browser may be sent there: absolute http(s), a host, no user name, nothing invisible; else None."""
    if not url or len(url) > _LONGEST_URL or clean(url) != url or re.search(r"[\s\\<>\"]", url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    return url if is_web else None


def words(name: str) -> str:
    """An identifier of ours as words: "layout_unknown" → "layout unknown"."""
    return name.replace("_", " ")


def upper_first(text: str) -> str:
    """`text` with a capital first letter, the others as they are."""
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str = "") -> str:
    """`one` or its plural, as `count` asks; the plural is `one` with an s unless given."""
    return one if count == 1 else many or f"{one}s"


@dataclass(frozen=True)
class Formats:
    """The reader's way of writing amounts and times. An unknown locale reads as English, an unknown time zone as UTC.

    `texts` is the language of the sentences, the locale's own unless given: the pages are English with any amounts.
    """

    locale: str = _DEFAULT_LOCALE
    time_zone: str = "UTC"
    texts: str = ""

    @cached_property
    def _locale(self) -> Locale:
        try:
            return Locale.parse(self.locale.replace("-", "_"))
        except (UnknownLocaleError, ValueError, TypeError):
            return Locale.parse(_DEFAULT_LOCALE)

    @property
    def _day(self) -> str:
        return "d." if self._locale.language in _ORDINAL_DAYS else "d"

    @property
    def _unknown(self) -> str:
        return self.gettext(UNKNOWN)

    @cached_property
    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    @property
    def language(self) -> str:
        """The language tag of the texts: English where there is no translation, whatever the numbers' locale."""
        return str(self._translations.info().get("language", _DEFAULT_LOCALE))

    @cached_property
    def _translations(self) -> NullTranslations:
        with resources.as_file(resources.files("reports") / "locale") as folder:
            return translation("rigscout", folder, languages=[self.texts or self._locale.language], fallback=True)

    def gettext(self, message: str, **values: Any) -> str:
        """An English message in the reader's language, its %(values)s written in the reader's way."""
        text = self._translations.gettext(message)
        return text % self._written(values) if values else text

    def ngettext(self, one: str, many: str, count: int, **values: Any) -> str:
        """The same, in the number that `count` asks for; %(count)s is written out."""
        return self._translations.ngettext(one, many, count) % self._written({"count": count, **values})

    def say(self, text: str) -> str:
        """A text in the reader's language where it remembers what it was made of; else as it is."""
        if not isinstance(text, Said):
            return text
        return self._translations.gettext(text.message) % self._written(text.values)

    def _written(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._value(value) for name, value in values.items()}

    def _value(self, value: Any) -> str:
        match value:
            case Money():
                return self.money(value)
            case int() | float() | Decimal():
                return self.number(value)
            case date():
                return self.short_day(value)
        return self.say(str(value) if not isinstance(value, str) else value)

    def money(self, amount: Money | None) -> str:
        """Such as "€1,234.50"; "unknown" for None."""
        if amount is None:
            return self._unknown
        return _minus(str(format_currency(amount.amount, amount.currency, locale=self._locale)))

    def whole(self, amount: Money | None) -> str:
        """The amount to the nearest major unit, for headlines: "€1,235"."""
        if amount is None:
            return self._unknown
        pattern = re.sub(r"0\.0+", "0", self._locale.currency_formats["standard"].pattern)
        text = format_currency(amount.amount, amount.currency, pattern, locale=self._locale, currency_digits=False)
        return _minus(str(text))

    def signed(self, amount: Money | None, *, whole: bool = False) -> str:
        """A difference with its sign: "−€18.00", "+€5.00"; "±€0.00" where nothing changed."""
        if amount is None:
            return self._unknown
        size = Money(abs(amount.minor), amount.currency)
        sign = "±" if amount.minor == 0 else "−" if amount.minor < 0 else "+"
        return sign + (self.whole(size) if whole else self.money(size))

    def number(self, value: Decimal | float | None, digits: int = 1) -> str:
        """A number with at most `digits` decimals: "1.8", "24"."""
        if value is None:
            return self._unknown
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return _minus(str(format_decimal(value, pattern, locale=self._locale)))

    def times(self, value: Decimal | float | None) -> str:
        """A ratio: "1.8 ×"; more digits below one tenth, so that it never reads as nothing."""
        if value is None:
            return self._unknown
        pattern = "#,##0.0" if abs(float(value)) >= _TENTH else "0.000"
        return f"{format_decimal(value, pattern, locale=self._locale)}\u00a0×"

    def percent(self, share: Decimal | float | None) -> str:
        """A share 0..1 as "37%"."""
        if share is None:
            return self._unknown
        return str(format_percent(share, locale=self._locale))

    def day(self, day: date | None) -> str:
        """Such as "21 Nov 2026"."""
        return self._unknown if day is None else str(format_date(day, f"{self._day} MMM y", locale=self._locale))

    def short_day(self, day: date | None) -> str:
        """Such as "21 Nov"."""
        return self._unknown if day is None else str(format_date(day, f"{self._day} MMM", locale=self._locale))

    def long_day(self, day: date | None) -> str:
        """Such as "Saturday, 21 November 2026"."""
        return self._unknown if day is None else str(format_date(day, f"EEEE, {self._day} MMMM y", locale=self._locale))

    def moment(self, at: datetime | None) -> str:
        """Such as "21 Nov, 07:04", on the reader's clock."""
        if at is None:
            return self._unknown
        return str(format_datetime(at, f"{self._day} MMM, HH:mm", tzinfo=self._zone, locale=self._locale))


def _minus(text: str) -> str:
    """With a minus sign in place of the hyphen that many locales print."""
    return text.replace("-", "−", 1) if text.startswith("-") else text
