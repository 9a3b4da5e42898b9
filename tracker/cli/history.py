"""`rigscout history`: what a part costs, and where it is going."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.cli.filters import first_day, model_of, places
from tracker.cli.output import binary_out, text_out

if TYPE_CHECKING:
    from tracker.domain.history import PartHistory


@click.command("history", epilog="Example: rigscout history p40 --since 12w --plot p40.png")
@click.argument("part")
@click.option(
    "--since", default="90d", show_default=True, help="A day (2026-08-01), or 30d, 12w, 1y back; all for all."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Also draw it into a PNG or SVG file.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write there instead of to stdout.")
@places
@click.option("--model", help="Only boards of this model, or memory of this sort (registered, unbuffered).")
@click.option("--currency", help="Convert at each day's rate into this currency.")
@click.option("--asked-in", help="Only offers asked in this currency, unconverted.")
@click.pass_obj
def command(
    app: AppContext,
    /,
    part: str,
    since: str,
    form: str,
    as_json: bool,
    plot: Path | None,
    out: Path | None,
    **filters: str | None,
) -> None:
    """The daily asking prices of PART (an id, or loosely "p40"), its trend, and how long its offers stay."""
    from tracker.services.price_history import part_history
    from tracker.services.time_to_sell import time_to_sell

    number, name, model = model_of(app, part)
    first, filters = first_day(since, app.now.date()), filters | {"model": filters["model"] or model}
    history = part_history(app.database, number, name=name, since=first, **_upper(filters))
    stay = time_to_sell(app.database, number, now=app.now, model=history.model)
    if app.database.is_demo:
        app.err.print("demo data: made-up listings, not the market")
    if plot:
        _draw(app, history, plot)
    if form == "table" and not as_json and out is None:
        _show(app, history, stay)
    else:
        _write(history, stay, "json" if as_json else form, out)


def _upper(filters: Mapping[str, str | None]) -> dict[str, Any]:
    """Countries and currencies as they are stored."""
    codes = ("country", "currency", "asked_in")
    return {name: value.upper() if value and name in codes else value for name, value in filters.items()}


def _draw(app: AppContext, history: "PartHistory", file: Path) -> None:
    from reports.price_charts import price_history_chart
    from tracker.cli.plot_files import look_for

    file.write_bytes(price_history_chart(history, look_for(file, demo=app.database.is_demo)))
    click.echo(f"plot: {file}", err=True)


def _show(app: AppContext, history: "PartHistory", stay: Any) -> None:
    from tracker.cli.history_text import history_table, summary_lines, terminal_plot

    if any(day.n or day.sold for day in history.days):
        app.out.print(history_table(history))
        click.echo(terminal_plot(history, app.out.width))
    else:
        app.err.print(f"no offers of {history.part} were observed in this time", markup=False)
    for line in summary_lines(history, stay):
        click.echo(line)


def _write(history: "PartHistory", stay: Any, form: str, out: Path | None) -> None:
    import json

    from tracker.cli.history_text import day_records, history_record, history_table
    from tracker.services.export import write_csv, write_parquet

    if form == "parquet":
        from sqlalchemy import Boolean, Date, Integer

        types: dict[str, Any] = {
            "day": Date(),
            "observed": Boolean(),
            **dict.fromkeys(("n", "new", "gone", "sold", "unbelieved"), Integer()),
        }
        with binary_out(out) as binary:
            write_parquet(day_records(history), binary, types)
        return
    with text_out(out) as stream:
        if form == "csv":
            write_csv(day_records(history), stream)
        elif form == "json":
            stream.write(json.dumps(history_record(history, stay), ensure_ascii=False) + "\n")
        else:
            from rich.console import Console

            Console(file=stream, width=160).print(history_table(history))
