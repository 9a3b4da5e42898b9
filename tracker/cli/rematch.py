"""`rigscout rematch`: match all stored listings again with today's catalog."""

import json
from dataclasses import asdict

import click

from tracker.cli.context import AppContext


@click.command("rematch", epilog="Example: rigscout rematch --all")
@click.option("--all", "everything", is_flag=True, help="Also those that today's catalog and rules matched already.")
@click.option("--json", "as_json", is_flag=True, help="The counts as one JSON object.")
@click.pass_obj
def command(app: AppContext, *, everything: bool, as_json: bool) -> None:
    """Match every stored listing again where the catalog or the rules have changed; what a person said stands."""
    from tracker.jobs.lock import pass_lock
    from tracker.services.rematch import rematch

    with pass_lock(app.data, app.database_url):
        result = rematch(app.database, app.matcher, everything=everything)
    counts = asdict(result)
    if as_json:
        click.echo(json.dumps(counts))
    else:
        app.out.print(", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in counts.items()), markup=False)
