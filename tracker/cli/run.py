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

    from tracker.cli.logs import is_json, start_logs
    from tracker.cli.terminal import printable
    from tracker.jobs.full_pass import run_pass

    if is_json():
        start_logs()
    log = logging.getLogger("rigscout.run")

    def told(words: str) -> None:
        if is_json():
            log.info("%s", words)
        elif app.err.is_terminal:
            app.err.print(f"[dim]{words} …[/]")

    result = run_pass(app, told, crawls=not stored)
    for words in result.failures:
        if is_json():
            log.error("failed: %s", words)
        else:
            app.err.print(printable(f"failed: {words}"), markup=False, soft_wrap=True)
    if as_json:
        sources = {outcome.marketplace: outcome.state.value for outcome in result.outcomes}
        click.echo(json.dumps({"report": str(result.page), "sources": sources, "failures": result.failures}))
    elif app.err.is_terminal or result.failures:
        app.err.print(f"report: {result.page}", markup=False, soft_wrap=True)
    return 3 if result.failures else 0
