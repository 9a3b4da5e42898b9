"""The Protocols by which one layer is handed to another that must not import it."""

from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import Protocol

from tracker.domain.history import PartHistory, StoredListing, TimeToSell
from tracker.domain.listing import Condition
from tracker.domain.match import Match
from tracker.domain.money import Money
from tracker.domain.rental import RentOrBuy
from tracker.domain.report import DailyReport
from tracker.domain.web import (
    EVERY_OFFER,
    ArchivedCopy,
    Choices,
    Filters,
    ListingLife,
    PartLine,
    PastReport,
    Slice,
    Vitals,
)


class Matcher(Protocol):
    """Decides what a listing sells; pure: equal input, equal answer. `version` changes with the catalog and the rules."""

    @property
    def version(self) -> str:
        """A digest of the catalog and rules: stored matches of another version are due for a rematch."""
        ...

    def match(
        self,
        title: str,
        *,
        description: str | None = None,
        price: Money | None = None,
        condition: Condition = Condition.UNKNOWN,
        marketplace: str | None = None,
        category: str | None = None,
    ) -> Match:
        """The Match of one listing; never raises, whatever the title holds."""
        ...


class WebReads(Protocol):
    """What the web pages and the JSON API ask for; every answer is a domain object, None where there is no such thing."""

    def version(self) -> Hashable:
        """Equal to an earlier answer only where every other answer is the same as then; quick."""
        ...

    def report(self) -> DailyReport | None:
        """The newest report; None before the first."""
        ...

    def parts(self, *, offset: int, limit: int) -> Slice[PartLine]:
        """All parts with prices, by id."""
        ...

    def history(
        self, part: str, *, since: date | None, until: date | None = None, filters: Filters = EVERY_OFFER
    ) -> PartHistory | None:
        """One part's days from `since` to `until`, all of them for None, over the offers that pass the filters."""
        ...

    def choices(self, part: str) -> Choices:
        """By what a part's offers can be filtered."""
        ...

    def time_to_sell(self, part: str, *, at_most: Money | None = None, model: str | None = None) -> TimeToSell:
        """How long offers of a part stay, of those asking at most so much a unit, of one model."""
        ...

    def listings(
        self, *, part: str | None, offset: int, limit: int, filters: Filters = EVERY_OFFER
    ) -> Slice[StoredListing]:
        """Open listings, of one part or of all, the newest first."""
        ...

    def listing(self, marketplace: str, external_id: str) -> ListingLife | None:
        """One listing with its whole life."""
        ...

    def archived_copy(self, marketplace: str, external_id: str) -> ArchivedCopy | None:
        """The last archived page that shows a listing."""
        ...

    def vitals(self) -> Vitals:
        """What a monitor watches; quick."""
        ...

    def review(self, *, offset: int, limit: int) -> Slice[StoredListing]:
        """Listings whose match waits for a person."""
        ...

    def rent_or_buy(self, target: str, *, hours_per_week: Decimal, per_kwh: Decimal | None) -> RentOrBuy | None:
        """Today's cheapest build of `target` against the cloud at other inputs; None where it can't be built."""
        ...

    def past_reports(self, *, offset: int, limit: int) -> Slice[PastReport]:
        """Reports made so far, the newest first."""
        ...

    def past_report(self, key: str) -> str | None:
        """A past report's page, as HTML that needs nothing beside it."""
        ...


class WebWrites(Protocol):
    """What may be changed from a page; each in a short transaction. False where there is no such listing."""

    def mark(self, listing_id: int, mark: str) -> bool:
        """Mark a listing "bought", "ignore" or "wrong"."""
        ...

    def decide(self, listing_id: int, *, is_right: bool) -> bool:
        """A person's word on an unsure match."""
        ...
