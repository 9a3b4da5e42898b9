"""The mail as built: its parts, its headers against injection, its bytes the same each time."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from reports.delivery.email import AddressError, build_email
from tests.reports.sample import sample_mail
from tests.reports.sample_machines import SCRIPT_TITLE
from tracker.domain.report import Message

AT = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
SMALL = Message("Subject", "<p>html</p>", "text", {"a@rigscout": b"\x89PNG\r\n\x1a\n"}, "daily:2026-11-21")


def parsed(message: Message, recipient: str = "you@example.org") -> EmailMessage:
    mail = build_email(message, "Rigscout <box@example.org>", recipient, at=AT)
    return message_from_bytes(mail.as_bytes(), policy=default)


def test_text_stands_beside_html_and_its_pictures() -> None:
    mail = parsed(sample_mail())
    assert mail.get_content_type() == "multipart/alternative"
    text, related = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert related.get_content_type() == "multipart/related"
    html, *images = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert images
    for image in images:
        cid = image["Content-ID"].strip("<>")
        assert f'src="cid:{cid}"' in html.get_content()
        assert image.get_content().startswith(b"\x89PNG")
    assert mail.get_body(("html",)).get_content().count("cid:") == len(images)


def test_text_and_html_survive_the_way() -> None:
    message = sample_mail()
    mail = parsed(message)
    assert mail.get_body(("plain",)).get_content().split() == message.text.split()
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == message.html.strip()
    assert SCRIPT_TITLE in mail.get_body(("plain",)).get_content()


def test_headers() -> None:
    mail = parsed(SMALL)
    assert mail["Subject"] == "Subject"
    assert mail["From"] == "Rigscout <box@example.org>"
    assert mail["To"] == "you@example.org"
    assert mail["Date"].datetime == AT
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Rigscout-Report"] == "daily:2026-11-21"


def test_the_same_report_is_the_same_bytes_and_another_recipient_another_id() -> None:
    once = build_email(SMALL, "box@example.org", "you@example.org", at=AT).as_bytes()
    again = build_email(SMALL, "box@example.org", "you@example.org", at=AT).as_bytes()
    other = build_email(SMALL, "box@example.org", "them@example.org", at=AT)
    assert once == again
    assert other["Message-ID"] != message_from_bytes(once)["Message-ID"]


@pytest.mark.parametrize(
    "hostile", ["P40\r\nBcc: all@example.org", "P40\nX: y", "P40\x00\x0b\u2028Bcc: a@b.example", "P40 \u202ecod"]
)
def test_a_subject_cannot_add_a_header(hostile: str) -> None:
    mail = parsed(Message(hostile, "<p>h</p>", "t", report_key="daily:x\r\nBcc: all@example.org"))
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail["Subject"].startswith("P40")
    assert not any(char in mail["Subject"] for char in "\r\n\x00\u202e")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b.example\r\nBcc: c@d.example",
        "a@x.example, b@y.example",
        "@x.example",
        "ü@x.example",
        "<>",
        "a b@c d",
    ],
)
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(AddressError, match="no e-mail address") as caught:
        build_email(SMALL, "box@example.org", address)
    assert "mail.recipients" in caught.value.mend


def test_no_line_is_longer_than_smtp_allows() -> None:
    mail = build_email(sample_mail(), "box@example.org", "you@example.org", at=AT)
    assert max(len(line) for line in mail.as_bytes().split(b"\r\n")) <= 998
