"""A thing for sale before anyone has listed it."""

from dataclasses import dataclass

from spiders.demo.ads import Truth
from tracker.domain.match import MatchedPart


@dataclass(frozen=True, slots=True)
class Goods:
    """A title, what it truly sells, and what it is worth: EUR on the first day; `top` for a range; `trend` over all days."""

    title: str
    truth: Truth
    price: float
    trend: float = 0
    top: float | None = None


def part(part_id: str, qty: int = 1, model: str | None = None) -> MatchedPart:
    """A part in the sale."""
    return MatchedPart(part_id, qty, model)
