"""`rigscout rent-vs-buy`: a machine against a cloud instance, from a build or from typed numbers."""

import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.domain.errors import UsageError

if TYPE_CHECKING:
    from tracker.cloud import CloudData
    from tracker.domain.money import Rates
    from tracker.domain.rental import CloudInstance
    from tracker.rental.sums import Inputs


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
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def command(app: AppContext, /, *, build: str | None, cost: Decimal | None, as_json: bool, **typed: Any) -> None:
    """The week, the break-even and the year of a machine against a cloud instance. It answers "rent" where that is better."""
    if (build is None) == (cost is None):
        raise UsageError("give either --cost or --build", mend="see rigscout rent-vs-buy --help")
    if build is not None:
        record = _of_build(app, build, typed)
        click.echo(json.dumps(record) if as_json else _build_text(record))
        return
    assert cost is not None
    record = _of_numbers(app, cost, typed)
    click.echo(json.dumps(record) if as_json else _numbers_text(record))


def _of_numbers(app: AppContext, cost: Decimal, typed: dict[str, Any]) -> dict[str, Any]:
    from tracker.cloud import load_cloud
    from tracker.fx import load_rates
    from tracker.rental.record import sums_record

    if typed["watts"] is None:
        raise UsageError("--watts is missing", mend="say what the machine draws, such as --watts 450")
    if typed["salvage"] > cost:
        raise UsageError("--salvage is more than --cost", mend="give what is left of the cost in the end")
    currency = (typed["currency"] or app.settings.currency).upper()
    notes: list[str] = []
    cloud, rates = load_cloud(app.layers, app.data), load_rates(app.layers)
    instance = None if typed["cloud_rate"] is not None else _instance(app, cloud, typed, notes)
    given = _inputs(app, cost, typed, currency, instance, cloud, rates, notes)
    record = sums_record(given, currency)
    if instance is not None:
        record["instance"] = {
            "name": instance.name,
            "region": instance.region,
            "term": instance.term,
            "usd_per_hour": f"{instance.rate:f}",
            "as_of": instance.as_of.isoformat(),
        }
    return record | {"assumptions": notes}


def _instance(app: AppContext, cloud: "CloudData", typed: dict[str, Any], notes: list[str]) -> "CloudInstance":
    name = typed["instance"] or app.settings.rent.instance
    region = typed["region"] or app.settings.rent.region
    found = cloud.nearest(name, region, app.settings.country, typed["term"])
    if found.region != region:
        notes.append(f"{name} is not known to be offered in {region}: {found.region} is nearest")
    verified = "" if found.is_verified else ", unverified"
    notes.append(f"{found.name} in {found.region}: {found.rate} USD/h on {found.as_of} ({found.source}{verified})")
    return found


def _inputs(
    app: AppContext,
    cost: Decimal,
    typed: dict[str, Any],
    currency: str,
    instance: "CloudInstance | None",
    cloud: "CloudData",
    rates: "Rates",
    notes: list[str],
) -> "Inputs":
    from tracker.rental.sums import Inputs

    if instance is None:
        rate, gpus, disk = typed["cloud_rate"], Decimal(1), Decimal("0.10")
        egress = typed["egress_gb"] and _dollars(cloud.egress_per_gb or Decimal(0), currency, rates)
    else:
        rate, gpus = _dollars(instance.rate, currency, rates, notes), Decimal(instance.gpus)
        disk = _dollars(cloud.storage.get(instance.region, Decimal("0.10")), currency, rates)
        egress = _dollars(cloud.egress_per_gb or Decimal(0), currency, rates)
    cloud_gpus = typed["cloud_gpus"] or gpus
    return Inputs(
        cost=cost,
        watts=typed["watts"],
        tariff=_tariff(app, typed, currency, cloud, rates, notes),
        cloud_rate=rate,
        depreciation_years=typed["depreciation_years"],
        salvage=typed["salvage"],
        cloud_gpus=cloud_gpus,
        gpus_needed=typed["gpus_needed"] or cloud_gpus,
        hours_per_week=typed["hours_per_week"] or app.settings.rent.hours_per_week,
        weeks=typed["weeks"],
        speed_ratio=typed["speed_ratio"],
        storage_gb=typed["cloud_storage_gb"],
        storage_rate=disk if typed["cloud_storage_rate"] is None else typed["cloud_storage_rate"],
        egress_gb=typed["egress_gb"],
        egress_rate=egress,
    )


def _dollars(amount: Decimal, currency: str, rates: "Rates", notes: list[str] | None = None) -> Decimal:
    """US dollars in `currency`, exactly."""
    if currency != "USD" and notes is not None:
        notes.append(f"US dollars in {currency} at the ECB's rate of {rates.day}")
    return amount * rates.rate("USD", currency)


def _tariff(
    app: AppContext,
    typed: dict[str, Any],
    currency: str,
    cloud: "CloudData",
    rates: "Rates",
    notes: list[str],
) -> Decimal:
    if typed["tariff"] is not None:
        tariff: Decimal = typed["tariff"]
        return tariff
    own = app.settings.rent.electricity_per_kwh
    if own is not None:
        return own * rates.rate(app.settings.currency, currency)
    known = cloud.tariffs.get(app.settings.country)
    if known is None:
        mend = "give --tariff, or set electricity_per_kwh under [rent]"
        raise UsageError(f"no tariff is known for {app.settings.country}", mend=mend)
    verified = "" if known.is_verified else ", unverified"
    notes.append(f"electricity {known.per_kwh} {known.currency}/kWh ({app.settings.country}, {known.period}{verified})")
    return known.per_kwh * rates.rate(known.currency, currency)


def _of_build(app: AppContext, build: str, typed: dict[str, Any]) -> dict[str, Any]:
    from tracker.cloud import load_cloud
    from tracker.fx import load_rates
    from tracker.rental.compare import rent_or_buy
    from tracker.rental.machine import read_machine
    from tracker.rental.record import comparison_record

    machine = read_machine(build)
    changed = {key: value for key in ("instance", "region", "hours_per_week") if (value := typed[key]) is not None}
    if typed["tariff"] is not None:
        changed["electricity_per_kwh"] = typed["tariff"]
    settings = app.settings.model_copy(update={"rent": app.settings.rent.model_copy(update=changed)})
    cloud, rates = load_cloud(app.layers, app.data), load_rates(app.layers)
    return comparison_record(
        rent_or_buy(machine, settings=settings, cloud=cloud, rates=rates, workload=typed["workload"])
    )


def _numbers_text(record: dict[str, Any]) -> str:
    own, cloud = record["own"], record["cloud"]
    lines = [
        f"own     {_said(own['total'])}  (loss of value {_said(own['depreciation'])}, electricity {_said(own['electricity'])})",
        f"cloud   {_said(cloud['total'])}  ({cloud['hours']:.0f} h: {_said(cloud['compute'])}, storage {_said(cloud['storage'])})",
        f"ratio   {record['ratio']:.2f}" if record["ratio"] is not None else "ratio   none: owning costs nothing",
        _break_even(record),
        f"answer  {record['answer']}",
        *_flip_lines(record),
        *(f"  {note}" for note in record["assumptions"]),
    ]
    return "\n".join(lines)


def _build_text(record: dict[str, Any]) -> str:
    lines = [
        f"build   {_said(record['build_total'])}",
        f"week    {_said(record['week'])} of {record['instance']['name']} in {record['instance']['region']}",
        f"a year  own {_said(record['own']['year'])}, cloud {_said(record['cloud']['year'])}",
    ]
    for item in record["comparisons"]:
        amounts = (
            f"own {_said(item['own'])}, cloud {_said(item['cloud'])}" if item["own"] else f"unknown: {item['unknown']}"
        )
        lines.append(f"{item['name'].replace('_', ' '):12} {amounts}  {item['note']}".rstrip())
    lines += [_break_even(record), f"answer  {record['answer']}: {record['why']}", *_flip_lines(record)]
    return "\n".join([*lines, *(f"  {note}" for note in record["assumptions"])])


def _break_even(record: dict[str, Any]) -> str:
    if record["break_even_hours"] is None:
        return "break-even  never: the electricity alone costs as much"
    return f"break-even  {record['break_even_hours']:.0f} h, {record['break_even_months']:.2f} months"


def _flip_lines(record: dict[str, Any]) -> list[str]:
    turned = [flip for flip in record["sensitivity"] if flip["flips_at"] is not None]
    return [
        f"  would turn at {flip['input']} {flip['flips_at']:g} (now {flip['now']:g}) {flip['unit']}".rstrip()
        for flip in turned
    ]


def _said(amount: dict[str, str] | None) -> str:
    return "unknown" if amount is None else f"{amount['amount']} {amount['currency']}"
