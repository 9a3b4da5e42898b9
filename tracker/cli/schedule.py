"""`rigscout schedule`: run the scheduler, or print the crontab line or the systemd units instead."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from tracker.cli.context import AppContext


@click.command("schedule", epilog="Example: rigscout schedule --print systemd")
@click.option("--print", "what", type=click.Choice(["cron", "systemd"]), help="Print this instead of running.")
@click.pass_obj
def command(app: AppContext, *, what: str | None) -> None:
    """Run the scheduler in the foreground until SIGTERM: each source at its own pace, the report every morning.

    What was missed while the machine was off is made up once. With --print, a crontab (add it to yours) or the two files
    of a systemd timer, which run `rigscout run` every morning instead.
    """
    if what:
        _print(app, what)
        return
    import logging

    from tracker import schedule
    from tracker.cli.logs import start_logs
    from tracker.domain.errors import RigscoutError
    from tracker.services.job_runs import last_good_runs, note_run
    from tracker.sources import load_sources

    start_logs()
    log = logging.getLogger("rigscout.schedule")
    settings, pace = app.settings, app.settings.crawl_every_h
    paces = {name: source.every_h or pace for name, source in load_sources(app.layers).items() if source.enabled}
    planned = schedule.entries(settings, paces, backs_up=app.database.is_sqlite)

    def noted(entry: schedule.Entry, error: str) -> None:
        try:
            note_run(app.database, entry.name, app.now, error=error)
        except RigscoutError as failure:
            log.warning("%s is not noted as done: %s", entry.name, failure)

    options = ["--config", str(app.user_config)] if app.user_config else []
    runner = schedule.Runner(options, noted)
    schedule.serve_schedule(settings, planned, last_good_runs(app.database), app.now, runner)


def _print(app: AppContext, what: str) -> None:
    import platformdirs

    from tracker.cli.timetables import crontab_line, systemd_units

    beside = Path(sys.executable).with_name("rigscout")
    program = str(beside) if beside.is_file() else shutil.which("rigscout")
    words = shlex.quote(program) if program else f"{shlex.quote(sys.executable)} -m tracker.cli"
    config = app.layers[-1] if len(app.layers) > 1 else Path(platformdirs.user_config_dir("rigscout"))
    printed = crontab_line if what == "cron" else systemd_units
    click.echo(printed(app.settings, words, app.data.absolute(), config.absolute()), nl=False)
