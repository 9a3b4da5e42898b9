"""The same thing again: where else an ad stands, and what its seller asked when it was listed before."""

from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.history import StoredListing
from tracker.domain.said import Said
from tracker.storage.column_types import OPEN_END
from tracker.storage.listings import LISTING, load


def also_at(connection: Connection, listing: StoredListing) -> tuple[StoredListing, ...]:
    """The other open ads of the same thing, by id."""
    c = LISTING.c
    leader = listing.same_as or listing.id
    is_other = ((c.id == leader) | (c.same_as == leader)) & (c.id != listing.id) & (c.end_day == OPEN_END)
    return tuple(load(connection, is_other))


def listed_before(connection: Connection, listing: StoredListing) -> StoredListing | None:
    """The last earlier ad that this one continues: same seller, same words, ended before this one began."""
    c = LISTING.c
    line = connection.execute(select(c.line_id).where(c.id == listing.id)).scalar()
    if line is None:
        return None
    earlier = ((c.id == line) | (c.line_id == line)) & (c.last_seen < listing.first_seen)
    return max(load(connection, earlier), key=lambda found: (found.last_seen, found.id), default=None)


def words_of_relisting(before: StoredListing | None, now: StoredListing) -> str:
    """What a relisting tells a buyer: what was asked before, and until when; empty where it tells nothing."""
    asked, asks = (before.raw.price if before else None), now.raw.price
    if before is None or asked is None or asks is None or asked.currency != asks.currency:
        return ""
    was: dict[str, Any] = {"asked": asked, "day": before.last_seen.date()}
    if asks.minor < asked.minor:
        return Said("listed again cheaper: it asked %(asked)s until %(day)s and did not sell", **was)
    if asks.minor > asked.minor:
        return Said("listed again dearer: it asked %(asked)s until %(day)s and did not sell", **was)
    return Said("listed again at the same price: it asked %(asked)s until %(day)s and did not sell", **was)
