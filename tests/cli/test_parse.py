"""`rigscout parse`: the record's shape, the order, the exit codes, and what goes to which stream."""

import json
from pathlib import Path

import pytest

from tracker.cli.main import run

EBAY = Path(__file__).parent.parent / "marketplaces" / "ebay"


def parsed(capfd, *arguments: str) -> tuple[int, list[dict], str]:
    code = run(["parse", *arguments])
    out, err = capfd.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def test_one_object_a_listing_in_page_order(capfd):
    code, records, err = parsed(capfd, str(EBAY / "s_card_en.html"), "--seen-at", "2026-11-20T12:00:00+01:00")
    assert code == 0
    assert [record["external_id"][-1] for record in records] == list("123456")
    always = {
        "marketplace",
        "external_id",
        "title",
        "url",
        "price",
        "price_kind",
        "shipping",
        "condition",
        "sold",
        "wanted",
        "loose",
    }
    assert all(always | {"texts", "seen_at"} <= set(record) for record in records)
    assert records[0]["price"] == {"amount": "189.00", "currency": "USD"}
    assert records[1]["price_max"] == {"amount": "1310.00", "currency": "USD"}
    assert records[0]["seen_at"] == "2026-11-20T11:00:00+00:00"
    assert [record["loose"] for record in records] == [False] * 5 + [True]
    assert "ebay: listings, 6 listings; the site reports 1204" in err


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("empty.html", "empty"),
        ("blocked.html", "blocked"),
        ("unknown_layout.html", "layout_unknown"),
        ("not_rendered.html", "not_rendered"),
    ],
)
def test_exit_0_whatever_the_state(capfd, name, state):
    code, records, err = parsed(capfd, str(EBAY / name))
    assert (code, records) == (0, [])
    assert f"ebay: {state}, 0 listings" in err


def test_an_unreadable_file_is_1_and_costs_no_other(capfd, tmp_path):
    code, records, err = parsed(capfd, str(tmp_path / "missing.html"), str(EBAY / "s_card_ja.html"))
    assert code == 1
    assert len(records) == 2
    assert "missing.html" in err
    assert "Traceback" not in err


def test_wrong_calls_are_2(capfd):
    assert parsed(capfd)[0] == 2
    assert parsed(capfd, str(EBAY / "empty.html"), "--marketplace", "nonsense")[0] == 2
    assert parsed(capfd, str(EBAY / "empty.html"), "--seen-at", "yesterday")[0] == 2


def test_the_marketplace_may_be_named(capfd, tmp_path):
    page = tmp_path / "bare.json"
    page.write_text('[{"itemId": "v1|355000000001|0", "title": "P40"}]')
    _, records, _ = parsed(capfd, str(page), "--marketplace", "ebay", "--url", "https://api.ebay.com/")
    assert [record["external_id"] for record in records] == ["355000000001"]


def test_no_control_characters_reach_the_terminal(capfd, tmp_path):
    page = tmp_path / "\x1b[31mred.html"
    page.write_text("<p>nobody's")
    _, _, err = parsed(capfd, str(page))
    assert "\x1b" not in err
