"""The ways of asking a marketplace: which of those that are wanted can be gone, and why none can."""

from collections.abc import Sequence

from spiders.families.browser_page import find_chromium
from spiders.families.oauth import ClientCredentials
from tracker.domain.listing import PageState


def first_way(wanted: Sequence[str], offered: Sequence[str], credentials: ClientCredentials | None) -> str:
    """The first wanted way that can be gone: the API with its keys, the browser (for any HTML) with a Chromium; "" for none."""
    return next((way for way in wanted if _can_go(way, offered, credentials)), "")


def _can_go(way: str, offered: Sequence[str], credentials: ClientCredentials | None) -> bool:
    if way == "browser" and "html" in offered:
        return find_chromium() is not None
    has_keys = way != "api" or credentials is None or credentials.keys() is not None
    return way in offered and has_keys


def why_none(wanted: Sequence[str], credentials: ClientCredentials | None) -> tuple[PageState, str]:
    """The state and the words of a crawl that can go no way."""
    if "browser" in wanted:
        return PageState.UNREACHABLE, "no Chromium was found: install one, or name it in RIGSCOUT_CHROMIUM"
    if credentials and "api" in wanted:
        return PageState.KEYS_MISSING, credentials.missing
    return PageState.UNREACHABLE, f"it can't be asked by {' or '.join(wanted)}"
