"""What is on offer too cheaply to be trusted: kept out of every build until a person has looked at it."""

from dataclasses import dataclass

from tracker.domain.match import Reason
from tracker.domain.money import Money
from tracker.services.price_sense import BELOW, RULE
from tracker.storage.column_types import OPEN_END
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING, load


@dataclass(frozen=True, slots=True)
class Suspect:
    """A listing that asks too little for what it says it is, and what its price is held against."""

    title: str
    asked: Money | None
    why: str


def suspects(database: Database) -> list[Suspect]:
    """The open listings that only their low price keeps from being accepted, by marketplace and id. Raises StorageError."""
    c = LISTING.c
    is_doubted = (c.reason == Reason.PRICE_OUT_OF_LINE.value) & (c.end_day == OPEN_END) & c.mark.is_(None)
    with database.reading() as connection:
        found = load(connection, is_doubted & c.flags.contains(BELOW[1], autoescape=True))
    found.sort(key=lambda listing: listing.raw.key)
    return [
        Suspect(listing.raw.title, listing.raw.price, item.text)
        for listing in found
        if listing.match
        for item in listing.match.evidence
        if item.rule.startswith(RULE)
    ]
