"""Delivery to a real SMTP server on loopback: plain, STARTTLS, TLS, AUTH, every kind of refusal, a line that breaks."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from reports.delivery.email import build_email
from reports.delivery.smtp import DeliveryError, Outcome, send
from tests.reports.sample import sample_mail
from tracker.domain.report import Message

HOST = "127.0.0.1"
PASSWORD = "correct horse battery"


class Inbox:
    """Keeps what arrives; answers each step as told."""

    def __init__(self, *, mail: str = "250 OK", rcpt: str = "250 OK", data: str = "250 taken") -> None:
        self.replies = {"mail": mail, "rcpt": rcpt, "data": data}
        self.taken: list[bytes] = []
        self.encrypted: list[bool] = []

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.replies["mail"].startswith("250"):
            envelope.mail_from = address
        return self.replies["mail"]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.replies["rcpt"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.replies["rcpt"]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.encrypted.append(session.ssl is not None)
        if self.replies["data"].startswith("250"):
            self.taken.append(envelope.content)
        return self.replies["data"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of our own for 127.0.0.1, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def serving(inbox: Inbox, **more: object) -> Iterator[int]:
    controller = Controller(inbox, hostname=HOST, port=free_port(), **more)  # type: ignore[arg-type]
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def check_login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.login == b"me" and data.password == PASSWORD.encode(), handled=False)


@pytest.fixture
def mail() -> EmailMessage:
    return build_email(Message("News", "<p>html</p>", ".\n.. a line that starts with a period\n.", report_key="daily:x"),
                       "box@example.org", "you@example.org")  # fmt: skip


def failing(mail: EmailMessage, port: int, **more: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(mail, HOST, port, **{"security": "none", "timeout_s": 5} | more)  # type: ignore[arg-type]
    return caught.value


def test_the_whole_report_arrives_as_it_was_built() -> None:
    built = build_email(sample_mail(), "box@example.org", "you@example.org")
    inbox = Inbox()
    with serving(inbox) as port:
        send(built, HOST, port, security="none")
    arrived = message_from_bytes(inbox.taken[0], policy=default)
    assert arrived["Subject"] == built["Subject"]
    for kind in ("plain", "html"):
        sent = built.get_body((kind,)).get_content().replace("\r\n", "\n")
        assert arrived.get_body((kind,)).get_content().replace("\r\n", "\n") == sent
    pictures = [part.get_content() for part in arrived.walk() if part.get_content_type() == "image/png"]
    assert pictures
    assert pictures == [part.get_content() for part in built.walk() if part.get_content_type() == "image/png"]


def test_lines_that_start_with_a_period_stay(mail: EmailMessage) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        send(mail, HOST, port, security="none")
    text = message_from_bytes(inbox.taken[0], policy=default).get_body(("plain",)).get_content()
    assert text.splitlines() == [".", ".. a line that starts with a period", "."]


def test_starttls_with_login(mail: EmailMessage, certificate: Path) -> None:
    inbox = Inbox()
    context = server_context(certificate)
    with serving(
        inbox, tls_context=context, require_starttls=True, authenticator=check_login, auth_required=True
    ) as port:
        send(mail, HOST, port, username="me", password=SecretStr(PASSWORD), context=trusting(certificate))
    assert inbox.encrypted == [True]


def test_tls_from_the_start(mail: EmailMessage, certificate: Path) -> None:
    inbox = Inbox()
    with serving(inbox, ssl_context=server_context(certificate)) as port:
        send(mail, HOST, port, security="tls", context=trusting(certificate))
    assert len(inbox.taken) == 1


def test_a_stranger_s_certificate_is_not_trusted(mail: EmailMessage, certificate: Path) -> None:
    inbox = Inbox()
    with serving(inbox, tls_context=server_context(certificate)) as port:
        error = failing(mail, port, security="starttls")
    assert error.outcome is Outcome.TEMPORARY
    assert "certificate" in error.message
    assert not inbox.taken


def test_a_server_without_starttls_gets_nothing(mail: EmailMessage) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        error = failing(mail, port, security="starttls")
    assert "STARTTLS" in error.message
    assert not inbox.taken


def test_a_wrong_password_is_refused_and_not_told(mail: EmailMessage, certificate: Path) -> None:
    with serving(Inbox(), tls_context=server_context(certificate), authenticator=check_login) as port:
        error = failing(
            mail, port, security="starttls", username="me", password="hunter2-secret", context=trusting(certificate)
        )
    assert error.outcome is Outcome.TEMPORARY  # once the password is mended, the same mail is taken
    assert "RIGSCOUT_SMTP_PASSWORD" in error.mend
    assert "hunter2" not in str(error)
    assert error.__cause__ is None


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ({"mail": "550 no such sender"}, Outcome.REFUSED),
        ({"mail": "451 try later"}, Outcome.TEMPORARY),
        ({"rcpt": "550 no such user"}, Outcome.REFUSED),
        ({"rcpt": "450 greylisted"}, Outcome.TEMPORARY),
        ({"data": "554 looks like spam"}, Outcome.REFUSED),
        ({"data": "452 disk full"}, Outcome.TEMPORARY),
    ],
)
def test_a_refusal_is_for_good_or_for_now(mail: EmailMessage, replies: dict[str, str], outcome: Outcome) -> None:
    inbox = Inbox(**replies)
    with serving(inbox) as port:
        error = failing(mail, port)
    assert error.outcome is outcome
    assert next(iter(replies.values()))[:3] in error.message
    assert not inbox.taken


def test_nobody_listens(mail: EmailMessage) -> None:
    error = failing(mail, free_port())
    assert error.outcome is Outcome.TEMPORARY
    assert "mail.host" in error.mend


def scripted(answers: list[bytes], *, swallow_data: bool) -> tuple[int, threading.Thread, Callable[[], None]]:
    """A server that says `answers` line by line, then reads the mail if told, then hangs up without a word."""
    listener = socket.create_server((HOST, 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line, line.makefile("rb") as lines:
            for number, answer in enumerate(answers):
                if number:
                    lines.readline()
                line.sendall(answer + b"\r\n")
            while swallow_data and lines.readline() not in (b".\r\n", b""):
                pass
            if not swallow_data:
                lines.readline()

    thread = threading.Thread(target=serve)
    thread.start()
    return int(listener.getsockname()[1]), thread, listener.close


@pytest.mark.parametrize(
    ("answers", "swallow", "outcome"),
    [
        ([b"220 hi", b"250 hello", b"250 sender", b"250 recipient", b"354 go"], True, Outcome.UNKNOWN),
        ([b"220 hi", b"250 hello", b"250 sender", b"250 recipient"], False, Outcome.TEMPORARY),
        ([b"220 hi", b"250 hello"], False, Outcome.TEMPORARY),
        ([b"554 go away"], False, Outcome.TEMPORARY),
        ([b"421 busy"], False, Outcome.TEMPORARY),
    ],
)
def test_a_line_that_breaks(mail: EmailMessage, answers: list[bytes], swallow: bool, outcome: Outcome) -> None:
    port, thread, close = scripted(answers, swallow_data=swallow)
    try:
        error = failing(mail, port)
    finally:
        thread.join(10)
        close()
    assert error.outcome is outcome


def test_a_server_that_says_nothing_is_left(mail: EmailMessage) -> None:
    with socket.create_server((HOST, 0)) as silent:
        error = failing(mail, silent.getsockname()[1], timeout_s=0.2)
    assert error.outcome is Outcome.TEMPORARY
