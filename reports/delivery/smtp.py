"""Handing a mail to an SMTP server, and saying truly what came of it: taken, refused for good, try later, or unknown."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from enum import StrEnum
from typing import Any, Literal, Protocol

from reports.filters import clean
from tracker.domain.errors import RigscoutError

# RFC 5321 4.2.1: 2yz is done, 354 asks for the data, 4yz refuses for now, 5yz for good. smtplib's -1: no answer at all.
_DONE, _SEND_DATA, _PERMANENT, _HUNG_UP = range(200, 300), range(354, 355), 500, -1


class Outcome(StrEnum):
    """How a delivery ended, for the outbox to decide whether to send again."""

    REFUSED = "refused"  # for good: the same mail would be refused again
    TEMPORARY = "temporary"  # nothing was taken: try later, or once the settings that let nobody in are mended
    UNKNOWN = "unknown"  # the line broke after the data were sent: it may have been taken


class DeliveryError(RigscoutError):
    """A mail was not (known to be) delivered; `outcome` says which way."""

    def __init__(self, message: str, outcome: Outcome, *, mend: str = "") -> None:
        super().__init__(message, mend=mend)
        self.outcome = outcome


class Secret(Protocol):
    """What pydantic's SecretStr is: a text that is not printed by accident."""

    def get_secret_value(self) -> str:
        """The text."""
        ...


def send(mail: EmailMessage, host: str, port: int = 587, **how: Any) -> None:
    """Deliver `mail` to its recipients (`how`: as for `session`), or raise DeliveryError.

    Returns only after the server's 250 for the data.
    """
    with session(host, port, **how) as server:
        _hand_over(server, mail)


@contextmanager
def session(
    host: str,
    port: int = 587,
    *,
    security: Literal["starttls", "tls", "none"] = "starttls",
    username: str = "",
    password: str | Secret = "",
    timeout_s: float = 30,
    context: ssl.SSLContext | None = None,
) -> Iterator[smtplib.SMTP]:
    """A server that has let us in, or DeliveryError. Certificates are checked unless `context` says otherwise.

    The password goes to the server and nowhere else.
    """
    try:
        server = _connect(host, port, security, timeout_s, context or ssl.create_default_context())
    except (OSError, smtplib.SMTPException) as error:
        raise _connecting_failed(error, host, port, security) from error
    try:
        _log_in(server, username, password if isinstance(password, str) else password.get_secret_value())
        yield server
    finally:
        _hang_up(server)


def _connect(host: str, port: int, security: str, timeout_s: float, context: ssl.SSLContext) -> smtplib.SMTP:
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=context)
    server = smtplib.SMTP(host, port, timeout=timeout_s)
    try:
        if security == "starttls":
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    if not username:
        return
    try:
        server.login(username, password)
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"the mail server refused the login of {username}: {_reply(error.smtp_code, error.smtp_error)}",
            Outcome.TEMPORARY,
            mend="check mail.username and RIGSCOUT_SMTP_PASSWORD; many providers want an app password",
        ) from None  # the cause's text may hold what was sent
    except smtplib.SMTPNotSupportedError:
        raise DeliveryError(
            "the mail server offers no login on this connection",
            Outcome.TEMPORARY,
            mend='use mail.security = "starttls" or "tls", or leave mail.username empty',
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(
            f"the mail server hung up during the login: {type(error).__name__}", Outcome.TEMPORARY
        ) from None


def _hand_over(server: smtplib.SMTP, mail: EmailMessage) -> None:
    """MAIL, RCPT, DATA step by step: only what fails after the data were begun is unknown."""
    sender = mail["From"].addresses[0].addr_spec
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(sender), f"the sender {sender}")
        for address in mail["To"].addresses:
            _expect(server.rcpt(address.addr_spec), f"the recipient {address.addr_spec}")
        _expect(server.docmd("DATA"), "the data", _SEND_DATA)
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(f"the mail server broke off before the data: {_why(error)}", Outcome.TEMPORARY) from error
    _send_data(server, mail.as_bytes())


def _send_data(server: smtplib.SMTP, body: bytes) -> None:
    lines = re.sub(rb"(?m)^\.", b"..", body)  # RFC 5321 4.5.2: a lone period ends the mail
    try:
        server.send(lines.removesuffix(b"\r\n") + b"\r\n.\r\n")
        reply = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(
            f"the line broke after the mail was sent, before the server's answer: {_why(error)}", Outcome.UNKNOWN
        ) from error
    _expect(reply, "the mail")


def _expect(reply: tuple[int, bytes], what: str, wanted: range = _DONE) -> None:
    code, text = reply
    if code == _HUNG_UP:
        raise smtplib.SMTPServerDisconnected("it closed the connection")
    if code not in wanted:
        raise _refused(what, code, text)


def _refused(what: str, code: int, text: bytes) -> DeliveryError:
    outcome = Outcome.REFUSED if code >= _PERMANENT else Outcome.TEMPORARY
    when = "for good" if outcome is Outcome.REFUSED else "for now"
    return DeliveryError(f"the mail server refused {what} {when}: {_reply(code, text)}", outcome)


def _connecting_failed(error: Exception, host: str, port: int, security: str) -> DeliveryError:
    where = f"{host}:{port}"
    mend = "check mail.host and mail.port"
    if isinstance(error, ssl.SSLCertVerificationError):
        return DeliveryError(
            f"{where} shows a certificate that is not to be trusted: {error.verify_message}",
            Outcome.TEMPORARY,
            mend=mend,
        )
    if isinstance(error, ssl.SSLError):
        mend = 'check mail.security: port 587 is usually "starttls", port 465 "tls"'
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryError(
            f"{where} offers no STARTTLS",
            Outcome.TEMPORARY,
            mend='use mail.security = "tls" or, on a trusted line, "none"',
        )
    if isinstance(error, smtplib.SMTPResponseException):
        reply = _reply(error.smtp_code, error.smtp_error)
        return DeliveryError(f"the mail server refused the connection ({where}): {reply}", Outcome.TEMPORARY)
    return DeliveryError(f"no mail server answers at {where} ({security}): {_why(error)}", Outcome.TEMPORARY, mend=mend)


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()  # what had to be known is known


def _why(error: Exception) -> str:
    return clean(str(error)) or type(error).__name__


def _reply(code: int, text: bytes | str) -> str:
    return f"{code} {clean(_bytes(text).decode('utf-8', 'replace'))}"


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "replace")
