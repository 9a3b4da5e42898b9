"""From the outbox to the mail server: at least once, and never twice where the server answered."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tracker.domain.errors import RigscoutError, UsageError
from tracker.domain.report import Message
from tracker.services.outbox import Parcel, due, mark_failed, mark_sent
from tracker.workspace import Workspace

if TYPE_CHECKING:
    from tracker.settings import MailSettings

PASSWORD = "RIGSCOUT_SMTP_PASSWORD"  # noqa: S105 - the variable's name


def deliver_due(workspace: Workspace) -> list[str]:
    """Send what lies in the outbox; what could not be sent, in words. Files alone where no mail server is set."""
    mail = workspace.settings.mail
    if not mail.host:
        return []
    return [
        words for parcel in due(workspace.database, now=workspace.now) if (words := _deliver(workspace, parcel, mail))
    ]


def send_test_mail(workspace: Workspace, environment: Mapping[str, str] = os.environ) -> None:
    """Send a short mail to every recipient. Raises UsageError where none is set, DeliveryError where it fails."""
    mail = workspace.settings.mail
    if not mail.recipients or not mail.host:
        raise UsageError("there is no recipient or no mail server", mend="set mail.recipients and mail.host")
    text = "This is the test mail of rigscout doctor. The morning report will come this way."
    message = Message("Rigscout: a test mail", f"<p>{text}</p>", text, report_key="test")
    for recipient in mail.recipients:
        _send(message, recipient, mail, environment)


def _deliver(workspace: Workspace, parcel: Parcel, mail: "MailSettings") -> str:
    from reports.delivery.smtp import DeliveryError, Outcome

    try:
        _send(parcel.message, parcel.recipient, mail, os.environ)
    except DeliveryError as error:
        is_final = error.outcome is Outcome.REFUSED
        mark_failed(workspace.database, parcel, now=workspace.now, error=error.message, is_final=is_final)
        return f"mail to {parcel.recipient}: {error.message}"
    except RigscoutError as error:
        mark_failed(workspace.database, parcel, now=workspace.now, error=error.message, is_final=True)
        return f"mail to {parcel.recipient}: {error.message}"
    mark_sent(workspace.database, parcel, now=workspace.now)
    return ""


def _send(message: Message, recipient: str, mail: "MailSettings", environment: Mapping[str, str]) -> None:
    from reports.delivery.email import build_email
    from reports.delivery.smtp import send

    send(
        build_email(message, mail.sender or mail.username or recipient, recipient),
        mail.host,
        mail.port,
        security=mail.security,
        username=mail.username,
        password=environment.get(PASSWORD, ""),
        timeout_s=mail.timeout_s,
    )
