"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """All tables."""
    _listings()
    _beside_listings()
    _crawls()
    _figures()
    _state()


def _listings() -> None:
    """Listings: key, what was last seen, life, match."""
    op.create_table(
        "listing", sa.Column("id", BIG, nullable=False), sa.Column("marketplace", WORD, nullable=False),
        sa.Column("external_id", WORD, nullable=False), sa.Column("title", WORD, nullable=False),
        sa.Column("url", WORD, nullable=False), sa.Column("price_minor", BIG), sa.Column("price_currency", WORD),
        sa.Column("price_max_minor", BIG), sa.Column("price_max_currency", WORD),
        sa.Column("price_kind", WORD, nullable=False), sa.Column("buy_now_minor", BIG),
        sa.Column("buy_now_currency", WORD), sa.Column("bids", sa.Integer()), sa.Column("ends_at", MOMENT),
        sa.Column("best_offer", sa.Boolean(), nullable=False), sa.Column("shipping_minor", BIG),
        sa.Column("shipping_currency", WORD), sa.Column("pickup_only", sa.Boolean()),
        sa.Column("condition", WORD, nullable=False), sa.Column("sold", sa.Boolean(), nullable=False),
        sa.Column("reserved", sa.Boolean(), nullable=False), sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("loose", sa.Boolean(), nullable=False), sa.Column("sponsored", sa.Boolean()),
        sa.Column("quantity", sa.Integer()), sa.Column("location", WORD), sa.Column("country", WORD),
        sa.Column("seller", WORD), sa.Column("seller_is_business", sa.Boolean()), sa.Column("listed_at", MOMENT),
        sa.Column("description", WORD), sa.Column("category", WORD), sa.Column("image", WORD),
        sa.Column("search", WORD), sa.Column("texts", WORD, nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False), sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT), sa.Column("sold_at", MOMENT), sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False), sa.Column("missing_since", MOMENT),
        sa.Column("relist_key", BIG), sa.Column("line_id", BIG),
        sa.Column("relisted", sa.Boolean(), nullable=False), sa.Column("match_version", WORD),
        sa.Column("match_kind", WORD), sa.Column("decision", WORD), sa.Column("confidence", sa.Float()),
        sa.Column("defect", sa.Boolean()), sa.Column("match_wanted", sa.Boolean()), sa.Column("reason", WORD),
        sa.Column("flags", WORD, nullable=False), sa.Column("facts", WORD, nullable=False),
        sa.Column("evidence", WORD, nullable=False), sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("price_part", WORD), sa.Column("units", sa.Integer(), nullable=False), sa.Column("mark", WORD),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("marketplace", "external_id", name="uq_listing_key"),
    )  # fmt: skip
    op.create_index("ix_listing_decision", "listing", ["decision", "last_seen"])
    op.create_index("ix_listing_open", "listing", ["marketplace", "end_day"])
    op.create_index("ix_listing_price_part", "listing", ["price_part", "end_day"])
    op.create_index("ix_listing_relist", "listing", ["relist_key"])


def _beside_listings() -> None:
    """Their parts and prices, what people said of them, and lines that were none."""
    op.create_table(
        "listing_part", sa.Column("listing_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False), sa.Column("part", WORD, nullable=False),
        sa.Column("qty", sa.Integer(), nullable=False), sa.Column("model", WORD),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]), sa.PrimaryKeyConstraint("listing_id", "position"),
    )  # fmt: skip
    op.create_index("ix_listing_part_part", "listing_part", ["part", "listing_id"])
    op.create_table(
        "observation", sa.Column("listing_id", BIG, nullable=False), sa.Column("at", MOMENT, nullable=False),
        sa.Column("price_minor", BIG), sa.Column("price_currency", WORD),
        sa.Column("price_kind", WORD, nullable=False), sa.Column("shipping_minor", BIG),
        sa.Column("shipping_currency", WORD), sa.Column("condition", WORD, nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]), sa.PrimaryKeyConstraint("listing_id", "at"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "override", sa.Column("listing_id", BIG, nullable=False), sa.Column("match", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False), sa.Column("note", WORD, nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]), sa.PrimaryKeyConstraint("listing_id"),
    )  # fmt: skip
    op.create_table(
        "set_aside", sa.Column("digest", WORD, nullable=False), sa.Column("source", WORD, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False), sa.Column("reason", WORD, nullable=False),
        sa.Column("text", WORD, nullable=False), sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )  # fmt: skip


def _crawls() -> None:
    """Crawls, and the days they observed."""
    op.create_table(
        "crawl", sa.Column("id", BIG, nullable=False), sa.Column("marketplace", WORD, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False), sa.Column("finished_at", MOMENT, nullable=False),
        sa.Column("state", WORD, nullable=False), sa.Column("detail", WORD, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False), sa.Column("listings", sa.Integer(), nullable=False),
        sa.Column("coverage", WORD, nullable=False), sa.Column("stats", WORD, nullable=False),
        sa.Column("retry_at", MOMENT), sa.Column("median_minor", BIG), sa.Column("median_currency", WORD),
        sa.Column("matched", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("marketplace", "started_at", name="uq_crawl"),
    )  # fmt: skip
    op.create_table(
        "crawl_search", sa.Column("crawl_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False), sa.Column("search", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False), sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False), sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("detail", WORD, nullable=False), sa.ForeignKeyConstraint(["crawl_id"], ["crawl.id"]),
        sa.PrimaryKeyConstraint("crawl_id", "position"),
    )  # fmt: skip
    op.create_table(
        "observed_day", sa.Column("day", sa.Date(), nullable=False), sa.Column("marketplace", WORD, nullable=False),
        sa.PrimaryKeyConstraint("day", "marketplace"),
    )  # fmt: skip


def _figures() -> None:
    """Figures by day: parts, exchange rates, prices from elsewhere, machines."""
    op.create_table(
        "daily", sa.Column("part", WORD, nullable=False), sa.Column("scope", WORD, nullable=False),
        sa.Column("day", sa.Date(), nullable=False), sa.Column("currency", WORD, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False), sa.Column("lowest", BIG), sa.Column("p10", BIG),
        sa.Column("p25", BIG), sa.Column("median", BIG), sa.Column("p75", BIG), sa.Column("mean_lowest_five", BIG),
        sa.Column("new", sa.Integer(), nullable=False), sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False), sa.Column("sold_median", BIG),
        sa.Column("unconverted", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("part", "scope", "day"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_table(
        "fx_rate", sa.Column("day", sa.Date(), nullable=False), sa.Column("currency", WORD, nullable=False),
        sa.Column("per_eur", WORD, nullable=False), sa.PrimaryKeyConstraint("day", "currency"),
    )  # fmt: skip
    op.create_table(
        "external_price", sa.Column("part", WORD, nullable=False), sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", WORD, nullable=False), sa.Column("condition", WORD, nullable=False),
        sa.Column("price_minor", BIG, nullable=False), sa.Column("price_currency", WORD, nullable=False),
        sa.Column("note", WORD, nullable=False),
        sa.PrimaryKeyConstraint("part", "day", "source", "condition", "price_minor", "price_currency"),
    )  # fmt: skip
    op.create_table(
        "build_day", sa.Column("target", WORD, nullable=False), sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", WORD, nullable=False), sa.Column("total_minor", BIG), sa.Column("currency", WORD),
        sa.Column("detail", WORD, nullable=False), sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("target", "day"),
    )  # fmt: skip


def _state() -> None:
    """What the program remembers of itself."""
    op.create_table(
        "meta", sa.Column("key", WORD, nullable=False), sa.Column("value", WORD, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )  # fmt: skip
    op.create_table(
        "outbox", sa.Column("report_key", WORD, nullable=False), sa.Column("recipient", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False), sa.Column("message", WORD, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False), sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False), sa.Column("sent_at", MOMENT),
        sa.Column("error", WORD, nullable=False), sa.PrimaryKeyConstraint("report_key", "recipient"),
    )  # fmt: skip
    op.create_table(
        "job_run", sa.Column("job", WORD, nullable=False), sa.Column("last_good_at", MOMENT),
        sa.Column("last_tried_at", MOMENT), sa.Column("error", WORD, nullable=False),
        sa.PrimaryKeyConstraint("job"),
    )  # fmt: skip
    op.create_table(
        "deal_told", sa.Column("listing_id", BIG, nullable=False), sa.Column("report_key", WORD, nullable=False),
        sa.Column("landed_minor", BIG, nullable=False), sa.Column("landed_currency", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False), sa.ForeignKeyConstraint(["listing_id"], ["listing.id"]),
        sa.PrimaryKeyConstraint("listing_id", "report_key"),
    )  # fmt: skip
