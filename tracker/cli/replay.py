"""`rigscout replay`: read the page archive again with today's spiders."""

import json
from datetime import UTC, datetime

import click

from tracker.cli.context import AppContext


@click.command("replay", epilog="Example: rigscout replay --since 2026-11-01 kleinanzeigen")
@click.argument("names", metavar="[MARKETPLACE]...", nargs=-1)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only pages fetched from this day (UTC) on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a marketplace.")
@click.pass_obj
def command(app: AppContext, names: tuple[str, ...], *, since: datetime | None, as_json: bool) -> None:
    """Read archived pages again, so that a mended spider finds what the broken one missed; times are those of the pages.

    Changes nothing where today's spiders read the same.
    """
    from tracker.jobs.importing import replay_archive
    from tracker.jobs.planning import Planning

    moment = since.replace(tzinfo=UTC) if since else None
    pages, results = replay_archive(app, Planning(app).rates, since=moment, names=names)
    app.err.print(f"{pages} archived pages read again")
    for name, result in results.items():
        counts = {"new": result.listings_new, "changed": result.changed, "unchanged": result.unchanged}
        if as_json:
            click.echo(json.dumps({"marketplace": name, **counts}))
        else:
            app.out.print(
                f"{name}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} as they were"
            )
