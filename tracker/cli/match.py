"""`rigscout match`: what a title sells, explained; or many of them, one JSON object in and out per line."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.context import AppContext
from tracker.cli.terminal import printable

if TYPE_CHECKING:
    from rich.text import Text

    from tracker.domain.listing import Condition
    from tracker.domain.match import Match
    from tracker.domain.money import Money
    from tracker.matching.matcher import Explanation, TitleMatcher
    from tracker.services.price_told import PriceTold

_COLOURS = {"sold": "bold green", "compatible": "yellow", "compared": "cyan", "absent": "red", "wanted": "magenta"}
_DECISIONS = {"accept": "bold green", "review": "bold yellow", "reject": "bold red"}
_EXAMPLE = """Example: rigscout match "lot of 2 Nvidia Tesla K80 24GB, fans for 1080 Ti not included" """


@click.command("match", epilog=_EXAMPLE)
@click.argument("titles", nargs=-1, metavar="[TITLE]…")
@click.option(
    "--jsonl", type=click.Path(), metavar="FILE", help="Read JSON lines ('-': stdin); one object out for each."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each TITLE.")
@click.option("--description", help="The ad's text, for a single TITLE.")
@click.pass_obj
def command(app: AppContext, titles: tuple[str, ...], jsonl: str | None, as_json: bool, description: str | None) -> int:
    """Explain what a title sells: its tokens, what each name was taken for, what was not believed, and why."""
    if bool(titles) == bool(jsonl):
        raise click.UsageError('give one or more titles, or --jsonl FILE, as in: rigscout match "Tesla K80 24GB"')
    from tracker.matching.matcher import build_matcher

    matcher = build_matcher(app.catalog, app.layers)
    if jsonl:
        return _match_lines(matcher, jsonl, _history(app))
    for title in titles:
        if as_json:
            click.echo(json.dumps(to_answer(None, matcher.match(title, description=description)), ensure_ascii=False))
        else:
            app.out.print(_explained(matcher.explain(title, description)))
    return 0


def _history(app: AppContext) -> "PriceTold | None":
    """The price history of the user's database, where there is one: looking makes none."""
    from tracker.settings import data_dir

    if not (os.environ.get("RIGSCOUT_DATABASE_URL") or Path(data_dir(), "rigscout.sqlite3").exists()):
        return None
    from tracker.services.price_told import PriceTold

    return PriceTold(app.database, app.now.date())


def _match_lines(matcher: "TitleMatcher", source: str, history: "PriceTold | None") -> int:
    """One object out for each line in; what is no listing goes to stderr, and the exit code is 1 at the end."""
    failed = False
    for number, line in _numbered(source):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            found = match_record(matcher, record)
            if history is not None:
                found = history.of(found, _price(record.get("price"), record.get("currency")))
            answer = to_answer(record.get("id"), found)
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            failed = True
            identity = None
            click.echo(json.dumps({"line": number, "id": identity, "error": str(error)[:300]}), err=True)
            continue
        click.echo(json.dumps(answer, ensure_ascii=False))
    return 1 if failed else 0


def _numbered(source: str) -> Iterator[tuple[int, str]]:
    if source == "-":
        yield from enumerate(_decoded(sys.stdin.buffer), 1)
        return
    with Path(source).open("rb") as lines:
        yield from enumerate(_decoded(lines), 1)


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    return (line.decode("utf-8", errors="replace") for line in lines)


def match_record(matcher: "TitleMatcher", record: Any) -> "Match":
    """The match of one input object. Raises ValueError or TypeError where it is none."""
    if not isinstance(record, dict):
        raise TypeError("no JSON object")
    title, description = record.get("title"), record.get("description")
    if not isinstance(title, str):
        raise TypeError('"title" is missing or no text')
    if description is not None and not isinstance(description, str):
        raise TypeError('"description" is no text')
    return matcher.match(
        title,
        description=description,
        price=_price(record.get("price"), record.get("currency")),
        condition=_condition(record.get("condition")),
        marketplace=str(record["marketplace"]) if record.get("marketplace") else None,
    )


def _price(amount: object, currency: object) -> "Money | None":
    from decimal import Decimal

    from tracker.domain.money import Money

    if amount is None or not isinstance(currency, str):
        return None
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        raise TypeError('"price" is no number')
    return Money.of(Decimal(str(amount)), currency)


def _condition(text: object) -> "Condition":
    """A condition as it stands in the data: our own words, eBay's ids, or a marketplace's label."""
    from tracker.domain.listing import Condition

    label = str(text or "").strip().lower()
    if label in {condition.value for condition in Condition}:
        return Condition(label)
    if "parts" in label or "not working" in label or label == "7000":
        return Condition.FOR_PARTS
    if label.startswith(("new", "brand new", "neu", "neuf", "1000")):
        return Condition.NEW
    if "refurbished" in label:
        return Condition.REFURBISHED
    return (
        Condition.USED
        if label.startswith(("used", "pre-owned", "gebraucht", "occasion", "3000"))
        else Condition.UNKNOWN
    )


def to_answer(identity: object, match: "Match") -> dict[str, Any]:
    """The JSON form of a match: what `rigscout match --jsonl` prints."""
    parts = [
        {"part": part.part, "qty": part.qty} | ({"model": part.model} if part.model else {}) for part in match.parts
    ]
    return {
        "id": identity,
        "kind": match.kind.value,
        "defect": match.defect,
        "wanted": match.wanted,
        "parts": parts,
        "confidence": match.confidence,
        "decision": match.decision.value,
        "reason": match.reason.value if match.reason else None,
        "flags": list(match.flags),
        "facts": dict(match.facts),
        "evidence": [
            {
                "text": item.text,
                "part": item.part,
                "role": item.role.value if item.role else None,
                "rule": item.rule,
                "start": item.start,
                "end": item.end,
            }
            for item in match.evidence
        ],
    }


def _explained(explanation: "Explanation") -> "Text":
    """A title's match for people, in colour; nothing of the title can steer the terminal."""
    from rich.text import Text

    match = explanation.match
    text = Text()
    text.append(printable(explanation.title) + "\n", style="bold")
    text.append("  tokens    " + printable(" · ".join(explanation.tokens[:80])) + "\n", style="dim")
    for item in match.evidence:
        if item.part:
            role = item.role.value if item.role else ""
            text.append(f"  {role:10}", style=_COLOURS.get(role, ""))
            text.append(f"{printable(item.text)!s} → {item.part}", style=_COLOURS.get(role, ""))
            text.append(f"   ({printable(item.rule)})\n", style="dim")
        else:
            text.append(f"  {printable(item.rule):10.24} {printable(item.text)}\n", style="dim")
    for words, part, why in explanation.rejected:
        text.append(f"  not       {printable(words)} as {part}: {why}\n", style="red dim")
    parts = ", ".join(f"{part.qty} × {part.part}" + (f" ({part.model})" if part.model else "") for part in match.parts)
    text.append(f"  {match.decision.value}", style=_DECISIONS[match.decision.value])
    text.append(f" {match.confidence:.3f}  {match.kind.value}: {parts or 'nothing'}")
    notes = [match.reason.value] if match.reason else []
    notes += ["broken"] if match.defect else []
    notes += ["wanted"] if match.wanted else []
    notes += [*match.flags, *(f"{name}={value}" for name, value in match.facts.items())]
    text.append(f"  [{', '.join(notes)}]\n" if notes else "\n", style="yellow")
    return text
