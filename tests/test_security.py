"""SECURITY.md names a test for each threat, and those that stand nowhere else: files, filters, bombs, locks."""

import ast
import gzip
import json
import re
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import text

from spiders.read import read_saved
from tests.services.market import TinyMatcher, crawl, day, listing
from tracker.domain.errors import RigscoutError, UsageError
from tracker.domain.listing import PageState
from tracker.domain.web import Filters
from tracker.fx import BadFeedError, parse_ecb
from tracker.services.export import rows_of
from tracker.services.ingest import ingest_feed
from tracker.services.web_reads import StoredReads

ROOT = Path(__file__).parent.parent
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
OUTSIDE = (
    "../../outside.html",
    "/etc/passwd",
    "file:///etc/passwd",
    "https://www.ebay.de/../../../etc/passwd",
    "..\\..\\outside",
    "a\0b",
)


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[f"{Path(file).stem}::{test}" for file, test in NAMED])
def test_every_test_of_the_threat_list_exists(file: str, test: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_threat_names_a_test() -> None:
    lines = (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| threat")]
    assert len(rows) > 15
    assert [row for row in rows if "::" not in row and "`make soak`" not in row] == []


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_in_archives_name_no_files(address: str, tmp_path: Path) -> None:
    """A HAR's or WARC's addresses are texts: nothing is read from them or written to them."""
    inner = tmp_path / "inner"
    inner.mkdir()
    entry = {"startedDateTime": "2026-11-20T10:00:00Z", "request": {"url": address},
             "response": {"status": 200, "content": {"mimeType": "text/html", "text": "<p>milk</p>"}, "redirectURL": address}}  # fmt: skip
    (inner / "a.har").write_text(json.dumps({"log": {"entries": [entry]}}))
    (inner / "a.warc.gz").write_bytes(_warc(address.replace("\0", "%00")))
    before = sorted(tmp_path.rglob("*"))
    for file in (inner / "a.har", inner / "a.warc.gz"):
        for saved in read_saved(file):
            assert saved.parsed.state is not PageState.LISTINGS
            assert b"root:" not in saved.page.body
    assert sorted(tmp_path.rglob("*")) == before


def _warc(address: str, body: bytes = b"<p>milk</p>") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2026-11-20T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 6)


@pytest.mark.parametrize("name", ["a.html.gz", "a.warc.gz"])
def test_a_zip_bomb_is_a_page_that_is_too_large(name: str, tmp_path: Path) -> None:
    """A hundred megabytes of zeros in a hundred kilobytes; what is read of them is bounded."""
    bomb = bytes(100 * 2**20)
    content = gzip.compress(bomb, 6) if name == "a.html.gz" else _warc("https://www.ebay.de/sch/i.html", bomb)
    (tmp_path / name).write_bytes(content)
    tracemalloc.start()
    (page,) = read_saved(tmp_path / name, marketplace="ebay")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert page.parsed.state is PageState.TOO_LARGE
    assert peak < 3 * len(bomb)


def test_an_xml_bomb_is_no_feed() -> None:
    """Entities are not replaced: neither a billion laughs nor a file of this machine."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    cube = '<Cube time="2026-11-20"><Cube currency="USD" rate="{}"/></Cube>'
    for entities, rate in ((f'<!ENTITY l0 "1">{laughs}', "&l9;"), ('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;")):
        xml = f"<!DOCTYPE r [{entities}]><r>{cube.format(rate)}</r>"
        with pytest.raises(BadFeedError):
            parse_ecb(xml.encode())


@pytest.mark.parametrize(
    "words", ["' OR 1=1 --", "ebay' UNION SELECT value FROM meta --", "%", "_", "'; DROP TABLE listing; --", '"']
)
def test_a_filter_is_a_value_never_sql(words: str, database) -> None:
    ingest_feed(database, [listing(1, day(0), 100)], matcher=TinyMatcher(), now=day(0), outcome=crawl(day(0)))
    reads = StoredReads(database, {}, lambda _: False)
    for narrowed in (Filters(marketplace=words), Filters(country=words), Filters(condition=words)):
        assert reads.listings(part=None, offset=0, limit=9, filters=narrowed).total == 0
    assert reads.listings(part=words, offset=0, limit=9).total == 0
    assert reads.listing(words, words) is None
    assert list(rows_of(database, "v_listings", {"marketplace": words})) == []
    with pytest.raises((UsageError, RigscoutError)):
        list(rows_of(database, words))
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM listing")).scalar() == 1


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_locked_with_its_hashes(lock: str) -> None:
    whole = (ROOT / lock).read_text().replace("\\\n", " ")
    pins = [line for line in whole.splitlines() if line.strip() and not line.startswith("#")]
    assert len(pins) > 50
    assert [pin for pin in pins if not re.match(r"[\w.\[\]-]+==\S+.*--hash=sha256:[0-9a-f]{64}", pin)] == []
    assert "--require-hashes" in (ROOT / "Makefile").read_text()
