"""What a little more money would buy beyond the best machine: more VRAM, or more speed where a workload is named."""

from dataclasses import replace
from time import monotonic

from tracker.domain.money import Money, exponent
from tracker.optimiser.pareto import cheapest, open_target
from tracker.optimiser.reduce import Selection
from tracker.optimiser.search import Found, merit_in

EXTRA = 50  # of the target's currency: every answer tells what so much more would buy
_UNITS = {"vram": (1000, "GB of VRAM"), "speed": (1000, "x one A10G's speed")}


def more_for(selection: Selection, best: Found, extra: int, seconds: float) -> tuple[str, ...]:
    """One sentence an axis: the cheapest machine that has more and costs at most `extra` whole units more.

    The number of cards is left open; all else that the target asks holds. Where the time runs out nothing is said.
    """
    target = selection.target
    more = Money(extra * 10 ** exponent(target.currency), target.currency)
    total = Money(best.cost, target.currency)
    notes = []
    for axis in ("vram", "speed") if target.speeds else ("vram",):
        wider = replace(open_target(target, axis), budget=total + more)
        deadline = min(selection.deadline, monotonic() + seconds)
        open_selection = Selection(selection.market, selection.contents, wider, selection.few, deadline)
        found = cheapest(open_selection, merit_in(best, wider) + 1)
        unit, words = _UNITS[axis]
        if found.machine is not None:
            gained = (merit_in(found, wider) - merit_in(best, wider)) / unit
            dearer = Money(found.cost, target.currency) - total
            cards = ", ".join(f"{n} x {card.name}" for card, n in found.machine.cards)
            notes.append(
                f"{dearer} more buys {gained:g} {words} more: {cards}, {Money(found.cost, target.currency)} in all"
            )
        elif found.is_proved:
            notes.append(f"{more} more buys no more {words.removeprefix('GB of ').removeprefix('x ')}")
    return tuple(notes)
