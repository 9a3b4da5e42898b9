"""Deep nesting is known before a parser meets it, and no real page is taken for it."""

from pathlib import Path

import pytest

from spiders.extract.nesting import nests_too_deep

SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "pages"
PAGE = (
    b"<html><body>"
    + b"<div class=card><h2>Tesla P40</h2><p>189 EUR<br><img src=x></p></div>" * 4000
    + b"</body></html>"
)


@pytest.mark.parametrize(
    "tag", [b"<div>", b"<b>", b"<ul><li>", b'<article class="aditem" data-adid="3100000001">', b"<a href=x>\n"]
)
def test_ten_thousand_deep_before_inside_and_alone(tag):
    deep = tag * 10_000
    assert nests_too_deep(deep)
    assert nests_too_deep(deep + PAGE)
    assert nests_too_deep(PAGE[:70_000] + deep + PAGE[70_000:])
    assert nests_too_deep(deep + b"</div>" * 10_000)


def test_a_long_page_is_not_deep():
    assert not nests_too_deep(PAGE)
    assert not nests_too_deep(b"")
    assert not nests_too_deep(b"<" * 5000)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/pages is not there")
def test_no_captured_page_is_deep():
    assert [page.name for page in SHARED.glob("*/*/*.html") if nests_too_deep(page.read_bytes())] == []
