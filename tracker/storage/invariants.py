"""What must hold in every database of ours; each broken rule is named with how often it is broken."""

from collections.abc import Iterator

from sqlalchemy import Connection, select, text

from tracker.storage.meta import recall
from tracker.storage.rollups import DAILY, rebuild

# What must hold → a query that counts where it doesn't.
_RULES = {
    "every observation has its listing": (
        "SELECT count(*) FROM observation o LEFT JOIN listing l ON l.id = o.listing_id WHERE l.id IS NULL"
    ),
    "every listing has an observation": (
        "SELECT count(*) FROM listing l WHERE NOT EXISTS (SELECT 1 FROM observation o WHERE o.listing_id = l.id)"
    ),
    "every part has its listing": (
        "SELECT count(*) FROM listing_part p LEFT JOIN listing l ON l.id = p.listing_id WHERE l.id IS NULL"
    ),
    "first_seen is not after last_seen": "SELECT count(*) FROM listing WHERE first_seen > last_seen",
    "what is sold is gone": "SELECT count(*) FROM listing WHERE sold_at IS NOT NULL AND gone_at IS NULL",
    "end_day is the day of gone_at": (
        "SELECT count(*) FROM listing WHERE (gone_at IS NULL) <> (end_day = '9999-12-31')"
    ),
    "an amount has a currency": (
        "SELECT count(*) FROM listing WHERE (price_minor IS NULL) <> (price_currency IS NULL)"
        " OR (shipping_minor IS NULL) <> (shipping_currency IS NULL)"
    ),
    "what an open listing asks is its last observation": (
        "SELECT count(*) FROM listing l JOIN observation o ON o.listing_id = l.id"
        " AND o.at = (SELECT max(x.at) FROM observation x WHERE x.listing_id = l.id)"
        " WHERE l.gone_at IS NULL AND (NOT o.available OR coalesce(o.price_minor, -1) <> coalesce(l.price_minor, -1))"
    ),
    "what counts for a part's prices is accepted and sells it": (
        "SELECT count(*) FROM listing l WHERE l.price_part IS NOT NULL AND (l.decision <> 'accept' OR NOT EXISTS"
        " (SELECT 1 FROM listing_part p WHERE p.listing_id = l.id AND p.part IN (l.price_part, replace(l.price_part, '-server', ''))))"
    ),
    "what counts for a part's prices is what its words sell": (
        "SELECT count(*) FROM listing WHERE price_part IS NOT NULL"
        " AND (sells IS NULL OR (sells <> price_part AND sells NOT LIKE price_part || '/%'))"
    ),
    "a relisting's line exists": (
        "SELECT count(*) FROM listing l LEFT JOIN listing f ON f.id = l.line_id WHERE l.line_id IS NOT NULL AND f.id IS NULL"
    ),
}


def broken_rules(connection: Connection) -> Iterator[str]:
    """Every rule that does not hold. Looks at everything; run it inside a transaction that is rolled back."""
    if connection.dialect.name == "sqlite":
        for (verdict,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if verdict != "ok":
                yield f"the file is damaged: {verdict}"
    for rule, query in _RULES.items():
        count = connection.execute(text(query)).scalar_one()
        if count:
            yield f"{rule}: broken {count} times"
    wrong = _wrong_figures(connection)
    if wrong:
        yield f"daily figures equal a rebuild: {wrong} rows differ"


def _wrong_figures(connection: Connection) -> int:
    kept = {tuple(row) for row in connection.execute(select(DAILY))}
    rebuild(connection, recall(connection, "currency") or "EUR")
    return len(kept ^ {tuple(row) for row in connection.execute(select(DAILY))})
