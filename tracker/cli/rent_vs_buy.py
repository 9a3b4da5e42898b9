"""`rigscout rent-vs-buy`: a machine against a cloud instance, from a build or from typed numbers."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.cli.rent_text import build_text, numbers_text
from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.domain.rental import RentOrBuy
    from tracker.rental.compare import Machine
    from tracker.rental.typed import Answer


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
@click.option("--term", type=click.Choice(["on_demand", "spot", "reserved_1yr", "reserved_3yr"]), default="on_demand")
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
@click.option("--plot", type=click.Path(path_type=Path), help="A folder for two pictures: cost over time, break-even.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def command(app: AppContext, /, *, build: str | None, cost: Decimal | None, as_json: bool, **typed: Any) -> None:
    """The week, the break-even and the year of a machine against a cloud instance. It answers "rent" where that is better."""
    if (build is None) == (cost is None):
        raise UsageError("give either --cost or --build", mend="see rigscout rent-vs-buy --help")
    plot: Path | None = typed.pop("plot")
    if build is not None:
        from tracker.rental.record import comparison_record

        rent = _of_build(app, build, typed)
        record = comparison_record(rent)
        click.echo(json.dumps(record) if as_json else build_text(record))
    else:
        assert cost is not None
        numbers = _of_numbers(app, cost, typed)
        rent = numbers.rent()
        click.echo(json.dumps(numbers.record) if as_json else numbers_text(numbers.record))
    if plot is not None:
        _plot(rent, plot)


def _plot(rent: "RentOrBuy", folder: Path) -> None:
    from reports.charts import cost_over_time_chart
    from reports.rental_charts import break_even_chart

    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in (("cost-over-time", cost_over_time_chart(rent)), ("break-even", break_even_chart(rent))):
        (folder / f"{name}.png").write_bytes(picture)
        click.echo(str(folder / f"{name}.png"), err=True)


def _of_numbers(app: AppContext, cost: Decimal, typed: dict[str, Any]) -> "Answer":
    from tracker.cloud import load_cloud
    from tracker.fx import load_rates
    from tracker.rental.typed import Typed, answer

    del typed["workload"]
    currency = (typed.pop("currency") or app.settings.currency).upper()
    numbers = Typed(cost=cost, currency=currency, **typed)
    return answer(numbers, settings=app.settings, cloud=load_cloud(app.layers, app.data), rates=load_rates(app.layers, app.data))


def _of_build(app: AppContext, build: str, typed: dict[str, Any]) -> "RentOrBuy":
    from tracker.cloud import load_cloud
    from tracker.fx import load_rates
    from tracker.rental.compare import rent_or_buy

    changed = {key: value for key in ("instance", "region", "hours_per_week") if (value := typed[key]) is not None}
    if typed["tariff"] is not None:
        changed["electricity_per_kwh"] = typed["tariff"]
    settings = app.settings.model_copy(update={"rent": app.settings.rent.model_copy(update=changed)})
    cloud, rates = load_cloud(app.layers, app.data), load_rates(app.layers, app.data)
    machine = _machine(app, build)
    return rent_or_buy(machine, settings=settings, cloud=cloud, rates=rates, workload=typed["workload"])


def _machine(app: AppContext, build: str) -> "Machine":
    """The first build of a file, else the best build of a target from the stored offers."""
    from tracker.rental.machine import machine_of, read_machine

    if Path(build).is_file() or Path(build).suffix:
        return read_machine(build)
    from tracker.jobs.planning import Planning

    planning = Planning(app)
    solution = planning.solve(planning.stock(app.now), planning.wanted([build]), top=1)[0]
    if not solution.builds:
        why = "; ".join(solution.why_not) or "no stored offers"
        raise UsageError(f"{build} has no build: {why}", mend="crawl first, or give a file")
    return machine_of(solution.builds[0])
