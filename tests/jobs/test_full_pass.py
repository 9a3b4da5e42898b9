"""One full pass: against the demo market by an ordinary config, mailed over real SMTP once a day, honest when sources fail."""

import json
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from spiders.demo.server import DemoMarket
from spiders.demo.world import make_world
from tracker.cli.main import run
from tracker.jobs.lock import pass_lock

OFF = ("leboncoin", "kleinanzeigen")


class Inbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: object
    ) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    box = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own config folder, with eBay alone switched on, and a data folder beside it."""
    folder = tmp_path / "config"
    (folder / "marketplaces").mkdir(parents=True)
    (folder / "settings.toml").write_text('rates_feed = ""\n')
    for name in OFF:
        (folder / "marketplaces" / f"{name}.toml").write_text("enabled = false\n")
    monkeypatch.setenv("RIGSCOUT_CONFIG", str(folder))
    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    return folder


def search(config: Path, base_url: str) -> None:
    lines = f'base_url = "{base_url}"\nways = ["html"]\nsearches = ["k80", "x99"]\nseconds_between_requests = 0\n'
    (config / "marketplaces" / "ebay.toml").write_text(lines)


def test_a_pass_reads_stores_solves_and_mails_once_a_day(
    config: Path, inbox: tuple[Inbox, int], capsys: pytest.CaptureFixture[str]
) -> None:
    box, port = inbox
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nrecipients = ["you@example.org"]\n'
    (config / "settings.toml").write_text(
        'rates_feed = ""\ntargets = ["k80-box"]\n' + mail + 'sender = "box@example.org"\n'
    )
    with DemoMarket(make_world(days=3, listings=40)) as market:
        search(config, market.url("ebay"))
        assert run(["run", "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["sources"] == {"ebay": "listings"}
        assert Path(said["report"]).is_file()
        assert len(box.mails) == 1
        assert "DEMO" not in box.mails[0]["Subject"]
        assert run(["run"]) == 0
    assert len(box.mails) == 1, "the same day's report was mailed twice"
    assert capsys.readouterr() == ("", "")  # off a terminal a good run is silent


def test_a_source_out_of_reach_is_reported_and_the_report_is_made(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    search(config, "http://127.0.0.1:9")
    assert run(["run", "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert said["sources"] == {"ebay": "unreachable"}
    assert "eBay" in Path(said["report"]).read_text(encoding="utf-8")
    assert any("ebay" in words for words in said["failures"])


def test_a_second_pass_at_the_same_time_ends_with_exit_code_4(config: Path, tmp_path: Path) -> None:
    search(config, "http://127.0.0.1:9")
    with pass_lock(tmp_path / "data", "sqlite:///x"):
        assert run(["run"]) == 4


def test_a_page_in_the_inbox_is_imported_or_put_away_with_its_reason(config: Path, tmp_path: Path) -> None:
    search(config, "http://127.0.0.1:9")
    inbox_folder = tmp_path / "data" / "inbox"
    inbox_folder.mkdir(parents=True)
    (inbox_folder / "shopping-list.html").write_text("<html><body>milk</body></html>")
    assert run(["run"]) == 3
    assert [path.name for path in (inbox_folder / "failed").iterdir() if path.suffix == ".html"] == [
        "shopping-list.html"
    ]
    assert "no listings" in (inbox_folder / "failed" / "shopping-list.html.reason.txt").read_text()
