"""The sums of rent-vs-buy as lines of text, from their JSON form."""

from collections.abc import Iterator
from typing import Any

_MONTHS_SHOWN = (0, 1, 2, 3, 6, 9, 12, 24, 36, 48, 60)


def numbers_text(record: dict[str, Any]) -> str:
    """The answer to typed numbers."""
    own, cloud = record["own"], record["cloud"]
    parts = [f"{cloud['hours']:.0f} h: {_said(cloud['compute'])}"]
    parts += [f"{name} {_said(cloud[name])}" for name in ("storage", "egress")]
    lines = [
        f"own     {_said(own['total'])}  (loss of value {_said(own['depreciation'])}, electricity {_said(own['electricity'])})",
        f"cloud   {_said(cloud['total'])}  ({', '.join(parts)})",
        f"ratio   {record['ratio']:.2f}" if record["ratio"] is not None else "ratio   none: owning costs nothing",
        _break_even(record),
        f"answer  {record['answer']}",
    ]
    return "\n".join([*lines, *_details(record)])


def build_text(record: dict[str, Any]) -> str:
    """A build against the cloud."""
    instance = record["instance"]
    lines = [
        f"build   {_said(record['build_total'])}",
        f"week    {_said(record['week'])} of {instance['name']} in {instance['region']}",
        f"a year  own {_said(record['own']['year'])}, cloud {_said(record['cloud']['year'])}",
    ]
    for item in record["comparisons"]:
        amounts = (
            f"own {_said(item['own'])}, cloud {_said(item['cloud'])}" if item["own"] else f"unknown: {item['unknown']}"
        )
        basis = f" [{item['confidence']}; {item['source']}]" if item["source"] else ""
        lines.append(f"{item['name'].replace('_', ' '):12} {amounts}  {item['note']}{basis}".rstrip())
    lines += [_break_even(record), f"answer  {record['answer']}: {record['why']}"]
    return "\n".join([*lines, *_details(record)])


def _details(record: dict[str, Any]) -> Iterator[str]:
    yield from _flip_lines(record)
    yield "paid in all by the end of month:"
    for flow in record["cash_flow"]:
        if flow["month"] in _MONTHS_SHOWN:
            yield f"  {flow['month']:3}  own {_said(flow['own']):>16}  cloud {_said(flow['cloud']):>16}"
    yield "an hour of use, by hours a week:"
    for used in record["utilisation"]:
        months = used["break_even_months"]
        even = "never even" if months is None else f"even after {months:.1f} months"
        own, cloud = _said(used["own_per_hour"]), _said(used["cloud_per_hour"])
        yield f"  {used['hours_per_week']:3.0f} h  own {own:>12}  cloud {cloud:>12}  {even}"
    if terms := record.get("instance", {}).get("terms"):
        yield "other terms: " + ", ".join(f"{name.replace('_', ' ')} {rate} USD/h" for name, rate in terms.items())
    yield from (f"  {note}" for note in record["assumptions"])


def _break_even(record: dict[str, Any]) -> str:
    if record["break_even_hours"] is None:
        return "break-even  never: the electricity alone costs as much"
    months = f"{record['break_even_months']:.2f} months at {record['hours_per_week']:g} h a week"
    return f"break-even  {record['break_even_hours']:.0f} h, {months}"


def _flip_lines(record: dict[str, Any]) -> Iterator[str]:
    for flip in record["sensitivity"]:
        if flip["flips_at"] is not None:
            name = flip["input"].replace("_", " ")
            yield f"  the answer would turn at {name} {flip['flips_at']:g} (now {flip['now']:g}) {flip['unit']}".rstrip()


def _said(amount: dict[str, str] | None) -> str:
    return "unknown" if amount is None else f"{amount['amount']} {amount['currency']}"
