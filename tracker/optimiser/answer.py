"""From a machine and what is bought for it to the Build that people read."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tracker.domain.build import BoughtOffer, Build, RuleVerdict
from tracker.domain.match import MatchedPart
from tracker.domain.money import Money
from tracker.domain.target import Target
from tracker.optimiser.allowances import needed, priced
from tracker.optimiser.check import check
from tracker.optimiser.items import Item
from tracker.optimiser.lots import Lot, total_minor
from tracker.optimiser.machine import Machine, card_watts, rest_watts
from tracker.optimiser.rules.cards import speed_milli
from tracker.optimiser.rules.power import supply_watts
from tracker.optimiser.rules.verdicts import ok, unknown

_DOUBTFUL = frozenset({"untested", "incomplete", "repaired", "modified"})


def build_of(
    target: Target,
    machine: Machine,
    bought: Sequence[tuple[Lot, int]],
    without: frozenset[str] = frozenset(),
    alone: Mapping[str, int] | None = None,
) -> Build:
    """The build: its total is that of the offers, shared shipping paid once a seller, and of the allowances.

    `alone` is the least that each item's part is asked for alone, in minor units: what spare parts are worth.
    """
    allowances = priced(needed(machine, target, without), target)
    total = total_minor(bought) + sum(line.amount.minor for line in allowances)
    supply = supply_watts(machine)
    cores = machine.cpu.cpu.cores if machine.cpu else None
    return Build(
        target=target.name,
        total=Money(total, target.currency),
        offers=_lines(machine, bought, alone or {}, target.currency),
        allowances=allowances,
        rules=(_condition(bought), *check(machine, target, without)),  # what to ask before all else
        cards=_cards(machine),
        devices=machine.devices,
        vram_gb=machine.vram_gb,
        ram_gb=machine.ram_gb or None,
        cores=cores * machine.cpus if cores is not None else None,
        peak_watts=rest_watts(machine) + card_watts(machine),
        psu_watts=supply[0] if len(supply) == 1 else None,
        speed=speed_milli(machine, target) / 1000 if target.speeds else None,
    )


def _condition(bought: Sequence[tuple[Lot, int]]) -> RuleVerdict:
    """What the listings themselves say of their condition; never a reason to refuse, always one to ask."""
    doubtful = [lot.offer.title or lot.offer.id for lot, _ in bought if not _DOUBTFUL.isdisjoint(lot.offer.flags)]
    if not doubtful:
        return ok("condition", "no listing says that something is untested or sold as is", "the listings")
    return unknown("condition", f"ask whether it works: {'; '.join(doubtful)}", "the listings")


def _cards(machine: Machine) -> dict[str, int]:
    """How many of each card; cards of one part may be different items (one said to be passive, the other not)."""
    counts: Counter[str] = Counter()
    for card, n in machine.cards:
        counts[card.part] += n
    return dict(counts)


def _lines(
    machine: Machine, bought: Sequence[tuple[Lot, int]], alone: Mapping[str, int], currency: str
) -> tuple[BoughtOffer, ...]:
    """One line an offer, dearest first; parts that the machine has no use for stand as spare with the last that hold them."""
    unused = _unused(machine, bought)
    lines = []
    for lot, n in reversed(bought):
        spare: list[tuple[Item, int]] = []
        for item, each in lot.items:
            left = min(unused.get(item.key, 0), each * n)
            if left and item.category is not None:
                unused[item.key] -= left
                spare.append((item, left))
        if not lot.is_owned:
            parts = tuple(_spare(item.part, left, lot) for item, left in spare)
            lines.append((lot, BoughtOffer(lot.offer, n, parts, _worth(spare, alone, currency))))
    lines.sort(key=lambda line: (-line[0].price * line[1].qty, line[0].offer.id))
    return tuple(line for _, line in lines)


def _worth(spare: Sequence[tuple[Item, int]], alone: Mapping[str, int], currency: str) -> Money | None:
    """What spare parts are asked for alone at least; None where nobody offers one of them alone."""
    if not spare or any(item.kind not in alone for item, _ in spare):
        return None
    return Money(sum(alone[item.kind] * n for item, n in spare), currency)


def _spare(part: str, n: int, lot: Lot) -> MatchedPart:
    model = next((each.model for each in lot.offer.parts if each.part == part), None)
    return MatchedPart(part, n, model)


def _unused(machine: Machine, bought: Sequence[tuple[Lot, int]]) -> dict[str, int]:
    left: dict[str, int] = {}
    for lot, n in bought:
        for item, each in lot.items:
            left[item.key] = left.get(item.key, 0) + each * n
    for item, n in machine.used:
        left[item.key] -= n
    return left
