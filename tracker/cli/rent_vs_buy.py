"""`rigscout rent-vs-buy`: a machine against a cloud instance, from a build or from typed numbers."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from tracker.cli.context import AppContext
from tracker.cli.rent_text import build_text, numbers_text
from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.domain.build import Build
    from tracker.domain.rental import RentOrBuy
    from tracker.jobs.planning import Planning
    from tracker.rental.typed import Answer

# What only typed numbers take, and only builds.
_OF_NUMBERS = frozenset({"currency", "watts", "depreciation_years", "salvage", "cloud_rate", "cloud_gpus", "weeks",
                         "speed_ratio", "cloud_storage_rate"})  # fmt: skip
_OF_BUILDS = frozenset({"workload"})
_MOST = Decimal(10**12)
HOURS_IN_A_WEEK = 168


def _number(context: click.Context, option: click.Parameter, text: str | None) -> Decimal | None:  # noqa: ARG001 - click's signature
    """A typed number from 0 as an exact decimal; click's own complaint where it is none."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise click.BadParameter(f"{text!r} is no number") from None
    if not number.is_finite() or not 0 <= number <= _MOST:
        raise click.BadParameter(f"{text} is not from 0 to {_MOST:f}")
    return number


def _above_zero(context: click.Context, option: click.Parameter, text: str | None) -> Decimal | None:
    number = _number(context, option, text)
    if number == 0:
        raise click.BadParameter(f"{text} is not above 0")
    return number


def _weekly_hours(context: click.Context, option: click.Parameter, text: str | None) -> Decimal | None:
    number = _above_zero(context, option, text)
    if number is not None and number > HOURS_IN_A_WEEK:
        raise click.BadParameter(f"a week has {HOURS_IN_A_WEEK} hours")
    return number


@click.command(
    "rent-vs-buy",
    epilog="Example: rigscout rent-vs-buy --cost 3000 --currency USD --watts 1000 --tariff 0.20 --cloud-rate 3.00 --json",
)
@click.option("--build", "build", help="A build: a target's name, or a file that `rigscout builds --json` wrote.")
@click.option("--cost", callback=_above_zero, help="What the machine costs.")
@click.option("--currency", help="Of all amounts you type; your own where left out.")
@click.option("--watts", callback=_number, help="What the machine draws while it works.")
@click.option("--tariff", callback=_number, help="A kWh; your country's where left out.")
@click.option(
    "--depreciation-years", callback=_above_zero, default="3", show_default=True, help="Until only the salvage is left."
)
@click.option("--salvage", callback=_number, default="0", show_default=True, help="What it is still worth then.")
@click.option("--cloud-rate", callback=_above_zero, help="The instance's price an hour, in place of --instance.")
@click.option("--instance", help="The cloud instance, such as g5.xlarge; yours where left out.")
@click.option("--region", help="Its region; the nearest that offers it is taken.")
@click.option(
    "--term",
    type=click.Choice(["on_demand", "spot", "reserved_1yr", "reserved_3yr"]),
    help="How it is rented; yours where left out.",
)
@click.option("--cloud-gpus", callback=_above_zero, help="GPUs of the instance.  [default: 1, or the instance's]")
@click.option(
    "--gpus-needed", callback=_above_zero, help="GPUs wanted, pro rata or in several.  [default: all of them]"
)
@click.option("--hours-per-week", callback=_weekly_hours, help="Hours of use; yours where left out.")
@click.option("--weeks", callback=_above_zero, default="52.142857", show_default=True, help="The time to sum over.")
@click.option(
    "--speed-ratio", callback=_above_zero, default="1.0", show_default=True, help="The machine's speed / the cloud's."
)
@click.option(
    "--cloud-storage-gb", callback=_number, default="0", show_default=True, help="Disk that stays in the cloud."
)
@click.option("--cloud-storage-rate", callback=_number, help="A GB-month.  [default: the region's, else 0.10]")
@click.option("--egress-gb", callback=_number, default="0", show_default=True, help="GB sent out of the cloud a month.")
@click.option("--workload", default="general", show_default=True, help="Of the same-work comparison of a build.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    help="A folder for pictures: cost over time, break-even, price breakdown.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def command(context: click.Context, /, *, build: str | None, cost: Decimal | None, **typed: Any) -> None:
    """The week, the break-even and the year of a machine against a cloud instance. It answers "rent" where that is better."""
    app: AppContext = context.obj
    if (build is None) == (cost is None):
        raise UsageError("give either --cost or --build", mend="see rigscout rent-vs-buy --help")
    as_json, plot = typed.pop("as_json"), typed.pop("plot")
    solved: Build | None = None
    if build is not None:
        _refuse(context, _OF_NUMBERS, "--build")
        rent, solved = _of_build(app, build, typed)
        record, text = _record(rent), build_text
    else:
        assert cost is not None
        _refuse(context, _OF_BUILDS, "--cost")
        numbers = _of_numbers(app, cost, typed)
        rent, record, text = numbers.rent(), numbers.record, numbers_text
    click.echo(json.dumps(record) if as_json else text(record))
    if plot is not None:
        _plot(rent, solved, plot, demo=solved is not None and app.database.is_demo)


def _record(rent: "RentOrBuy") -> dict[str, Any]:
    from tracker.rental.record import comparison_record

    return comparison_record(rent)


def _refuse(context: click.Context, names: frozenset[str], way: str) -> None:
    """No option is ignored: one that says nothing beside `way` is wrong usage."""
    typed = [name for name in names if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if typed:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in sorted(typed))
        raise UsageError(f"{options} means nothing with {way}", mend=f"leave it out, or leave {way} out")


def _plot(rent: "RentOrBuy", build: "Build | None", folder: Path, *, demo: bool) -> None:
    from reports.chart_style import Look
    from reports.machine_charts import breakdown_chart
    from reports.rental_charts import break_even_chart, cost_over_time_chart

    folder.mkdir(parents=True, exist_ok=True)
    look = Look(demo=demo)
    pictures = {"cost-over-time": cost_over_time_chart(rent, look), "break-even": break_even_chart(rent, look)}
    if build is not None:
        pictures["price-breakdown"] = breakdown_chart(build, look)
    for name, picture in pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
        click.echo(str(folder / f"{name}.png"), err=True)


def _of_numbers(app: AppContext, cost: Decimal, typed: dict[str, Any]) -> "Answer":
    from tracker.cloud import load_cloud
    from tracker.fx import load_rates
    from tracker.rental.typed import Typed, answer

    del typed["workload"]
    currency = (typed.pop("currency") or app.settings.currency).upper()
    numbers = Typed(cost=cost, currency=currency, **typed)
    cloud, rates = load_cloud(app.layers, app.data), load_rates(app.layers, app.data)
    return answer(numbers, settings=app.settings, cloud=cloud, rates=rates)


def _of_build(app: AppContext, build: str, typed: dict[str, Any]) -> "tuple[RentOrBuy, Build | None]":
    """A file's first build, or a target's best from the stored offers, with the Build itself where it was solved here."""
    from tracker.jobs.planning import Planning
    from tracker.rental.compare import Wanted, rent_or_buy
    from tracker.rental.machine import machine_of, read_machine

    names = ("instance", "region", "term", "hours_per_week")
    changed = {name: value for name in names if (value := typed[name]) is not None}
    if typed["tariff"] is not None:
        changed["electricity_per_kwh"] = typed["tariff"]
    settings = app.settings.model_copy(update={"rent": app.settings.rent.model_copy(update=changed)})
    planning = Planning(app)
    is_file = Path(build).is_file() or Path(build).suffix
    solved = None if is_file else _best(app, planning, build)
    rent = rent_or_buy(
        read_machine(build) if solved is None else machine_of(solved),
        settings=settings,
        cloud=planning.cloud,
        rates=planning.rates,
        workload=typed["workload"],
        resale=None if solved is None else planning.resale(solved),
        wanted=Wanted(typed["gpus_needed"], typed["cloud_storage_gb"], typed["egress_gb"]),
    )
    return rent, solved


def _best(app: AppContext, planning: "Planning", target: str) -> "Build":
    if app.database.is_demo:
        click.echo("demo data: made-up listings, not the market", err=True)
    solution = planning.solve(planning.stock(app.now), planning.wanted([target]), top=1)[0]
    if not solution.builds:
        why = "; ".join(solution.why_not) or "no stored offers"
        raise UsageError(f"{target} has no build: {why}", mend="crawl first, or give a file")
    return solution.builds[0]
