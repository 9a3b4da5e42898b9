"""`rigscout db`: upgrade, back up, check or copy the database."""

import json
from pathlib import Path

import click

from tracker.cli.context import AppContext


@click.group("db", epilog="Example: rigscout db check --digest")
def command() -> None:
    """Upgrade, back up, check or copy the database."""


@command.command("upgrade", epilog="Example: rigscout db upgrade")
@click.pass_obj
def upgrade(app: AppContext) -> None:
    """Bring the database to this program's schema; a SQLite file is backed up before."""
    from tracker.jobs.lock import pass_lock
    from tracker.storage.schema import HEAD

    with pass_lock(app.data, app.database_url):
        place = app.database.place
    click.echo(f"{place} has schema {HEAD}", err=True)


@command.command("backup", epilog="Example: rigscout db backup /mnt/backup/rigscout.sqlite3")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(app: AppContext, file: Path | None) -> None:
    """Copy the SQLite database while others use it, to FILE or into the data folder's backups; print the path.

    To restore: stop Rigscout, put the copy in the place of the database, and run `rigscout db check`.
    """
    from tracker.storage.backup import back_up

    name = f"rigscout-{app.now:%Y%m%dT%H%M%SZ}.sqlite3"
    click.echo(str(back_up(app.database, file or app.data / "backups" / name)))


@command.command("check", epilog="Example: rigscout db check --digest")
@click.option("--digest", "with_digest", is_flag=True, help="Print one hash over the whole history.")
@click.option("--json", "as_json", is_flag=True, help="The findings as one JSON object.")
@click.pass_obj
def check(app: AppContext, with_digest: bool, as_json: bool) -> int:
    """Verify what must hold (each observation has its listing, daily figures equal a rebuild, …). Exit code 1 if it doesn't.

    With --digest, one hash over listings, observations, matches, figures, builds and sent reports, the same for equal
    histories whatever the row ids and the time of the run.
    """
    from tracker.storage.digest import digest, row_counts
    from tracker.storage.invariants import broken_rules

    with app.database.reading() as connection:
        value = digest(connection) if with_digest else None
        counts = dict(row_counts(connection))
        broken = list(broken_rules(connection))
    if as_json:
        click.echo(json.dumps({"ok": not broken, "broken": broken, "digest": value, "rows": counts}))
    else:
        for rule in broken:
            click.echo(f"broken: {rule}", err=True)
        click.echo(
            f"{'not sound' if broken else 'sound'}: {counts['listing']} listings, {counts['observation']} observations",
            err=True,
        )
        if value:
            click.echo(value)
    return 1 if broken else 0


@command.command("copy", epilog="Example: rigscout db copy postgresql://rigscout@localhost/rigscout")
@click.argument("url")
@click.pass_obj
def copy(app: AppContext, url: str) -> None:
    """Copy everything into the empty database at URL (SQLite or PostgreSQL), and verify it row by row."""
    from tracker.jobs.lock import pass_lock
    from tracker.storage.copying import copy_database
    from tracker.storage.engine import open_database

    with pass_lock(app.data, app.database_url):
        rows = copy_database(app.database, open_database(url))
    click.echo(f"{rows} rows copied and compared", err=True)
