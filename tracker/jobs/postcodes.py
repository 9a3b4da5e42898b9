"""Postcodes of the countries in which something could be fetched: downloaded once each, where anything is fetched at all."""

import re
import urllib.request

from sqlalchemy import select

from tracker.domain.errors import RigscoutError
from tracker.postcodes import LARGEST_ARCHIVE, Postcodes
from tracker.storage.column_types import OPEN_END
from tracker.storage.listings import LISTING
from tracker.workspace import Workspace

_PATIENCE_S = 30


class NoPostcodesError(RigscoutError):
    """A country's postcodes could not be had; distances there stay unknown."""


def postcodes(workspace: Workspace) -> Postcodes:
    """Those that lie in the data folder."""
    return Postcodes(workspace.data / "postcodes")


def fetch_postcodes(workspace: Workspace, radius_km: float) -> None:
    """Download what is missing: of the user's country, and of those where something waits to be fetched.

    Nothing is asked for where nothing is to be fetched (`radius_km` 0), or the feed is empty. Raises NoPostcodesError where
    a file can't be had, StorageError, ConfigError.
    """
    known, feed = postcodes(workspace), workspace.settings.postcodes_feed
    if not radius_km or not feed:
        return
    for country in sorted(_countries(workspace)):
        if known.knows(country):
            continue
        address = feed.replace("{country}", country)
        try:
            with urllib.request.urlopen(address, timeout=_PATIENCE_S) as answer:  # noqa: S310 - https or this machine, as the settings demand
                known.keep(country, answer.read(LARGEST_ARCHIVE))
        except (OSError, RigscoutError) as error:
            raise NoPostcodesError(
                f"distances in {country} stay unknown: no postcodes from {address} ({error})",
                mend=f"download it yourself and put its {country}.txt into {workspace.data / 'postcodes'}",
            ) from error


def _countries(workspace: Workspace) -> set[str]:
    c = LISTING.c
    fetched = select(c.country).where(c.pickup_only, c.end_day == OPEN_END, c.country.is_not(None)).distinct()
    with workspace.database.reading() as connection:
        countries = set(connection.scalars(fetched))
    return {country for country in countries | {workspace.settings.country} if re.fullmatch("[A-Z]{2}", country)}
