"""Facts about the database itself, by name."""

from sqlalchemy import Connection, select

from tracker.storage import tables
from tracker.storage.bulk import table, upsert

META = table(tables.Meta)


def recall(connection: Connection, key: str) -> str | None:
    """What is known under `key`."""
    return connection.execute(select(META.c.value).where(META.c.key == key)).scalar()


def remember(connection: Connection, key: str, value: str) -> bool:
    """Keep `value` under `key`. Returns whether there was another one before."""
    before = recall(connection, key)
    if before != value:
        upsert(connection, META, [{"key": key, "value": value}])
    return before not in (None, value)
