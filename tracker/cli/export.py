"""`rigscout export`: any table or view as CSV, JSON lines or Parquet."""

from pathlib import Path

import click

from tracker.cli.context import AppContext
from tracker.cli.filters import asked, narrowed
from tracker.cli.output import binary_out, text_out


@click.command("export", epilog="Example: rigscout export v_daily --format parquet --out daily.parquet")
@click.argument("table", required=False)
@click.option("--format", "form", type=click.Choice(["csv", "json", "parquet"]), default="csv", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write there instead of to stdout.")
@narrowed
@click.pass_obj
def command(
    app: AppContext, /, table: str | None, form: str, as_json: bool, out: Path | None, **filters: str | None
) -> None:
    """Write TABLE (without one: name them all). v_listings, v_parts, v_prices, v_daily and v_builds are made for reading.

    JSON is one object a line; in CSV, a text that a spreadsheet would run as a formula gets a leading apostrophe.
    The filters ask the table's own columns; of v_daily, one of country, condition and marketplace picks the scope.
    """
    from tracker.services.export import column_types, columns_of, rows_of, tables, write_csv, write_json, write_parquet

    if table is None:
        click.echo("\n".join(tables()))
        return
    rows, columns = rows_of(app.database, table, asked(app, filters)), columns_of(app.database, table)
    if form == "parquet" and not as_json:
        with binary_out(out) as binary:
            count = write_parquet(rows, binary, column_types(table), columns)
    else:
        with text_out(out) as stream:
            count = write_json(rows, stream) if as_json or form == "json" else write_csv(rows, stream, columns)
    if app.database.is_demo:
        click.echo("demo data: made-up listings, not the market", err=True)
    click.echo(f"{count} rows", err=True)
