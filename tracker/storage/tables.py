"""The tables: listings and their observations, crawls, daily figures, builds, reports and what was told.

Amounts are integer minor units beside their ISO 4217 currency, moments aware UTC, days UTC days, JSON is text.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.storage.column_types import BIG, MOMENT, OPEN_END, WORD

_OPEN = text(f"end_day = '{OPEN_END}'")
_LINKED = text("same_as IS NOT NULL")
_SELLING = text("sells IS NOT NULL")
_CLUSTERED = {"sqlite_with_rowid": False}  # rows lie in the order of their key: one range read per part


class Meta(SQLModel, table=True):
    """Facts about the database itself: "is_demo", "currency" (of the daily figures)."""

    key: str = Field(primary_key=True, sa_type=WORD)
    value: str = Field(sa_type=WORD)


class Listing(SQLModel, table=True):
    """One ad, for ever: what was last seen of it, its life, what it sells, and what the user said of it.

    `end_day` is the UTC day of `gone_at`, the year 9999 while open. `missed` counts the complete searches in a row that
    no longer showed it, `missing_since` is the first of them. `line_id` is the first listing of the same sale where
    this one is a relisting; `relisted` says that a later one goes on. `same_as` is the ad that counts for this one where it
    is a copy (a cross-post, a doubled ad). `sells` is the one working part that its words sell, in `units` pieces, whatever
    its price says; `price_part` is the same where the listing counts for the part's prices: accepted, priced, and no copy.
    """

    __table_args__ = (
        UniqueConstraint("marketplace", "external_id", name="uq_listing_key"),
        Index("ix_listing_price_part", "price_part", "end_day"),
        Index("ix_listing_open", "marketplace", "end_day"),
        Index("ix_listing_relist", "relist_key"),
        Index("ix_listing_decision", "decision", "last_seen"),
        Index("ix_listing_sells", "sells", "first_seen", sqlite_where=_SELLING, postgresql_where=_SELLING),
        Index("ix_listing_same_as", "same_as", sqlite_where=_LINKED, postgresql_where=_LINKED),
        # What a day's roll-up reads of the open listings stands in this index, so that it reads nothing else.
        Index("ix_listing_asked", "price_part", "marketplace", "country", "condition", "price_currency",
              "shipping_currency", "units", "price_kind", "price_minor", "shipping_minor", "first_seen", "line_id",
              "end_day", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    marketplace: str = Field(sa_type=WORD)
    external_id: str = Field(sa_type=WORD)
    title: str = Field(sa_type=WORD)
    url: str = Field(sa_type=WORD)
    price_minor: int | None = Field(default=None, sa_type=BIG)
    price_currency: str | None = Field(default=None, sa_type=WORD)
    price_max_minor: int | None = Field(default=None, sa_type=BIG)
    price_max_currency: str | None = Field(default=None, sa_type=WORD)
    price_kind: str = Field(sa_type=WORD)
    buy_now_minor: int | None = Field(default=None, sa_type=BIG)
    buy_now_currency: str | None = Field(default=None, sa_type=WORD)
    bids: int | None = None
    ends_at: datetime | None = Field(default=None, sa_type=MOMENT)
    best_offer: bool = False
    shipping_minor: int | None = Field(default=None, sa_type=BIG)
    shipping_currency: str | None = Field(default=None, sa_type=WORD)
    pickup_only: bool | None = None
    condition: str = Field(sa_type=WORD)
    sold: bool = False
    reserved: bool = False
    wanted: bool = False
    loose: bool = False
    sponsored: bool | None = None
    quantity: int | None = None
    location: str | None = Field(default=None, sa_type=WORD)
    country: str | None = Field(default=None, sa_type=WORD)
    seller: str | None = Field(default=None, sa_type=WORD)
    seller_is_business: bool | None = None
    listed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    description: str | None = Field(default=None, sa_type=WORD)
    category: str | None = Field(default=None, sa_type=WORD)
    image: str | None = Field(default=None, sa_type=WORD)
    search: str | None = Field(default=None, sa_type=WORD)
    texts: str = Field(default="{}", sa_type=WORD)

    first_seen: datetime = Field(sa_type=MOMENT)
    last_seen: datetime = Field(sa_type=MOMENT)
    gone_at: datetime | None = Field(default=None, sa_type=MOMENT)
    sold_at: datetime | None = Field(default=None, sa_type=MOMENT)
    end_day: date = OPEN_END
    missed: int = 0
    missing_since: datetime | None = Field(default=None, sa_type=MOMENT)
    relist_key: int | None = Field(default=None, sa_type=BIG)
    line_id: int | None = Field(default=None, sa_type=BIG)
    relisted: bool = False
    same_as: int | None = Field(default=None, sa_type=BIG)

    match_version: str | None = Field(default=None, sa_type=WORD)
    match_kind: str | None = Field(default=None, sa_type=WORD)
    decision: str | None = Field(default=None, sa_type=WORD)
    confidence: float | None = None
    defect: bool | None = None
    match_wanted: bool | None = None
    reason: str | None = Field(default=None, sa_type=WORD)
    flags: str = Field(default="[]", sa_type=WORD)
    facts: str = Field(default="{}", sa_type=WORD)
    evidence: str = Field(default="[]", sa_type=WORD)
    overridden: bool = False
    sells: str | None = Field(default=None, sa_type=WORD)
    price_part: str | None = Field(default=None, sa_type=WORD)
    units: int = 1
    mark: str | None = Field(default=None, sa_type=WORD)


class ListingPart(SQLModel, table=True):
    """A part in a listing's sale."""

    __tablename__: ClassVar[str] = "listing_part"
    __table_args__ = (Index("ix_listing_part_part", "part", "listing_id"),)

    listing_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="listing.id")
    position: int = Field(primary_key=True)
    part: str = Field(sa_type=WORD)
    qty: int = 1
    model: str | None = Field(default=None, sa_type=WORD)


class ObservationRow(SQLModel, table=True):
    """What a listing asked from `at` on; the next row of the listing ends it. `available` is False while gone or sold."""

    __tablename__: ClassVar[str] = "observation"
    __table_args__ = (_CLUSTERED,)

    listing_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="listing.id")
    at: datetime = Field(primary_key=True, sa_type=MOMENT)
    price_minor: int | None = Field(default=None, sa_type=BIG)
    price_currency: str | None = Field(default=None, sa_type=WORD)
    price_kind: str = Field(sa_type=WORD)
    shipping_minor: int | None = Field(default=None, sa_type=BIG)
    shipping_currency: str | None = Field(default=None, sa_type=WORD)
    condition: str = Field(sa_type=WORD)
    available: bool = True


class Override(SQLModel, table=True):
    """What a person said a listing sells; it stands against every later matching."""

    listing_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="listing.id")
    match: str = Field(sa_type=WORD)
    at: datetime = Field(sa_type=MOMENT)
    note: str = Field(default="", sa_type=WORD)


class Crawl(SQLModel, table=True):
    """How one crawl of one marketplace ended, and what its feed brought."""

    __table_args__ = (UniqueConstraint("marketplace", "started_at", name="uq_crawl"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG)
    marketplace: str = Field(sa_type=WORD)
    started_at: datetime = Field(sa_type=MOMENT)
    finished_at: datetime = Field(sa_type=MOMENT)
    state: str = Field(sa_type=WORD)
    detail: str = Field(default="", sa_type=WORD)
    pages: int = 0
    listings: int = 0
    coverage: str = Field(default="{}", sa_type=WORD)
    stats: str = Field(default="{}", sa_type=WORD)
    retry_at: datetime | None = Field(default=None, sa_type=MOMENT)
    median_minor: int | None = Field(default=None, sa_type=BIG)
    median_currency: str | None = Field(default=None, sa_type=WORD)
    matched: int = 0  # listings of the feed that were accepted: results that have to do with the query


class CrawlSearch(SQLModel, table=True):
    """How one search term of a crawl ended."""

    __tablename__: ClassVar[str] = "crawl_search"

    crawl_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="crawl.id")
    position: int = Field(primary_key=True)
    search: str = Field(sa_type=WORD)
    state: str = Field(sa_type=WORD)
    pages: int = 0
    listings: int = 0
    complete: bool = False
    detail: str = Field(default="", sa_type=WORD)


class SetAside(SQLModel, table=True):
    """A feed line that is no listing, kept with the reason; the same line is kept once."""

    __tablename__: ClassVar[str] = "set_aside"

    digest: str = Field(primary_key=True, sa_type=WORD)
    source: str = Field(sa_type=WORD)
    line: int
    reason: str = Field(sa_type=WORD)
    text: str = Field(sa_type=WORD)
    at: datetime = Field(sa_type=MOMENT)


class ObservedDay(SQLModel, table=True):
    """A UTC day on which a marketplace was read: other days have no figures."""

    __tablename__: ClassVar[str] = "observed_day"

    day: date = Field(primary_key=True)
    marketplace: str = Field(primary_key=True, sa_type=WORD)


class Daily(SQLModel, table=True):
    """A part's figures on one observed day, rolled up from its listings; unit prices with shipping where known.

    `scope` is "all", "marketplace:…", "country:…", "condition:…", all in the user's currency, or "currency:…": those asked
    in that currency, unconverted. `unconverted` counts prices in a currency without a rate: in `n`, in no other figure.
    `unbelieved` counts those too cheap to be true: in all figures but `lowest` and `mean_lowest_five`.
    """

    __table_args__ = (_CLUSTERED,)

    part: str = Field(primary_key=True, sa_type=WORD)
    scope: str = Field(primary_key=True, sa_type=WORD)
    day: date = Field(primary_key=True)
    currency: str = Field(sa_type=WORD)
    n: int = 0
    minimum: int | None = Field(default=None, sa_type=BIG)
    lowest: int | None = Field(default=None, sa_type=BIG)
    p10: int | None = Field(default=None, sa_type=BIG)
    p25: int | None = Field(default=None, sa_type=BIG)
    median: int | None = Field(default=None, sa_type=BIG)
    p75: int | None = Field(default=None, sa_type=BIG)
    mean_lowest_five: int | None = Field(default=None, sa_type=BIG)
    new: int = 0
    gone: int = 0
    sold: int = 0
    sold_median: int | None = Field(default=None, sa_type=BIG)
    unconverted: int = 0
    unbelieved: int = 0


class FxRate(SQLModel, table=True):
    """The ECB's reference rate of one day: units of the currency for one euro, as decimal text."""

    __tablename__: ClassVar[str] = "fx_rate"

    day: date = Field(primary_key=True)
    currency: str = Field(primary_key=True, sa_type=WORD)
    per_eur: str = Field(sa_type=WORD)


class ExternalPrice(SQLModel, table=True):
    """A past price from elsewhere, imported with its source; never mixed into our own figures."""

    __tablename__: ClassVar[str] = "external_price"

    part: str = Field(primary_key=True, sa_type=WORD)
    day: date = Field(primary_key=True)
    source: str = Field(primary_key=True, sa_type=WORD)
    condition: str = Field(primary_key=True, sa_type=WORD)
    price_minor: int = Field(primary_key=True, sa_type=BIG)
    price_currency: str = Field(primary_key=True, sa_type=WORD)
    note: str = Field(default="", sa_type=WORD)


class BuildDay(SQLModel, table=True):
    """A target's answer on one day: the index of machines. `total_minor` is None where none could be built."""

    __tablename__: ClassVar[str] = "build_day"

    target: str = Field(primary_key=True, sa_type=WORD)
    day: date = Field(primary_key=True)
    status: str = Field(sa_type=WORD)
    total_minor: int | None = Field(default=None, sa_type=BIG)
    currency: str | None = Field(default=None, sa_type=WORD)
    detail: str = Field(default="{}", sa_type=WORD)
    at: datetime = Field(sa_type=MOMENT)


class Outbox(SQLModel, table=True):
    """A report for one recipient, from before the first try until the server took it (or refused for good)."""

    report_key: str = Field(primary_key=True, sa_type=WORD)
    recipient: str = Field(primary_key=True, sa_type=WORD)
    state: str = Field(default="pending", sa_type=WORD)  # pending, sent, refused
    message: str = Field(sa_type=WORD)
    created_at: datetime = Field(sa_type=MOMENT)
    attempts: int = 0
    next_try_at: datetime = Field(sa_type=MOMENT)
    sent_at: datetime | None = Field(default=None, sa_type=MOMENT)
    error: str = Field(default="", sa_type=WORD)


class JobRun(SQLModel, table=True):
    """When a scheduled job last went well, and last was tried."""

    __tablename__: ClassVar[str] = "job_run"

    job: str = Field(primary_key=True, sa_type=WORD)
    last_good_at: datetime | None = Field(default=None, sa_type=MOMENT)
    last_tried_at: datetime | None = Field(default=None, sa_type=MOMENT)
    error: str = Field(default="", sa_type=WORD)


class DealTold(SQLModel, table=True):
    """The price at which a sale was last told as a deal, and in which report."""

    __tablename__: ClassVar[str] = "deal_told"

    listing_id: int = Field(primary_key=True, sa_type=BIG, foreign_key="listing.id")
    report_key: str = Field(primary_key=True, sa_type=WORD)
    landed_minor: int = Field(sa_type=BIG)
    landed_currency: str = Field(sa_type=WORD)
    at: datetime = Field(sa_type=MOMENT)


class WatchTold(SQLModel, table=True):
    """The price at which a watch's hit was last told, and in which report. `subject` is "marketplace:id" or "target:name"."""

    __tablename__: ClassVar[str] = "watch_told"

    watch: str = Field(primary_key=True, sa_type=WORD)
    subject: str = Field(primary_key=True, sa_type=WORD)
    report_key: str = Field(primary_key=True, sa_type=WORD)
    landed_minor: int = Field(sa_type=BIG)
    landed_currency: str = Field(sa_type=WORD)
    at: datetime = Field(sa_type=MOMENT)


# Each behind those that it refers to. To be asked for here: SQLModel knows no table before this module is imported.
ALL = SQLModel.metadata.sorted_tables
