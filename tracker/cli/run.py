"""`rigscout run`: one full pass for cron."""

import json

import click

from tracker.cli.context import AppContext


@click.command("run", epilog="Example: 0 7 * * * rigscout run")
@click.option("--stored", is_flag=True, help="Crawl nothing: `rigscout schedule` has, each source at its own pace.")
@click.option("--json", "as_json", is_flag=True, help="What was done, as one JSON object.")
@click.pass_obj
def command(app: AppContext, *, stored: bool, as_json: bool) -> int:
    """Crawl the enabled sources, store, match, solve and deliver the report (mailed at most once a local day).

    Quiet off a terminal unless something failed. Exit code 3 where a source failed; the report is made all the same.
    """
    import logging

    from tracker.cli.logs import is_json, start_logs, tell
    from tracker.jobs.full_pass import run_pass

    is_watched = is_json() or app.err.is_terminal
    if is_json():
        start_logs()
    result = run_pass(app, lambda words: tell(app.err, f"{words} …") if is_watched else None, crawls=not stored)
    for words in result.failures:
        tell(app.err, f"failed: {words}", logging.ERROR)
    if as_json:
        sources = {outcome.marketplace: outcome.state.value for outcome in result.outcomes}
        click.echo(json.dumps({"report": str(result.page), "sources": sources, "failures": result.failures}))
    elif is_watched or result.failures:
        tell(app.err, f"report: {result.page}")
    return 3 if result.failures else 0
