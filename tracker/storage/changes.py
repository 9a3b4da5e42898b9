"""Whether something was committed to the database since one last asked, at the price of no table read."""

from collections.abc import Hashable
from threading import Lock

from sqlalchemy import PoolProxiedConnection, text

from tracker.storage.engine import Database
from tracker.storage.failures import explained


class Changes:
    """Watches one database for as long as it lives; safe to ask from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._watching: PoolProxiedConnection | None = None

    def state(self) -> Hashable:
        """Equal to an earlier answer only where nothing was committed in between. Raises StorageError."""
        if not self._database.is_sqlite:
            with self._database.reading() as connection:
                return str(connection.execute(text("SELECT pg_current_snapshot()")).scalar())
        with self._lock, explained(self._database.place):
            # SQLite counts commits as one connection sees them: it must be the same each time.
            self._watching = self._watching or self._database.engine.raw_connection()
            cursor = self._watching.cursor()
            cursor.execute("PRAGMA data_version")
            state = tuple(cursor.fetchall())
            cursor.close()
            return state
