"""`rigscout sources`: the state of every source; `check` tries one now."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext

if TYPE_CHECKING:
    from tracker.domain.crawl import CrawlOutcome
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
            app.out.print(printable(f"{each}: {outcome}"), markup=False, soft_wrap=True)
    return int(bool(failed))


def _list(app: AppContext, *, as_json: bool) -> None:
    from tracker.cli.terminal import printable
    from tracker.jobs.crawling import chosen_sources, waiting
    from tracker.services.sources_health import sources_report
    from tracker.sources import load_sources

    reports = sources_report(app.database, now=app.now, enabled=chosen_sources(app))
    by_name, crawled = {report.marketplace: report for report in reports}, waiting(app)
    for name, source in load_sources(app.layers).items():
        if as_json:
            click.echo(json.dumps(_record(name, by_name.get(name), crawled.get(name), enabled=source.enabled)))
            continue
        words = [_line(by_name[name]) if name in by_name else "" if name in crawled else "never searched"]
        if name in crawled:
            words.append(f"crawled since, waits for `rigscout run`: {crawled[name]}")
        state = "on " if source.enabled else "off"
        app.out.print(printable(f"{state} {name}: {'; '.join(filter(None, words))}"), markup=False, soft_wrap=True)


def _record(
    name: str, report: "SourceReport | None", crawled: "CrawlOutcome | None", *, enabled: bool
) -> dict[str, Any]:
    waits = {"waiting": str(crawled)} if crawled else {}
    if report is None:
        return {"marketplace": name, "enabled": enabled, "state": None} | waits
    moments = {name: moment.isoformat() if moment else None
               for name, moment in (("last_ok", report.last_ok), ("alarm_since", report.alarm_since))}  # fmt: skip
    return asdict(report) | {"enabled": enabled, "coverage": dict(report.coverage)} | moments | waits


def _line(report: "SourceReport") -> str:
    last = f", last read {report.last_ok:%Y-%m-%d %H:%M} UTC" if report.last_ok else ", never read"
    took = f" in {report.seconds:.0f} s" if report.seconds else ""
    filled = ", ".join(f"{name} {100 * share:.0f}%" for name, share in report.coverage.items())
    parts = [
        f"{report.state.value}, {report.listings} listings on {report.pages} pages{took}{last}",
        f"filled: {filled}" if filled else "",
        report.detail,
        report.note,
    ]
    return "; ".join(part for part in (*parts, *report.alarms) if part)
