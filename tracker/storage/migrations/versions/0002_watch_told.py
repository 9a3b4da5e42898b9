"""What a watch has told: which hit, at what price, in which report."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The table of what was told."""
    op.create_table(
        "watch_told", sa.Column("watch", WORD, nullable=False), sa.Column("subject", WORD, nullable=False),
        sa.Column("report_key", WORD, nullable=False), sa.Column("landed_minor", BIG, nullable=False),
        sa.Column("landed_currency", WORD, nullable=False), sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("watch", "subject", "report_key"),
    )  # fmt: skip
