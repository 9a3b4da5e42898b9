"""`rigscout sources`: the state of every source; `check` tries one now."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext

if TYPE_CHECKING:
    from tracker.domain.report import SourceReport


@click.group("sources", invoke_without_command=True, epilog="Example: rigscout sources check ebay")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a source.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Show every source: switched on or off, how its last crawl ended, what it found, and its alarms."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json=as_json)


@command.command("check", epilog="Example: rigscout sources check kleinanzeigen")
@click.argument("name", required=False)
@click.pass_obj
def check(app: AppContext, name: str | None) -> int:
    """Ask one source (or every enabled one) for one page of its first search, and say what came of it. Stores nothing.

    Exit code 1 where a source can't be read.
    """
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    from tracker.cli.terminal import printable
    from tracker.jobs.crawling import chosen_sources, crawl, spec_of

    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for each, source in chosen_sources(app, (name,) if name else ()).items():
            spec = spec_of(app, each, source)
            small = replace(spec, searches=spec.searches[:1], max_pages=1, feed_dir=Path(folder), archive_dir=None)
            (outcome,) = crawl([small])
            failed += not outcome.ok
            detail = f" ({outcome.detail})" if outcome.detail else ""
            app.out.print(
                printable(f"{each}: {outcome.state.value}, {outcome.listings} listings{detail}"), markup=False
            )
    return int(bool(failed))


def _list(app: AppContext, *, as_json: bool) -> None:
    from tracker.services.sources_health import sources_report
    from tracker.sources import load_sources

    reports = {report.marketplace: report for report in sources_report(app.database, now=app.now)}
    for name, source in load_sources(app.layers).items():
        if as_json:
            click.echo(json.dumps(_record(name, reports.get(name), enabled=source.enabled)))
        else:
            app.out.print(_line(name, reports.get(name), enabled=source.enabled), markup=False, soft_wrap=True)


def _record(name: str, report: "SourceReport | None", *, enabled: bool) -> dict[str, Any]:
    if report is None:
        return {"marketplace": name, "enabled": enabled, "state": None}
    moments = {name: moment.isoformat() if moment else None
               for name, moment in (("last_ok", report.last_ok), ("alarm_since", report.alarm_since))}  # fmt: skip
    return asdict(report) | {"enabled": enabled, "coverage": dict(report.coverage)} | moments


def _line(name: str, report: "SourceReport | None", *, enabled: bool) -> str:
    from tracker.cli.terminal import printable

    state = "on " if enabled else "off"
    if report is None:
        return f"{state} {name}: never searched"
    last = f", last read {report.last_ok:%Y-%m-%d %H:%M} UTC" if report.last_ok else ", never read"
    took = f" in {report.seconds:.0f} s" if report.seconds else ""
    filled = ", ".join(f"{name} {100 * share:.0f}%" for name, share in report.coverage.items())
    parts = [
        f"{report.state.value}, {report.listings} listings on {report.pages} pages{took}{last}",
        f"filled: {filled}" if filled else "",
        report.detail,
        report.note,
    ]
    return printable(f"{state} {name}: {'; '.join(part for part in (*parts, *report.alarms) if part)}")
