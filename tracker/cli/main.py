"""The `rigscout` command: one lazy table of commands, and the one place where an error becomes words and an exit code.

How a command registers: write `tracker/cli/<name>.py` ("rent-vs-buy" → rent_vs_buy.py) with a module-level
`command: click.Command` made by `@click.command(...)`, whose help ends in an "Example:" paragraph, and add its line to
`COMMANDS` below (most are there already). The module is imported only when its command runs, so keep heavy imports
inside the function. What a command gets: `@click.pass_obj` hands it the `AppContext` of tracker/cli/context.py
(layers, settings, data folder, database, consoles). Data go to stdout by `click.echo` or `app.out`, all else to stderr
by `app.err`. Raise a RigscoutError for anything a user could have caused; it ends here in its exit code.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tracker.cli.context import AppContext
from tracker.domain.errors import RigscoutError

COMMANDS = {
    "demo": "Everything, on the demo market, offline.",
    "init": "Ask what you want and where you live; write one settings file.",
    "run": "One full pass for cron: crawl, match, build, report.",
    "crawl": "Collect only.",
    "parse": "Saved pages to listings, as JSON lines; stores nothing.",
    "import": "Saved pages, stored and matched; or past prices from elsewhere.",
    "replay": "Read the page archive again with today's spiders.",
    "match": "Explain what a title sells.",
    "rematch": "Match all stored listings again with today's catalog.",
    "builds": "The cheapest builds from stored offers, or from a file.",
    "rent-vs-buy": "The week, the break-even and the year against a cloud instance.",
    "history": "What a part costs, and where it is going.",
    "deals": "Listings below their part's usual price.",
    "report": "Render a report and, if asked, deliver it.",
    "review": "Go through unsure matches; answers are kept.",
    "mark": "Say that a listing was bought, is to be ignored, or is wrong.",
    "sources": "The state of every source; check tries one now.",
    "doctor": "What is wrong with this installation, and the mend.",
    "cloud": "Cloud prices.",
    "export": "Any table as CSV, JSON or Parquet.",
    "serve": "The web pages and the JSON API.",
    "schedule": "Run the scheduler, or print a crontab line or a systemd unit.",
    "worker": "Take crawls and ingests from the queue (PostgreSQL only).",
    "catalog": "Check the catalog, or show one part.",
    "db": "Upgrade, back up, check or copy the database.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are run; its help needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order of the table."""
        return [name for name in COMMANDS if importlib.util.find_spec(_module(name))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command's own object, or None where there is no such command."""
        if cmd_name not in COMMANDS or not importlib.util.find_spec(_module(cmd_name)):
            return None
        command = importlib.import_module(_module(cmd_name)).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands, without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


def _module(command: str) -> str:
    return f"tracker.cli.{command.replace('-', '_')}{'_' if command == 'import' else ''}"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rigscout")
@click.option("--config", type=click.Path(path_type=Path), help="Your config folder, laid over the shipped one.")
@click.option(
    "--log-format",
    type=click.Choice(["human", "json"]),
    help="How run, schedule, worker, serve and errors tell things on stderr: words, or one JSON object a line"
    " (or set RIGSCOUT_LOG).",
)
@click.pass_context
def rigscout(ctx: click.Context, config: Path | None, log_format: str | None) -> None:
    """Find the cheapest working deep-learning box from used parts, and whether it beats renting.

    Example: rigscout demo
    """
    if log_format:
        os.environ["RIGSCOUT_LOG"] = log_format  # so that child processes log in the same form
    ctx.obj = AppContext(config)
    ctx.call_on_close(ctx.obj.close)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; no traceback for anything a user could have caused."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """The command line as a function: its exit code (0 done, 1 failed, 2 usage, 3 in part, 4 locked)."""
    try:
        code: Any = rigscout.main(args=None if arguments is None else list(arguments), standalone_mode=False)
    except (
        RigscoutError,
        click.ClickException,
        click.Abort,
        click.exceptions.Exit,
        KeyboardInterrupt,
        OSError,
    ) as error:
        return _explain(error)
    return code if isinstance(code, int) else 0


def _explain(error: BaseException) -> int:
    """Say on stderr what went wrong; return the exit code."""
    match error:
        case RigscoutError():
            return _fail(str(error), error.exit_code)
        case click.exceptions.Exit():
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case BrokenPipeError():
            # `rigscout … | head` is no error; the interpreter must not complain at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            mend = "check that it exists, is yours, and that the disk has room"
            return _fail(f"{place}{error.strerror or error}\n  mend: {mend}", 1)
    return _fail("stopped", 130)


def _fail(text: str, code: int) -> int:
    from tracker.cli.logs import trouble_line

    click.echo(trouble_line(text), err=True)
    return code
