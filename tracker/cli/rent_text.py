"""The sums of rent-vs-buy as lines of text, from their JSON form."""

from typing import Any


def numbers_text(record: dict[str, Any]) -> str:
    """The answer to typed numbers."""
    own, cloud = record["own"], record["cloud"]
    lines = [
        f"own     {_said(own['total'])}  (loss of value {_said(own['depreciation'])}, electricity {_said(own['electricity'])})",
        f"cloud   {_said(cloud['total'])}  ({cloud['hours']:.0f} h: {_said(cloud['compute'])}, storage {_said(cloud['storage'])})",
        f"ratio   {record['ratio']:.2f}" if record["ratio"] is not None else "ratio   none: owning costs nothing",
        _break_even(record),
        f"answer  {record['answer']}",
        *_flip_lines(record),
        *(f"  {note}" for note in record["assumptions"]),
    ]
    return "\n".join(lines)


def build_text(record: dict[str, Any]) -> str:
    """A build against the cloud."""
    lines = [
        f"build   {_said(record['build_total'])}",
        f"week    {_said(record['week'])} of {record['instance']['name']} in {record['instance']['region']}",
        f"a year  own {_said(record['own']['year'])}, cloud {_said(record['cloud']['year'])}",
    ]
    for item in record["comparisons"]:
        amounts = (
            f"own {_said(item['own'])}, cloud {_said(item['cloud'])}" if item["own"] else f"unknown: {item['unknown']}"
        )
        lines.append(f"{item['name'].replace('_', ' '):12} {amounts}  {item['note']}".rstrip())
    lines += [_break_even(record), f"answer  {record['answer']}: {record['why']}", *_flip_lines(record)]
    return "\n".join([*lines, *(f"  {note}" for note in record["assumptions"])])


def _break_even(record: dict[str, Any]) -> str:
    if record["break_even_hours"] is None:
        return "break-even  never: the electricity alone costs as much"
    return f"break-even  {record['break_even_hours']:.0f} h, {record['break_even_months']:.2f} months"


def _flip_lines(record: dict[str, Any]) -> list[str]:
    turned = [flip for flip in record["sensitivity"] if flip["flips_at"] is not None]
    return [
        f"  would turn at {flip['input']} {flip['flips_at']:g} (now {flip['now']:g}) {flip['unit']}".rstrip()
        for flip in turned
    ]


def _said(amount: dict[str, str] | None) -> str:
    return "unknown" if amount is None else f"{amount['amount']} {amount['currency']}"
