"""`rigscout cloud`: what cloud instances cost and how currencies convert; new prices and rates, fetched or from files."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.context import AppContext

if TYPE_CHECKING:
    from tracker.domain.money import Rates

from tracker.domain.errors import UsageError


@click.group("cloud", epilog="Example: rigscout cloud prices --instance g5.xlarge")
def command() -> None:
    """Cloud prices and exchange rates: show them, or read new ones."""


@command.command("refresh", epilog="Example: rigscout cloud refresh --file index.csv")
@click.option(
    "--file", "file", type=click.Path(path_type=Path), help="A downloaded price list (CSV), or spot prices (JSON)."
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day it is of; today where left out.")
@click.option(
    "--region", help="The region whose list is downloaded where no --file is given; the nearest where left out."
)
@click.option("--json", "as_json", is_flag=True, help="What was read, as one JSON object.")
@click.pass_obj
def refresh(app: AppContext, /, *, file: Path | None, day: datetime | None, region: str | None, as_json: bool) -> None:
    """Read the AWS price list as a stream and keep its prices, dated, beside those known; earlier days stay as history.

    Spot prices are not in that list: give by --file what `aws ec2 describe-spot-price-history --output json` prints (it asks
    for an account), under a name that ends in .json.
    """
    from tracker.jobs.cloud_prices import refresh_prices

    done = refresh_prices(app, file=file, day=(day or app.now).date(), region=region)
    found = done.found
    if as_json:
        counts = {"prices": len(found.prices), "rows": found.rows, "skipped": found.skipped}
        click.echo(json.dumps({**counts, "file": str(done.file)}))
    else:
        words = f"{len(found.prices)} prices of {found.rows} rows, {found.skipped} without a price: {done.file}"
        click.echo(words, err=True)


@command.command("rates", epilog="Example: rigscout cloud rates --file eurofxref-daily.xml")
@click.option(
    "--file", "file", type=click.Path(path_type=Path), help="Reference rates that you downloaded (the ECB's XML)."
)
@click.option("--refresh", is_flag=True, help="Fetch today's from the feed in your settings.")
@click.option("--json", "as_json", is_flag=True, help="The rates and their day, as one JSON object.")
@click.pass_obj
def rates(app: AppContext, /, *, file: Path | None, refresh: bool, as_json: bool) -> None:
    """The exchange rates in use and their day: units of each currency for one euro. `rigscout run` fetches new ones."""
    known = _rates(app, file, refresh=refresh)
    units = {code: f"{rate:f}" for code, rate in sorted(known.per_eur.items())}
    if as_json:
        click.echo(json.dumps({"day": known.day.isoformat(), "per_eur": units}))
        return
    click.echo(f"ECB reference rates of {known.day}, for one EUR")
    for code, rate in units.items():
        click.echo(f"{code} {rate:>12}")


def _rates(app: AppContext, file: Path | None, *, refresh: bool) -> "Rates":
    from tracker.fx import load_rates
    from tracker.jobs.rates import read_rates, refresh_rates

    if file is not None:
        return read_rates(app, file)
    return refresh_rates(app) if refresh else load_rates(app.layers, app.data)


@command.command("prices", epilog="Example: rigscout cloud prices --instance g5.xlarge --json")
@click.option("--instance", help="One instance; all where left out.")
@click.option("--region", help="One region; all where left out.")
@click.option("--history", is_flag=True, help="Every dated price, not only the newest.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a price.")
@click.pass_obj
def prices(app: AppContext, /, *, instance: str | None, region: str | None, history: bool, as_json: bool) -> None:
    """The known prices with their day and source."""
    from tracker.cloud import load_cloud

    cloud = load_cloud(app.layers, app.data)
    shown = [item for item in cloud.prices if instance in {None, item.name} and region in {None, item.region}]
    if not history:
        shown = list(
            {(item.name, item.region, item.term): item for item in sorted(shown, key=lambda i: i.as_of)}.values()
        )
    if not shown:
        raise UsageError("no such price is known", mend="see rigscout cloud prices")
    for item in sorted(shown, key=lambda i: (i.name, i.region, i.term, i.as_of)):
        record = {
            "instance": item.name,
            "region": item.region,
            "term": item.term,
            "usd_per_hour": f"{item.rate:f}",
            "as_of": item.as_of.isoformat(),
            "source": item.source,
            "verified": item.is_verified,
        }
        text = f"{item.name:14} {item.region:13} {item.term:12} {item.rate:>10} USD/h  {item.as_of}  {item.source}"
        click.echo(json.dumps(record) if as_json else text)
