"""Which deals were told, and at what price: told once, and again only when they fall by a step."""

from collections.abc import Iterable, Sequence
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
    """The deals that no other report has told yet, or that fell by `step_percent` since they were last told.

    Those told by this same report are among them, so that a report made twice says the same. A relisting, and a listing
    that was away for a run, are still the sale that was told.
    """
    with database.reading() as connection:
        lines = _lines(connection, [deal.listing.id for deal in deals])
        told = _lowest_told(connection, set(lines.values()), report_key)
    found = []
    for deal in deals:
        before = told.get(lines[deal.listing.id])
        if before is None or (
            before.currency == deal.landed.currency and deal.landed.minor * 100 <= before.minor * (100 - step_percent)
        ):
            found.append(deal)
    return found


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


def _lowest_told(connection: Connection, lines: set[int], report_key: str) -> dict[int, Money]:
    told: dict[int, Money] = {}
    for some in chunks(sorted(lines)):
        query = select(TOLD).where(TOLD.c.listing_id.in_(some), TOLD.c.report_key != report_key).order_by(TOLD.c.at)
        for row in connection.execute(query).mappings():
            price, before = Money(row["landed_minor"], row["landed_currency"]), told.get(row["listing_id"])
            if before is None or before.currency != price.currency or price < before:
                told[row["listing_id"]] = price
    return told
