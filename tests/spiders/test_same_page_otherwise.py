"""A page says the same however its HTML is written: saved by another tool, squeezed, spread over lines, put in other order."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
import pytest

from spiders.discover import marketplaces, recognise
from spiders.page import Page
from spiders.read import address_in, read_saved
from tracker.domain.listing import to_record

PAGES = Path(__file__).parent.parent / "marketplaces"
CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)(\s*/?)>")
_ATTRIBUTE = re.compile(r"\s+([^\s=>\"'/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_NOT_TEXT = re.compile(
    r"(<(?:script|style|template|svg|title)\b.*?</(?:script|style|template|svg|title)\s*>)", re.DOTALL
)


def outside_scripts(html, change):
    parts = _NOT_TEXT.split(html)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def with_attributes(html, change):
    def tag(match):
        pairs = [(name, value.strip("\"'")) for name, value in _ATTRIBUTE.findall(match[2])]
        return f"<{match[1]}{change(pairs)}{match[3] and ' /'}>"

    return outside_scripts(html, lambda part: _TAG.sub(tag, part))


def quoted(pairs):
    return "".join(f' {name}="{value}"' for name, value in pairs)


def classes(change):
    return lambda pairs: quoted((name, change(value) if name == "class" else value) for name, value in pairs)


def with_lxml(html):
    return lxml.html.tostring(
        lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8")), encoding="unicode"
    )


REWRITES = {
    "attributes in reverse": lambda html: with_attributes(html, lambda pairs: quoted(reversed(pairs))),
    "no quotes": lambda html: with_attributes(
        html, lambda pairs: "".join(f" {n}={v}" if re.fullmatch(r"[\w.:#-]+", v) else f' {n}="{v}"' for n, v in pairs)
    ),
    "classes in reverse": lambda html: with_attributes(html, classes(lambda value: " ".join(reversed(value.split())))),
    "more classes": lambda html: with_attributes(html, classes(lambda value: f"css-1x2 {value} is-new")),
    "texts on lines of their own": lambda html: outside_scripts(
        html, lambda part: re.sub(r">([^<>]*[^<>\s][^<>]*)<", r">\n    \1\n  <", part)
    ),
    "comments before texts": lambda html: outside_scripts(html, lambda part: re.sub(r">(?=[^<>\s])", "><!-- -->", part)),
    "Windows' line ends": lambda html: html.replace("\n", "\r\n").replace("><", ">\r\n<"),
    "by lxml": with_lxml,
}  # fmt: skip


def pages():
    return sorted(path for path in PAGES.glob("*/*.html"))


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_it_reads_the_same(rewrite):
    for path in pages():
        spider = marketplaces()[path.parent.name]()
        body = path.read_bytes()
        page = Page(address_in(body), body, CAPTURED)
        html = rewrite(body.decode())
        other = replace(page, body=html.encode())
        before, after = spider.read(page), spider.read(other)
        assert after.state is before.state, path
        assert [readings(one) for one in after.listings] == [readings(one) for one in before.listings], path
        assert recognise(replace(other, url="")) is recognise(replace(page, url="")), path


def readings(listing):
    """All that was read; the texts as seen may have other white space inside."""
    return {name: value for name, value in to_record(listing).items() if name != "texts"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_encodings_that_begin_with_a_mark(tmp_path, encoding):
    for path in pages()[::6]:
        copy = tmp_path / "saved"
        copy.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
        (before,), (after,) = read_saved(path, seen_at=CAPTURED), read_saved(copy, seen_at=CAPTURED)
        assert (after.marketplace, after.parsed.state) == (before.marketplace, before.parsed.state)
        assert after.parsed.listings == before.parsed.listings
