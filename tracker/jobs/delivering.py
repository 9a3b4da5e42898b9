"""From the outbox to the mail server and the notification services: at least once, never twice where one answered."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tracker.domain.errors import RigscoutError, UsageError
from tracker.domain.report import Message
from tracker.services.alerts import is_quiet
from tracker.services.outbox import NOTES, Parcel, due, mark_failed, mark_sent
from tracker.workspace import Workspace

if TYPE_CHECKING:
    from tracker.settings import MailSettings, Settings

PASSWORD = "RIGSCOUT_SMTP_PASSWORD"  # noqa: S105 - the variable's name
NOTIFY = "RIGSCOUT_NOTIFY"


def notify_urls(settings: "Settings", environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The Apprise URLs of the settings, and those of RIGSCOUT_NOTIFY (apart by spaces). They may hold keys."""
    return (*(url.get_secret_value() for url in settings.notify), *environment.get(NOTIFY, "").split())


def deliver_due(workspace: Workspace) -> list[str]:
    """Send what lies in the outbox; what could not be sent, in words. Files alone where no mail server is set."""
    settings = workspace.settings
    local = workspace.now.astimezone(ZoneInfo(settings.time_zone))
    has_notes = bool(notify_urls(settings)) and not is_quiet(settings.alert, local)
    parcels = [
        parcel
        for parcel in due(workspace.database, now=workspace.now)
        if (has_notes if parcel.recipient == NOTES else settings.mail.host)
    ]
    return [words for parcel in parcels if (words := _deliver(workspace, parcel))]


def send_test_mail(workspace: Workspace, environment: Mapping[str, str] = os.environ) -> None:
    """Send a short mail to every recipient. Raises UsageError where none is set, DeliveryError where it fails."""
    mail = workspace.settings.mail
    if not mail.recipients or not mail.host:
        raise UsageError("there is no recipient or no mail server", mend="set mail.recipients and mail.host")
    text = "This is the test mail of rigscout doctor. The morning report will come this way."
    message = Message("Rigscout: a test mail", f"<p>{text}</p>", text, report_key="test")
    for recipient in mail.recipients:
        _send(message, recipient, mail, environment)


def _deliver(workspace: Workspace, parcel: Parcel) -> str:
    from reports.delivery.notify import notify
    from reports.delivery.smtp import DeliveryError, Outcome

    settings, is_final = workspace.settings, False
    try:
        if parcel.recipient == NOTES:
            notify(notify_urls(settings), parcel.message.subject, parcel.message.text)
        else:
            _send(parcel.message, parcel.recipient, settings.mail, os.environ)
    except RigscoutError as error:
        if parcel.recipient != NOTES:
            is_final = not isinstance(error, DeliveryError) or error.outcome is Outcome.REFUSED
        mark_failed(workspace.database, parcel, now=workspace.now, error=error.message, is_final=is_final)
        return f"{'mail' if parcel.recipient != NOTES else 'alert'} to {parcel.recipient}: {error.message}"
    mark_sent(workspace.database, parcel, now=workspace.now)
    return ""


def try_mail_server(mail: "MailSettings", environment: Mapping[str, str] = os.environ) -> None:
    """Say hello to the mail server, log in, and leave. Raises DeliveryError."""
    from reports.delivery.smtp import session

    with session(mail.host, mail.port, **_how(mail, environment)):
        pass


def _send(message: Message, recipient: str, mail: "MailSettings", environment: Mapping[str, str]) -> None:
    from reports.delivery.email import build_email
    from reports.delivery.smtp import send

    own = mail.username if "@" in mail.username else recipient  # to some providers one logs in by another name
    letter = build_email(message, mail.sender or own, recipient)
    send(letter, mail.host, mail.port, **_how(mail, environment))


def _how(mail: "MailSettings", environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "security": mail.security, "username": mail.username, "password": environment.get(PASSWORD, ""),
        "timeout_s": mail.timeout_s,
    }  # fmt: skip
