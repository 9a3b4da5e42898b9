"""What is too cheap to be true is told apart in the daily figures; an index that holds all a day's roll-up reads."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("end_day = '9999-12-31'")


def upgrade() -> None:
    """Columns and index; the figures themselves are made anew after all migrations."""
    op.add_column("daily", sa.Column("minimum", BIG, nullable=True))
    op.add_column("daily", sa.Column("unbelieved", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_listing_asked",
        "listing",
        ["price_part", "marketplace", "country", "condition", "price_currency", "shipping_currency", "units",
         "price_kind", "price_minor", "shipping_minor", "first_seen", "line_id", "end_day"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
