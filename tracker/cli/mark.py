"""`rigscout mark`: say that a listing was bought, is to be ignored, or is wrong."""

import click

from tracker.cli.context import AppContext


@click.command("mark", epilog="Example: rigscout mark ebay:123456789012 ignore")
@click.argument("listing")
@click.argument("word", metavar="bought|ignore|wrong|none", type=click.Choice(["bought", "ignore", "wrong", "none"]))
@click.pass_obj
def command(app: AppContext, listing: str, word: str) -> None:
    """Mark LISTING: bought parts count as owned, ignored ones never return, wrong ones wait for review; none unmarks.

    LISTING is marketplace:id as `rigscout deals` shows it, its URL, or its number in the database.
    """
    from tracker.services.marks import mark

    mark(app.database, listing, None if word == "none" else word, matcher=app.matcher)
    click.echo(f"{listing}: {word}", err=True)
