"""A finished message as an e-mail: text and HTML side by side, the pictures inside it by Content-ID."""

import hashlib
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from reports.filters import clean
from tracker.domain.errors import RigscoutError
from tracker.domain.report import Message


class AddressError(RigscoutError):
    """A sender or recipient is no e-mail address."""


def build_email(message: Message, sender: str, recipient: str, *, at: datetime | None = None) -> EmailMessage:
    """The message for one recipient, ready to send; `at` is its Date, now unless given.

    The Message-ID is made from the report, the recipient and the content, so that a repeated delivery is known for
    the same mail. Raises AddressError where an address is none, or holds a line break.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = clean(message.subject).strip()
    mail["From"] = _address(sender, "sender")
    mail["To"] = _address(recipient, "recipient")
    mail["Date"] = format_datetime(at or datetime.now(UTC))
    digest = _digest(message, recipient)
    mail["Message-ID"] = f"<{digest}@{mail['From'].addresses[0].domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    if message.report_key:
        mail["X-Rigscout-Report"] = clean(message.report_key)
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    _add_images(mail, message)
    _name_boundaries(mail, digest)
    return mail


def _add_images(mail: EmailMessage, message: Message) -> None:
    html = mail.get_body(("html",))
    if not isinstance(html, EmailMessage):
        raise TypeError("a message was built without its HTML")
    for cid, png in message.images.items():
        name = cid.partition("@")[0] + ".png"
        html.add_related(png, "image", "png", cid=f"<{cid}>", disposition="inline", filename=name)


def _address(text: str, role: str) -> Address:
    """The one address in `text`, with or without a name before it."""
    mend = f"set mail.{'sender' if role == 'sender' else 'recipients'} to something like you@example.org"
    problem = AddressError(f"the {role} {clean(text)!r} is no e-mail address", mend=mend)
    if clean(text) != text:
        raise problem
    try:
        header: Any = SMTP.header_factory("To", text)
        addresses = header.addresses
    except (MessageError, ValueError, IndexError) as error:  # what the parser raises on odd input differs by version
        raise problem from error
    if len(addresses) != 1 or header.defects:
        raise problem
    address: Address = addresses[0]
    if not (address.username and address.domain and address.addr_spec.isascii()):
        raise problem
    return address


def _digest(message: Message, recipient: str) -> str:
    content = hashlib.sha256()
    for piece in (message.report_key, recipient, message.subject, message.text, message.html):
        content.update(piece.encode("utf-8", "surrogatepass") + b"\0")
    return content.hexdigest()[:32]


def _name_boundaries(mail: EmailMessage, digest: str) -> None:
    """Boundaries from the content in place of random ones: the same report is the same bytes."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{digest}_{number}")
