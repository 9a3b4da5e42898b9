"""`rigscout init`: ask what is wanted and where, and write one settings file that is laid over the shipped one."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from tracker.cli.context import AppContext
from tracker.domain.errors import UsageError
from tracker.domain.place import place_of

# Country → currency, language and time zone that most people there want; each is only the default of its question.
_HOME = {
    "FR": ("EUR", "fr", "Europe/Paris"), "DE": ("EUR", "de", "Europe/Berlin"), "AT": ("EUR", "de", "Europe/Vienna"),
    "BE": ("EUR", "fr", "Europe/Brussels"), "NL": ("EUR", "en", "Europe/Amsterdam"), "IT": ("EUR", "en", "Europe/Rome"),
    "ES": ("EUR", "en", "Europe/Madrid"), "IE": ("EUR", "en", "Europe/Dublin"), "CH": ("CHF", "de", "Europe/Zurich"),
    "GB": ("GBP", "en", "Europe/London"), "US": ("USD", "en", "America/New_York"), "CA": ("CAD", "en", "America/Toronto"),
}  # fmt: skip


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


@click.command("init", epilog="Example: rigscout init --country FR --targets p40-box --recipient me@example.org --yes")
@click.option("--country", help="Where parts are shipped to, as two letters (FR, DE, US).")
@click.option("--postcode", help="Where you live.")
@click.option("--home", help="The same as latitude,longitude, where the postcode is not to be asked.")
@click.option("--pickup-km", help="How far you would go to fetch a part; 0: only what is shipped.")
@click.option("--currency", help="In which everything is summed (EUR, USD, GBP).")
@click.option("--language", type=click.Choice(["en", "fr", "de"]), help="Of the reports.")
@click.option("--targets", help="The machines you want, separated by commas.")
@click.option("--owned", help="What you have already (ssd, case, cooler), separated by commas.")
@click.option("--recipient", help="Who gets the morning mail; empty: files only.")
@click.option("--smtp-host", help="The mail server; its password goes into RIGSCOUT_SMTP_PASSWORD.")
@click.option("--yes", is_flag=True, help="Ask nothing; take the default wherever no option was given.")
@click.option("--force", is_flag=True, help="Write over an existing settings file.")
@click.option("--json", "as_json", is_flag=True, help="The file and what was written into it, as one JSON object.")
@click.pass_obj
def command(app: AppContext, /, *, yes: bool, force: bool, as_json: bool, **given: str | None) -> None:
    """Ask country, postcode, currency, language, targets, what is owned and the recipient; write one TOML file."""
    file = _file(app)
    if file.exists() and not force:
        raise UsageError(f"{file} exists already", mend="edit it, or run init again with --force")
    values = _validated(app, _ask(app, given, quiet=yes), file)
    import tomli_w

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_text(
        "# Your settings, laid over the shipped ones key by key.\n" + tomli_w.dumps(values), encoding="utf-8"
    )
    file.chmod(0o600)
    click.echo(json.dumps({"file": str(file), "settings": values}, ensure_ascii=False) if as_json else str(file))
    click.echo("next: rigscout doctor, then rigscout run", err=True)


def _file(app: AppContext) -> Path:
    import os

    import platformdirs

    named = app.user_config or os.environ.get("RIGSCOUT_CONFIG")
    return Path(named or platformdirs.user_config_dir("rigscout")) / "settings.toml"


def _ask(app: AppContext, given: dict[str, str | None], *, quiet: bool) -> dict[str, Any]:
    """The answers, from the options, else from a person, else the defaults."""

    def answer(name: str, question: str, default: str) -> str:
        said = given[name]
        if said is None:
            said = default if quiet else _prompt(question, default)
        return str(said).strip()

    known = _known_targets(app)
    country = answer("country", "Country, as two letters", "FR").upper()
    currency, language, zone = _HOME.get(country, ("EUR", "en", "UTC"))
    values: dict[str, Any] = {
        "country": country,
        "postcode": answer("postcode", "Postcode", ""),
        **_home(given["home"] or ""),
        "pickup_radius_km": _kilometres(
            answer("pickup_km", "How far you would go to fetch a part, in km (0: only what is shipped)", "0")
        ),
        "currency": answer("currency", "Currency", currency).upper(),
        "language": answer("language", "Language of reports (en, fr, de)", language),
        "time_zone": zone,
        "targets": _split(answer("targets", f"Machines wanted ({', '.join(known)})", "k80-box,p40-box,1080ti-box")),
        "owned_allowances": _split(answer("owned", "Owned already (ssd, case, cooler …)", "")),
    }
    recipient = answer("recipient", "Mail address for the report (empty: files only)", "")
    mail = {"recipients": _split(recipient), "host": answer("smtp_host", "Mail server", "")} if recipient else {}
    return values | ({"mail": mail} if mail else {})


def _home(text: str) -> dict[str, list[float]]:
    place = place_of(text) if text else None
    if text and place is None:
        raise UsageError(f"{text!r} is no place", mend="such as 48.86,2.35")
    return {"home": list(place)} if place else {}


def _kilometres(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{text!r} is no distance", mend="a number of kilometres, such as 30") from None


def _prompt(question: str, default: str) -> str:
    """A person's answer. Raises UsageError where nobody is there to answer."""
    try:
        return str(click.prompt(question, default=default, show_default=bool(default), err=True))
    except click.Abort as error:
        if sys.stdin.isatty():  # Ctrl-C
            raise
        mend = "give --yes to take the defaults, or every answer as an option"
        raise UsageError(f"the input ended before the answer to: {question}", mend=mend) from error


def _known_targets(app: AppContext) -> list[str]:
    from tracker.settings import layered_names, shipped_config

    layers = (shipped_config(), _file(app).parent)
    return [name for name in layered_names("targets", layers) if name != "allowances"]


def _validated(app: AppContext, values: dict[str, Any], file: Path) -> dict[str, Any]:
    """The answers, checked as settings. Raises ConfigError with each wrong key; UsageError for an unknown target."""
    from pydantic import ValidationError

    from tracker.domain.errors import ConfigError
    from tracker.settings import Settings, problems_of

    unknown = sorted(set(values["targets"]) - set(_known_targets(app)))
    if unknown:
        raise UsageError(f"no such target: {', '.join(unknown)}", mend=f"choose of: {', '.join(_known_targets(app))}")
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(problems_of(error, Settings, file.name, (file.parent,))) from error
    return values
