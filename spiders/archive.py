"""The page archive: WARC files as ISO 28500 has them, read back as pages; written by middlewares/archive.py."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from spiders.extract.time import from_iso
from spiders.page import Page
from tracker.domain.errors import RigscoutError

# One more than any page may have (16 MB), so that a larger one is seen to be larger.
_MAX_BODY = 16 * 2**20 + 1
_TEXTUAL = ("html", "json", "xml", "javascript", "text/")


def pages_in(path: Path) -> Iterator[Page]:
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
    except (ArchiveLoadFailed, EOFError, zlib.error, OSError, ValueError) as error:
        if count == 0:
            raise RigscoutError(f"{path}: no WARC that can be read: {error}", mend="save it again") from error


def _page_of(record: ArcWarcRecord) -> Page | None:
    if record.rec_type != "response" or record.http_headers is None:
        return None
    content_type = record.http_headers.get_header("Content-Type") or "text/html"
    fetched_at = from_iso(record.rec_headers.get_header("WARC-Date") or "")
    if not any(word in content_type for word in _TEXTUAL) or not isinstance(fetched_at, datetime):
        return None
    return Page(
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        body=record.content_stream().read(_MAX_BODY),
        fetched_at=fetched_at,
        status=int(record.http_headers.get_statuscode() or 200),
        content_type=content_type,
        charset=content_type.partition("charset=")[2].split(";")[0].strip("\"' ") or None,
    )
