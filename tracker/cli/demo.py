"""`rigscout demo`: everything, on the demo market, offline."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.context import AppContext
from tracker.workspace import Workspace

if TYPE_CHECKING:
    from tracker.jobs.demo import DemoResult


class DemoWorkspace(Workspace):
    """The demo's own data folder and the shipped config only: what a user has set must not change the demo."""

    def __init__(self, out: Path) -> None:
        super().__init__(None, out, is_demo=True)

    @property
    def layers(self) -> tuple[Path, ...]:
        """The shipped config alone."""
        from tracker.settings import shipped_config

        return (shipped_config(),)


@click.command("demo", epilog="Example: rigscout demo --out demo-out")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("demo-out"), show_default=True,
              help="Where its database and its report go.")  # fmt: skip
@click.option("--days", type=click.IntRange(2, 365), default=90, show_default=True, help="Simulated days.")
@click.option("--listings", type=click.IntRange(1, 100_000), default=2200, show_default=True, help="Made-up listings.")
@click.option(
    "--serve", is_flag=True, help="Keep the made-up market running afterwards, so that the report's links work."
)
@click.option("--json", "as_json", is_flag=True, help="The result as one JSON object.")
@click.pass_obj
def command(app: AppContext, *, out: Path, days: int, listings: int, serve: bool, as_json: bool) -> int:
    """Crawl a made-up market on this machine day by day, match, solve, report; the mail goes to a file.

    Needs no network. A demo that was stopped goes on where it was.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from tracker.jobs.demo import as_shown, run_demo

    columns = (TextColumn("{task.description:16}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=app.err, disable=not app.err.is_terminal) as progress:
        bars: dict[str, object] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done, total=total)  # type: ignore[arg-type] # rich's own TaskID

        def shown(result: "DemoResult") -> None:
            progress.stop()
            if as_json:
                click.echo(json.dumps(as_shown(result)))
            else:
                _show(app, result)
            if serve:
                _wait(app)

        space = DemoWorkspace(out.absolute())
        result = run_demo(space, days=days, listings=listings, told=told, shown=shown)
    return 0 if all(outcome.ok for outcome in result.outcomes) else 3


def _wait(app: AppContext) -> None:
    """Until Ctrl-C; the market answers from its own threads."""
    import threading

    app.err.print("the made-up market serves its pages until Ctrl-C")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        app.err.print("stopped")


def _show(app: AppContext, result: "DemoResult") -> None:
    from rich.table import Table

    table = Table(title=f"Demo market, {result.report.day}: made-up listings, no real offers")
    for name in ("machine", "total", "a week of the cloud", "weeks it costs", "answer"):
        table.add_column(name, justify="left" if name in ("machine", "answer") else "right")
    for machine in result.report.machines:
        best = machine.solution.builds[0] if machine.solution.builds else None
        rent = machine.rent
        table.add_row(
            machine.title,
            str(best.total) if best else "not possible today",
            f"{rent.week} ({rent.instance.name})" if rent else "",
            f"{rent.weeks_for_build:.2f}" if rent else "",
            rent.answer if rent else "",
        )
    app.out.print(table)
    for outcome in result.outcomes:
        app.out.print(
            f"{outcome.marketplace}: {outcome.state.value}, {outcome.listings} listings on {outcome.pages} pages"
        )
    app.out.print(f"{result.listings} made-up listings over {result.days} days")
    click.echo(f"report: {result.page}")
    app.err.print("its links lead into the made-up market: rigscout demo --serve keeps that open")
