"""`rigscout schedule`: run the scheduler, or print the crontab line or the systemd units instead."""

import shutil
import sys

import click

from tracker.cli.context import AppContext


@click.command("schedule", epilog="Example: rigscout schedule --print systemd")
@click.option("--print", "what", type=click.Choice(["cron", "systemd"]), help="Print this instead of running.")
@click.pass_obj
def command(app: AppContext, *, what: str | None) -> None:
    """Run the scheduler in the foreground until SIGTERM: each source at its own pace, the report every morning."""
    from tracker import schedule

    program = shutil.which("rigscout") or f"{sys.executable} -m tracker.cli"
    if what == "cron":
        click.echo(schedule.crontab_line(app.settings, program, app.data), nl=False)
        return
    if what == "systemd":
        click.echo(schedule.systemd_units(app.settings, program, app.data), nl=False)
        return
    import logging

    from tracker.jobs.full_pass import last_good_run
    from tracker.sources import load_sources

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    enabled = [name for name, source in load_sources(app.layers).items() if source.enabled]
    planned = schedule.entries(app.settings, enabled)
    options = ["--config", str(app.user_config)] if app.user_config else []
    schedule.serve_schedule(app.settings, planned, last_good_run(app), app.now, schedule.Runner(options))
