"""Typed settings: config/settings.toml laid over by the user's, then by RIGSCOUT_* environment variables."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from babel.core import get_global
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from tracker.domain.errors import ConfigError, Problem
from tracker.toml_lines import line_of

GEONAMES = "https://download.geonames.org/export/zip/{country}.zip"
ECB_DAILY = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
Amount = Annotated[Decimal, Field(ge=0, le=10**9)]
_Latitude = Annotated[float, Field(ge=-90, le=90)]
_Longitude = Annotated[float, Field(ge=-180, le=180)]
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
_Parcel = Annotated[str, Field(pattern="^(gpu|cpu|board|ram|psu|system|bundle)$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailSettings(_Model):
    """Where reports are sent. The password is read from RIGSCOUT_SMTP_PASSWORD only, never from a file."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    timeout_s: float = Field(default=30, gt=0, le=600)


class CostSettings(_Model):
    """What is added to a price that a listing doesn't state; every use is marked as an estimate."""

    shipping_estimate: dict[_Parcel, Amount] = Field(default_factory=dict)  # in the user's currency
    import_vat_percent: Amount | None = None  # None: the rate of the user's country
    import_handling: Amount = Decimal(15)  # carrier's fee for one customs declaration over 150 EUR


class RentSettings(_Model):
    """Against what a build is held."""

    instance: str = "g5.xlarge"
    region: str = ""  # empty: the region nearest to the user's country that offers it
    term: Literal["on_demand", "spot", "reserved_1yr", "reserved_3yr"] = "on_demand"
    hours_per_week: Decimal = Field(default=Decimal(168), gt=0, le=168)
    electricity_per_kwh: Amount | None = None  # None: the country's, from config/cloud/electricity.toml
    resale_percent_after_year: Decimal = Field(default=Decimal(60), ge=0, le=100)


def _known_country(code: str) -> str:
    territories = get_global("territory_currencies")
    if code in territories and code != _NOWHERE:
        return code
    near = [each for each in get_global("territory_aliases").get(code, ()) if each in territories]
    raise ValueError(f"{code!r} is no country of ISO 3166-1" + (f"; did you mean {near[0]!r}?" if near else ""))


_NOWHERE = "ZZ"  # of the CLDR: a place that is not known
Country = Annotated[str, AfterValidator(_known_country)]


class KeepSettings(_Model):
    """For how many days what grows is kept. Prices, daily figures and what a listing sold are kept for ever."""

    gone_listings_days: int = Field(
        default=180, ge=30
    )  # texts as seen, evidence, picture link of what ended; not its title
    crawls_days: int = Field(default=400, ge=30)
    mails_days: int = Field(default=90, ge=7)  # the bodies of sent mails
    reports_days: int = Field(default=400, ge=7)
    inbox_days: int = Field(default=60, ge=1)  # files that were imported, or refused
    backups: int = Field(default=14, ge=1)  # how many of the newest
    pages_days: int = Field(default=60, ge=1)  # of the page archive
    pages_mb: int = Field(default=1024, ge=64)  # in all: the oldest pages go first


class AlertSettings(_Model):
    """When something extraordinary may be told at once. Times are the user's local ones; equal ones: no quiet hours."""

    per_day: int = Field(default=3, ge=0, le=100)  # 0: none
    quiet_from: str = Field(default="22:00", pattern=_TIME)
    quiet_until: str = Field(default="07:00", pattern=_TIME)
    mail: bool = True  # to mail.recipients too, where the morning's report has not told it
    demo: bool = False  # of made-up listings too


class Settings(_Model):
    """Everything a user may set. `country` is ISO 3166-1 alpha-2, `currency` ISO 4217, `max_offer_age_h` hours."""

    country: Country = "FR"
    postcode: str = ""  # with `country` it says where home is, and tells sites where things are delivered to
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    language: Literal["en", "fr", "de"] = "en"
    time_zone: str = "Europe/Paris"
    targets: tuple[str, ...] = ("k80-box", "p40-box", "1080ti-box")
    pickup_radius_km: float = Field(default=0, ge=0)
    home: tuple[_Latitude, _Longitude] | None = None  # degrees; None: where the postcode is
    max_offer_age_h: float = Field(default=36, gt=0)
    report_at: str = Field(default="07:00", pattern=_TIME)  # local time of the morning run
    weekly_on: Literal["", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    crawl_every_h: float = Field(default=12, ge=1)  # between two looks at one source by `schedule`
    workers: bool = False  # crawls are left to `rigscout worker` (PostgreSQL only)
    rates_feed: str = Field(default=ECB_DAILY, pattern=r"^(https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*)?$")
    postcodes_feed: str = Field(
        default=GEONAMES, pattern=r"^(https://\S*\{country\}\S*|http://(127\.0\.0\.1|localhost)[:/]\S*\{country\}\S*)?$"
    )
    contact: str = ""  # an address or URL for the crawler's user agent
    owned_parts: tuple[str, ...] = ()
    owned_allowances: tuple[str, ...] = ()
    web_url: str = Field(
        default="", pattern=r"^(https?://\S+)?$"
    )  # where `rigscout serve` is reached: mails link there
    notify: tuple[SecretStr, ...] = ()  # Apprise URLs; those with keys belong into RIGSCOUT_NOTIFY
    alert: AlertSettings = AlertSettings()
    mail: MailSettings = MailSettings()
    cost: CostSettings = CostSettings()
    rent: RentSettings = RentSettings()
    keep: KeepSettings = KeepSettings()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no IANA time zone such as Europe/Paris") from error
        return name


def shipped_config() -> Path:
    """The config that ships: inside the wheel as tracker/_config, the checkout's config/ in an editable install."""
    inside = Path(str(resources.files("tracker"))) / "_config"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "config"


def config_layers(user: Path | None = None, environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The config folders, the shipped one first; what comes later is laid over, key by key.

    The user's is `user` (`--config`), else RIGSCOUT_CONFIG, else the platform's user config folder where it exists.
    Raises ConfigError where a folder that was named does not exist.
    """
    named = user or (Path(environment["RIGSCOUT_CONFIG"]) if environment.get("RIGSCOUT_CONFIG") else None)
    if named is not None:
        if not named.is_dir():
            raise ConfigError([Problem(named, "config", "is no folder", "name the folder that holds settings.toml")])
        return shipped_config(), named
    default = Path(platformdirs.user_config_dir("rigscout"))
    return (shipped_config(), default) if default.is_dir() else (shipped_config(),)


def data_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """Where data live: RIGSCOUT_DATA, else the platform's user data folder."""
    return Path(environment.get("RIGSCOUT_DATA") or platformdirs.user_data_dir("rigscout"))


def database_url(data: Path, environment: Mapping[str, str] = os.environ) -> str:
    """RIGSCOUT_DATABASE_URL, else a SQLite file in the data folder."""
    return environment.get("RIGSCOUT_DATABASE_URL") or f"sqlite:///{data / 'rigscout.sqlite3'}"


def read_toml(path: Path) -> dict[str, Any]:
    """One TOML file. Raises ConfigError with the line where it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        mend = "check quotes, brackets and that no key stands twice"
        raise ConfigError([Problem(path, "TOML", str(error), mend, line=getattr(error, "lineno", None))]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(path, "file", str(error), "make it a readable UTF-8 file")]) from error


def lay_over(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base` key by key: tables are merged, everything else is replaced."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = lay_over(below, value) if isinstance(value, Mapping) and isinstance(below, Mapping) else value
    return result


def read_layered(name: str, layers: tuple[Path, ...]) -> dict[str, Any]:
    """The TOML file `name` (a path inside a config folder) of all layers, laid over each other; empty where none has it."""
    merged: dict[str, Any] = {}
    for layer in layers:
        if (layer / name).is_file():
            merged = lay_over(merged, read_toml(layer / name))
    return merged


def layered_names(folder: str, layers: tuple[Path, ...]) -> list[str]:
    """The stems of all TOML files in `folder` of any layer, sorted: what may be named there."""
    return sorted({path.stem for layer in layers for path in (layer / folder).glob("*.toml")})


def load_settings(layers: tuple[Path, ...]) -> Settings:
    """The settings of all layers. Raises ConfigError that names each wrong key, its line and its mend."""
    try:
        return Settings.model_validate(read_layered("settings.toml", layers))
    except ValidationError as error:
        raise ConfigError(problems_of(error, Settings, "settings.toml", layers)) from error


_MENDS = {
    "missing": "add it",
    "tuple_type": 'write a list, even of one: ["…"]',
    "string_type": 'write it in quotes: "…"',
}


def problems_of(error: ValidationError, model: type[BaseModel], name: str, layers: tuple[Path, ...]) -> list[Problem]:
    """A pydantic error of the file `name` as our problems: line, dotted key, what is wrong, and what would be right."""
    return [_problem(item, model, name, layers) for item in error.errors(include_url=False)]


def _problem(item: Mapping[str, Any], model: type[BaseModel], name: str, layers: tuple[Path, ...]) -> Problem:
    steps = [str(step) for step in item["loc"] if step != "[key]"]  # pydantic's word for a wrong key of a mapping
    key = ".".join(steps) or "(file)"
    if item["type"] != "extra_forbidden":
        message = item["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
        return located(name, layers, key, message, _MENDS.get(item["type"], "correct the value"))
    near = difflib.get_close_matches(steps[-1], _keys_at(model, steps[:-1]), n=1)
    mend = f"did you mean {near[0]!r}?" if near else "remove it or correct its spelling"
    return located(name, layers, key, "there is no such key", mend)


def located(name: str, layers: tuple[Path, ...], key: str, message: str, mend: str) -> Problem:
    """A problem of the config file `name`, placed in the last layer that says something of `key`, with its line."""
    files = [file for layer in reversed(layers) if (file := layer / name).is_file()]
    for file in files:
        if (line := line_of(file.read_text(encoding="utf-8"), key)) is not None:
            return Problem(file, key, message, mend, line)
    return Problem(files[0] if files else layers[-1] / name, key, message, mend)


def _keys_at(model: type[BaseModel], steps: list[str]) -> list[str]:
    """The keys that the model's table at `steps` may have."""
    for step in steps:
        field = model.model_fields.get(step)
        inner = () if field is None else (field.annotation, *get_args(field.annotation))
        below = [each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)]
        model = below[0] if below else model  # a name within a mapping of tables is a step without a model
    return list(model.model_fields)
