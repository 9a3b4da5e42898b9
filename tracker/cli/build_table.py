"""How a Solution looks on a terminal: parts and prices, what to verify before purchase, the proof."""

from typing import TYPE_CHECKING

from tracker.cli.terminal import printable
from tracker.domain.build import Build, LandedCost, Solution, Status, Verdict

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_PROOF = {
    Status.OPTIMAL: "proved cheapest",
    Status.FEASIBLE: "best found, not proved",
    Status.INFEASIBLE: "not possible",
}


def show_solution(console: "Console", solution: Solution) -> None:
    """One target's answer: a table a build, its open questions below, or why there is none."""
    from rich.markup import escape

    seen = f"{solution.offers_seen} offers seen, {solution.offers_kept} kept, {solution.seconds:.2f} s"
    console.print(f"[bold]{escape(solution.target)}[/bold]: {_PROOF[solution.status]} ({seen})")
    for number, build in enumerate(solution.builds, 1):
        console.print(_table(build, number))
        for line in open_questions(build):
            console.print(f"  {escape(printable(line))}")
    for sentence in solution.why_not:
        console.print(f"  {escape(printable(sentence))}")
    for sentence in solution.notes:
        console.print(f"  {escape(printable(sentence))}")
    console.print()


def open_questions(build: Build) -> list[str]:
    """What is unknown, warned of or violated in a build, one line each; the last says how many rules hold."""
    lines = [
        f"{_word(rule.verdict, rule.is_warning)}: {rule.rule}: {rule.detail}"
        for rule in build.rules
        if rule.verdict is not Verdict.OK
    ]
    held = sum(rule.verdict is Verdict.OK for rule in build.rules)
    return [*lines, f"{held} of {len(build.rules)} rules hold"]


def _word(verdict: Verdict, is_warning: bool) -> str:
    if is_warning:
        return "mind"
    return "violated" if verdict is Verdict.VIOLATED else "verify before purchase"


def _table(build: Build, number: int) -> "Table":
    from rich.markup import escape
    from rich.table import Table

    title = f"{number}. {build.total}: {_cards(build)}, {build.vram_gb:g} GB in {build.devices} device(s)"
    table = Table(title=escape(title), title_justify="left")
    table.add_column("what")
    table.add_column("offer")
    table.add_column("price", justify="right")
    for line in build.offers:
        what = " + ".join(f"{part.qty * line.qty} x {part.part}" for part in line.offer.parts)
        if line.spare:
            value = f", worth {line.spare_value}" if line.spare_value else ""
            what += " (spare: " + ", ".join(f"{part.qty} x {part.part}" for part in line.spare) + value + ")"
        place = "\n".join([line.offer.id, *([_terms(line.offer.cost)] if line.offer.cost else [])])
        table.add_row(escape(printable(what)), escape(printable(place)), str(line.offer.landed * line.qty))
    for allowance in build.allowances:
        note = f" ({allowance.note})" if allowance.note else ""
        table.add_row(
            escape(printable(f"{allowance.qty} x {allowance.name}{note}")), "allowance", str(allowance.amount)
        )
    return table


def _terms(cost: LandedCost) -> str:
    """How a landed cost comes about: "price 96.00 EUR + shipping 12.00 EUR (estimated)"."""
    marks = ((" (estimated)" if term.estimated else "", term) for term in cost.terms)
    return " + ".join(
        f"{term.name.replace('_', ' ')} {'unknown' if term.unknown else term.amount}{mark}" for mark, term in marks
    )


def _cards(build: Build) -> str:
    return ", ".join(f"{n} x {card.partition(':')[2]}" for card, n in build.cards.items())
