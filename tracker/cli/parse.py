"""`rigscout parse`: saved pages to RawListing JSON lines; stores nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli.context import AppContext
from tracker.domain.errors import RigscoutError, UsageError


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--marketplace", "-m", help="Whose pages they are; found out where not given.")
@click.option("--url", help="The page's address, where the file doesn't tell it.")
@click.option(
    "--seen-at", help="When the page was captured (ISO 8601); the archive's or the file's own time otherwise."
)
@click.pass_obj
def command(
    app: AppContext, files: tuple[Path, ...], marketplace: str | None, url: str | None, seen_at: str | None
) -> int:
    """Read saved pages (HTML, JSON, HAR, WARC) and print one JSON object a listing, in page order.

    The state and count of each page go to stderr. Exit code 1 where a file can't be read.

    Example: rigscout parse saved/ebay-p40.html | head -3
    """
    moment = _moment(seen_at)
    failed = 0
    for file in files:
        try:
            _parse(app, file, marketplace, url, moment)
        except UsageError:
            raise
        except RigscoutError as error:
            failed += 1
            click.echo(f"rigscout: {error}", err=True)
    return 1 if failed else 0


def _parse(app: AppContext, file: Path, marketplace: str | None, url: str | None, seen_at: datetime | None) -> None:
    from spiders.read import read_saved
    from tracker.cli.terminal import printable
    from tracker.domain.listing import to_record

    pages = 0
    for saved in read_saved(file, marketplace=marketplace, url=url, seen_at=seen_at):
        pages += 1
        for listing in saved.parsed.listings:
            click.echo(json.dumps(to_record(listing), ensure_ascii=False).encode())
        counts = ", ".join(f"{name} {count}" for name, count in sorted(saved.parsed.stats.items()))
        reported = f"; the site reports {saved.parsed.reported}" if saved.parsed.reported is not None else ""
        detail = f"; {saved.parsed.detail}" if saved.parsed.detail else ""
        words = f"{file}: {saved.marketplace or 'unknown'}: {saved.parsed.state}, {len(saved.parsed.listings)} listings"
        app.err.print(
            printable(f"{words}{reported}{detail}{f'; {counts}' if counts else ''}"), markup=False, soft_wrap=True
        )
    if not pages:
        app.err.print(printable(f"{file}: holds no pages"), markup=False, soft_wrap=True)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--seen-at {text!r} is no ISO 8601 time", mend="such as 2026-02-06T17:14:00+01:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
