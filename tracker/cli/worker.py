"""`rigscout worker`: take crawls and ingests from the queue in PostgreSQL."""

import click

from tracker.cli.context import AppContext


@click.command("worker", epilog="Example: rigscout worker --at-once 2")
@click.option("--at-once", type=click.IntRange(1, 16), default=1, show_default=True, help="Jobs side by side.")
@click.option("--until-empty", is_flag=True, help="End when no job is left, instead of waiting for the next.")
@click.pass_obj
def command(app: AppContext, *, at_once: int, until_empty: bool) -> None:
    """Take jobs from the queue (PostgreSQL only) until SIGTERM, on any number of machines.

    `rigscout crawl --queue` and, with `workers = true` in the settings, `rigscout schedule` put them there.
    """
    import asyncio

    from tracker.cli.logs import start_logs
    from tracker.jobs.queue import Queue

    start_logs()
    app.database.claim(demo=False)
    asyncio.run(Queue(app).work(at_once=at_once, until_empty=until_empty))
