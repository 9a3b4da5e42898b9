"""The pages and the API over a real workspace: the day's report solved, changed from a page, past ones read from files."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from spiders.archive import ArchiveWriter
from spiders.page import Page
from tests.reports.sample import empty_report, sample_report
from tests.reports.web.site import Client
from tests.services.market import TinyMatcher, crawl, listing
from tracker.cli.main import run
from tracker.domain.match import Decision
from tracker.domain.report import DailyReport, Message
from tracker.jobs.serving import NewestReport, Reads, application, is_archived, report_of_now
from tracker.services.ingest import ingest_feed
from tracker.services.report_files import past_report, past_reports
from tracker.workspace import Workspace


class Unsure(TinyMatcher):
    """Doubts what has a "?" in its title."""

    def match(self, title: str, **more: object):  # type: ignore[no-untyped-def]
        match = super().match(title, **more)
        return replace(match, decision=Decision.REVIEW, confidence=0.5) if "?" in title else match


@pytest.fixture
def workspace(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An installation of its own, with nothing stored."""
    monkeypatch.setenv("RIGSCOUT_CONFIG", "")
    monkeypatch.delenv("RIGSCOUT_DATABASE_URL", raising=False)
    return Workspace(data=tmp_path)


def fill(workspace: Workspace, *, ago: timedelta = timedelta(hours=1)) -> None:
    at = workspace.now - ago
    raws = [listing(1, at, 100), listing(2, at, 150), listing(3, at, 90, title="P40 ?")]
    ingest_feed(workspace.database, raws, matcher=Unsure(), now=at, outcome=crawl(at))


def test_before_anything_is_stored_the_pages_say_so(workspace: Workspace) -> None:
    site = Client(application(workspace))
    assert site.get("/").status_code == 200
    assert site.get("/deals").status_code == 404
    fill(workspace)
    assert site.get("/deals").status_code == 200  # nothing is no report to be kept


def test_pages_and_api_show_what_is_stored(workspace: Workspace) -> None:
    fill(workspace)
    site = Client(application(workspace))
    for address in ("/", "/deals", "/parts", "/parts/gpu%3Atesla-p40", "/listings/ebay/1", "/sources", "/review",
                    "/rent-or-buy", "/machines/p40-box", "/archive"):  # fmt: skip
        assert site.get(address).status_code == 200, address
    head = site.get("/api/v1/report").json()
    assert (head["listings_open"], head["offers"], head["is_demo"]) == (3, 2, False)
    assert site.get("/api/v1/listings?part=gpu:tesla-p40").json()["total"] == 2
    assert site.get("/api/v1/machines/p40-box").json()["status"] == "infeasible"  # cards alone make no machine
    assert site.get("/api/v1/machines/p40-box/rent-or-buy").status_code == 404
    assert site.get("/api/v1/parts/gpu:none/history").status_code == 404


def test_looking_keeps_nothing(workspace: Workspace) -> None:
    from tracker.services.builds_kept import kept_days

    fill(workspace)
    assert report_of_now(workspace) is not None
    assert kept_days(workspace.database, ["p40-box"]) == set()


def test_a_demo_is_reported_at_its_own_last_moment(workspace: Workspace) -> None:
    workspace.database.claim(demo=True)
    fill(workspace, ago=timedelta(days=400))
    report = report_of_now(workspace)
    assert report is not None
    assert report.is_demo
    assert report.offers == 2
    assert workspace.now - report.generated_at > timedelta(days=399)


def test_an_answer_from_the_review_page_is_kept(workspace: Workspace) -> None:
    fill(workspace)
    site = Client(application(workspace))
    page = site.get("/review").text
    (number,) = re.findall(r'action="/review/(\d+)"', page)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    given = {"data": {"answer": "right", "token": token[1]}}
    assert site.post(f"/review/{number}", **given).status_code == 303
    assert "Nothing waits for you" in site.get("/review").text
    assert site.get("/api/v1/listings/ebay/3").json()["listing"]["decision"] == "accept"
    assert site.post("/review/77", **given).status_code == 404


def test_rent_or_buy_takes_the_reports_build_at_other_inputs(workspace: Workspace) -> None:
    fill(workspace)
    report = sample_report()
    reads = Reads(workspace, NewestReport(lambda: report))
    light = reads.rent_or_buy("p40-box", hours_per_week=Decimal(5), per_kwh=Decimal("0.5"))
    heavy = reads.rent_or_buy("p40-box", hours_per_week=Decimal(150), per_kwh=None)
    assert light is not None
    assert heavy is not None
    assert light.tariff == Decimal("0.5")
    assert light.build_total == heavy.build_total == report.machines[1].solution.builds[0].total
    assert light.year_cloud is not None
    assert heavy.year_cloud is not None
    assert abs(light.year_cloud.minor * 30 - heavy.year_cloud.minor) <= 30
    assert reads.rent_or_buy("none", hours_per_week=Decimal(5), per_kwh=None) is None


class Maker:
    """Makes numbered reports, when the background is let go on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.made = 0
        self.waiting: list[Callable[[], None]] = []
        self.newest = NewestReport(self.make, clock=lambda: self.now, background=self.waiting.append)

    def make(self) -> DailyReport:
        self.made += 1
        return replace(empty_report(), offers=self.made)

    def shown(self) -> int:
        report = self.newest.get()
        assert report is not None
        return report.offers

    def go_on(self) -> None:
        while self.waiting:
            self.waiting.pop()()


def test_a_report_is_made_anew_in_the_background_and_once() -> None:
    maker = Maker()
    assert [maker.shown(), maker.shown()] == [1, 1]
    maker.now = 301
    assert [maker.shown(), maker.shown()] == [1, 1]
    assert len(maker.waiting) == 1
    maker.go_on()
    assert maker.shown() == 2


def test_a_change_makes_the_report_due_even_while_one_is_made() -> None:
    maker = Maker()
    maker.shown()
    maker.newest.forget()
    assert maker.shown() == 1
    maker.go_on()
    assert [maker.shown(), maker.made] == [2, 2]
    maker.now = 302
    maker.shown()
    maker.newest.forget()
    maker.go_on()
    assert maker.shown() == 3


def test_past_reports_are_the_files_of_the_data_folder(tmp_path: Path) -> None:
    from reports.delivery.files import write_report

    for key in ("daily:2026-11-20", "daily:2026-11-21", "weekly:2026-W47", "alert:ebay-1"):
        write_report(tmp_path, Message(f"Subject of {key} €", "<p>", "x", report_key=key), f"<p>{key}</p>")
    (tmp_path / "daily-2026-11-21.eml").unlink()
    (tmp_path / "daily-2026-02-31.html").write_text("no such day")
    found = past_reports(tmp_path, offset=0, limit=10)
    assert [(past.key, past.subject) for past in found.items] == [
        ("daily:2026-11-21", "daily 2026-11-21"),
        ("daily:2026-11-20", "Subject of daily:2026-11-20 €"),
        ("weekly:2026-W47", "Subject of weekly:2026-W47 €"),
    ]
    assert found.items[2].day == date(2026, 11, 16)
    assert [past.key for past in past_reports(tmp_path, offset=1, limit=1).items] == ["daily:2026-11-20"]
    assert past_report(tmp_path, "daily:2026-11-20") == "<p>daily:2026-11-20</p>"
    for key in (
        "daily:2026-11-19",
        "daily-2026-11-20",
        "alert:ebay-1",
        "../daily:2026-11-20",
        "daily:2026-02-31",
        "\0",
        "",
    ):
        assert past_report(tmp_path, key) is None
    assert past_reports(tmp_path / "none", offset=0, limit=5).total == 0


def test_archived_is_what_a_kept_crawl_saw(workspace: Workspace, tmp_path: Path) -> None:
    fill(workspace)
    reads = Reads(workspace, NewestReport(lambda: None))
    life = reads.listing("ebay", "1")
    assert life is not None
    assert not life.archived
    folder = tmp_path / "archive"
    folder.mkdir()
    seen = life.listing.last_seen
    for name, started in (("vinted", seen), ("ebay-other", seen), ("ebay", seen + timedelta(hours=1))):
        (folder / f"{name}-{started:%Y%m%dT%H%M%S%f}-001.warc.gz").touch()
    assert not is_archived(folder, life.listing)
    file = folder / f"ebay-{seen - timedelta(minutes=1):%Y%m%dT%H%M%S%f}-001.warc.gz"
    file.touch()
    assert is_archived(folder, life.listing)
    os.utime(file, ((seen - timedelta(seconds=30)).timestamp(),) * 2)
    assert not is_archived(folder, life.listing)


def test_the_archived_copy_is_the_last_page_that_shows_the_listing(workspace: Workspace) -> None:
    fill(workspace)
    reads = Reads(workspace, NewestReport(lambda: None))
    assert reads.archived_copy("ebay", "1") is None
    life = reads.listing("ebay", "1")
    assert life is not None
    seen = life.listing.last_seen
    with closing(ArchiveWriter(workspace.data / "archive", "ebay", seen - timedelta(minutes=1))) as archive:
        for number, shown in enumerate(("none of ours", "<a href='/1'>first</a>", "<a href='/1'>last</a>", "another")):
            url = f"https://example.org/search?page={number}"
            page = Page(url, shown.encode(), seen, content_type="text/html; charset=utf-8")
            archive.write(page, [("Content-Type", "text/html; charset=utf-8")], "p40")
    copy = reads.archived_copy("ebay", "1")
    assert copy is not None
    assert (copy.body, copy.url) == (b"<a href='/1'>last</a>", "https://example.org/search?page=2")
    assert copy.media_type.startswith("text/html")
    assert reads.archived_copy("ebay", "none") is None
    answer = Client(application(workspace)).get("/listings/ebay/1/archive")
    assert (answer.status_code, answer.text) == (200, "<a href='/1'>last</a>")


def test_another_address_demands_a_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RIGSCOUT_WEB_PASSWORD", raising=False)
    assert run(["serve", "--host", "0.0.0.0"]) == 2
    assert "RIGSCOUT_WEB_PASSWORD" in capsys.readouterr().err


def test_an_address_that_is_taken_is_named(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import socket

    monkeypatch.setenv("RIGSCOUT_DATA", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["serve", "--port", str(taken.getsockname()[1])]) == 1
    assert "can't listen on 127.0.0.1" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_it_answers_over_http_until_ctrl_c(workspace: Workspace, tmp_path: Path) -> None:
    fill(workspace)
    workspace.database.close()
    program = [sys.executable, "-m", "tracker.cli", "serve", "--port", "0"]
    environment = os.environ | {"RIGSCOUT_DATA": str(tmp_path), "RIGSCOUT_WEB_PASSWORD": "open sesame"}
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr
        address = served.stderr.readline().split()[0]
        assert httpx.get(address + "api/v1/listings").status_code == 401
        answer = httpx.get(address + "api/v1/listings", auth=("anyone", "open sesame"))
        assert answer.json()["total"] == 3
        served.send_signal(signal.SIGINT)
        assert served.wait(30) == 0
        assert served.stderr.read() == ""
