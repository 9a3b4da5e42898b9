"""The reader's language and way of writing amounts, days and numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from gettext import NullTranslations, translation
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from reports.fine_print import OURS, understood
from reports.spelling import spell
from tracker.domain.money import Money
from tracker.domain.said import Said

UNKNOWN = "unknown"
_DEFAULT_LOCALE = "en"
_ORDINAL_DAYS = frozenset({"cs", "da", "de", "fi", "hu", "nb", "pl"})  # "21. Nov."
_TENTH = 0.1
_CARD_OR_CPU = re.compile(r"[cg]pu:[a-z0-9.-]+$")


@dataclass(frozen=True)
class Formats:
    """The reader's way of writing amounts and times. An unknown locale reads as English, an unknown time zone as UTC."""

    locale: str = _DEFAULT_LOCALE
    time_zone: str = "UTC"

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
            return translation("rigscout", folder, languages=[self._locale.language], fallback=True)

    def gettext(self, message: str, **values: Any) -> str:
        """An English message in the reader's language, its %(values)s written in the reader's way."""
        text = self._translations.gettext(message) if message else ""
        return text % self._written(values) if values else text

    def ngettext(self, one: str, many: str, count: int, **values: Any) -> str:
        """The same, in the number that `count` asks for; %(count)s is written out."""
        return self._translations.ngettext(one, many, count) % self._written({"count": count, **values})

    def say(self, text: str) -> str:
        """A text in the reader's language where it remembers, or shows by its shape, what it was made of; else as it is."""
        said = text if isinstance(text, Said) else understood(text)
        return self._told(said) if isinstance(said, Said) else text

    def _told(self, said: Said) -> str:
        """A sentence's numbers were rounded where it was made: they keep all their decimals."""
        values = {
            name: self._exact(value) if isinstance(value, Decimal) else value for name, value in said.values.items()
        }
        return self._translations.gettext(said.message) % self._written(values)

    def _exact(self, value: Decimal) -> str:
        return self.number(value, max(0, -int(value.as_tuple().exponent)))

    def _written(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._value(understood(value) if name in OURS else value) for name, value in values.items()}

    def _value(self, value: Any) -> str:
        match value:
            case Money():
                return self.money(value)
            case Said():
                return self._told(value)
            case int() | float() | Decimal():
                return self.number(value)
            case date():
                return self.short_day(value)
            case str() if _CARD_OR_CPU.match(value):
                return spell(value.partition(":")[2])
        return str(value)

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
        """A share 0..1 as "37%"; less than all is never called 100%."""
        if share is None:
            return self._unknown
        almost = Decimal("0.99")
        return str(format_percent(almost if almost < share < 1 else share, locale=self._locale))

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
