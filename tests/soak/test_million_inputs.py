"""A million hostile inputs: whatever a page, a feed, a config, a file or a visitor says becomes a value or a reason (`make soak`).

Hypothesis draws a seed for each batch of inputs; the inputs are pieces of the real thing, shuffled, cut and spoilt. A failure
names the target and the input; the same seed gives the same inputs. The counts stand in TARGETS: 1,036,000 in all.
RIGSCOUT_FUZZ=0.1 does a tenth.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from spiders.discover import marketplaces
from spiders.extract.condition import condition_of
from spiders.extract.duration import parse_duration
from spiders.extract.json_value import money, whole
from spiders.extract.location import country_of
from spiders.extract.price import parse_price
from spiders.extract.shipping import parse_shipping
from spiders.extract.time import from_iso
from spiders.page import Page
from spiders.read import read_saved
from tests.services.market import TinyMatcher, crawl, day, listing
from tests.spiders.test_walk_pages import FILES
from tracker.domain.errors import RigscoutError
from tracker.domain.listing import PageState, RawListing, from_record, to_record
from tracker.domain.money import Money
from tracker.domain.web import Filters
from tracker.optimiser.offers_file import read_offers
from tracker.services.export import rows_of
from tracker.services.feed import BadLine, read_feed
from tracker.services.ingest import ingest_feed
from tracker.services.past_prices import import_prices
from tracker.services.web_reads import StoredReads
from tracker.settings import load_settings, shipped_config
from tracker.sources import load_sources
from tracker.storage.invariants import broken_rules
from tracker.workspace import Workspace

SHARE = float(os.environ.get("RIGSCOUT_FUZZ", "1"))
BATCH = 200
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ODD = ["\0", "\ud800", "\u202e", "\u200b", "\x1b[31m", "\r\n", "'", '"', "';DROP TABLE listing;--", "%", "_", "\\", "{{7*7}}", "${x}", "<script>",
       "=1+1", "٣", "½", "１", "𝟗", "−", "NaN", "inf", "1e999", "-0", "9" * 40, "0x1f", "é", "İ", "ß", "", " ", "\u00a0", "null", "true"]  # fmt: skip
PRICE = ["EUR", "€", "$", "US $", "£", "CHF", "zł", "kr", "¥", "円", "1", "12", "299", "1.299", "1,299", ".00", ",00", ",-", "–", "VB", "bis", "to", "à",
         "gratis", "Zu verschenken", "pro Stück", "+", "-", "%", "(", ")", "Versand", "livraison", "free", "shipping", "TTC", "statt"]  # fmt: skip
TITLE = ["Tesla", "P40", "K80", "2x", "4x", "RTX", "3090", "24GB", "DDR4", "X99", "Xeon", "E5-2680", "v4", "750W", "defekt", "suche", "for parts", "no",
         "PC", "+", "/", ",", "[H]", "[W]", "lot of", "bundle", "Laptop", "GTX1080Ti", "mit", "ohne"]  # fmt: skip


def spoilt(dice: Random, pieces: list[str], most: int = 12) -> str:
    """Pieces and oddities in any order, now and then with a letter changed."""
    text = dice.choice(("", " ")).join(
        dice.choice(ODD if dice.random() < 0.2 else pieces) for _ in range(dice.randint(0, most))
    )
    if text and dice.random() < 0.2:
        at = dice.randrange(len(text))
        text = text[:at] + chr(dice.choice((dice.randrange(128), dice.randrange(0x3000)))) + text[at + 1 :]
    return text


def broken(dice: Random, body: bytes) -> bytes:
    """Bytes cut, changed, doubled or with an oddity in their midst."""
    at = dice.randrange(len(body) + 1)
    odd = dice.choice(ODD).encode("utf-8", "surrogatepass")
    return dice.choice((body[:at], body[at:], body[:at] + odd + body[at:], body[:at] + body[at + dice.randint(1, 9) :],
                        body[:at] + bytes(dice.randrange(256) for _ in range(3)) + body[at + 3 :]))  # fmt: skip


def value(dice: Random, depth: int = 0) -> Any:
    """Any JSON value."""
    kind = dice.randrange(8 if depth < 3 else 6)
    return (None, dice.random() < 0.5, dice.choice((0, -1, 5, 10**18, 10**400)), dice.uniform(-1e9, 1e9), dice.choice(ODD), spoilt(dice, TITLE),
            *(([value(dice, depth + 1) for _ in range(dice.randrange(4))], {dice.choice(ODD): value(dice, depth + 1)})
              if depth < 3 else ()))[kind]  # fmt: skip


def price_text(dice: Random, _: Path) -> None:
    reading = parse_price(spoilt(dice, PRICE), dice.choice((None, "EUR", "USD", "JPY")))
    assert reading.price is None or (reading.price.minor >= 0 and len(reading.price.currency) == 3)


def short_texts(dice: Random, _: Path) -> None:
    text = spoilt(
        dice,
        [
            *PRICE,
            "Gebraucht",
            "Neu",
            "Très bon état",
            "Pre-Owned",
            "France",
            "75001 Paris",
            "2d 4h",
            "3 Std",
            "2026-11-20T10:00:00Z",
        ],
    )
    condition_of(text), parse_shipping(text, "EUR"), parse_duration(text), from_iso(text), country_of(text, "DE")
    money(value(dice, 3), dice.choice((*ODD, "EUR"))), whole(value(dice, 2))


def titles(dice: Random, _: Path) -> None:
    price = Money(dice.randrange(10**6), "EUR") if dice.random() < 0.5 else None
    match = MATCHER.match(
        spoilt(dice, TITLE), description=spoilt(dice, TITLE) if dice.random() < 0.3 else None, price=price
    )
    assert 0 <= match.confidence <= 1


PAGES = [(path.parent.name, body[max(0, len(body) // 2 - 1500) : len(body) // 2 + 1500], len(body))
         for path in FILES for body in [path.read_bytes()]]  # fmt: skip


def pages(dice: Random, _: Path) -> None:
    name, middle, _ = dice.choice(PAGES)
    parsed = marketplaces()[name]().read(Page("", broken(dice, middle), NOW))
    assert (parsed.state is PageState.LISTINGS) == bool(parsed.listings)


RECORD = to_record(
    RawListing("ebay", "1", "Tesla P40", "https://example.org/1", NOW, price=Money(100, "EUR"), texts={"price": "1 €"})
)


def feed_lines(dice: Random, folder: Path) -> None:
    """A whole batch is one file: each line a record with a key spoilt, or bytes broken."""
    feed, lines = folder / "feed.jsonl", []
    for _ in range(BATCH):
        line = json.dumps(RECORD | {dice.choice([*RECORD, "x"]): value(dice)}).encode()
        lines.append(broken(dice, line).replace(b"\n", b" ") if dice.random() < 0.5 else line)
    feed.write_bytes(b"\n".join(lines))
    for item in read_feed(feed, NOW):
        assert isinstance(item, BadLine) or from_record(to_record(item)) == item


OFFER = {"offer": "1", "parts": [{"part": "gpu:tesla-p40", "qty": 1}], "landed": {"amount": "96.00", "currency": "EUR"}, "available": 1,
         "facts": {"modules": 4}, "shipping": {"amount": "5", "currency": "EUR", "shared": True}}  # fmt: skip


def offers(dice: Random, _: Path) -> None:
    line = json.dumps(OFFER | {dice.choice(list(OFFER)): value(dice)})
    read_offers([broken(dice, line.encode()).decode("utf-8", "replace") if dice.random() < 0.5 else line])


SETTINGS = (shipped_config() / "settings.toml").read_bytes()
SOURCE = (shipped_config() / "marketplaces" / "ebay.toml").read_bytes()


def config(dice: Random, folder: Path) -> None:
    (folder / "marketplaces").mkdir(exist_ok=True)
    (folder / "settings.toml").write_bytes(broken(dice, SETTINGS))
    (folder / "marketplaces" / "ebay.toml").write_bytes(broken(dice, SOURCE))
    load_sources((folder,)) if dice.random() < 0.5 else load_settings((folder,))


HAR = json.dumps({"log": {"entries": [{"startedDateTime": "2026-11-20T10:00:00Z", "request": {"url": "https://www.ebay.de/sch/i.html"}, "response": {
    "status": 200, "content": {"mimeType": "text/html", "text": "<html><body>x</body></html>", "encoding": "base64"}}}]}}).encode()  # fmt: skip
MHTML = b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Location: https://www.ebay.de/\r\n\r\n<html></html>\r\n--b--\r\n'
WARC = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://www.ebay.de/../../etc/passwd\r\nWARC-Date: 2026-11-20T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: 62\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>x</p></html>\r\n\r\n\r\n"
CSV = b'part,price,currency,date,source\ngpu:tesla-p40,180.00,EUR,2026-10-01,notes\ngpu:tesla-k80,"1.200,00",EUR,2026-10-02,notes\n'


def saved_files(dice: Random, folder: Path) -> None:
    file = folder / dice.choice(("a.har", "a.html", "a.json", "a.warc", "../a.mhtml".replace("../", "")))
    file.write_bytes(broken(dice, dice.choice((HAR, MHTML, WARC))))
    read_saved(file)


def past_prices(dice: Random, folder: Path) -> None:
    file = folder / "prices.csv"
    file.write_bytes(broken(dice, CSV))
    import_prices(DATABASE[0], file, Workspace().catalog if not CATALOG else CATALOG[0])


def query_filters(dice: Random, _: Path) -> None:
    def word() -> str:
        return (
            spoilt(dice, ["gpu:tesla-p40", "ebay", "DE", "used", "listing", "id"], 3)
            .replace("\0", "")
            .encode("utf-8", "replace")
            .decode()
        )

    reads = StoredReads(DATABASE[0], {}, lambda _: False)
    narrowed = Filters(*(word() if dice.random() < 0.5 else None for _ in range(3)))
    reads.listings(part=word(), offset=dice.randrange(5), limit=2, filters=narrowed)
    reads.listing(word(), word())
    list(rows_of(DATABASE[0], "v_listings", {"marketplace": word()}))


MATCHER = Workspace().matcher
DATABASE: list[Any] = []
CATALOG: list[Any] = []
TARGETS: dict[Callable[[Random, Path], None], int] = {
    price_text: 400_000, short_texts: 250_000, titles: 40_000, pages: 10_000, feed_lines: 200_000, offers: 100_000, config: 8_000,
    saved_files: 16_000, past_prices: 4_000, query_filters: 8_000,
}  # fmt: skip
WHOLE_BATCH = {feed_lines}


@pytest.mark.parametrize(("target", "count"), TARGETS.items(), ids=[target.__name__ for target in TARGETS])
def test_nothing_hostile_raises(target: Callable, count: int, tmp_path: Path, sqlite_database) -> None:
    ingest_feed(sqlite_database, [listing(1, day(0), 100)], matcher=TinyMatcher(), now=day(0), outcome=crawl(day(0)))
    DATABASE[:], CATALOG[:] = [sqlite_database], [Workspace().catalog]
    done = 0

    @seed(7)
    @settings(max_examples=max(1, int(count * SHARE) // BATCH), deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.integers(0, 2**63))
    def batch(number: int) -> None:
        nonlocal done
        dice = Random(number)
        for _ in range(1 if target in WHOLE_BATCH else BATCH):
            with suppress(RigscoutError):  # its message is the reason
                target(dice, tmp_path)
        done += BATCH

    batch()
    assert done == max(1, int(count * SHARE) // BATCH) * BATCH
    with sqlite_database.engine.connect() as connection:
        assert list(broken_rules(connection)) == []
