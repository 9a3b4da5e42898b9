"""Our own pages and the captured ones, broken in a sample of ways; `make soak` breaks them in many more."""

import json
import random
from pathlib import Path

import pytest

from spiders.discover import marketplaces
from tests.spiders.fuzzing import timed, wrongs
from tests.spiders.test_walk_pages import FILES
from tracker.domain.listing import PageState

SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "pages"


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.name}" for path in FILES])
def test_no_broken_page_breaks_a_parser(path):
    assert wrongs(path.parent.name, path, seed=1, cuts=6) == []


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(marketplaces()))
def test_no_broken_captured_page_breaks_a_parser(name):
    if not SHARED.is_dir():
        pytest.skip("../shared/pages is not there")
    files = sorted((SHARED / name).glob("*/*.*"))
    for path in random.Random(7).sample(files, min(2, len(files))):
        assert wrongs(name, path, seed=2, cuts=2) == []


@pytest.mark.parametrize("name", sorted(marketplaces()))
@pytest.mark.parametrize(
    "body", [b"", b"\0", b"<", b"{", b"[]", b"{}", b"null", b"\xff" * 100, b"<html>", b"[[1], {}, null]"]
)
def test_no_scrap_breaks_a_parser(name, body):
    _, parsed = timed(name, body)
    assert parsed.listings == ()
    assert parsed.state is not PageState.LISTINGS


@pytest.mark.parametrize("name", sorted(marketplaces()))
def test_too_large_a_page_is_refused_unread(name):
    seconds, parsed = timed(name, b"x" * (16 * 2**20 + 1))
    assert parsed.state is PageState.TOO_LARGE
    assert seconds < 0.05


def test_json_whose_values_are_of_other_kinds():
    path = next(path for path in FILES if path.name == "api_search.json")
    answer = json.loads(path.read_bytes())
    for value in (None, [], {}, "x", 3, True, [None], {"value": None}):
        item = dict.fromkeys(answer["itemSummaries"][0], value) | {"itemId": "v1|355000000201|0", "title": "x"}
        _, parsed = timed("ebay", json.dumps({"itemSummaries": [item, answer["itemSummaries"][0]]}).encode())
        assert parsed.state is PageState.LISTINGS, "the sound one is read whatever the other holds"
