"""Short notes to wherever Apprise reaches (ntfy, Telegram, Matrix, …), one URL each."""

from collections.abc import Iterable

import apprise

from reports.delivery.smtp import Secret
from reports.filters import clean
from tracker.domain.errors import RigscoutError


class NotifyError(RigscoutError):
    """A notification service is unknown, or did not take the note. Its URL holds keys and is never named whole."""


def notify(urls: Iterable[str | Secret], title: str, body: str) -> None:
    """Send the note to each of `urls` (Apprise's form). Tries all of them, then raises NotifyError for those that failed."""
    failed = []
    for number, url in enumerate(urls, start=1):
        text = url if isinstance(url, str) else url.get_secret_value()
        service = f"notify[{number}] ({text.partition(':')[0]})"
        target = apprise.Apprise()
        if not target.add(text):
            failed.append(f"{service} is no address that Apprise knows")
        elif not target.notify(title=clean(title), body="\n".join(clean(line) for line in body.splitlines())):
            failed.append(f"{service} did not take the note")
    if failed:
        raise NotifyError("; ".join(failed), mend="see the Apprise documentation for the form of that service's URL")
