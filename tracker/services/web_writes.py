"""What the web pages may change: marks on listings, and a person's word on an unsure match."""

from collections.abc import Callable
from datetime import UTC, datetime

from tracker.domain.history import StoredListing
from tracker.domain.ports import Matcher
from tracker.services import marks
from tracker.services.reviews import answered
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, load

_HIGHEST_ID = 2**63 - 1


class StoredWrites:
    """WebWrites on the database. `changed` is called after each change: what was read before is stale."""

    def __init__(
        self,
        database: Database,
        matcher: Matcher,
        *,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._matcher = matcher
        self._changed = changed
        self._clock = clock

    def mark(self, listing_id: int, mark: str) -> bool:
        """Mark a listing "bought", "ignore" or "wrong". Raises UsageError for another word, StorageError."""
        listing = self._listing(listing_id)
        if listing is None:
            return False
        marks.mark(self._database, _name(listing), mark, matcher=self._matcher)
        self._changed()
        return True

    def decide(self, listing_id: int, *, is_right: bool) -> bool:
        """Keep a person's word as an override: right as it stands, or none of our parts. Raises StorageError."""
        listing = self._listing(listing_id)
        if listing is None or listing.match is None:
            return False
        match = answered(listing.match, "y" if is_right else "n")
        marks.decide(self._database, _name(listing), match, matcher=self._matcher, now=self._clock(), note="web")
        self._changed()
        return True

    def _listing(self, number: int) -> StoredListing | None:
        if not 0 < number <= _HIGHEST_ID:
            return None
        with self._database.reading() as connection:
            return next(iter(load(connection, LISTING.c.id == number)), None)


def _name(listing: StoredListing) -> str:
    """The one name that no other listing can have: a bare number may be another marketplace's own id."""
    return ":".join(listing.raw.key)
