"""`rigscout import`: saved pages, stored and matched; or past prices from elsewhere."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli.context import AppContext
from tracker.domain.errors import RigscoutError, UsageError

if TYPE_CHECKING:
    from tracker.jobs.importing import Imported


@click.command("import", epilog="Example: rigscout import saved/*.html")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--marketplace", "-m", help="Whose pages they are; found out where not given.")
@click.option("--url", help="The page's address, where the file doesn't tell it.")
@click.option(
    "--seen-at", type=click.DateTime(), help="When the pages were captured (UTC); the files' own time otherwise."
)
@click.option(
    "--prices", type=click.Path(path_type=Path), help="Past prices: part,day,price,currency,source[,condition,note]."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
@click.pass_obj
def command(app: AppContext, files: tuple[Path, ...], *, marketplace: str | None, url: str | None,
            seen_at: datetime | None, prices: Path | None, as_json: bool) -> int:  # fmt: skip
    """Read saved pages (HTML, JSON, HAR, WARC), store and match their listings. Exit code 1 where a file can't be read."""
    if not files and prices is None:
        raise UsageError("nothing to import", mend="name saved pages, or --prices FILE.csv")
    from tracker.cli.terminal import printable
    from tracker.jobs.importing import import_file
    from tracker.jobs.planning import Planning

    app.database.claim(demo=False)
    failed = 0
    rates = Planning(app).rates
    moment = seen_at.replace(tzinfo=UTC) if seen_at else None
    for file in files:
        try:
            found = import_file(app, file, rates, marketplace=marketplace, url=url, seen_at=moment)
        except UsageError:
            raise
        except RigscoutError as error:
            failed += 1
            click.echo(f"rigscout: {printable(str(error))}", err=True)
            continue
        if as_json:
            click.echo(json.dumps(_record(found)))
        else:
            app.out.print(printable(_words(found)), markup=False, soft_wrap=True)
    if prices is not None:
        from tracker.services.past_prices import import_prices

        stored = import_prices(app.database, prices, app.catalog)
        click.echo(json.dumps({"file": str(prices), "prices": stored}) if as_json else f"{stored} past prices stored")
    return 1 if failed else 0


def _record(found: "Imported") -> dict[str, object]:
    """What one file brought, for programs."""
    pages = [{"marketplace": page.marketplace, "state": page.parsed.state.value} for page in found.pages]
    result = found.result
    return {
        "file": str(found.file), "pages": pages, "listings": found.listings, "new": result.listings_new if result else 0,
        "changed": result.changed if result else 0, "matched": result.accepted if result else 0,
    }  # fmt: skip


def _words(found: "Imported") -> str:
    states = ", ".join(
        sorted({f"{page.marketplace or 'unknown site'}: {page.parsed.state.value}" for page in found.pages})
    )
    result = found.result
    stored = (
        f"{result.listings_new} new, {result.changed} changed, {result.accepted} matched"
        if result
        else "nothing stored"
    )
    return f"{found.file}: {states or 'no pages'}; {found.listings} listings, {stored}"
