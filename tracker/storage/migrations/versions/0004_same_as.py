"""An ad that is another one's copy names it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A column, and an index of the few that have it."""
    is_copy = sa.text("same_as IS NOT NULL")
    op.add_column("listing", sa.Column("same_as", BIG, nullable=True))
    op.create_index("ix_listing_same_as", "listing", ["same_as"], sqlite_where=is_copy, postgresql_where=is_copy)
