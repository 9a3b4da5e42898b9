"""Money as integer minor units and an ISO 4217 currency; never a float."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Self

from tracker.domain.errors import RigscoutError

# ISO 4217 exponents that differ from 2, for the currencies that marketplaces show.
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "HUF": 2, "KWD": 3, "BHD": 3, "TND": 3}
# 10^15 minor units: more than any listing asks, and far inside a signed 64-bit column.
_LARGEST_MINOR = 10**15


class CurrencyMismatchError(RigscoutError):
    """Two amounts of different currencies were added or compared without a conversion."""


class NoRateError(RigscoutError):
    """No exchange rate is known for a currency."""


def exponent(currency: str) -> int:
    """How many decimal digits the minor unit of `currency` has (2 for EUR, 0 for JPY)."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: `minor` units (cents for EUR, whole yen for JPY) of an ISO 4217 `currency`."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """Money from a decimal amount in major units, rounded half-even to the minor unit.

        Raises ValueError for what is no finite number, or is too large to be a price.
        """
        try:
            value = Decimal(amount)
        except InvalidOperation as error:
            raise ValueError(f"{amount!r} is no amount") from error
        if not value.is_finite() or abs(value) > _LARGEST_MINOR:
            raise ValueError(f"{amount!r} is no amount of money")
        scaled = value.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN)
        return cls(int(scaled), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with the currency's own number of decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self._digits()} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, factor: int | Decimal) -> "Money":
        scaled = (Decimal(self.minor) * factor).to_integral_value(ROUND_HALF_EVEN)
        return Money(int(scaled), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        self._check(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._check(other)
        return self.minor <= other.minor

    def _check(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self} and {other} are of different currencies")

    def as_record(self) -> dict[str, str]:
        """The JSON form everywhere: `{"amount": "96.00", "currency": "EUR"}`."""
        return {"amount": self._digits(), "currency": self.currency}

    def _digits(self) -> str:
        # Out of the integer: a Decimal takes four times as long, and a feed holds thousands.
        decimals = exponent(self.currency)
        digits = str(abs(self.minor)).zfill(decimals + 1)
        whole = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
        return f"-{whole}" if self.minor < 0 else whole

    @classmethod
    def from_record(cls, record: Mapping[str, str]) -> Self:
        """Read the JSON form. Raises KeyError or ValueError where it is none."""
        return cls.of(record["amount"], record["currency"])


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of `amounts`, zero of `currency` where there are none."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


@dataclass(frozen=True, slots=True)
class Rates:
    """The ECB's reference rates of one `day`: units of each currency for one euro."""

    day: date
    per_eur: Mapping[str, Decimal]

    def rate(self, source: str, target: str) -> Decimal:
        """Units of `target` for one unit of `source`. Raises NoRateError where either is unknown."""
        if source == target:
            return Decimal(1)
        return self._per_eur(target) / self._per_eur(source)

    def convert(self, money: Money, currency: str) -> Money:
        """`money` in `currency` at this day's rate, rounded half-even to the minor unit."""
        if money.currency == currency:
            return money
        return Money.of(money.amount * self.rate(money.currency, currency), currency)

    def _per_eur(self, currency: str) -> Decimal:
        if currency == "EUR":
            return Decimal(1)
        try:
            return self.per_eur[currency]
        except KeyError:
            raise NoRateError(
                f"no exchange rate for {currency} on {self.day}", mend="add it to config/fx.toml or refresh the rates"
            ) from None
