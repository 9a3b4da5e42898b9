"""New cloud prices from the AWS price list, a file or downloaded, kept dated beside those known."""

import re
import shutil
import tempfile
import urllib.request
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from pathlib import Path

from tracker.cloud import HISTORY_FOLDER, load_cloud
from tracker.domain.errors import RigscoutError, UsageError
from tracker.rental.aws import PriceList, read_price_list, read_spot_prices, write_history
from tracker.workspace import Workspace

PRICE_LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonEC2/current"
_PATIENCE_S = 60


class DownloadError(RigscoutError):
    """The price list could not be had whole."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh brought: the list's prices and counts, and the dated file in which they are kept."""

    found: PriceList
    file: Path


def refresh_prices(
    workspace: Workspace, *, file: Path | None, day: date, region: str | None = None, base: str = PRICE_LIST
) -> Refreshed:
    """Keep the prices of `file`, else of the downloaded list of `region` (the nearest where left out), as of `day`.

    A JSON file holds spot prices. Raises BadPriceListError, UsageError where none of our instances is in it, DownloadError, OSError.
    """
    cloud = load_cloud(workspace.layers, workspace.data)
    known = frozenset(item.name for item in cloud.prices)
    if file is not None:
        read = read_spot_prices if file.suffix == ".json" else read_price_list
        found = read(file, known)
    else:
        rent = workspace.settings.rent
        place = region or cloud.nearest(rent.instance, rent.region, workspace.settings.country).region
        with tempfile.TemporaryDirectory(dir=workspace.data) as folder:
            found = read_price_list(_download(f"{base}/{_region(place)}/index.csv", Path(folder)), known)
    if not found.prices:
        raise UsageError("the list prices none of our instances", mend="give the AmazonEC2 list, not another service's")
    return Refreshed(found, write_history(found, day, workspace.data / HISTORY_FOLDER))


def _region(name: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", name):
        raise UsageError(f"{name!r} is no AWS region", mend="such as eu-west-1")
    return name


def _download(url: str, folder: Path) -> Path:
    """The list as a file (some hundred MB for a region), whole or not at all."""
    target = folder / "index.csv"
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer, target.open("wb") as out:  # noqa: S310 - AWS's https
            shutil.copyfileobj(answer, out)
            promised = answer.headers.get("Content-Length")
    except (OSError, HTTPException) as error:
        raise DownloadError(f"{url}: {error}", mend="download it yourself and give it by --file") from error
    if promised is not None and target.stat().st_size != int(promised):
        raise DownloadError(f"{url}: the connection broke off", mend="try again, or give a downloaded file by --file")
    return target
