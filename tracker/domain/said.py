"""A sentence that remembers what it was made of, so that a report can say it again in the reader's language."""

from collections.abc import Mapping
from typing import Any, Self


class Said(str):
    """An English text made of `message` and `values`: "%(name)s ships from %(country)s".

    Everywhere it is that text; who speaks another language translates `message` and writes the values (Money, numbers,
    dates, other Said) in the reader's way. A "%" of its own stands as "%%".
    """

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, Any]

    def __new__(cls, message: str, **values: Any) -> Self:
        """Make the English text."""
        said = super().__new__(cls, message % values)
        said.message, said.values = message, values
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """What a copy is made of."""
        return (self.message,), dict(self.values)
