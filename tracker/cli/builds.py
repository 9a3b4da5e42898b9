"""`rigscout builds`: the cheapest machines from stored offers, or from a file of offers."""

import json
from typing import TYPE_CHECKING, Any, TextIO

import click

from tracker.cli.context import AppContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.domain.build import Offer, Solution
    from tracker.domain.money import Rates
    from tracker.domain.target import Target


@click.command("builds", epilog="Example: rigscout builds k80-box --offers offers.jsonl --top 3 --json")
@click.argument("names", metavar="[TARGET]...", nargs=-1)
@click.option(
    "--offers",
    type=click.File(encoding="utf-8"),
    help="Offers as JSON lines instead of the stored ones; - is stdin. They name no place: no pickup radius leaves any out.",
)
@click.option(
    "--top", type=click.IntRange(1, 50), default=3, show_default=True, help="How many different machines a target."
)
@click.option("--pareto", is_flag=True, help="The cheapest machine for every amount of VRAM (see --axis) instead.")
@click.option(
    "--axis", type=click.Choice(["vram", "speed"]), default="vram", show_default=True, help="What --pareto weighs."
)
@click.option("--cards", is_flag=True, help="What each card on offer costs per GB, TFLOP, GB/s and speed instead.")
@click.option("--workload", default="general", show_default=True, help="On which --cards measures speed.")
@click.option("--time-limit", type=click.FloatRange(0.1), default=60.0, show_default=True, help="Seconds a target.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a target, one a line.")
@click.pass_obj
def command(
    app: AppContext,
    /,
    *,
    names: tuple[str, ...],
    offers: TextIO | None,
    cards: bool,
    workload: str,
    as_json: bool,
    **how: Any,
) -> int:
    """The cheapest machine for each TARGET (all of your settings' targets without one), proved among all offers seen."""
    if cards:
        from tracker.cli.card_table import show_cards

        show_cards(app, _offers_of(app, offers), _rates(app), workload, as_json=as_json)
        return 0
    for solution in _solutions(app, _targets(app, names, offers), _offers_of(app, offers), **how):
        if as_json:
            from tracker.optimiser.records import record_of

            click.echo(json.dumps(record_of(solution), ensure_ascii=False))
        else:
            _show(app, solution)
    return 0


def _solutions(
    app: AppContext,
    wanted: "Sequence[Target]",
    market: "Sequence[Offer]",
    *,
    top: int,
    pareto: bool,
    axis: str,
    time_limit: float,
) -> "Iterable[Solution]":
    from tracker.optimiser.extra import EXTRA
    from tracker.optimiser.later import with_later
    from tracker.optimiser.solve import pareto as front
    from tracker.optimiser.solve import solve_all

    rates = _rates(app)
    if pareto:
        return front(wanted, market, app.catalog, axis=axis, time_limit_s=time_limit, rates=rates)
    found = solve_all(wanted, market, app.catalog, top=top, time_limit_s=time_limit, rates=rates, extra=EXTRA)
    pairs = zip(wanted, found, strict=True)
    return (with_later(each, target, market, app.catalog, rates=rates) for target, each in pairs)


def _targets(app: AppContext, names: tuple[str, ...], offers: TextIO | None) -> "Sequence[Target]":
    from tracker.targets import load_targets, pick_targets

    if offers is None:  # what was marked bought is owned
        from tracker.jobs.planning import Planning

        return Planning(app).wanted(names)
    return pick_targets(load_targets(app.layers, app.settings, app.catalog), names or app.settings.targets)


def _offers_of(app: AppContext, offers: TextIO | None) -> "Sequence[Offer]":
    if offers is None:
        if app.database.is_demo:
            click.echo("demo data: made-up listings, not the market", err=True)
        return _stored_offers(app)
    from tracker.optimiser.offers_file import BadOffersError, read_by_line, unknown_parts

    try:
        found = read_by_line(offers, offers.name)
    except UnicodeDecodeError as error:
        raise BadOffersError(f"{offers.name}: {error}", mend="save the file as UTF-8") from error
    for words in unknown_parts(found, app.catalog).values():
        app.err.print(f"{offers.name}:{words}: its facts stay unknown", markup=False, soft_wrap=True)
    return list(found.values())


def _stored_offers(app: AppContext) -> "Sequence[Offer]":
    from tracker.jobs.planning import Planning
    from tracker.services.offers import NOT_BUYABLE

    planning = Planning(app)
    stock = planning.stock(app.now)
    for suspect in planning.suspects:
        words = f"left out as too cheap to be true: {suspect.title} ({suspect.why})"
        app.err.print(words, markup=False, soft_wrap=True)
    if stock.left_out:
        causes = (f"{count} {NOT_BUYABLE[cause]}" for cause, count in stock.left_out.most_common())
        app.err.print(
            f"{len(stock.offers)} offers; not to be bought now: {', '.join(causes)}", markup=False, soft_wrap=True
        )
    return stock.offers


def _rates(app: AppContext) -> "Rates":
    from tracker.fx import load_rates

    return load_rates(app.layers, app.data)


def _show(app: AppContext, solution: "Solution") -> None:
    from tracker.cli.build_table import show_solution

    show_solution(app.out, solution)
