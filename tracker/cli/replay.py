"""`rigscout replay`: read the page archive again with today's spiders."""

from datetime import UTC, datetime

import click

from tracker.cli.context import AppContext


@click.command("replay", epilog="Example: rigscout replay --since 2026-11-01 kleinanzeigen")
@click.argument("names", metavar="[MARKETPLACE]...", nargs=-1)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only pages fetched from this day (UTC) on.")
@click.pass_obj
def command(app: AppContext, names: tuple[str, ...], *, since: datetime | None) -> None:
    """Read archived pages again, so that a mended spider finds what the broken one missed; times are those of the pages.

    Changes nothing where today's spiders read the same.
    """
    from tracker.jobs.importing import replay_archive
    from tracker.jobs.planning import Planning

    moment = since.replace(tzinfo=UTC) if since else None
    pages, results = replay_archive(app, Planning(app).rates, since=moment, names=names)
    app.out.print(f"{pages} archived pages read again")
    for name, result in results.items():
        app.out.print(f"{name}: {result.listings_new} new, {result.changed} changed, {result.unchanged} as they were")
