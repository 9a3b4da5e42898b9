"""`rigscout review`: go through unsure matches, one key each; the answers are kept through every rematch."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tracker.cli.context import AppContext
from tracker.cli.terminal import printable
from tracker.domain.errors import UsageError
from tracker.domain.history import StoredListing

_NO_TERMINAL = (
    "nothing was answered: stdin is no terminal. Give a line an answer, or see `rigscout review --json` and answer with "
    "`rigscout review --answer LISTING=KEY`"
)


@click.command("review", epilog="Example: rigscout review --limit 10")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to show.")
@click.option("--list", "only_list", is_flag=True, help="Print what waits, and ask nothing.")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object a line.")
@click.option(
    "--answer", multiple=True, metavar="LISTING=KEY", help="Answer without asking: ebay:123=y, or =gpu:tesla-k80*2."
)
@click.option(
    "--export",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write all answers as labelled titles ('-': stdout).",
)
@click.option(
    "--second-opinion", is_flag=True, help="Ask the language model of RIGSCOUT_LLM_URL about at most --limit of them."
)
@click.pass_obj
def command(
    app: AppContext, /, *, limit: int, only_list: bool, as_json: bool, answer: tuple[str, ...], export: Path | None,
    second_opinion: bool,
) -> None:  # fmt: skip
    """Go through the listings whose match is unsure; an answer stands against every later matching.

    Those that name a part of today's machines come first, the cheapest at the head. One key each: y right, b right but
    broken, n none of ours, a accessory, w wanted ad, s skip, q stop; or ":" and the parts that are sold, as
    "gpu:tesla-p40*2 psu:850". Where stdin is no terminal, each line is an answer.
    """
    from tracker.services.reviews import labelled, waiting

    if export is not None:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in labelled(app.database))
        with click.open_file(str(export), "w", encoding="utf-8") as stream:
            stream.write(lines)
        return
    if second_opinion:
        _ask_model(app, limit)
        return
    for given in answer:
        _answer_named(app, given)
    if answer:
        return
    listings = waiting(app.database, limit)
    if as_json:
        for listing in listings:
            click.echo(json.dumps(_record(listing), ensure_ascii=False))
    elif only_list:
        for listing in listings:
            app.out.print(_shown(listing), markup=False)
    else:
        _ask_all(app, listings)


def _ask_model(app: AppContext, calls: int) -> None:
    import os
    from dataclasses import asdict

    from tracker.services.second_opinion import Endpoint, ask_about_unsure

    endpoint = Endpoint.from_environment(os.environ)
    told = ask_about_unsure(app.database, endpoint, catalog=app.catalog, matcher=app.matcher, now=app.now, calls=calls)
    click.echo(json.dumps(asdict(told)))


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


def _ask_all(app: AppContext, listings: Sequence[StoredListing]) -> None:
    from tracker.services.reviews import KEYS

    keys = ", ".join(f"{key} {words}" for key, words in KEYS.items())
    app.err.print(f"{len(listings)} to review; {keys}, : to type the parts", markup=False)
    for number, listing in enumerate(listings, 1):
        app.out.print(f"\n{number} of {len(listings)}\n{_shown(listing)}", markup=False)
        if not _ask(app, listing):
            break
    else:
        return
    if number == 1 and not sys.stdin.isatty():
        app.err.print(_NO_TERMINAL, markup=False)


def _ask(app: AppContext, listing: StoredListing) -> bool:
    """Ask until an answer is kept or the listing skipped; False where the person stops."""
    while (key := _answer()) not in ("q", ""):
        if key == "s":
            return True
        try:
            _keep(app, listing, key)
        except UsageError as error:
            click.echo(printable(str(error)), err=True)
        else:
            return True
    return False


def _answer() -> str:
    """One key of a terminal, or a line after ":"; a line of a pipe. Empty where nothing more comes."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip() or ("s" if line else "")
    click.echo("> ", nl=False, err=True)
    try:
        key = click.getchar()
    except EOFError:
        key = "q"
    if key == ":":
        return str(click.prompt("parts", err=True, prompt_suffix=": ")).strip()
    click.echo(printable(key), err=True)
    return key.strip() or "s"


def _keep(app: AppContext, listing: StoredListing, key: str) -> None:
    from tracker.services.marks import decide
    from tracker.services.reviews import answered, corrected

    assert listing.match is not None
    match = corrected(listing.match, key, app.catalog) if ":" in key else answered(listing.match, key)
    # By its whole key: a bare number could be the id that another marketplace gave.
    decide(app.database, ":".join(listing.raw.key), match, matcher=app.matcher, now=app.now, note="review")


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
    why = ", ".join(item.text for item in match.evidence if item.part is None and not item.rule.startswith("kind"))
    words = f"{raw.price or 'no price'}  {raw.title}\n  {raw.url}\n  {match.kind.value}: {parts}  ({match.confidence:.2f}; {match.reason}"
    return printable(f"\n{words}{f'; {why}' if why else ''})")
