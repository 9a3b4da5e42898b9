"""`rigscout sources`, `sources check`, `crawl`, `run`'s ingest and `replay`, as a user runs them against a site on loopback."""

import json
from pathlib import Path

import pytest

from tests.spiders.loopback_site import html, site
from tracker.cli.main import run


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    folder = tmp_path / "config"
    (folder / "marketplaces").mkdir(parents=True)
    return folder


def asked_at(config: Path, url: str) -> None:
    (config / "marketplaces" / "ebay.toml").write_text(
        f'base_url = "{url}"\nways = ["html"]\nsearches = ["p40"]\nseconds_between_requests = 0\nmax_pages = 1\n'
    )


def test_check_tries_one_source_and_stores_nothing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with site(lambda _path: html("s_card_en.html")) as ebay:
        asked_at(config, ebay.url)
        assert run(["--config", str(config), "sources", "check", "ebay"]) == 0
        assert len(ebay.paths()) == 1
    assert "ebay: listings, 6 listings" in capsys.readouterr().out
    assert run(["--config", str(config), "sources", "--json"]) == 0
    states = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["marketplace"]: one["state"] for one in states}["ebay"] is None, "a check is not a crawl"


def test_check_tells_a_block_with_exit_code_1(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with site(lambda _path: html("blocked.html")) as ebay:
        asked_at(config, ebay.url)
        assert run(["--config", str(config), "sources", "check", "ebay"]) == 1
    assert "ebay: blocked" in capsys.readouterr().out


def test_check_knows_no_other(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--config", str(config), "sources", "check", "nowhere"]) == 2
    assert "no such source: nowhere" in capsys.readouterr().err


def test_what_was_crawled_is_told_and_a_replay_changes_nothing(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with site(lambda _path: html("s_card_en.html")) as ebay:
        asked_at(config, ebay.url)
        assert run(["--config", str(config), "crawl", "ebay", "--json"]) == 0
    capsys.readouterr()
    assert run(["--config", str(config), "sources"]) == 0
    waits = "on  ebay: crawled since, waits for `rigscout run`: listings, 6 listings on 1 page"
    assert waits in capsys.readouterr().out.splitlines()
    assert run(["--config", str(config), "replay", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"marketplace": "ebay", "new": 6, "changed": 0, "unchanged": 0}
    assert run(["--config", str(config), "replay", "--json", "ebay"]) == 0
    assert json.loads(capsys.readouterr().out) == {"marketplace": "ebay", "new": 0, "changed": 0, "unchanged": 6}
    assert run(["--config", str(config), "replay", "nowhere"]) == 2
