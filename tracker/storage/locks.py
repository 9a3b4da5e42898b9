"""Who writes beside whom on PostgreSQL: ingests of different marketplaces do, all else one after another.

Relistings tie rows of one marketplace together, so two ingests of the same one would wait for each other's rows in circles.
Prices, copies and figures are those of all marketplaces together: what the one before has stored must be seen.
The locks end with their transaction, taken in one order: everything, then marketplaces by name, then the history.
SQLite has one writer anyway.
"""

import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, text

_EVERYTHING = 0x52534350  # "RSCP"
_MARKETPLACE = 0x5253434D  # "RSCM": the first half of a key, the second is the name's checksum
_HISTORY = 0x52534356  # "RSCV"


def lock_marketplaces(connection: Connection, names: Iterable[str]) -> None:
    """Wait until no other transaction writes listings of these marketplaces."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _EVERYTHING})
        query = text("SELECT pg_advisory_xact_lock(:kind, :name)")
        for number in sorted({zlib.crc32(name.encode()) - 2**31 for name in names}):
            connection.execute(query, {"kind": _MARKETPLACE, "name": number})


def lock_everything(connection: Connection) -> None:
    """Wait until no other transaction writes listings."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _EVERYTHING})


def lock_history(connection: Connection) -> None:
    """Wait until no other transaction judges prices, links copies or rolls up: each sees what the one before has committed."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _HISTORY})
