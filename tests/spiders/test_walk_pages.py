"""Every page in tests/marketplaces/<name>/ reads as the JSON beside it says; a marketplace without a page fails.

A page without its JSON fails once and gets it written: read that JSON line by line, then commit both.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.discover import marketplaces
from spiders.page import Page
from spiders.read import address_in
from tracker.domain.listing import to_record

PAGES = Path(__file__).parent.parent / "marketplaces"
SUFFIX = ".expected.json"
CAPTURED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

FILES = sorted(path for path in PAGES.glob("*/*.*") if not path.name.endswith(SUFFIX))


def read(path: Path) -> dict:
    """A page as the walker compares it."""
    body = path.read_bytes()
    kind = {".json": "application/json", ".xml": "application/atom+xml"}.get(path.suffix, "text/html")
    page = Page(address_in(body), body, CAPTURED, content_type=kind)
    parsed = marketplaces()[path.parent.name]().read(page)
    return {
        "state": parsed.state,
        "detail": parsed.detail,
        "reported": parsed.reported,
        "next_url": parsed.next_url,
        "stats": dict(parsed.stats),
        "listings": [to_record(listing) for listing in parsed.listings],
    }


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_page_reads_as_reviewed(path):
    expected = path.with_name(path.name + SUFFIX)
    found = read(path)
    if not expected.is_file():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{expected.name} was missing and has been written: review it, then commit it")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(marketplaces()))
def test_every_marketplace_has_a_page(name):
    assert any(path.parent.name == name for path in FILES), f"write a page of {name} into tests/marketplaces/{name}/"


@pytest.mark.parametrize("name", sorted(marketplaces()))
def test_file_class_and_spider_share_a_name(name):
    spider = marketplaces()[name]
    assert spider.__module__ == f"spiders.marketplaces.{name}"
    assert spider.name == name
