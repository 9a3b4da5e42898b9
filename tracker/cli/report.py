"""`rigscout report`: render a report and, if asked, deliver it."""

import json
from typing import TYPE_CHECKING

import click

from tracker.cli.context import AppContext

if TYPE_CHECKING:
    from tracker.jobs.reporting import Report


@click.command("report", epilog="Example: rigscout report daily --open")
@click.argument("kind", type=click.Choice(["daily", "weekly", "alert"]), default="daily")
@click.option(
    "--send", is_flag=True, help="Mail it to the recipients too (once a local day); an alert to all channels."
)
@click.option("--open", "open_it", is_flag=True, help="Open the page in the browser.")
@click.option("--json", "as_json", is_flag=True, help="Where the files are, as one JSON object.")
@click.pass_obj
def command(app: AppContext, kind: str, *, send: bool, open_it: bool, as_json: bool) -> int:
    """Make the report of KIND (daily, weekly or alert) from what is stored; print the path of its page.

    An alert has no page: without --send it is printed; with it, what crawls have left is stored first.
    """
    import logging

    from tracker.cli.logs import is_json, start_logs, tell

    if kind == "alert":
        undelivered = _alert(app, send=send, as_json=as_json)
    else:
        report, page, undelivered = _made(app, kind, send=send)
        paths = {
            "kind": kind,
            "page": page,
            "mail": page.removesuffix("html") + "eml",
            "subject": report.message.subject,
        }
        click.echo(json.dumps(paths) if as_json else page)
        if open_it:
            click.launch(page)
    if is_json():
        start_logs()
    for words in undelivered:
        tell(app.err, f"failed: {words}", logging.ERROR)
    return 1 if undelivered else 0


def _made(app: AppContext, kind: str, *, send: bool) -> "tuple[Report, str, list[str]]":
    """The report, its page's path, and what could not be sent of it."""
    from tracker.jobs.delivering import deliver_due
    from tracker.jobs.full_pass import lay_out
    from tracker.jobs.planning import Planning
    from tracker.jobs.reporting import daily_report, weekly_report, write
    from tracker.services.overview import present

    make = weekly_report if kind == "weekly" else daily_report
    report = make(app, Planning(app), present(app.database, app.now))
    page = write(report, app.data / "reports", app)
    if send:
        lay_out(app, report)
    return report, str(page), deliver_due(app) if send else []


def _alert(app: AppContext, *, send: bool, as_json: bool) -> list[str]:
    """Tell what can't wait, or print it; what could not be sent."""
    from reports.kinds.alert import render_note
    from tracker.cli.terminal import printable
    from tracker.jobs.alerting import alert_pass, find_alert
    from tracker.jobs.planning import Planning
    from tracker.services.overview import present

    if send:
        return alert_pass(app)
    alert = find_alert(app, Planning(app), present(app.database, app.now))
    note = render_note(alert) if alert else None
    if as_json:
        click.echo(json.dumps({"kind": "alert", "subject": note and note.subject, "text": note and note.text}))
    elif note:
        click.echo(printable(f"{note.subject}\n\n{note.text}"))
    else:
        click.echo("nothing that no alert has told", err=True)
    return []
