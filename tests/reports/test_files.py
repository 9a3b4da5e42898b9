"""Reports as files: whole, private, replaceable, and a clear word where the folder can't be written."""

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from reports.delivery.files import write_report, write_whole
from tests.reports.sample import sample_mail
from tracker.domain.errors import RigscoutError
from tracker.domain.report import Message


def test_page_and_mail_are_written_for_the_user_only(tmp_path: Path) -> None:
    written = write_report(tmp_path / "reports" / "new", sample_mail(), "<!doctype html>")
    assert written.page.name == "daily-2026-11-21.html"
    assert written.page.read_text(encoding="utf-8") == "<!doctype html>"
    assert oct(written.page.stat().st_mode)[-3:] == oct(written.mail.stat().st_mode)[-3:] == "600"
    mail = message_from_bytes(written.mail.read_bytes(), policy=default)
    assert mail["Subject"] == sample_mail().subject
    assert sorted(path.name for path in written.page.parent.iterdir()) == [
        "daily-2026-11-21.eml",
        "daily-2026-11-21.html",
    ]


def test_a_second_report_of_the_day_replaces_the_first(tmp_path: Path) -> None:
    write_report(tmp_path, Message("s", "<p>1</p>", "t", report_key="daily:x"), "one")
    written = write_report(tmp_path, Message("s", "<p>2</p>", "t", report_key="daily:x"), "two")
    assert written.page.read_text(encoding="utf-8") == "two"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/x", "..", "", "a\x00b", "x" * 20 + "/y"])
def test_a_key_never_leaves_the_folder(tmp_path: Path, key: str) -> None:
    written = write_report(tmp_path / "in", Message("s", "h", "t", report_key=key), "page")
    assert written.page.parent == tmp_path / "in"
    assert not written.page.name.startswith(".")


def test_a_folder_that_cannot_be_written_is_said_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here is a file where a folder should be", encoding="utf-8")
    with pytest.raises(RigscoutError, match="can't be written to") as caught:
        write_report(tmp_path / "file" / "reports", sample_mail(), "page")
    assert caught.value.mend


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(RigscoutError, match="can't be written to"):
        write_report(tmp_path, sample_mail(), "page")


def test_what_fails_half_way_leaves_the_old_file_and_no_scraps(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_whole(target, "no bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
