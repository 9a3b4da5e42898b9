"""Saved files of every kind: which marketplace, what time, which page; and what can't be read."""

import base64
import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.archive import ArchiveWriter, Limits, prune
from spiders.page import Page
from spiders.read import address_in, read_saved
from tracker.domain.errors import RigscoutError, UsageError
from tracker.domain.listing import PageState

EBAY = Path(__file__).parent.parent / "marketplaces" / "ebay"
CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CARDS = (EBAY / "s_card_ja.html").read_bytes()


@pytest.fixture
def saved_as(tmp_path):
    def write(name: str, body: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(body)
        os.utime(path, (CAPTURED.timestamp(), CAPTURED.timestamp()))
        return path

    return write


def test_html_is_dated_by_its_file(saved_as):
    (page,) = read_saved(saved_as("page.html", CARDS))
    assert page.marketplace == "ebay"
    assert {listing.seen_at for listing in page.parsed.listings} == {CAPTURED}


def test_seen_at_and_url_are_what_one_says(saved_as):
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    (page,) = read_saved(
        saved_as("page", CARDS), url="https://www.ebay.de/sch/i.html", seen_at=moment, marketplace="ebay"
    )
    assert page.page.url == "https://www.ebay.de/sch/i.html"
    assert page.parsed.listings[0].seen_at == moment


def test_html_in_gzip(saved_as):
    (page,) = read_saved(saved_as("page.html.gz", gzip.compress(CARDS)))
    assert len(page.parsed.listings) == 2


def test_har_gives_its_pages_and_their_times(saved_as):
    def entry(url: str, kind: str, text: str, **content: str) -> dict:
        return {
            "startedDateTime": "2026-11-19T08:00:00.000Z",
            "request": {"url": url},
            "response": {"status": 200, "content": {"mimeType": kind, "text": text, **content}},
        }

    har = {
        "log": {
            "entries": [
                entry("https://www.ebay.com/sch/i.html?_nkw=k80", "text/html", CARDS.decode()),
                entry("https://i.ebayimg.com/x.jpg", "image/jpeg", "AAAA", encoding="base64"),
                entry(
                    "https://www.ebay.com/sch/i.html?_nkw=k80&_pgn=2",
                    "text/html",
                    base64.b64encode(CARDS).decode(),
                    encoding="base64",
                ),
                entry("https://example.org/", "text/html", "<p>nobody's"),
                {"request": {}},
                None,
            ]
        }
    }
    pages = read_saved(saved_as("evening.har", json.dumps(har).encode()))
    assert [len(page.parsed.listings) for page in pages] == [2, 2]
    assert {page.page.fetched_at for page in pages} == {datetime(2026, 11, 19, 8, tzinfo=UTC)}


def test_mhtml(saved_as):
    head = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.ebay.com/sch/i.html?_nkw=k80\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    (page,) = read_saved(saved_as("page.mhtml", head + base64.encodebytes(CARDS) + b"\r\n--x--\r\n"))
    assert page.page.url.startswith("https://www.ebay.com/sch/")
    assert len(page.parsed.listings) == 2


def archive_of(folder: Path, pages: int, limits: Limits | None = None) -> list[Path]:
    writer = ArchiveWriter(folder, "ebay", CAPTURED, limits or Limits())
    for number in range(pages):
        is_compressed = number % 2
        page = Page(
            f"https://www.ebay.com/sch/i.html?_pgn={number}", gzip.compress(CARDS) if is_compressed else CARDS, CAPTURED
        )
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "secret=1")]
        writer.write(page, [*headers, ("Content-Encoding", "gzip")] if is_compressed else headers, "k80")
    writer.close()
    return sorted(folder.glob("*"))


def test_warc_keeps_times_and_no_secrets(tmp_path):
    (path,) = archive_of(tmp_path / "archive", 2)
    assert b"secret" not in gzip.decompress(path.read_bytes())
    pages = read_saved(path)
    assert [len(page.parsed.listings) for page in pages] == [2, 2]
    assert {page.page.fetched_at for page in pages} == {CAPTURED}


def test_a_cut_warc_gives_what_is_whole(tmp_path):
    (path,) = archive_of(tmp_path / "archive", 3)
    path.write_bytes(path.read_bytes()[:-100])
    assert 2 <= len(read_saved(path)) <= 3


def test_the_archive_is_rotated_and_pruned(tmp_path):
    files = archive_of(tmp_path / "archive", 5, Limits(file_bytes=1))
    assert len(files) == 5
    now = datetime.now(UTC)
    size = files[0].stat().st_size
    prune(tmp_path / "archive", now, Limits(total_bytes=int(size * 2.5)))
    assert len(list((tmp_path / "archive").glob("*"))) == 2
    prune(tmp_path / "archive", datetime(2199, 1, 1, tzinfo=UTC), Limits())
    assert not list((tmp_path / "archive").glob("*"))


@pytest.mark.parametrize(
    "body",
    [
        b"<!-- saved from url=(0040)https://www.ebay.de/sch/i.html?_nkw=x -->\n<html>",
        b"<!--\n Page saved with SingleFile \n url: https://www.ebay.de/sch/i.html?_nkw=x \n saved date: x\n-->",
        b'<link rel="canonical" href="https://www.ebay.de/sch/i.html?_nkw=x">',
        b'<link href="https://www.ebay.de/sch/i.html?_nkw=x" rel="canonical">',
        b'<meta property="og:url" content="https://www.ebay.de/sch/i.html?_nkw=x">',
        b'<link rel="canonical" href="https://i.example.org/x.jpg"><meta property="og:url" content="https://www.ebay.de/sch/i.html?_nkw=x">',
    ],
)
def test_a_saved_page_names_its_address(body):
    assert address_in(body) == "https://www.ebay.de/sch/i.html?_nkw=x"


def test_nobodys_page_has_a_state(saved_as):
    (page,) = read_saved(saved_as("page.html", b"<title>A recipe</title><p>Flour"))
    assert (page.marketplace, page.parsed.state) == (None, PageState.LAYOUT_UNKNOWN)
    (page,) = read_saved(saved_as("page.html", b"<title>Just a moment...</title>"))
    assert page.parsed.state is PageState.BLOCKED


def test_an_unknown_marketplace_is_a_wrong_call(saved_as):
    with pytest.raises(UsageError, match="nonsense"):
        read_saved(saved_as("page.html", CARDS), marketplace="nonsense")


@pytest.mark.parametrize("name", ["missing.html", "folder", "cut.html.gz", "cut.warc"])
def test_what_cant_be_read_is_told(tmp_path, name):
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    elif name == "cut.html.gz":
        path.write_bytes(gzip.compress(CARDS)[:50])
    elif name == "cut.warc":
        path.write_bytes(b"WARC/1.0\r\nWARC-Type: resp")
    if name == "cut.warc":
        assert read_saved(path) == []
    else:
        with pytest.raises(RigscoutError, match=name):
            read_saved(path)
