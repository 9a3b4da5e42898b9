"""What is wrong with this installation, and the mend: each check looks at one thing and never raises."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from tracker.domain.errors import RigscoutError
from tracker.postcodes import Postcodes
from tracker.settings import MailSettings, Settings, load_settings
from tracker.sources import SourceConfig, load_sources

_ENOUGH_DISK = 500 * 2**20
# The year this was written: a clock before it is wrong (a board without battery starts in 1970 or 2000).
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
_AHEAD_S = 3600  # a file that is newer was written before the clock was set back
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_KEYS = {"ebay": ("EBAY_CLIENT_ID", "EBAY_CLIENT_SECRET"), "reddit": ("REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET")}


class Health(StrEnum):
    """How a check ended: WARN works, but not as well as it could; FAIL must be mended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and how to mend it."""

    check: str
    health: Health
    detail: str
    mend: str = ""


def examine(
    layers: Callable[[], tuple[Path, ...]],
    data: Path,
    open_database: Callable[[], object],
    try_mail_server: Callable[[MailSettings], None],
    environment: Mapping[str, str] = os.environ,
) -> Iterator[Finding]:
    """Look at database, disk, clock and config; where the config can be read also at what it asks for."""
    yield _clock(datetime.now(UTC), data)
    yield _database(open_database)
    yield _disk(data)
    try:
        settings, sources = load_settings(layers()), load_sources(layers())
    except RigscoutError as error:
        yield Finding("config", Health.FAIL, error.message, error.mend or "correct the file named here")
        return
    yield Finding("config", Health.OK, f"{len(layers())} folder(s): {', '.join(map(str, layers()))}")
    yield from _sources(sources, environment)
    yield _home(settings, data)
    yield _mail(settings.mail, environment, try_mail_server)
    yield _browser(sources)


def _sources(sources: Mapping[str, SourceConfig], environment: Mapping[str, str]) -> Iterator[Finding]:
    enabled = [name for name, source in sources.items() if source.enabled]
    if not enabled:
        yield Finding("sources", Health.FAIL, "none is enabled", "set enabled = true in a file of config/marketplaces")
    for name in enabled:
        missing = [key for key in _KEYS.get(name, ()) if not environment.get(key)]
        if missing:
            mend = f"export {' and '.join(missing)}; until then the slower or narrower way is used"
            yield Finding(f"keys of {name}", Health.WARN, f"{', '.join(missing)} not set", mend)
        else:
            yield Finding(f"source {name}", Health.OK, f"{len(sources[name].searches)} searches")


def _database(open_database: Callable[[], object]) -> Finding:
    try:
        open_database()
    except RigscoutError as error:
        return Finding("database", Health.FAIL, error.message, error.mend)
    except OSError as error:
        return Finding("database", Health.FAIL, str(error), "make the data folder writable, or set RIGSCOUT_DATA")
    return Finding("database", Health.OK, "opens, and its schema is this program's")


def _disk(data: Path) -> Finding:
    existing = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    if free < _ENOUGH_DISK:
        return Finding("disk", Health.FAIL, f"{free >> 20} MB free at {existing}", "make room, or move RIGSCOUT_DATA")
    if not os.access(existing, os.W_OK):
        return Finding("disk", Health.FAIL, f"{existing} can't be written", "make it yours, or set RIGSCOUT_DATA")
    return Finding("disk", Health.OK, f"{free >> 30} GB free at {existing}")


def _clock(now: datetime, data: Path) -> Finding:
    mend = "set the clock (timedatectl set-ntp true); prices would be dated wrongly"
    if now < _EARLIEST:
        return Finding("clock", Health.FAIL, f"it says {now:%Y-%m-%d}", mend)
    newest = max((file.stat().st_mtime for file in data.glob("*") if file.is_file()), default=0)
    if newest > now.timestamp() + _AHEAD_S:
        written = datetime.fromtimestamp(newest, UTC)
        words = f"it says {now:%Y-%m-%d %H:%M} UTC, but files in {data} are of {written:%Y-%m-%d %H:%M}"
        return Finding("clock", Health.FAIL, words, mend)
    return Finding("clock", Health.OK, f"{now:%Y-%m-%d %H:%M} UTC")


def _home(settings: Settings, data: Path) -> Finding:
    known = Postcodes(data / "postcodes")
    if not settings.pickup_radius_km:
        return Finding("home", Health.OK, "nothing is fetched: pickup_radius_km is 0")
    if settings.home or known.place(settings.country, settings.postcode):
        return Finding("home", Health.OK, f"parts are fetched within {settings.pickup_radius_km:g} km")
    if settings.postcode and not known.knows(settings.country):
        return Finding(
            "home", Health.WARN, f"postcodes of {settings.country} not here yet", "the next run fetches them"
        )
    mend = "set postcode, or home = [latitude, longitude], in settings.toml"
    return Finding("home", Health.WARN, "parts may be fetched, but nobody knows from where", mend)


def _mail(
    mail: MailSettings, environment: Mapping[str, str], try_mail_server: Callable[[MailSettings], None]
) -> Finding:
    if not mail.recipients:
        return Finding(
            "mail", Health.WARN, "no recipient: reports are written to files only", "rigscout init --recipient"
        )
    if not mail.host:
        return Finding("mail", Health.FAIL, "there are recipients but no mail server", "set mail.host in settings.toml")
    if mail.username and not environment.get("RIGSCOUT_SMTP_PASSWORD"):
        return Finding("mail", Health.FAIL, f"no password for {mail.username}", "export RIGSCOUT_SMTP_PASSWORD")
    if mail.security == "none" and mail.username:
        return Finding("mail", Health.WARN, "the password would travel in the clear", 'set mail.security = "starttls"')
    try:
        try_mail_server(mail)
    except RigscoutError as error:
        return Finding("mail", Health.FAIL, error.message, error.mend or "ask whoever runs the mail server")
    return Finding("mail", Health.OK, f"{mail.host}:{mail.port} ({mail.security}) lets us in")


def _browser(sources: Mapping[str, SourceConfig]) -> Finding:
    wanted = [name for name, source in sources.items() if source.enabled and "browser" in source.ways]
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if wanted and not found:
        mend = "Debian, Ubuntu: sudo apt install chromium; elsewhere: python -m playwright install chromium"
        return Finding("browser", Health.FAIL, f"{', '.join(wanted)} wants one and none is installed", mend)
    return Finding("browser", Health.OK, found or "none installed, and no source wants one")
