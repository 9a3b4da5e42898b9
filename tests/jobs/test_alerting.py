"""Alerts: what can't wait goes out at once, over a real hook and a real SMTP server; once, rarely, and never at night."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.jobs.test_full_pass import Inbox, inbox  # noqa: F401 - the fixture
from tests.services.market import crawl, listing
from tests.web_hook import Hook, listening
from tracker.cli.main import run
from tracker.domain.listing import PageState
from tracker.services.ingest import ingest_feed
from tracker.services.sources_health import record_outcome
from tracker.workspace import Workspace

USUAL = [200, 205, 195, 210, 199, 220, 190, 204, 208, 215, 196, 202, 207, 193, 211, 198]
WATCH = '[watch.cheap]\npart = "gpu:tesla-p40"\nat_most = "€196"\n'


class Home:
    """An installation of a user's own: its config, its data, its hook."""

    def __init__(self, folder: Path, hook: Hook) -> None:
        self.config, self.data, self.hook = folder / "config", folder / "data", hook
        self.config.mkdir()

    def settings(
        self, alert: str = 'quiet_from = "00:00"\nquiet_until = "00:00"\n', more: str = "", url: bool = True
    ) -> None:
        notify = f'notify = ["json://127.0.0.1:{self.hook.server_port}/s3cret"]\n' if url else ""
        (self.config / "settings.toml").write_text(f'rates_feed = ""\n{notify}[alert]\n{alert}{more}')

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.config, self.data)

    def market(self, *prices: int, demo: bool = False) -> None:
        """P40s at the usual prices, and at these."""
        space = self.workspace
        space.database.claim(demo=demo)
        now = datetime.now(UTC)
        raws = [
            listing(number, now - timedelta(hours=1), price, title="NVIDIA Tesla P40 24GB", description=None)
            for number, price in enumerate((*USUAL, *prices), 100)
        ]
        ingest_feed(space.database, raws, matcher=space.matcher, now=now)
        space.database.close()

    def titles(self) -> list[str]:
        return [note["title"] for note in self.hook.notes]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with listening() as hook:
        found = Home(tmp_path, hook)
        monkeypatch.setenv("RIGSCOUT_CONFIG", str(found.config))
        monkeypatch.setenv("RIGSCOUT_DATA", str(found.data))
        yield found


pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's PGP plugin


def test_an_extraordinary_deal_is_told_once_and_again_when_it_falls(home: Home) -> None:
    home.settings()
    home.market(105)
    assert run(["report", "alert", "--send"]) == 0
    assert len(home.titles()) == 1
    assert home.titles()[0].startswith("Deal: Tesla P40 for €")
    assert "http" in home.hook.notes[0]["message"]
    assert run(["report", "alert", "--send"]) == 0
    home.market(104)
    assert run(["report", "alert", "--send"]) == 0
    assert len(home.titles()) == 1, "told again without a step"
    home.market(93)
    assert run(["report", "alert", "--send"]) == 0
    assert len(home.titles()) == 2


def test_a_watch_is_told_by_its_name(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.settings()
    home.config.joinpath("watches.toml").write_text(WATCH)
    home.market(170)
    assert run(["deals", "--json"]) == 0
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "watch" in json.loads(line)]
    assert [(hit["watch"], hit["offer"]) for hit in hits] == [("cheap", "ebay:116")]
    assert run(["report", "alert"]) == 0
    assert "Watch cheap: €" in capsys.readouterr().out
    assert run(["report", "alert", "--send"]) == 0
    assert "Watch cheap: " in home.titles()[0]
    assert run(["report", "alert"]) == 0
    assert capsys.readouterr().out == ""


def test_nothing_is_told_in_quiet_hours_nor_beyond_the_day_s_limit_nor_of_a_demo(home: Home) -> None:
    now = datetime.now(UTC)
    zone = Workspace(home.config, home.data).settings.time_zone
    assert zone == "Europe/Paris"
    hours = [
        (now + timedelta(hours=shift)).strftime("%H:%M") for shift in (-10, 13)
    ]  # 23 h around now, in any zone near
    home.settings(f'quiet_from = "{hours[0]}"\nquiet_until = "{hours[1]}"\n')
    home.market(105)
    assert run(["report", "alert", "--send"]) == 0
    home.settings("per_day = 0\n")
    assert run(["report", "alert", "--send"]) == 0
    assert home.titles() == []
    home.settings()
    assert run(["report", "alert", "--send"]) == 0
    assert len(home.titles()) == 1  # it waited


def test_a_demo_s_deals_are_told_only_to_who_asks(home: Home) -> None:
    home.settings()
    home.market(105, demo=True)
    assert run(["report", "alert", "--send"]) == 0
    assert home.titles() == []
    home.settings('quiet_from = "00:00"\nquiet_until = "00:00"\ndemo = true\n')
    assert run(["report", "alert", "--send"]) == 0
    assert home.titles()[0].startswith("[DEMO DATA] ")


def test_without_a_service_it_goes_by_mail(home: Home, inbox: tuple[Inbox, int]) -> None:  # noqa: F811
    box, port = inbox
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nrecipients = ["you@example.org"]\n'
    home.settings(more=mail, url=False)
    home.market(105)
    assert run(["report", "alert", "--send"]) == 0
    (mail_got,) = box.mails
    assert mail_got["Subject"].startswith("Deal: Tesla P40 for €")
    assert "€" in mail_got.get_body(("plain",)).get_content()
    assert run(["report", "alert", "--send"]) == 0
    assert len(box.mails) == 1


def test_a_service_that_fails_is_said_without_its_key_and_tried_again(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    home.settings()
    home.market(105)
    home.hook.status = 500
    assert run(["report", "alert", "--send"]) == 1
    said = capsys.readouterr().err
    assert "did not take the note" in said
    assert "s3cret" not in said
    with home.workspace.database.reading() as connection:
        from sqlalchemy import text

        assert connection.execute(text("SELECT state, attempts FROM outbox")).all() == [("pending", 1)]


def test_a_source_in_alarm_three_runs_in_a_row_is_told_once(home: Home) -> None:
    home.settings()
    database = home.workspace.database
    database.claim(demo=False)
    now = datetime.now(UTC)
    for hours in (30, 20):
        record_outcome(database, crawl(now - timedelta(hours=hours), state=PageState.BLOCKED, complete=False))
    assert run(["report", "alert", "--send"]) == 0
    assert home.titles() == []
    record_outcome(database, crawl(now - timedelta(hours=10), state=PageState.BLOCKED, complete=False))
    for _ in range(2):
        assert run(["report", "alert", "--send"]) == 0
    assert home.titles() == ["eBay: an alarm in 3 runs in a row"]


def test_urls_with_keys_come_from_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.settings(url=False)
    monkeypatch.setenv("RIGSCOUT_NOTIFY", f"json://127.0.0.1:{home.hook.server_port}/a")
    home.market(105)
    assert run(["report", "alert", "--send"]) == 0
    assert len(home.titles()) == 1


def test_quiet_hours_over_midnight() -> None:
    from tracker.services.alerts import is_quiet
    from tracker.settings import AlertSettings

    night = AlertSettings(quiet_from="22:00", quiet_until="07:00")
    at = {hour: is_quiet(night, datetime(2026, 11, 21, hour, 30, tzinfo=UTC)) for hour in (6, 7, 21, 22, 0)}
    assert at == {6: True, 7: False, 21: False, 22: True, 0: True}
    assert not is_quiet(AlertSettings(quiet_from="00:00", quiet_until="00:00"), datetime(2026, 11, 21, 3, tzinfo=UTC))
