"""The European Central Bank's reference rates: fetched when a newer day may be out; until then the last known serve."""

import urllib.request
from pathlib import Path

from tracker.domain.errors import RigscoutError
from tracker.domain.money import Rates
from tracker.fx import LARGEST_FEED, keep_rates, load_rates, parse_ecb, rates_on
from tracker.workspace import Workspace

_PATIENCE_S = 10


class NoRatesError(RigscoutError):
    """New exchange rates could not be had; the last known go on serving."""


def refresh_rates(workspace: Workspace) -> Rates:
    """The newest rates, fetched from the settings' feed where today's are not known yet; an empty feed fetches nothing.

    Raises NoRatesError where the feed can't be reached or read, ConfigError.
    """
    known = load_rates(workspace.layers, workspace.data)
    feed = workspace.settings.rates_feed
    if not feed or known.day >= workspace.now.date():
        return known
    try:
        with urllib.request.urlopen(feed, timeout=_PATIENCE_S) as answer:  # noqa: S310 - https or this machine, as the settings demand
            return _kept(workspace, answer.read(LARGEST_FEED + 1))
    except (OSError, RigscoutError) as error:
        raise NoRatesError(
            f"exchange rates of {known.day} serve: no newer ones from {feed} ({error})",
            mend="give the ECB's eurofxref XML to rigscout cloud rates --file",
        ) from error


def read_rates(workspace: Workspace, file: Path) -> Rates:
    """The newest rates of a file of the ECB's that a user downloaded, kept. Raises BadFeedError, OSError."""
    return _kept(workspace, file.read_bytes())


def _kept(workspace: Workspace, xml: bytes) -> Rates:
    newest = rates_on(parse_ecb(xml), workspace.now.date())
    if newest is None:
        raise NoRatesError("every day in the rates file lies in the future", mend="check this machine's clock")
    keep_rates(newest, workspace.data)
    return load_rates(workspace.layers, workspace.data)
