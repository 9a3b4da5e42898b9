"""`rigscout review`: go through unsure matches, one key each; the answers are kept through every rematch."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli.context import AppContext
from tracker.cli.terminal import printable
from tracker.domain.errors import UsageError
from tracker.domain.history import StoredListing


@click.command("review", epilog="Example: rigscout review --limit 10")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print what waits, one JSON object a line, and ask nothing.")
@click.option(
    "--answer", multiple=True, metavar="LISTING=KEY", help="Answer without asking: ebay:123=y, or =gpu:tesla-k80*2."
)
@click.option(
    "--export",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all answers as labelled titles ('-': stdout).",
)
@click.pass_obj
def command(app: AppContext, limit: int, as_json: bool, answer: tuple[str, ...], export: Path | None) -> None:
    """Go through the listings whose match is unsure, cheapest first; an answer stands against every later matching.

    Keys: y right, b right but broken, n none of ours, a accessory, w wanted ad, s skip, q stop; or type the parts that are
    sold, as "gpu:tesla-p40*2 psu:850".
    """
    from tracker.services.reviews import labelled, waiting

    if export is not None:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in labelled(app.database))
        with click.open_file(str(export), "w", encoding="utf-8") as stream:
            stream.write(lines)
        return
    for given in answer:
        _answer_named(app, given)
    if answer:
        return
    listings = waiting(app.database, limit)
    if as_json:
        for listing in listings:
            click.echo(json.dumps(_record(listing), ensure_ascii=False))
        return
    _ask_all(app, listings)


def _answer_named(app: AppContext, given: str) -> None:
    name, equals, key = given.rpartition("=")
    if not equals:
        raise UsageError(f"{given!r} is no answer", mend="write it as ebay:123456=y")
    found = [item for item in _all_waiting(app) if name in {item.raw.url, ":".join(item.raw.key), str(item.id)}]
    if not found:
        raise UsageError(f"{name!r} does not wait for review", mend="see `rigscout review --json`")
    _keep(app, found[0], key)


def _all_waiting(app: AppContext) -> list[StoredListing]:
    from tracker.services.reviews import waiting

    return waiting(app.database, 1_000_000)


def _ask_all(app: AppContext, listings: list[StoredListing]) -> None:
    from tracker.services.reviews import KEYS

    app.err.print(
        f"{len(listings)} to review; " + ", ".join(f"{key} {words}" for key, words in KEYS.items()), markup=False
    )
    for listing in listings:
        app.out.print(_shown(listing), markup=False)
        while True:
            key = click.prompt(">", default="s", err=True).strip()
            if key == "q":
                return
            if key == "s":
                break
            try:
                _keep(app, listing, key)
            except UsageError as error:
                click.echo(printable(str(error)), err=True)
                continue
            break


def _keep(app: AppContext, listing: StoredListing, key: str) -> None:
    from tracker.services.marks import decide
    from tracker.services.reviews import answered, corrected

    assert listing.match is not None
    match = corrected(listing.match, key, app.catalog) if ":" in key else answered(listing.match, key)
    decide(app.database, str(listing.id), match, matcher=app.matcher, now=datetime.now(UTC), note="review")


def _record(listing: StoredListing) -> dict[str, object]:
    from tracker.cli.match import to_answer

    raw = listing.raw
    assert listing.match is not None
    answer = to_answer(":".join(raw.key), listing.match)
    return answer | {"title": raw.title, "url": raw.url, "price": raw.price.as_record() if raw.price else None}


def _shown(listing: StoredListing) -> str:
    raw, match = listing.raw, listing.match
    assert match is not None
    parts = ", ".join(f"{part.qty} × {part.part}" for part in match.parts) or "nothing"
    why = ", ".join(item.text for item in match.evidence if item.rule == "doubt")
    words = f"{raw.price or 'no price'}  {raw.title}\n  {raw.url}\n  {match.kind.value}: {parts}  ({match.confidence:.2f}; {match.reason}"
    return printable(f"\n{words}{f'; {why}' if why else ''})")
