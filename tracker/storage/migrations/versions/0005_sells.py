"""The part that a listing's words sell stands in it, whatever its price says; an index of what was asked for each, by time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """A column, filled for what counts for a part's prices and for what only a price or a link keeps from that."""
    known = sa.text("sells IS NOT NULL")
    op.add_column("listing", sa.Column("sells", WORD, nullable=True))
    op.execute("UPDATE listing SET sells = price_part WHERE price_part IS NOT NULL")
    op.execute("""
        UPDATE listing SET (sells, units) = (SELECT part, qty FROM listing_part WHERE listing_id = listing.id)
        WHERE price_part IS NULL AND match_kind = 'part' AND NOT defect AND NOT match_wanted AND NOT wanted
        AND condition <> 'for_parts' AND (decision = 'accept' OR (decision = 'review' AND reason = 'price_out_of_line'))
        AND (SELECT count(*) FROM listing_part WHERE listing_id = listing.id) = 1""")
    op.create_index("ix_listing_sells", "listing", ["sells", "first_seen"], sqlite_where=known, postgresql_where=known)
