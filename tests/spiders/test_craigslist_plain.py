"""Craigslist's static lists are read without a tree where they are plain: both readings must tell the same."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spiders.layouts.craigslist_cards import plain_posts
from spiders.marketplaces.craigslist import Craigslist
from spiders.page import Page

STATIC = (Path(__file__).parent.parent / "marketplaces" / "craigslist" / "static.html").read_bytes()


def page_of(body: bytes) -> Page:
    return Page("https://toronto.craigslist.org/search/sss?query=p40", body, datetime(2026, 7, 1, tzinfo=UTC))


def test_plain_list_and_tree_tell_the_same():
    plain, marked = page_of(STATIC), page_of(STATIC.replace(b"</ol>", b"<!-- end --></ol>"))
    assert plain_posts(plain)
    assert plain_posts(marked) is None
    assert Craigslist().read(plain).listings == Craigslist().read(marked).listings


def test_entities_and_quotes_are_read_as_the_tree_reads_them():
    odd = STATIC.replace(b'title="Tesla K80"', b"""title='19" &lt;rack&gt;'""").replace(
        b">Tesla K80<", b">19&quot; &lt;rack&gt; &amp; K80&nbsp;<"
    )
    plain, marked = page_of(odd), page_of(odd.replace(b"</ol>", b"<!-- end --></ol>"))
    assert plain_posts(plain)
    assert '19" <rack> & K80' in [listing.title for listing in Craigslist().read(plain).listings]
    assert Craigslist().read(plain).listings == Craigslist().read(marked).listings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<div class="price">$40', b'<div class="price" id="p">$40'),
        (b"Tesla K80</div>", b"Tesla <b>K80</b></div>"),
        (b"/sop/d/k80/", b"/sop/d/k80&amp;/"),
        (b"Tesla K80</div>", b"Tesla \xff K80</div>"),
    ],
)
def test_what_is_not_plain_is_left_to_the_tree(old: bytes, new: bytes):
    page = page_of(STATIC.replace(old, new))
    assert plain_posts(page) is None
    assert len(Craigslist().read(page).listings) == len(Craigslist().read(page_of(STATIC)).listings)
