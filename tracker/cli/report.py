"""`rigscout report`: render a report and, if asked, deliver it."""

import json

import click

from tracker.cli.context import AppContext


@click.command("report", epilog="Example: rigscout report daily --open")
@click.argument("kind", type=click.Choice(["daily", "weekly"]), default="daily")
@click.option("--send", is_flag=True, help="Mail it to the recipients too (once a local day).")
@click.option("--open", "open_it", is_flag=True, help="Open the page in the browser.")
@click.option("--json", "as_json", is_flag=True, help="Where the files are, as one JSON object.")
@click.pass_obj
def command(app: AppContext, kind: str, *, send: bool, open_it: bool, as_json: bool) -> int:
    """Make the report of KIND (daily or weekly) from what is stored; print the path of its page."""
    from tracker.jobs.delivering import deliver_due
    from tracker.jobs.full_pass import lay_out
    from tracker.jobs.planning import Planning
    from tracker.jobs.reporting import daily_report, weekly_report, write
    from tracker.services.overview import present

    make = weekly_report if kind == "weekly" else daily_report
    report = make(app, Planning(app), present(app.database, app.now))
    page = write(report, app.data / "reports", app)
    undelivered: list[str] = []
    if send:
        lay_out(app, report)
        undelivered = deliver_due(app)
    for words in undelivered:
        app.err.print(f"failed: {words}", markup=False, soft_wrap=True)
    if as_json:
        paths = {
            "kind": kind,
            "page": str(page),
            "mail": str(page.with_suffix(".eml")),
            "subject": report.message.subject,
        }
        click.echo(json.dumps(paths))
    else:
        click.echo(str(page))
    if open_it:
        click.launch(str(page))
    return 1 if undelivered else 0
