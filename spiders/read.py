"""Saved pages to listings: HTML from a browser (MHTML too), JSON, HAR and WARC; finds out the marketplace by itself."""

import base64
import codecs
import email
import email.policy
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any

from spiders.discover import broken, marketplaces, recognise
from spiders.extract.block import block_reason
from spiders.extract.time import from_iso, saved_at
from spiders.families.json_api import is_json, loads
from spiders.page import Page, ParsedPage
from tracker.domain.errors import RigscoutError, UsageError
from tracker.domain.listing import PageState

# A HAR or WARC of one evening's browsing; the pages inside have the bound of their own.
_MAX_FILE_BYTES = 512 * 2**20
_PIECE_BYTES = 2**20
_HEAD = 400_000  # bytes in which a page names itself: eBay's canonical link stands behind 250 KB of styles
_ADDRESSES = (
    re.compile(rb"<!--[^>]{0,200}?saved from url=\(\d+\)(https?://[^\s>]{4,2000})", re.IGNORECASE),
    re.compile(rb"<!--[^>]{0,200}?Page saved with SingleFile\s+url:\s*(https?://\S{4,2000})"),
    re.compile(
        rb"<link[^>]{0,300}?rel=[\"']?canonical[\"']?[^>]{0,300}?href=[\"']?(https?://[^\"'\s>]{4,2000})", re.IGNORECASE
    ),
    re.compile(
        rb"<link[^>]{0,2000}?href=[\"']?(https?://[^\"'\s>]{4,2000})[\"']?[^>]{0,300}?rel=[\"']?canonical",
        re.IGNORECASE,
    ),
    re.compile(rb"<meta[^>]{0,300}?og:url[\"']?[^>]{0,300}?content=[\"']?(https?://[^\"'\s>]{4,2000})", re.IGNORECASE),
)
_TEXTUAL = ("html", "json", "xml", "javascript")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page out of a file: whose it is (None: nobody's), the page, and what it holds."""

    marketplace: str | None
    page: Page
    parsed: ParsedPage


def read_saved(
    path: Path, *, marketplace: str | None = None, url: str | None = None, seen_at: datetime | None = None
) -> list[SavedPage]:
    """Every page of a saved file with what it holds, in the file's order.

    `marketplace` and `url` say what the file does not; `seen_at` stands in for the time of capture (else the archive's,
    the saving browser's, the file's own). Pages of an archive that no marketplace knows are left out, unless none is known.
    Raises RigscoutError where the file can't be read, UsageError for a marketplace that there is not.
    """
    if marketplace is not None:
        _check_known(marketplace)
    body = _bytes_of(path)
    file_time = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if _is_warc(body):
        from spiders.archive import pages_in

        read = [_read(_dated(found.page, seen_at), marketplace or found.marketplace) for found in pages_in(path)]
    else:
        read = [_read(_dated(page, seen_at), marketplace) for page in _pages_of(body, file_time, url)]
    known = [saved for saved in read if saved.marketplace is not None]
    return known or read[:1]


def _check_known(marketplace: str) -> None:
    if marketplace in broken():
        raise RigscoutError(f"{marketplace} can't be loaded: {broken()[marketplace]}", mend="mend or remove its file")
    if marketplace not in marketplaces():
        raise UsageError(f"there is no marketplace {marketplace!r}", mend=f"one of: {', '.join(marketplaces())}")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise RigscoutError(f"{path}: {path.stat().st_size} bytes are too many", mend="split the archive")
        body = path.read_bytes()
        if body[:2] == b"\x1f\x8b" and not _is_warc(body):
            with gzip.open(path) as stream:
                # Piece by piece: one read of the bound would take that much memory for the smallest file.
                pieces = iter(partial(stream.read, _PIECE_BYTES), b"")
                body = b"".join(islice(pieces, _MAX_FILE_BYTES // _PIECE_BYTES))
        if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # as Windows' shells save what they are given
            body = codecs.BOM_UTF8 + body.decode("utf-16", "replace").encode()
    except (OSError, EOFError, zlib.error) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise RigscoutError(f"{path}: {words}", mend="name a file that can be read: HTML, JSON, HAR or WARC") from error
    return body


def _is_warc(body: bytes) -> bool:
    if body[:5] == b"WARC/":
        return True
    try:
        return zlib.decompressobj(wbits=31).decompress(body[:4096], 5)[:5] == b"WARC/"
    except zlib.error:
        return False


def _dated(page: Page, seen_at: datetime | None) -> Page:
    return page if seen_at is None else replace(page, fetched_at=seen_at)


def _pages_of(body: bytes, file_time: datetime, url: str | None) -> Iterator[Page]:
    if b'"log"' in body[:4096] and (har := _har_entries(body)) is not None:
        yield from (page for entry in har if (page := _har_page(entry, file_time)))
        return
    if (
        re.match(rb"(?:From|MIME-Version|Snapshot-Content-Location|Subject|Date):", body[:60])
        and b"multipart/related" in body[:4096]
    ):
        yield _mhtml_page(body, file_time, url)
        return
    content_type = "application/json" if is_json(Page("", body, file_time)) else "text/html"
    yield Page(url or address_in(body), body, saved_at(body) or file_time, content_type=content_type)


def address_in(body: bytes) -> str:
    """The address that a saved page names as its own, the first that a marketplace knows; "" for none."""
    found = [match[1] for pattern in _ADDRESSES if (match := pattern.search(body[:_HEAD]))]
    addresses = [unescape(address.decode("utf-8", "replace")) for address in found]
    known = (url for url in addresses if any(spider.knows_host(url) for spider in marketplaces().values()))
    return next(known, addresses[0] if addresses else "")


def _read(page: Page, marketplace: str | None) -> SavedPage:
    spider = marketplaces().get(marketplace or "") or recognise(page)
    if spider is None:
        if reason := block_reason(page.body):
            return SavedPage(None, page, ParsedPage(PageState.BLOCKED, detail=reason))
        detail = "no marketplace knows this page; name one with --marketplace"
        return SavedPage(None, page, ParsedPage(PageState.LAYOUT_UNKNOWN, detail=detail))
    return SavedPage(spider.name, page, spider().read(page))


def _har_entries(body: bytes) -> list[Any] | None:
    data = loads(body)
    log = data.get("log") if isinstance(data, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    return entries if isinstance(entries, list) else None


def _har_page(entry: Any, file_time: datetime) -> Page | None:
    """One exchange of a HAR; None for images, scripts and whatever lacks a body."""
    try:
        response, content = entry["response"], entry["response"]["content"]
        kind = str(content.get("mimeType") or "")
        if not any(word in kind for word in _TEXTUAL) or not content.get("text"):
            return None
        text = str(content["text"])
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode("utf-8", "replace")
        return Page(
            url=str(entry["request"]["url"]),
            body=body,
            fetched_at=from_iso(str(entry.get("startedDateTime") or "")) or file_time,
            status=int(response.get("status") or 200),
            content_type=kind,
            # A HAR's text is decoded already, whatever the page says of itself.
            charset=None if content.get("encoding") == "base64" else "utf-8",
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _mhtml_page(body: bytes, file_time: datetime, url: str | None) -> Page:
    message = email.message_from_bytes(body, policy=email.policy.default)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    payload = part.get_payload(decode=True) if part is not None else b""
    address = url or str(message.get("Snapshot-Content-Location") or "")
    return Page(address, payload if isinstance(payload, bytes) else b"", file_time)


def replay(folder: Path, *, since: datetime | None = None, names: Sequence[str] = ()) -> Iterator[SavedPage]:
    """Every page of the archive, read again with today's spiders, oldest file first: the times are those of the fetch.

    `since` leaves out what was fetched before, `names` the marketplaces that are not among them. A file that can't be
    read is left out too: an archive is a help, not a promise. Raises UsageError for a name that there is not.
    """
    from spiders.archive import pages_in

    for name in names:
        _check_known(name)

    for path in sorted(folder.glob("*.warc.gz"), key=lambda path: path.name.partition("-")[2]):
        try:
            for found in pages_in(path):
                is_asked = (since is None or found.page.fetched_at >= since) and (
                    not names or found.marketplace in names
                )
                if is_asked:
                    yield _searched(_read(found.page, found.marketplace), found.search)
        except RigscoutError:
            continue


def _searched(saved: SavedPage, search: str | None) -> SavedPage:
    listings = tuple(replace(listing, search=search) for listing in saved.parsed.listings)
    return replace(saved, parsed=replace(saved.parsed, listings=listings))
