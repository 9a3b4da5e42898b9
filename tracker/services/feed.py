"""Reading a feed: its lines as listings, and those that are none with the reason; never raises for what a line holds."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path

from tracker.domain.errors import RigscoutError
from tracker.domain.listing import RawListing, from_record
from tracker.domain.money import Money

_TEXTS = ("marketplace", "external_id", "title", "url", "location", "country", "seller", "description", "category",
          "image", "search")  # fmt: skip
_FLAGS = ("best_offer", "pickup_only", "sold", "reserved", "wanted", "loose", "sponsored", "seller_is_business")
_AMOUNTS = ("price", "price_max", "buy_now", "shipping")
_MOMENTS = ("ends_at", "sold_at", "listed_at")
_NEEDED = frozenset(("marketplace", "external_id", "title", "url"))
# One call for all of them: a feed of 10,000 listings asks for half a million attributes.
_text_values, _flag_values, _amount_values = attrgetter(*_TEXTS), attrgetter(*_FLAGS), attrgetter(*_AMOUNTS)
_LARGEST_COUNT = 2**31 - 1  # of an integer column
_LONGEST_KEY = 200
_CLOCK_SLACK = timedelta(days=2)
_EARLIEST_YEAR = 1995  # before the first of the marketplaces
_UNSTORABLE = dict.fromkeys((0, *range(55296, 57344)), "�")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a feed that is no listing: `number` from 1, the `reason`, and the text itself, cut."""

    source: str
    number: int
    reason: str
    text: str


def read_feed(feed: Path | Iterable[RawListing], now: datetime) -> Iterator[RawListing | BadLine]:
    """The listings of a JSON-lines file (or those given), each checked. Raises RigscoutError where it can't be read."""
    if isinstance(feed, Path):
        yield from _read_lines(feed, now)
        return
    for number, listing in enumerate(feed, 1):
        reason = _content_fault(listing, now)
        yield BadLine("listings", number, reason, repr(listing)[:2000]) if reason else storable(listing)


def _read_lines(feed: Path, now: datetime) -> Iterator[RawListing | BadLine]:
    try:
        with feed.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _read_line(line, number, feed.name, now)
    except OSError as error:
        mend = "check that the file exists and is yours"
        raise RigscoutError(f"the feed {feed} can't be read: {error.strerror}", mend=mend) from error


def _read_line(line: bytes, number: int, source: str, now: datetime) -> RawListing | BadLine:
    try:
        listing = from_record(json.loads(line))
        reason = fault(listing, now)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        reason = f"{type(error).__name__}: {error}"[:200].translate(_UNSTORABLE)
    if reason:
        text = line[:2000].decode("utf-8", "replace").translate(_UNSTORABLE)
        return BadLine(source, number, reason, text)
    return storable(listing)


def fault(listing: RawListing, now: datetime) -> str:
    """Why a listing can't be stored; empty where it can."""
    texts = _text_values(listing)
    for name, value in zip(_TEXTS, texts, strict=True):
        if type(value) is not str and (value is not None or name in _NEEDED):
            return f"{name} is no text"
    kinds = _number_fault(listing) or _moment_fault(listing) or _texts_fault(listing.texts)
    return kinds or _content_fault(listing, now)


def _content_fault(listing: RawListing, now: datetime) -> str:
    """What no type can say: keys that fit a column, an address that is one, a moment that has been."""
    if not (0 < len(listing.marketplace) <= _LONGEST_KEY and 0 < len(listing.external_id) <= _LONGEST_KEY):
        return "marketplace or external_id is empty or too long"
    if not listing.url.startswith(("http://", "https://")):
        return "url is not http(s)"
    return "seen_at lies in the future" if listing.seen_at > now + _CLOCK_SLACK else ""


def _number_fault(listing: RawListing) -> str:
    for name, amount in zip(_AMOUNTS, _amount_values(listing), strict=True):
        if amount is not None and not (isinstance(amount, Money) and amount.minor >= 0 and _is_currency(amount)):
            return f"{name} is no amount of money"
    for name, count in (("bids", listing.bids), ("quantity", listing.quantity)):
        if count is not None and not (type(count) is int and 0 <= count <= _LARGEST_COUNT):
            return f"{name} is no count"
    for name, flag in zip(_FLAGS, _flag_values(listing), strict=True):
        if flag is not None and type(flag) is not bool:
            return f"{name} is neither true nor false"
    return ""


def _is_currency(amount: Money) -> bool:
    code = amount.currency
    return isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()  # noqa: PLR2004 - ISO 4217


def _moment_fault(listing: RawListing) -> str:
    for name in _MOMENTS:
        moment = getattr(listing, name)
        if moment is not None and (not isinstance(moment, datetime) or moment.tzinfo is None):
            return f"{name} is no moment with a time zone"
    seen = listing.seen_at
    if not isinstance(seen, datetime) or seen.tzinfo is None or seen.year < _EARLIEST_YEAR:
        return "seen_at is no moment with a time zone"
    return ""


def _texts_fault(texts: object) -> str:
    is_table = isinstance(texts, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in texts.items())
    return "" if is_table else "texts is no table of texts"


def storable(listing: RawListing) -> RawListing:
    """The listing without what no database takes: NUL and lone surrogates become U+FFFD."""
    joined = "".join([*filter(None, _text_values(listing)), *listing.texts.keys(), *listing.texts.values()])
    if "\0" not in joined and (joined.isascii() or not any("\ud800" <= char <= "\udfff" for char in joined)):
        return listing
    cleaned = {
        field.name: value.translate(_UNSTORABLE)
        for field in fields(listing)
        if field.name in _TEXTS and (value := getattr(listing, field.name))
    }
    texts_cleaned = {key.translate(_UNSTORABLE): text.translate(_UNSTORABLE) for key, text in listing.texts.items()}
    return replace(listing, **cleaned, texts=texts_cleaned)
