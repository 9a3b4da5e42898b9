"""What people said that listings sell; it stands against every matching."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from tracker.domain.match import Match
from tracker.storage import tables
from tracker.storage.bulk import chunks, table, upsert
from tracker.storage.rows import as_json, match_from_record, match_record

OVERRIDE = table(tables.Override)
SECOND_OPINION = "second opinion"  # the note of what a language model said, not a person


def overrides_of(connection: Connection, ids: Sequence[int]) -> dict[int, Match]:
    """The overrides of these listings."""
    found: dict[int, Match] = {}
    for some in chunks(ids):
        query = select(OVERRIDE.c.listing_id, OVERRIDE.c.match).where(OVERRIDE.c.listing_id.in_(some))
        found.update((number, match_from_record(json.loads(text))) for number, text in connection.execute(query))
    return found


def save_override(connection: Connection, listing_id: int, match: Match, at: datetime, note: str = "") -> None:
    """Keep what a person said of a listing; the last word stands."""
    upsert(
        connection,
        OVERRIDE,
        [{"listing_id": listing_id, "match": as_json(match_record(match)), "at": at, "note": note}],
    )
