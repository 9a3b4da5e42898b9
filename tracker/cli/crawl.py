"""`rigscout crawl`: collect only; the feeds wait for the next pass."""

import json

import click

from tracker.cli.context import AppContext


@click.command("crawl", epilog="Example: rigscout crawl ebay")
@click.argument("names", metavar="[MARKETPLACE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a source.")
@click.option("--queue", "queued", is_flag=True, help="Leave it to `rigscout worker` (PostgreSQL only).")
@click.pass_obj
def command(app: AppContext, names: tuple[str, ...], *, as_json: bool, queued: bool) -> int:
    """Search the named sources, or all that are enabled, and leave what was found as feeds for the next `rigscout run`.

    Exit code 3 where a source failed, 1 where all did.
    """
    from tracker.cli.terminal import printable
    from tracker.jobs.crawling import chosen_sources, crawl, spec_of
    from tracker.jobs.lock import pass_lock

    sources = chosen_sources(app, names)
    if queued:
        from tracker.jobs.queue import Queue

        for name in Queue(app).put_crawls(sources):
            app.err.print(f"{name}: put into the queue", markup=False)
        return 0
    with pass_lock(app.data, app.database_url):
        app.database.claim(demo=False)
        outcomes = crawl([spec_of(app, name, source) for name, source in sources.items()])
    for outcome in outcomes:
        if as_json:
            record = {"marketplace": outcome.marketplace, "state": outcome.state.value, "detail": outcome.detail,
                      "pages": outcome.pages, "listings": outcome.listings}  # fmt: skip
            click.echo(json.dumps(record))
        else:
            app.out.print(printable(f"{outcome.marketplace}: {outcome}"), markup=False, soft_wrap=True)
    failed = sum(not outcome.ok for outcome in outcomes)
    return 0 if not failed else 1 if failed == len(outcomes) else 3
