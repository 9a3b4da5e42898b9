"""The page archive: WARC files as ISO 28500 has them, written while crawling, read back as pages by a replay."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.extract.time import from_iso
from spiders.page import Page
from tracker.domain.errors import RigscoutError

# One more than any page may have (16 MB), so that a larger one is seen to be larger.
_MAX_BODY = 16 * 2**20 + 1
_TEXTUAL = ("html", "json", "xml", "javascript", "text/")
_MARKETPLACE, _SEARCH = "X-Rigscout-Marketplace", "X-Rigscout-Search"
# What could tell who asked, or be taken for a key. The request's own headers are never written at all.
_SECRET_HEADERS = frozenset(
    {"set-cookie", "cookie", "authorization", "proxy-authorization", "www-authenticate", "x-csrf-token"}
)
# Bodies are kept whole, however they were sent.
_TRANSFER_HEADERS = frozenset({"transfer-encoding", "content-length"})
# A body that came compressed is kept as it came; others are squeezed quickly: warcio's own level 9 takes five times as
# long as reading the page (measured on 1.6 MB: 46 ms, level 1 takes 14).
_STORED, _QUICK = 0, 1


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page out of an archive, with whose it is and which search asked for it where the archive is ours."""

    page: Page
    marketplace: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the archive is kept: bytes of one file, bytes in all, age; the last two are the user's ([keep])."""

    file_bytes: int = 64 * 2**20
    total_bytes: int = 2**30
    age: timedelta = timedelta(days=60)


class ArchiveWriter:
    """Writes the responses of one crawl; begins a new file when one is full. Use as a context manager, or `close` it."""

    def __init__(self, folder: Path, marketplace: str, started: datetime, limits: Limits = Limits()) -> None:
        self._folder, self._marketplace, self._limits = folder, marketplace, limits
        self._stem = f"{marketplace}-{started:%Y%m%dT%H%M%S%f}"
        self._number = 0
        self._stream: IO[bytes] | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        prune(folder, started, limits)

    def write(self, page: Page, headers: Iterable[tuple[str, str]], search: str) -> None:
        """One response as it came, without cookies and keys; `page.body` may still be compressed as its headers say."""
        kept = [(name, value) for name, value in headers if name.lower() not in _SECRET_HEADERS | _TRANSFER_HEADERS]
        whole = BytesIO()
        writer = WARCWriter(whole, gzip=False, warc_version="1.1")  # dates with fractions of a second
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=BytesIO(page.body),
            length=len(page.body),
            http_headers=StatusAndHeaders(f"{page.status} -", kept, protocol="HTTP/1.1"),
            warc_headers_dict={
                "WARC-Date": page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                _MARKETPLACE: self._marketplace,
                _SEARCH: search,
            },
        )
        writer.write_record(record)
        is_compressed = any(name.lower() == "content-encoding" for name, _ in kept)
        stream = self._open()
        stream.write(gzip.compress(whole.getvalue(), compresslevel=_STORED if is_compressed else _QUICK))
        stream.flush()

    def close(self) -> None:
        """Close the file at hand."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _open(self) -> IO[bytes]:
        if self._stream is not None and self._stream.tell() >= self._limits.file_bytes:
            self.close()
        if self._stream is None:
            self._number += 1
            self._stream = (self._folder / f"{self._stem}-{self._number:03}.warc.gz").open("wb")
        return self._stream


def prune(folder: Path, now: datetime, limits: Limits) -> None:
    """Remove the files that are too old, then the oldest until the rest is small enough."""
    files = sorted(folder.glob("*.warc.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    kept = 0
    for path in files:
        status = path.stat()
        kept += status.st_size
        age = now.timestamp() - status.st_mtime
        if kept > limits.total_bytes or age > limits.age.total_seconds():
            path.unlink(missing_ok=True)


def pages_in(path: Path) -> Iterator[ArchivedPage]:
    """The responses in a WARC that can be pages, in its order; a file cut short gives what is whole.

    Raises RigscoutError where nothing can be read.
    """
    count = 0
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                page = _page_of(record)
                count += 1
                if page is not None:
                    yield page
    # AttributeError: warcio's own, for a record that names no address.
    except (ArchiveLoadFailed, EOFError, zlib.error, OSError, ValueError, AttributeError) as error:
        if count == 0:
            raise RigscoutError(f"{path}: no WARC that can be read: {error}", mend="save it again") from error


def _page_of(record: ArcWarcRecord) -> ArchivedPage | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    content_type = record.http_headers.get_header("Content-Type") or "text/html"
    fetched_at = from_iso(record.rec_headers.get_header("WARC-Date") or "")
    if not any(word in content_type for word in _TEXTUAL) or fetched_at is None:
        return None
    page = Page(
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        body=record.content_stream().read(_MAX_BODY),
        fetched_at=fetched_at,
        status=int(record.http_headers.get_statuscode() or 200),
        content_type=content_type,
        charset=content_type.partition("charset=")[2].split(";")[0].strip("\"' ") or None,
    )
    said = record.rec_headers.get_header
    return ArchivedPage(page, said(_MARKETPLACE) or None, said(_SEARCH) or None)
