"""`rigscout catalog`: check the catalog's files, or show what is known of one part."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext

if TYPE_CHECKING:
    from tracker.domain.part import Part


@click.group("catalog", epilog="Example: rigscout catalog show p40")
def command() -> None:
    """Check the catalog, or show one part."""


@command.command("check", epilog="Example: rigscout --config ~/.config/rigscout catalog check")
@click.option("--json", "as_json", is_flag=True, help="The problems as JSON, one object a line.")
@click.pass_obj
def check(app: AppContext, *, as_json: bool) -> int:
    """Read every catalog file and name each error with its file, line, key and mend. Exit code 2 where there is one."""
    from tracker.catalog import read_catalog
    from tracker.domain.errors import ConfigError

    catalog, problems = read_catalog(app.layers)
    if as_json:
        for problem in problems:
            record = {"file": str(problem.file), "line": problem.line, "key": problem.key}
            click.echo(json.dumps(record | {"message": problem.message, "mend": problem.mend}))
        return ConfigError.exit_code if problems else 0
    if problems:
        raise ConfigError(problems)
    counts = Counter((part.category, part.tier) for part in catalog.parts.values())
    for (category, tier), count in sorted(counts.items()):
        click.echo(f"{category:7} {tier:11} {count:5}")
    click.echo(f"{'models':7} {'tracked':11} {len(catalog.models):5}")
    return 0


@command.command("show", epilog="Example: rigscout catalog show gpu:tesla-p40 --json")
@click.argument("part", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def show(app: AppContext, *, part: tuple[str, ...], as_json: bool) -> None:
    """The facts of one part (by id, name or alias), their source, and which are unverified."""
    from tracker.catalog import find_part

    found = find_part(app.catalog, " ".join(part))
    record = _record(found)
    if as_json:
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    click.echo(f"{found.name}  {found.id}  ({found.tier})")
    facts = record.pop("facts")
    for name, value in facts.items():
        mark = "  (unverified)" if name in found.unverified else ""
        click.echo(f"  {name:22} {'unknown' if value is None else _words(value)}{mark}")
    for name in ("variant_of", "aliases", "part_numbers", "require_near", "reject_near", "source", "note"):
        if record[name]:
            click.echo(f"  {name:22} {_words(record[name])}")


def _record(part: "Part") -> dict[str, Any]:
    """A part as JSON: its facts flat, a system's board facts among them; an unknown fact is null."""
    from dataclasses import asdict

    record = asdict(part)
    facts = record["facts"] or {}
    record["facts"] = facts.pop("board", {}) | facts
    return record


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)
