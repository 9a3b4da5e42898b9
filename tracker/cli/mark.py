"""`rigscout mark`: say that a listing was bought, is to be ignored, or is wrong."""

import json

import click

from tracker.cli.context import AppContext


@click.command("mark", epilog="Example: rigscout mark ebay:123456789012 ignore")
@click.argument("listing")
@click.argument("word", metavar="bought|ignore|wrong|none", type=click.Choice(["bought", "ignore", "wrong", "none"]))
@click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object.")
@click.pass_obj
def command(app: AppContext, listing: str, word: str, *, as_json: bool) -> None:
    """Mark LISTING: bought parts count as owned, ignored ones never return, wrong ones wait for review; none unmarks.

    LISTING is marketplace:id as `rigscout deals` shows it, its URL, or its number in the database.
    """
    from tracker.services.marks import mark

    number = mark(app.database, listing, None if word == "none" else word, matcher=app.matcher)
    if as_json:
        click.echo(json.dumps({"id": number, "listing": listing, "mark": None if word == "none" else word}))
    else:
        click.echo(f"{listing}: {word}", err=True)
