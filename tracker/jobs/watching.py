"""The user's watches held against today's offers and machines."""

from collections.abc import Iterator, Sequence

from tracker.cloud import NoPriceError
from tracker.domain.money import Money, NoRateError
from tracker.domain.report import MachineReport
from tracker.domain.watch import WatchHit
from tracker.jobs.planning import Planning
from tracker.services.daily_report import title_of
from tracker.services.offers import Stock
from tracker.services.watch_hits import watch_hits
from tracker.watches import load_watches
from tracker.workspace import Workspace

_HOURS = 168


def hits_of(
    workspace: Workspace, planning: Planning, stock: Stock, machines: Sequence[MachineReport] = ()
) -> list[WatchHit]:
    """What answers the user's watches among `stock` and today's machines; watched ones not in `machines` are solved.

    Raises ConfigError for a wrong watches.toml.
    """
    watches = load_watches(
        workspace.layers, catalog=workspace.catalog, targets=planning.targets, currency=workspace.settings.currency
    )
    missing = {watch.target for watch in watches if watch.target} - {machine.target for machine in machines}
    solved = [*machines, *_solved(planning, stock, sorted(missing))]
    week = _week(workspace, planning) if any(watch.part and watch.below_weeks for watch in watches) else None
    return watch_hits(watches, stock.offers, solved, rates=planning.rates, week=week)


def _solved(planning: Planning, stock: Stock, names: Sequence[str]) -> Iterator[MachineReport]:
    targets = [planning.targets[name] for name in names]
    for target, solution in zip(targets, planning.solve(stock, targets, top=1), strict=True):
        rent = planning.rent(target, solution.builds[0] if solution.builds else None)
        yield MachineReport(target.name, title_of(target.name), solution, rent=rent)


def _week(workspace: Workspace, planning: Planning) -> Money | None:
    """What a week of the settings' cloud instance costs, in the user's currency; None where it is not known."""
    wanted, currency = workspace.settings.rent, workspace.settings.currency
    try:
        instance = planning.cloud.nearest(wanted.instance, wanted.region, workspace.settings.country)
        return Money.of(instance.rate * _HOURS * planning.rates.rate("USD", currency), currency)
    except (NoPriceError, NoRateError):
        return None
