"""A made-up market for tests: a matcher that reads tiny titles, and listings at given days."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.domain.crawl import CrawlOutcome, SearchOutcome
from tracker.domain.listing import Condition, PageState, PriceKind, RawListing
from tracker.domain.match import Decision, Evidence, Kind, Match, MatchedPart, Reason, Role
from tracker.domain.money import Money

START = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    """Nine o'clock of the `number`th day."""
    return START + timedelta(days=number)


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


class TinyMatcher:
    """Titles of the form "p40", "2x p40", "broken p40", "p40 + k80"; all else names no part."""

    def __init__(self, version: str = "1", known: tuple[str, ...] = ("p40", "k80", "m40")) -> None:
        self.version = version
        self._known = known
        self.seen: list[str] = []

    def match(self, title: str, *, condition: Condition = Condition.UNKNOWN, **_: Any) -> Match:
        self.seen.append(title)
        words = title.lower().split()
        names = [word for word in words if word in self._known]
        if not names:
            return Match(Kind.OTHER, Decision.REJECT, 0.9, reason=Reason.NO_PART_NAMED)
        qty = next((int(word[0]) for word in words if word[0].isdigit() and word.endswith("x")), 1)
        parts = tuple(MatchedPart(f"gpu:tesla-{name}", qty) for name in names)
        defect = "broken" in words or condition is Condition.FOR_PARTS
        evidence = (Evidence(names[0], parts[0].part, Role.SOLD, "test", 0, len(names[0])),)
        kind = Kind.PART if len(parts) == 1 else Kind.BUNDLE
        return Match(kind, Decision.ACCEPT, 0.95, parts, defect=defect, evidence=evidence, facts={"eps8": 1})


def listing(number: int | str, at: datetime, price: int | Money | None = 100, **more: Any) -> RawListing:
    """A P40 on eBay, unless said otherwise."""
    values: dict[str, Any] = {
        "marketplace": "ebay", "title": "Tesla P40", "condition": Condition.USED, "country": "DE",
        "seller": f"seller{number}", "price": euros(price) if isinstance(price, int) else price, "price_kind": PriceKind.FIXED,
        "url": f"https://example.org/{number}",
    } | more  # fmt: skip
    return RawListing(external_id=str(number), seen_at=at, **values)


def crawl(at: datetime, *, listings: int = 5, complete: bool = True, searches: tuple[str, ...] = ("p40",),
          marketplace: str = "ebay", state: PageState = PageState.LISTINGS) -> CrawlOutcome:  # fmt: skip
    """A crawl that began one minute before `at`."""
    return CrawlOutcome(
        marketplace,
        at - timedelta(minutes=1),
        at + timedelta(minutes=1),
        state,
        pages=1,
        listings=listings,
        searches=tuple(SearchOutcome(name, state, 1, listings, complete) for name in searches),
    )
