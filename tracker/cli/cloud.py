"""`rigscout cloud`: what cloud instances cost, and new prices from the AWS price list."""

import json
import re
import shutil
import urllib.request
from datetime import datetime
from pathlib import Path

import click

from tracker.cli.context import AppContext
from tracker.domain.errors import UsageError

_LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current"


@click.group("cloud", epilog="Example: rigscout cloud prices --instance g5.xlarge")
def command() -> None:
    """Cloud prices: show them, or read new ones."""


@command.command("refresh", epilog="Example: rigscout cloud refresh --file index.csv")
@click.option("--file", "file", type=click.Path(path_type=Path), help="A price list that you downloaded (CSV).")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day it is of; today where left out.")
@click.option("--region", help="The region whose list is downloaded where no --file is given; yours where left out.")
@click.pass_obj
def refresh(app: AppContext, /, *, file: Path | None, day: datetime | None, region: str | None) -> None:
    """Read the AWS price list as a stream and keep its prices, dated, beside those known; earlier days stay as history."""
    from tracker.cloud import HISTORY_FOLDER, load_cloud
    from tracker.rental.aws import read_price_list, write_history

    known = frozenset(item.name for item in load_cloud(app.layers, app.data).prices)
    folder = app.data / HISTORY_FOLDER
    source = file or _download(region or app.settings.rent.region, folder)
    try:
        found = read_price_list(source, known)
    finally:
        if file is None:
            source.unlink(missing_ok=True)
    if not found.prices:
        raise UsageError(
            f"{source} prices none of our instances", mend="give the AmazonEC2 list, not another service's"
        )
    written = write_history(found, (day or app.now).date(), folder)
    click.echo(f"{len(found.prices)} prices of {found.rows} rows, {found.skipped} without a price: {written}", err=True)


def _download(region: str, folder: Path) -> Path:
    """One region's list as a file (some hundred MB), not kept."""
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        raise UsageError(f"{region!r} is no AWS region", mend="such as eu-west-1")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"download-{region}.csv"
    url = f"{_LIST}/{region}/index.csv"
    with urllib.request.urlopen(url, timeout=60) as answer, target.open("wb") as out:  # noqa: S310 - https, as written above
        shutil.copyfileobj(answer, out)
    return target


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
