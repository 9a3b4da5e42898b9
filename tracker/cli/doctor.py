"""`rigscout doctor`: what is wrong with this installation, and the mend."""

import json
from dataclasses import asdict

import click

from tracker.cli.context import AppContext

_MARK = {"ok": "[green]ok[/]  ", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}


@click.command("doctor", epilog="Example: rigscout doctor --send-test-mail")
@click.option("--send-test-mail", is_flag=True, help="Send a short mail to every recipient.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check.")
@click.pass_obj
def command(app: AppContext, *, send_test_mail: bool, as_json: bool) -> int:
    """Check clock, database, disk, config, keys, mail and browser; say how to mend what is wrong.

    Exit code 1 where something fails.
    """
    from rich.markup import escape

    from tracker.cli.terminal import printable
    from tracker.jobs.delivering import try_mail_server
    from tracker.services.health import Health, examine
    from tracker.settings import data_dir

    findings = list(examine(lambda: app.layers, data_dir(), lambda: app.database, try_mail_server))
    for finding in findings:
        if as_json:
            click.echo(json.dumps(asdict(finding)))
            continue
        app.out.print(f"{_MARK[finding.health]} {escape(printable(f'{finding.check}: {finding.detail}'))}")
        if finding.mend and finding.health is not Health.OK:
            app.out.print(f"       mend: {escape(printable(finding.mend))}")
    if send_test_mail:
        from tracker.jobs.delivering import send_test_mail as send

        send(app)
        app.err.print("test mail sent")
    return int(any(finding.health is Health.FAIL for finding in findings))
