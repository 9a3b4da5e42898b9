"""`doctor`'s checks: each says what is wrong and how to mend it, and none of them raises."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.postcode_file import BERLIN, geonames
from tracker.domain.errors import StorageError
from tracker.postcodes import Postcodes
from tracker.services.health import Finding, Health, examine
from tracker.settings import MailSettings, shipped_config

ALL_KEYS = dict.fromkeys(
    ("EBAY_CLIENT_ID", "EBAY_CLIENT_SECRET", "REDDIT_CLIENT_ID", "REDDIT_CLIENT_SECRET", "RIGSCOUT_SMTP_PASSWORD"), "x"
)
MAILED = '[mail]\nrecipients = ["a@example.org"]\nhost = "mail.example.org"\nusername = "me"\n'


def answers(_mail: MailSettings) -> None:
    """A mail server that lets everybody in."""


def is_away(mail: MailSettings) -> None:
    raise StorageError(f"no mail server answers at {mail.host}")


def findings(
    folder: Path,
    settings: str,
    environment: Mapping[str, str] = ALL_KEYS,
    server: Callable[[MailSettings], None] = answers,
) -> dict[str, Finding]:
    """What doctor finds, by check."""
    (folder / "settings.toml").write_text(settings)
    layers = (shipped_config(), folder)
    return {one.check: one for one in examine(lambda: layers, folder / "data", lambda: None, server, environment)}


def test_a_good_installation_has_nothing_to_mend(tmp_path: Path) -> None:
    found = findings(tmp_path, MAILED)
    assert {name: one.health for name, one in found.items() if one.health is not Health.OK} == {}
    assert not any(one.mend for one in found.values())


@pytest.mark.parametrize(
    ("settings", "check", "health", "detail"),
    [
        ("countri = 'FR'\n", "config", Health.FAIL, "countri"),
        ("", "mail", Health.WARN, "files only"),
        ('[mail]\nrecipients = ["a@example.org"]\n', "mail", Health.FAIL, "no mail server"),
        (MAILED + 'security = "none"\n', "mail", Health.WARN, "in the clear"),
        ("pickup_radius_km = 30\n", "home", Health.WARN, "nobody knows from where"),
        ('pickup_radius_km = 30\npostcode = "75001"\n', "home", Health.WARN, "postcodes of FR not here yet"),
        ('pickup_radius_km = 30\ncountry = "DE"\npostcode = "99999"\n', "home", Health.WARN, "nobody knows"),
    ],
)
def test_what_is_wrong_is_said_with_its_mend(
    tmp_path: Path, settings: str, check: str, health: Health, detail: str
) -> None:
    Postcodes(tmp_path / "data" / "postcodes").keep("DE", geonames("DE", BERLIN))
    found = findings(tmp_path, settings)[check]
    assert (found.health, bool(found.mend)) == (health, True)
    assert detail in found.detail


@pytest.mark.parametrize("where", ['postcode = "10115"', "home = [52.5, 13.4]"])
def test_a_known_home_is_one(tmp_path: Path, where: str) -> None:
    Postcodes(tmp_path / "data" / "postcodes").keep("DE", geonames("DE", BERLIN))
    found = findings(tmp_path, f'country = "DE"\npickup_radius_km = 30\n{where}\n')
    assert found["home"] == Finding("home", Health.OK, "parts are fetched within 30 km")


def test_keys_that_are_missing_and_a_wrong_password_are_named(tmp_path: Path) -> None:
    found = findings(tmp_path, MAILED, {})
    assert "EBAY_CLIENT_ID" in found["keys of ebay"].detail
    assert "export" in found["keys of ebay"].mend
    assert (found["mail"].health, found["mail"].detail) == (Health.FAIL, "no password for me")


@pytest.mark.parametrize("error", [StorageError("newer than this program", mend="upgrade"), OSError("read-only disk")])
def test_a_database_that_does_not_open_is_a_finding(tmp_path: Path, error: Exception) -> None:
    def opened() -> object:
        raise error

    found = {one.check: one for one in examine(lambda: (shipped_config(),), tmp_path, opened, answers, ALL_KEYS)}
    assert found["database"].health is Health.FAIL
    assert found["database"].mend


def test_what_hangs_on_a_config_that_can_t_be_read_is_not_looked_at(tmp_path: Path) -> None:
    assert list(findings(tmp_path, "country = \n")) == ["clock", "database", "disk", "config"]


def test_a_mail_server_that_does_not_answer_is_a_finding(tmp_path: Path) -> None:
    found = findings(tmp_path, MAILED, server=is_away)["mail"]
    assert (found.health, found.detail) == (Health.FAIL, "no mail server answers at mail.example.org")
    assert found.mend


def test_a_clock_behind_our_own_files_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rigscout.sqlite3").touch()
    assert findings(tmp_path, "")["clock"].health is Health.OK
    os.utime(tmp_path / "data" / "rigscout.sqlite3", (4e9, 4e9))
    clock = findings(tmp_path, "")["clock"]
    assert (clock.health, "2096-10-02" in clock.detail) == (Health.FAIL, True)
