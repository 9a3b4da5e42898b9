"""Which deals were told, and at what price: told once, and again only when they fall by a step."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from tracker.domain.history import Deal
from tracker.domain.money import Money
from tracker.storage import tables
from tracker.storage.bulk import chunks, insert_new, table
from tracker.storage.engine import Database
from tracker.storage.listings import LISTING

TOLD = table(tables.DealTold)
STEP_PERCENT = 5


def untold(
    database: Database, deals: Sequence[Deal], *, report_key: str, step_percent: int = STEP_PERCENT
) -> list[Deal]:
    """The deals that no other report of this kind has told yet, or that fell by `step_percent` since they were last told.

    Those told by this same report are among them, so that a report made twice says the same. A relisting, and a listing
    that was away for a run, are still the sale that was told. The kind is the key's first word: "daily", "alert", ….
    """
    with database.reading() as connection:
        lines = _lines(connection, [deal.listing.id for deal in deals])
        told = _told(connection, set(lines.values()), report_key)
    return [deal for deal in deals if is_news(deal.landed, told.get(lines[deal.listing.id], ()), step_percent)]


def is_news(price: Money, told: Collection[Money], step_percent: int = STEP_PERCENT) -> bool:
    """Whether a price was never told, or is a step below the lowest that was told in its currency."""
    lowest = min((before.minor for before in told if before.currency == price.currency), default=None)
    return not told or (lowest is not None and price.minor * 100 <= lowest * (100 - step_percent))


def remember_told(connection: Connection, deals: Iterable[Deal], *, report_key: str, at: datetime) -> None:
    """Note that a report tells these deals at these prices."""
    deals = list(deals)
    lines = _lines(connection, [deal.listing.id for deal in deals])
    rows = {
        lines[deal.listing.id]: {
            "listing_id": lines[deal.listing.id], "report_key": report_key, "landed_minor": deal.landed.minor,
            "landed_currency": deal.landed.currency, "at": at,
        }
        for deal in deals
    }  # fmt: skip
    insert_new(connection, TOLD, list(rows.values()))


def _lines(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The first listing of each listing's line."""
    lines = {number: number for number in ids}
    for some in chunks(ids):
        query = select(LISTING.c.id, LISTING.c.line_id).where(LISTING.c.id.in_(some), LISTING.c.line_id.is_not(None))
        lines.update((number, line) for number, line in connection.execute(query))
    return lines


def _told(connection: Connection, lines: set[int], report_key: str) -> dict[int, list[Money]]:
    """What other reports of the same kind told, by line."""
    c, kind = TOLD.c, report_key.partition(":")[0]
    told: dict[int, list[Money]] = {}
    for some in chunks(sorted(lines)):
        query = select(c.listing_id, c.landed_minor, c.landed_currency).where(
            c.listing_id.in_(some), c.report_key.startswith(f"{kind}:", autoescape=True), c.report_key != report_key
        )
        for listing_id, minor, currency in connection.execute(query):
            told.setdefault(listing_id, []).append(Money(minor, currency))
    return told
